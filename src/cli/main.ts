import { commandsFor } from "./commands.ts";
import { runProgram } from "./program.ts";

// When an older Node has handed over to this one (bin/rapport.mjs), its end must be ours too, even by kill -9.
const endWithParent = () => process.exit(1);
process.once("disconnect", endWithParent);
process.channel?.unref();

// Whoever reads the output may have seen enough (`| head`).
if (process.stdout.listenerCount("error") === 0) process.stdout.on("error", () => process.exit(0));

const words = process.argv.slice(2);
process.exitCode = await runProgram(await commandsFor(words), words);

process.off("disconnect", endWithParent);
process.disconnect?.();
