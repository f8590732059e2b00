import { connectCommand } from "./connect-command.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { feedCommand } from "./feed-command.ts";
import { identityCommand } from "./identity-command.ts";
import { importCommand } from "./import-command.ts";
import { runProgram } from "./program.ts";
import { recommendCommand } from "./recommend-command.ts";
import { serveCommand } from "./serve-command.ts";
import { shopCommand } from "./shop-command.ts";
import { trainCommand } from "./train-command.ts";
import { tuneCommand } from "./tune-command.ts";
import { webhookCommand } from "./webhook-command.ts";

// When an older Node has handed over to this one (bin/rapport.mjs), its end must be ours too, even by kill -9.
const endWithParent = () => process.exit(1);
process.once("disconnect", endWithParent);
process.channel?.unref();

process.exitCode = await runProgram(
  [
    serveCommand,
    shopCommand,
    connectCommand,
    importCommand,
    feedCommand,
    trainCommand,
    evaluateCommand,
    tuneCommand,
    recommendCommand,
    identityCommand,
    webhookCommand,
  ],
  process.argv.slice(2),
);

process.off("disconnect", endWithParent);
process.disconnect?.();
