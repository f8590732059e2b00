import type { BackupManifest, CheckedBackup } from "#storage/ports/store-care.ts";

export const say = (line: string) => process.stdout.write(`${line}\n`);

const count = (number: number) => number.toLocaleString("en-US");

/** What a backup is of, for people. */
export function tellManifest(manifest: BackupManifest): void {
  say(`  written     ${manifest.createdAt} by Rapport ${manifest.rapport}, schema ${manifest.schemaStep}, from ${manifest.from}`);
  for (const { name, head } of manifest.shops)
    say(`  shop        ${name} (up to entry ${count(head)})${manifest.whole ? "" : "; other shops of the same store are not in it"}`);
  if (manifest.shops.length === 0) say("  shop        none");
  const rows = Object.entries(manifest.rows).filter(([, number]) => number > 0);
  say(`  rows        ${rows.map(([table, number]) => `${table} ${count(number)}`).join(", ") || "none"}`);
}

/** The same for programs. */
export function backupAsJson({ manifest, sha256 }: CheckedBackup) {
  const { files, ...rest } = manifest;
  return { ...rest, files: Object.keys(files), sha256 };
}
