import type { Kysely, Transaction } from "kysely";
import { isSealed } from "../ports/field-cipher.ts";
import type { NewMessage } from "../ports/webhook-store.ts";
import { chunk } from "./chunk.ts";
import type { Tables } from "./schema.ts";
import type { Sealing } from "./sealing.ts";

type Db = Kysely<Tables> | Transaction<Tables>;
const table = "webhook_messages";

/** Messages that wait name customers: each is sealed with the key of whom it is about, else with the shop's. */
export function createMessageBodies(sealing: Sealing | undefined) {
  async function shopOf(db: Db, endpointId: string): Promise<string | null> {
    const row = await db.selectFrom("webhook_endpoints").select("shop_id").where("endpoint_id", "=", endpointId).executeTakeFirst();
    return row?.shop_id ?? null;
  }
  const columnFor = (endpointId: string, messageId: string) => JSON.stringify(["body", endpointId, messageId]);
  const fieldFor = (endpointId: string, messageId: string) => ({ table, column: "body", subject: `${endpointId}/${messageId}` });

  return {
    async sealer(db: Db, endpointId: string, messages: readonly NewMessage[]) {
      const asIs = (_messageId: string, _personId: string | null, body: string) => body;
      if (sealing === undefined || messages.length === 0) return asIs;
      const shopId = await shopOf(db, endpointId);
      // Removed meanwhile: nothing is written, or nothing that anybody reads.
      if (shopId === null) return () => "";
      const about = [...new Set(messages.flatMap(({ personId }) => personId ?? []))];
      const met = new Set<string>();
      for (const part of chunk(about, 500))
        for (const { person_id } of await db
          .selectFrom("person_keys")
          .select("person_id")
          .where("shop_id", "=", shopId)
          .where("person_id", "in", part)
          .execute())
          met.add(person_id);
      const people = await sealing.reading(db, shopId, [...met]);
      const shop = await sealing.shop(db, shopId);
      return (messageId: string, personId: string | null, body: string) =>
        personId !== null && met.has(personId)
          ? people.seal(personId, table, columnFor(endpointId, messageId), body)
          : shop.seal(fieldFor(endpointId, messageId), body);
    },

    /** Null: whom it was about has been forgotten. */
    async open(db: Db, endpointId: string, messageId: string, personId: string | null, body: string): Promise<string | null> {
      if (sealing === undefined || !isSealed(body)) return body;
      const shopId = await shopOf(db, endpointId);
      if (shopId === null) return null;
      const shop = await sealing.shop(db, shopId);
      if (shop.keeps(body)) return shop.open(fieldFor(endpointId, messageId), body);
      if (personId === null) return null;
      const people = await sealing.reading(db, shopId, [personId]);
      return people.open(personId, table, columnFor(endpointId, messageId), body);
    },
  };
}
