import { createSeededRandom, type SeededRandom } from "#kernels/seeded-random.ts";
import type { IngestReply } from "#server/contract/segment.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";

type Message = Record<string, unknown> & { readonly messageId: string };

const people = 30;
const items = 25;
const eventNames = ["Product Viewed", "Product Added", "Order Completed", "Order Completed", "Recommendation Dismissed"];
export const customerOf = (number: number) => `customer-${number}`;

/**
 * A client that sends batches as fast as they are acknowledged and keeps book of what it was promised. A batch that
 * was not answered is sent again later, as a real client would: nobody knows whether it arrived.
 */
export class HardCustomer {
  /** Message ids that the server said are stored. */
  readonly acknowledged = new Set<string>();
  /** The answer to `learn` that was acknowledged last for each customer. */
  readonly decided = new Map<string, boolean>();
  /** An answer that was sent but not acknowledged may or may not hold. */
  readonly uncertain = new Set<string>();
  readonly sentTwice: string[] = [];
  readonly faults: string[] = [];
  readonly #random: SeededRandom;
  #unanswered: Message[][] = [];
  #sent = 0;

  constructor(seed: number) {
    this.#random = createSeededRandom(seed);
  }

  #message(): Message {
    const random = this.#random;
    const messageId = `m-${this.#sent++}`;
    const userId = customerOf(random.int(people));
    const anonymousId = `device-${random.int(people)}`;
    const timestamp = new Date(Date.now() - random.int(30) * 86_400_000).toISOString();
    if (random.next() < 0.03) return { type: "identify", messageId, userId, anonymousId };
    const products = Array.from({ length: 1 + random.int(3) }, () => ({
      product_id: `item-${random.int(items)}`,
      price: 5,
      quantity: 1 + random.int(2),
    }));
    const who = random.next() < 0.2 ? { anonymousId } : { userId };
    return { type: "track", ...who, messageId, timestamp, event: random.pick(eventNames), properties: { order_id: messageId, products } };
  }

  /** Everybody allows everything, so that every event has to be kept. */
  async allowAll(api: ApiClient): Promise<void> {
    const purposes = { personalize: true, learn: true, measure: true };
    for (let number = 0; number < people; number++) {
      await api.put("/v1/consents", { customerId: customerOf(number), purposes });
      await api.put("/v1/consents", { anonymousId: `device-${number}`, purposes });
    }
  }

  /** Sends until the server is gone. */
  async sendUntilGone(address: string, authorization: string): Promise<void> {
    const api = createApiClient(address, authorization);
    await Promise.all([this.#sendBatches(api), this.#sendBatches(api), this.#sendDecisions(api)]);
  }

  async #sendBatches(api: ApiClient): Promise<void> {
    for (;;) {
      const again = this.#unanswered.shift();
      const batch = again ?? Array.from({ length: 1 + this.#random.int(40) }, () => this.#message());
      const reply = await api.post<IngestReply>("/v1/batch", { batch }).catch(() => null);
      if (reply === null) {
        this.#unanswered.push(batch);
        this.sentTwice.push(...batch.map(({ messageId }) => messageId));
        return;
      }
      const { accepted, dropped, rejected } = reply.body;
      const duplicates = dropped?.DUPLICATE ?? 0;
      if (reply.status !== 200 || accepted + duplicates !== batch.length)
        this.faults.push(`${reply.status} ${JSON.stringify({ accepted, dropped, rejected })}`);
      // One batch is one transaction: of a batch sent for the second time either all is there already or nothing.
      if (accepted > 0 && duplicates > 0) this.faults.push(`half a batch had been stored: ${accepted} new, ${duplicates} known`);
      if (again === undefined && duplicates > 0) this.faults.push(`${duplicates} of a fresh batch were called duplicates`);
      for (const { messageId } of batch) this.acknowledged.add(messageId);
    }
  }

  async #sendDecisions(api: ApiClient): Promise<void> {
    for (;;) {
      const customerId = customerOf(this.#random.int(people));
      const learn = this.#random.next() < 0.7;
      const reply = await api.put("/v1/consents", { customerId, purposes: { learn } }).catch(() => null);
      if (reply === null) {
        this.uncertain.add(customerId);
        return;
      }
      this.uncertain.delete(customerId);
      this.decided.set(customerId, learn);
    }
  }
}
