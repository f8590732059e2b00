/** Where a sealed text stands. A text that is moved to another place cannot be opened there. */
export type SealPlace = {
  /** The shop; "" for what belongs to the installation. */
  readonly tenant: string;
  readonly table: string;
  readonly column: string;
  /** Whom or what the row is about: a person id, the id of a connection. */
  readonly subject: string;
};

/** One key. What it seals carries its id. */
export type SealKey = {
  readonly keyId: string;
  seal(place: SealPlace, text: string): string;
  /** Throws ProblemError SEAL_BROKEN where the text was damaged, moved, or sealed with another key. */
  open(place: SealPlace, sealed: string): string;
};

/** Seals single fields: keys go in, texts go out; where keys are kept is not its concern. */
export type FieldCipher = {
  /** The key of the installation, outside the store. It seals the shops' keys. */
  readonly root: SealKey;
  /** A key over 32 bytes. */
  key(secret: Uint8Array): SealKey;
  /** Bytes for a new key. */
  freshSecret(): Uint8Array;
};

/** No name, secret or JSON text can begin like this: what does is sealed, what does not is in the clear. */
export const sealMark = "\u0001";

export const isSealed = (text: string): boolean => text.startsWith(sealMark);

/** The id of the key that sealed a text; "" where it is no sealed text. */
export function sealKeyIdOf(text: string): string {
  return isSealed(text) ? (text.slice(sealMark.length).split(".", 3)[1] ?? "") : "";
}

/**
 * Fetches the key of the installation once it is known which one the store belongs to (null: none yet). Throws ProblemError
 * KEY_FILE_MISSING or VAULT_KEY_MISMATCH: nothing is ever sealed with a new key where another has sealed before.
 */
export type OpenVault = (rootKeyId: string | null) => Promise<FieldCipher>;
