import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { PersonId, ShopId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { Shop } from "#domain/shop.ts";
import type { Store } from "#storage/ports.ts";
import type { PersonIds } from "../person-ids.ts";
import type { RecordConsents } from "../record-consents.ts";
import { type Channel, isChannel, purposeOfChannel } from "./may-contact.ts";

/** How the end of it is written down. */
const how = "one-click";
const cipher = "aes-256-gcm";
const [ivBytes, tagBytes] = [12, 16];
const mostTokenLetters = 1_000;

export type Unsubscribe = {
  /**
   * A token that ends one channel for one person, for as long as the shop exists: mail is read years later. It says nothing to anybody
   * else, and nothing is kept of it. Refuses with PERSON_MISSING.
   */
  mint(shopId: ShopId, names: PersonName, channel: Channel): Promise<Result<string>>;
  /** Which shop and channel it is for; null: it is none of this house. Changes nothing. */
  peek(token: string): Promise<{ readonly shop: Shop; readonly channel: Channel } | null>;
  /** The person writes no to the channel, however often it comes. Whom: null where that person is not known, or not any more. */
  end(token: string): Promise<{ readonly shopId: ShopId; readonly names: PersonName | null } | null>;
};

/**
 * RFC 8058: whoever has the message can end what it belongs to with one request, without a login. The token is sealed with a key
 * of the shop, so that an address in a mail tells nothing of whom it is about; whoever is forgotten is nobody to it any more.
 */
export function createUnsubscribe(deps: {
  readonly store: Pick<Store, "shops" | "identities">;
  readonly personIds: Pick<PersonIds, "ofNames">;
  readonly recordConsents: RecordConsents;
  readonly randomBytes: (size: number) => Uint8Array;
}): Unsubscribe {
  const { store, personIds, recordConsents, randomBytes } = deps;
  const keyOf = async (shopId: ShopId) => new Uint8Array(hkdfSync("sha256", await store.shops.personKey(shopId), "", "rapport unsubscribe", 32));

  async function open(token: string): Promise<{ shop: Shop; personId: PersonId; channel: Channel } | null> {
    const [shopId, sealed, ...rest] = token.slice(0, mostTokenLetters).split(".");
    const shop = (await store.shops.list()).find((one) => one.shopId === shopId);
    if (shop === undefined || sealed === undefined || rest.length > 0) return null;
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length <= ivBytes + tagBytes) return null;
    try {
      const decipher = createDecipheriv(cipher, await keyOf(shop.shopId), bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(shop.shopId));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      const text = Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString("utf8");
      const [channel, personId] = JSON.parse(text) as [string, PersonId];
      return isChannel(channel) ? { shop, personId, channel } : null;
    } catch {
      // Sealed by nobody here.
      return null;
    }
  }

  return {
    async mint(shopId, names, channel) {
      const [name] = await personIds.ofNames(shopId, names);
      if (name === undefined) return refuse("PERSON_MISSING", "customerId or anonymousId");
      const iv = randomBytes(ivBytes);
      const seal = createCipheriv(cipher, await keyOf(shopId), iv, { authTagLength: tagBytes });
      seal.setAAD(Buffer.from(shopId));
      const sealed = Buffer.concat([iv, seal.update(JSON.stringify([channel, name.personId]), "utf8"), seal.final(), seal.getAuthTag()]);
      return succeed(`${shopId}.${sealed.toString("base64url")}`);
    },

    async peek(token) {
      const opened = await open(token);
      return opened === null ? null : { shop: opened.shop, channel: opened.channel };
    },

    async end(token) {
      const opened = await open(token);
      if (opened === null) return null;
      const { shop, personId, channel } = opened;
      const { shopId } = shop;
      const name = await store.identities.nameOf(shopId, personId);
      if (name === null) return { shopId, names: null };
      const names = underName(name);
      await recordConsents(shopId, [{ names, purposes: new Map([[purposeOfChannel[channel], false]]), source: "person", notice: null, how }]);
      return { shopId, names };
    },
  };
}
