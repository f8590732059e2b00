import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// Requests at a steady pace by one who shares the machine with the server: cheap, and never more under way than stated.

export type Answer = { readonly status: number; readonly ms: number; readonly body: string };
export type Client = { send(method: "POST" | "PUT", path: string, body: unknown): Promise<Answer>; close(): void };

const givenUpMs = 30_000;

/** Over few connections that stay open. Status 0: no answer. */
export function createClient(address: string, key: string, connections: number): Client {
  const { hostname, port } = new URL(address);
  const agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
  const authorization = `Bearer ${key}`;
  return {
    send(method, path, body) {
      const text = JSON.stringify(body);
      const start = performance.now();
      return new Promise((resolve) => {
        const headers = { authorization, "content-type": "application/json", "content-length": Buffer.byteLength(text) };
        const nothing = () => resolve({ status: 0, ms: performance.now() - start, body: "" });
        const sent = request({ hostname, port, path, method, agent, headers, timeout: givenUpMs }, (response) => {
          let answer = "";
          response.setEncoding("utf8");
          response.on("data", (part: string) => {
            answer += part;
          });
          response.once("end", () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - start, body: answer }));
          response.once("error", nothing);
        });
        sent.once("timeout", () => sent.destroy());
        sent.once("error", nothing);
        sent.end(text);
      });
    },
    close: () => agent.destroy(),
  };
}

export type Pace = {
  readonly perSecond: number;
  readonly endAt: number;
  readonly mostUnderWay: number;
  /** Who is so late gives up what was due, and says so. */
  readonly latestMs: number;
};

export type Paced = {
  readonly sent: number;
  /** Was due, but could not be sent in time: too much was under way, or the machine was busy. */
  readonly leftOut: number;
  /** Milliseconds to the answer, ascending. */
  readonly times: Float32Array;
  /** How many answers of each status. */
  readonly statuses: Readonly<Record<string, number>>;
};

const tickMs = 4;

/** Sends `one` so many times a second until `endAt`. What cannot be sent in time is left out and counted, never queued. */
export async function atPace({ perSecond, endAt, mostUnderWay, latestMs }: Pace, one: () => Promise<Answer>): Promise<Paced> {
  const start = performance.now();
  let times = new Float32Array(Math.ceil(((endAt - start) / 1000) * perSecond) + 1);
  const statuses: Record<string, number> = {};
  let [answered, sent, passed, underWay] = [0, 0, 0, 0];
  const underWayNow = new Set<Promise<void>>();
  async function send(): Promise<void> {
    const { status, ms } = await one();
    if (answered < times.length) times[answered++] = ms;
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  while (performance.now() < endAt) {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
    const latest = Math.floor(((performance.now() - start - latestMs) / 1000) * perSecond);
    for (; passed < due && underWay < mostUnderWay; passed++) {
      if (passed < latest) continue;
      underWay++;
      sent++;
      const sending = send().finally(() => {
        underWay--;
        underWayNow.delete(sending);
      });
      underWayNow.add(sending);
    }
    await sleep(tickMs);
  }
  const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
  await Promise.all(underWayNow);
  times = times.slice(0, answered).sort();
  return { sent, leftOut: Math.max(0, due - sent), times, statuses };
}

/** Of ascending values. */
export const percentile = (sorted: ArrayLike<number>, share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
