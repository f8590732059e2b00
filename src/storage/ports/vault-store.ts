import type { EpochMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { FieldCipher } from "./field-cipher.ts";
import type { NameOf } from "./log-entry.ts";

/** A pair of keys that the shop signs with; the private part is gone where it is null. */
export type SigningKey = {
  readonly keyId: string;
  /** JWK as JSON text. */
  readonly publicKey: string;
  /** PKCS 8, base64; sealed at rest. */
  readonly privateKey: string | null;
  readonly createdAt: EpochMs;
  readonly retiredAt: EpochMs | null;
};

export const shopSecretKinds = ["index", "suppression"] as const;
/** `index`: look-up of contacts; `suppression`: who is not to be heard of again. */
export type ShopSecretKind = (typeof shopSecretKinds)[number];

export const contactBases = ["consent", "contract"] as const;
/** Why it may be kept: the person allowed a channel, or they have an order that they must be told about. */
export type ContactBasis = (typeof contactBases)[number];

/** How a customer can be reached. Texts are normalised. */
export type Contact = {
  readonly personId: PersonId;
  readonly email: string | null;
  readonly phone: string | null;
  readonly basis: ContactBasis;
  readonly changedAt: EpochMs;
};

/** Keyed digests of the normalised texts, to find a contact by. */
export type ContactDigests = { readonly email: string | null; readonly phone: string | null };

/** `next`: where to go on; null at the end. */
export type RotationStep = { readonly rewrapped: number; readonly next: PersonId | null };

export type VaultHealth = {
  /** Null: a store that is in the clear (tests). */
  readonly rootKeyId: string | null;
  readonly shops: number;
  readonly shopKeys: number;
  readonly personKeys: number;
  /** Names, secrets and comments that are in the clear still. */
  readonly inTheClear: number;
  /** Shops whose key cannot be opened. */
  readonly unreadableShops: number;
  /** Of the keys of people that were tried. */
  readonly tried: number;
  readonly unreadablePeople: number;
  /** Rotations that were begun and not finished. */
  readonly unfinished: number;
};

/** Keys and what is sealed with them. Nothing here outlives the person's key (`shred`). */
export type VaultStore = {
  /** The shop's secret of this kind; `fresh` when there is none yet. Of two who come at once one is kept. */
  secret(shopId: ShopId, kind: ShopSecretKind, fresh: () => string, at: EpochMs): Promise<string>;
  /** The newest first. */
  signingKeys(shopId: ShopId): Promise<readonly SigningKey[]>;
  /** Makes it the newest, and retires the others; false when the newest is not `expected` any more. */
  addSigningKey(
    shopId: ShopId,
    key: Pick<SigningKey, "keyId" | "publicKey" | "createdAt"> & { privateKey: string },
    expected: string | null,
  ): Promise<boolean>;

  /** `name`: what the person is called, for whoever has not been met yet. */
  putContact(shopId: ShopId, contact: Contact, digests: ContactDigests, name: NameOf | null): Promise<void>;
  /** Of these those that have one that can still be read. */
  contacts(shopId: ShopId, personIds: readonly PersonId[]): Promise<readonly Contact[]>;
  /** How many were deleted. */
  deleteContacts(shopId: ShopId, personIds: readonly PersonId[]): Promise<number>;
  /** Who has this e-mail address or phone number; several people may. */
  findContacts(shopId: ShopId, digests: ContactDigests): Promise<readonly PersonId[]>;

  /**
   * Deletes the keys of these people, at once: what is sealed with them is unreadable from then on, here and in every backup
   * that does not hold the keys. Answers how many there were.
   */
  shred(shopId: ShopId, personIds: readonly PersonId[]): Promise<number>;
  /** Which of these have a key. */
  withKeys(shopId: ShopId, personIds: readonly PersonId[]): Promise<ReadonlySet<PersonId>>;

  /** A new key for the shop: from here on it seals with that one. Goes on with one that was begun. */
  beginRotation(shopId: ShopId, at: EpochMs): Promise<void>;
  /** Seals up to `limit` keys of people, those after `after`, with the newest key of the shop. */
  rotateSome(shopId: ShopId, after: PersonId | null, limit: number): Promise<RotationStep>;
  /** Seals the shop's own secrets anew and deletes its older keys; false when keys of people are still sealed with one. */
  finishRotation(shopId: ShopId): Promise<boolean>;
  /** Wraps every shop's key with another key of the installation, all or none. */
  changeRoot(next: FieldCipher): Promise<number>;
  /** Which key of the installation the store belongs to. */
  rootKeyId(): Promise<string | null>;
  /** Opens every shop's key and a sample of people's; writes nothing. */
  health(sample: number): Promise<VaultHealth>;
};
