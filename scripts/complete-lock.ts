import { readFileSync, writeFileSync } from "node:fs";

// A registry mirror that lacks some platforms' builds of a package makes npm leave them out of the lock file, and
// `npm ci` then calls the lock incomplete. This puts the missing entries back, by name and version; npm fetches one
// only on the platform it is for. Run after every change of dependencies: node scripts/complete-lock.ts [folder]

type Entry = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

const systems = ["android", "darwin", "linux", "win32", "freebsd", "openbsd", "netbsd", "openharmony", "sunos", "aix"];
const processors = ["arm64", "x64", "ia32", "arm", "riscv64", "ppc64", "s390x", "loong64", "mips64el", "wasm32"];
const path = new URL(`../${process.argv[2] ?? "."}/package-lock.json`, import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, Entry> };

const added: string[] = [];
for (const [parentPath, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const here = `node_modules/${name}`;
    if (lock.packages[here] !== undefined || lock.packages[`${parentPath}/${here}`] !== undefined) continue;
    const words = name.split(/[-/@]/);
    const os = systems.filter((system) => words.includes(system));
    const cpu = processors.filter((processor) => words.includes(processor));
    if (os.length === 0 && cpu.length === 0) throw new Error(`${name} is missing, and its name does not say which platform it is for`);
    lock.packages[here] = {
      version,
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
      ...(os.length ? { os } : {}),
      ...(cpu.length ? { cpu } : {}),
    };
    if (words.includes("musl")) lock.packages[here].libc = ["musl"];
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} entries added`);
