import { type Clock, dayMs, type EpochMs } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import type { WebhookEndpoint, WebhookStore } from "#storage/ports/webhook-store.ts";
import { logTypes, newsOfLog } from "./news-of-log.ts";
import type { RecordSource } from "./news-of-records.ts";

/** More than this does not wait for one endpoint: the rest stays in the log, where it is kept anyway, until there is room. */
export const maxWaiting = 1000;
const entriesPerRead = 500;
/** What happened longer ago is no news; shorter than finished messages are kept, by which repetitions are known. */
const newsMs = 14 * dayMs;
const mostRemembered = 50_000;

export type GatherNews = {
  /** Turns what is new in the log, and in the house's records, into messages in the queues. */
  gather(endpoints: readonly WebhookEndpoint[]): Promise<void>;
};

export function createGatherNews(deps: {
  readonly webhooks: WebhookStore;
  readonly sources: readonly RecordSource[];
  readonly clock: Clock;
}): GatherNews {
  const { webhooks, sources, clock } = deps;
  const lookedAt = new Map<string, EpochMs>();
  /** Only spares the store: it knows itself which messages there were. */
  const queued = new Set<string>();

  const roomFor = async ({ endpointId }: WebhookEndpoint) => maxWaiting - (await webhooks.waiting(endpointId));

  async function readLog(endpoint: WebhookEndpoint): Promise<void> {
    if (!logTypes.some((type) => endpoint.types.includes(type))) return;
    let { cursor } = endpoint;
    let room = await roomFor(endpoint);
    while (room > 0) {
      const news = await webhooks.news(endpoint.shopId, cursor, Math.min(entriesPerRead, room));
      const last = news.at(-1);
      if (last === undefined) return;
      const messages = newsOfLog(endpoint.shopId, endpoint.types, news);
      // Queue and cursor move together, so nothing is lost and nothing is queued twice; whoever comes second stops here.
      if (!(await webhooks.advance(endpoint.endpointId, cursor, last.seq, messages, clock()))) return;
      cursor = last.seq;
      room -= messages.length;
    }
  }

  async function readRecords(source: RecordSource, shopId: ShopId, endpoints: readonly WebhookEndpoint[]): Promise<void> {
    const now = clock();
    const key = `${shopId} ${source.types.join()}`;
    const listening = endpoints.filter(({ types }) => source.types.some((type) => types.includes(type)));
    if (listening.length === 0 || Math.abs(now - (lookedAt.get(key) ?? Number.NEGATIVE_INFINITY)) < source.everyMs) return;
    lookedAt.set(key, now);
    const found = await source.read(shopId);
    for (const endpoint of listening) {
      const news = found.filter(({ at, message }) => {
        const isNews = at >= endpoint.createdAt && now - at < newsMs && endpoint.types.includes(message.type);
        return isNews && !queued.has(`${endpoint.endpointId} ${message.messageId}`);
      });
      if (news.length === 0) continue;
      for (const { message } of news.slice(0, await roomFor(endpoint))) {
        await webhooks.enqueue(endpoint.endpointId, message, now);
        queued.add(`${endpoint.endpointId} ${message.messageId}`);
      }
    }
    if (queued.size > mostRemembered) queued.clear();
  }

  return {
    async gather(endpoints) {
      for (const endpoint of endpoints) await readLog(endpoint);
      for (const [shopId, ofShop] of Map.groupBy(endpoints, (endpoint) => endpoint.shopId))
        for (const source of sources) await readRecords(source, shopId, ofShop);
    },
  };
}
