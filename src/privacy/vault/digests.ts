import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { domainToASCII } from "node:url";
import type { Clock } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { ContactDigests, ShopSecretKind, VaultStore } from "#storage/ports/vault-store.ts";

/** What one keeps of a text to recognise it by, and to nobody without the shop's secret says what it was. */
export type Digests = {
  /** Of normalised texts. */
  contact(shopId: ShopId, contact: { readonly email: string | null; readonly phone: string | null }): Promise<ContactDigests>;
  suppression(shopId: ShopId, kind: string, text: string): Promise<string>;
};

export function createDigests({ vault, clock }: { readonly vault: Pick<VaultStore, "secret">; readonly clock: Clock }): Digests {
  const secrets = new Map<string, Promise<Uint8Array>>();
  function secretOf(shopId: ShopId, kind: ShopSecretKind): Promise<Uint8Array> {
    const name = `${kind}\n${shopId}`;
    let secret = secrets.get(name);
    if (secret === undefined) {
      secret = vault.secret(shopId, kind, () => randomBytes(32).toString("base64url"), clock()).then((text) => Buffer.from(text, "base64url"));
      secrets.set(name, secret);
      // A failed look-up must not be remembered.
      secret.catch(() => secrets.delete(name));
    }
    return secret;
  }
  /** Each column has a key of its own: equal texts in two of them are not seen to be equal. */
  async function indexed(shopId: ShopId, column: "email" | "phone", text: string): Promise<string> {
    const key = new Uint8Array(hkdfSync("sha256", await secretOf(shopId, "index"), "", `rapport blind index contacts.${column}`, 32));
    return createHmac("sha256", key).update(text, "utf8").digest("base64url");
  }
  return {
    async contact(shopId, { email, phone }) {
      return {
        email: email === null ? null : await indexed(shopId, "email", oneSpelling(email)),
        phone: phone === null ? null : await indexed(shopId, "phone", phone),
      };
    },
    async suppression(shopId, kind, text) {
      return createHmac("sha256", await secretOf(shopId, "suppression"))
        .update(JSON.stringify([kind, text]), "utf8")
        .digest("base64url");
    },
  };
}

/** A host name has two spellings: "bücher.example" and "xn--bcher-kva.example". */
function oneSpelling(email: string): string {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, at)}@${domainToASCII(email.slice(at + 1))}`;
}
