import { createFieldCipher } from "#privacy/vault/field-cipher.ts";
import type { OpenVault } from "../ports/field-cipher.ts";

/** Keys for tests: the same number, the same key. */
export const testVault =
  (number = 7): OpenVault =>
  async () =>
    createFieldCipher(new Uint8Array(32).fill(number));
