import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type SmallDisk = { readonly path: string; grow(megabytes: number): void; remove(): void };

const mount = (words: readonly string[]) => spawnSync("mount", words, { stdio: "ignore", timeout: 10_000 }).status === 0;

/** A file system of its own with so much room; null where this user may not mount one. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), "rapport-disk-"));
  if (!mount(["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path])) {
    rmSync(path, { recursive: true });
    return null;
  }
  return {
    path,
    grow(wanted) {
      if (!mount(["-o", `remount,size=${wanted}m`, path])) throw new Error("the disk could not be made larger");
    },
    remove() {
      spawnSync("umount", ["-l", path], { stdio: "ignore", timeout: 10_000 });
      rmSync(path, { recursive: true, force: true });
    },
  };
}
