import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { type ScanOrder, scanFiles } from "./scan-files.ts";

// A program of its own: a process that opens the database's file beside SQLite gives up SQLite's locks on it when it closes
// the file (https://www.sqlite.org/howtocorrupt.html, section 2.2), and a server must not. An order a line; ends when no more can come.

try {
  // Customers are answered first.
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Where it may not be said, it is not.
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(scanFiles(JSON.parse(line) as ScanOrder))}\n`);
