import type {
  CustomerReply,
  CustomersReply,
  EarnedReply,
  HealthReply,
  ModelsReply,
  RecentEventsReply,
  RefusedEventsReply,
  ShopReply,
} from "#server/contract/console.ts";
import type { ItemReply, ItemsReply } from "#server/contract/items.ts";
import type { RecommendationsBody, RecommendationsReply } from "#server/contract/recommendations.ts";
import type { RightsListReply, RightsRequestReply } from "#server/contract/rights.ts";

type ErrorWords = { code: string; message: string; remedy: string; detail: string };

/** What went wrong, in words that can be shown as they are. */
export class ApiError extends Error {
  readonly code: string;
  readonly remedy: string;
  readonly detail: string;
  /** True when asking the same again gives the same: the request itself is refused, or what it asks for is not there. */
  readonly isFinal: boolean;

  constructor(words: ErrorWords, isFinal: boolean) {
    super(words.message);
    this.name = "ApiError";
    this.code = words.code;
    this.remedy = words.remedy;
    this.detail = words.detail;
    this.isFinal = isFinal;
  }
}

const unreachable: ErrorWords = {
  code: "UNREACHABLE",
  message: "The console cannot reach the Rapport server.",
  remedy: "Check that it is still running and that this address is the one it printed when it started. The console keeps trying.",
  detail: "",
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function readError(body: unknown, status: number): ApiError {
  const isFinal = status < 500 && status !== 408 && status !== 429;
  const error = isRecord(body) && isRecord(body.error) ? body.error : null;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  if (error && text(error.message)) {
    return new ApiError({ code: text(error.code), message: text(error.message), remedy: text(error.remedy), detail: text(error.detail) }, isFinal);
  }
  const words: ErrorWords = {
    code: `HTTP_${status}`,
    message: `The server answered with status ${status} and no explanation.`,
    remedy: "If a proxy stands between this browser and Rapport, look there first; then look at the server's log.",
    detail: "",
  };
  return new ApiError(words, isFinal);
}

type Request = { serverKey: string; path: string; signal?: AbortSignal; body?: unknown; isReply?: (body: unknown) => boolean };

async function request<Reply>({ serverKey, path, signal, body, isReply }: Request): Promise<Reply> {
  const headers: Record<string, string> = { authorization: `Bearer ${serverKey}`, accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(unreachable, false);
  }
  const json: unknown = await response.json().catch(() => null);
  if ((response.ok && json !== null) || isReply?.(json)) return json as Reply;
  throw readError(json, response.status);
}

/** A degraded server says so with an error status, and the body is the reply all the same. */
function isHealth(body: unknown): boolean {
  return isRecord(body) && typeof body.status === "string" && isRecord(body.store);
}

export function createApi(serverKey: string) {
  const get = <Reply>(path: string, signal?: AbortSignal) => request<Reply>({ serverKey, path, signal });
  return {
    health: (signal?: AbortSignal) => request<HealthReply>({ serverKey, path: "/health", signal, isReply: isHealth }),
    shop: (signal?: AbortSignal) => get<ShopReply>("/v1/shop", signal),
    recentEvents: (signal?: AbortSignal) => get<RecentEventsReply>("/v1/events/recent?limit=100", signal),
    refusedEvents: (signal?: AbortSignal) => get<RefusedEventsReply>("/v1/events/refused?limit=200", signal),
    items: (query: { q: string; after: string | null; limit: number }, signal?: AbortSignal) => {
      const params = new URLSearchParams({ limit: String(query.limit) });
      if (query.after !== null) params.set("after", query.after);
      if (query.q) params.set("q", query.q);
      return get<ItemsReply>(`/v1/items?${params}`, signal);
    },
    item: (id: string, signal?: AbortSignal) => get<ItemReply>(`/v1/items/${encodeURIComponent(id)}`, signal),
    customers: (signal?: AbortSignal) => get<CustomersReply>("/v1/customers?limit=50", signal),
    customer: (id: string, signal?: AbortSignal) => get<CustomerReply>(`/v1/customers/${encodeURIComponent(id)}`, signal),
    recommend: (body: RecommendationsBody, signal?: AbortSignal) =>
      request<RecommendationsReply>({ serverKey, path: "/v1/recommendations", body, signal }),
    rights: (state: string, signal?: AbortSignal) =>
      get<RightsListReply>(`/v1/rights-requests?${new URLSearchParams({ limit: "200", ...(state === "" ? {} : { state }) })}`, signal),
    right: (id: string, signal?: AbortSignal) => get<RightsRequestReply>(`/v1/rights-requests/${encodeURIComponent(id)}`, signal),
    actOnRight: (id: string, action: string, body: unknown) =>
      request<RightsRequestReply>({ serverKey, path: `/v1/rights-requests/${encodeURIComponent(id)}/${action}`, body }),
    models: (signal?: AbortSignal) => get<ModelsReply>("/v1/models", signal),
    earned: (days: number, signal?: AbortSignal) => get<EarnedReply>(`/v1/reports/earned?days=${days}`, signal),
  };
}

export type Api = ReturnType<typeof createApi>;
