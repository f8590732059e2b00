import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL server that a test may stop, kill and start as it likes. */
export type OwnPostgres = {
  readonly url: string;
  start(): void;
  /** `fast` cuts every connection and shuts down in order; `immediate` is a crash. */
  stop(mode: "fast" | "immediate"): void;
  remove(): void;
};

const root = "/usr/lib/postgresql";
const limitMs = 60_000;

function programs(): string | null {
  if (!existsSync(root)) return null;
  const newest = readdirSync(root)
    .map(Number)
    .filter((version) => existsSync(join(root, String(version), "bin", "initdb")))
    .sort((a, b) => b - a)[0];
  return newest === undefined ? null : join(root, String(newest), "bin");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Null where PostgreSQL is not installed. PostgreSQL refuses to run as root, so root runs it as the user it came with. */
export async function createOwnPostgres(): Promise<OwnPostgres | null> {
  const bin = programs();
  if (bin === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "rapport-own-postgres-"));
  chmodSync(folder, 0o777);
  const port = await freePort();
  const run = (command: string) => {
    const words: [string, string[]] = process.getuid?.() === 0 ? ["su", ["postgres", "-s", "/bin/sh", "-c", command]] : ["/bin/sh", ["-c", command]];
    return spawnSync(...words, { stdio: "ignore", timeout: limitMs, cwd: "/" }).status === 0;
  };
  const must = (command: string) => {
    if (!run(command)) throw new Error(`failed: ${command}`);
  };
  const data = join(folder, "data");
  must(`${bin}/initdb -D ${data} -A trust -E UTF8 -U postgres`);
  const start = () => {
    const command = `${bin}/pg_ctl -D ${data} -o '-p ${port} -k ${folder} -c listen_addresses=127.0.0.1' -l ${folder}/log -w start`;
    // What a crash left behind may still be on its way out.
    for (let attempt = 0; attempt < 5; attempt++) {
      if (run(command)) return;
      spawnSync("sleep", ["1"]);
    }
    throw new Error("PostgreSQL did not start");
  };
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    stop: (mode) => must(`${bin}/pg_ctl -D ${data} -m ${mode} -w stop`),
    remove() {
      run(`${bin}/pg_ctl -D ${data} -m immediate -w stop`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
