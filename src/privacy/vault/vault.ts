import type { Clock } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { Store } from "#storage/ports.ts";
import type { Gate } from "../gate.ts";
import type { PersonIds } from "../person-ids.ts";
import { createDigests } from "./digests.ts";
import { type ContactQuestion, createKeepContacts, type KeepContacts } from "./keep-contacts.ts";
import { createRotateKeys, type RotateKeys } from "./rotate-keys.ts";
import { createSigner, type Signer } from "./signer.ts";

/** Keys and everything that only holds as long as they do. */
export type Vault = {
  readonly signer: Signer;
  readonly contacts: KeepContacts;
  /** Whom this e-mail address or phone number belongs to; nobody where it is none. */
  findByContact(shopId: ShopId, question: ContactQuestion): Promise<readonly PersonId[]>;
  /**
   * Deletes the keys of these names and how they can be reached. What was sealed for them is unreadable from then on. Answers
   * how many keys there were; once more changes nothing.
   */
  shred(shopId: ShopId, personIds: readonly PersonId[]): Promise<number>;
  /** Keyed digest by which a forgotten name is known again, under a key that serves nothing else. */
  suppressionDigest(shopId: ShopId, kind: string, text: string): Promise<string>;
  readonly rotateKeys: RotateKeys;
};

export function createVault(deps: {
  readonly store: Pick<Store, "vault" | "identities">;
  readonly gate: Gate;
  readonly personIds: PersonIds;
  readonly clock: Clock;
}): Vault {
  const { clock, gate, personIds } = deps;
  const { vault, identities } = deps.store;
  const digests = createDigests({ vault, clock });
  const contacts = createKeepContacts({ vault, identities, gate, personIds, digests, clock });
  const signer = createSigner({ vault, clock });
  return {
    signer,
    contacts,
    async findByContact(shopId, question) {
      const found = await contacts.find(shopId, question);
      return found.ok ? found.value : [];
    },
    shred: (shopId, personIds) => vault.shred(shopId, [...new Set(personIds)]),
    suppressionDigest: digests.suppression,
    rotateKeys: createRotateKeys({ vault, signer, clock }),
  };
}
