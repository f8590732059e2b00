import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Scanned, ScanOrder } from "./scan-files.ts";

export type { Scanned };

const program = fileURLToPath(new URL("./scan-program.ts", import.meta.url));
const limitMs = 10 * 60_000;
/** To begin a process holds up a large one for tens of milliseconds, so it is kept for whoever is forgotten next. */
const idleMs = 30_000;

type Helper = {
  readonly child: ChildProcess;
  /** Pipes to a process are sockets. */
  readonly orders: Socket;
  readonly answers: Socket;
  readonly lines: Interface;
  idle: NodeJS.Timeout | null;
};

let helper: Helper | null = null;
let last: Promise<unknown> = Promise.resolve();

/** It ends when nothing more can be asked of it, at the latest with this process. */
function dismiss(used: Helper): void {
  if (helper === used) helper = null;
  used.orders.end();
}

function start(): Helper {
  const child = spawn(process.execPath, ["--no-warnings", program], { stdio: ["pipe", "pipe", "ignore"] });
  const [orders, answers] = [child.stdin as Socket, child.stdout as Socket];
  const begun: Helper = { child, orders, answers, lines: createInterface({ input: answers }), idle: null };
  orders.on("error", () => {});
  for (const ended of ["error", "close"] as const)
    child.once(ended, () => {
      if (helper === begun) helper = null;
    });
  return begun;
}

async function scan(order: ScanOrder): Promise<Scanned> {
  helper ??= start();
  const used = helper;
  const { child, orders, answers, lines, idle } = used;
  if (idle !== null) clearTimeout(idle);
  for (const one of [child, orders, answers]) one.ref();
  try {
    const line = await new Promise<string>((resolve, reject) => {
      const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
      const settled = () => {
        clearTimeout(limit);
        lines.off("line", done);
        child.off("close", failed).off("error", failed);
      };
      const done = (text: string) => {
        settled();
        resolve(text);
      };
      const failed = (code: number | Error | null) => {
        settled();
        reject(new Error(`the files of the store could not be looked through (${code instanceof Error ? code.name : code})`));
      };
      lines.once("line", done);
      child.once("close", failed).once("error", failed);
      orders.write(`${JSON.stringify(order)}\n`);
    });
    return JSON.parse(line) as Scanned;
  } finally {
    // It keeps nobody from ending.
    for (const one of [child, orders, answers]) one.unref();
    used.idle = setTimeout(() => dismiss(used), idleMs).unref();
  }
}

/**
 * Looks for texts in every byte of the database's file, its log, its free pages, and of the other files of its folder; what it finds
 * in parts of pages that hold nothing it wipes. In a process of its own, one order after the other.
 */
export function scanStoreFiles(order: ScanOrder): Promise<Scanned> {
  const next = last.catch(() => {}).then(() => scan(order));
  last = next;
  return next;
}
