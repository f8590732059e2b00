/** What came back, as text and, where it is JSON, as what the contract says it is. */
export type Reply<Body> = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: Body };

export type ApiClient = {
  get<Body>(path: string): Promise<Reply<Body>>;
  post<Body>(path: string, body: unknown): Promise<Reply<Body>>;
  put<Body>(path: string, body: unknown): Promise<Reply<Body>>;
  delete<Body>(path: string): Promise<Reply<Body>>;
};

const limitMs = 20_000;

export const bearer = (key: string) => `Bearer ${key}`;
export const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString("base64")}`;

/** Speaks to a server over HTTP as an outside program does. */
export function createApiClient(address: string, authorization: string | null): ApiClient {
  async function send<Body>(method: string, path: string, body?: unknown): Promise<Reply<Body>> {
    const response = await fetch(address + path, {
      method,
      headers: {
        ...(authorization === null ? {} : { authorization }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("application/json") === true;
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : null) as Body };
  }
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    put: (path, body) => send("PUT", path, body),
    delete: (path) => send("DELETE", path),
  };
}
