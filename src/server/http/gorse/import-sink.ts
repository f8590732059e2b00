import type { ShopId } from "#domain/ids.ts";
import type { GorseFeedback } from "#ingestion/gorse/feedback.ts";
import type { GorseItem } from "#ingestion/gorse/item.ts";
import type { DecodedUser } from "./decode-gorse.ts";
import type { GorseDeps } from "./gorse-deps.ts";
import { putGorseItems } from "./item-routes.ts";

const perBatch = 5_000;

/** Gathers what an import brings and stores it in batches; `flush` stores the rest. Each answers with how many were stored. */
export type Sink<Value> = { add(value: Value): Promise<number>; flush(): Promise<number> };

function gathering<Value>(store: (batch: readonly Value[]) => Promise<number>): Sink<Value> {
  let batch: Value[] = [];
  async function flush(): Promise<number> {
    const full = batch;
    batch = [];
    return full.length === 0 ? 0 : store(full);
  }
  return {
    async add(value) {
      batch.push(value);
      return batch.length < perBatch ? 0 : flush();
    },
    flush,
  };
}

/** Where the users, items and feedback of an import go. What is there already is overwritten. */
export function importSinks(deps: GorseDeps, shopId: ShopId): { users: Sink<DecodedUser>; items: Sink<GorseItem>; feedback: Sink<GorseFeedback> } {
  const { house, storeFeedback } = deps;
  return {
    users: gathering(async (users) => {
      const named = await Promise.all(
        users.map(async (user) => ({ ...user, personId: (await house.personIds.of(shopId, "customer", user.userId)).personId })),
      );
      await house.store.gorse.putUsers(shopId, named);
      return users.length;
    }),
    items: gathering(async (items) => {
      await putGorseItems(deps, shopId, items);
      return items.length;
    }),
    feedback: gathering(async (list) => {
      const stored = await storeFeedback(shopId, list, "overwrite");
      house.snapshots.expire(shopId);
      return stored;
    }),
  };
}
