import { backupCommand } from "./backup-command.ts";
import { connectCommand } from "./connect-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { exportCommand } from "./export-command.ts";
import { feedCommand } from "./feed-command.ts";
import { identityCommand } from "./identity-command.ts";
import { importCommand } from "./import-command.ts";
import { migrateStoreCommand } from "./migrate-store-command.ts";
import { runProgram } from "./program.ts";
import { recommendCommand } from "./recommend-command.ts";
import { restoreCommand } from "./restore-command.ts";
import { retentionCommand } from "./retention-command.ts";
import { serveCommand } from "./serve-command.ts";
import { shopCommand } from "./shop-command.ts";
import { sizeCommand } from "./size-command.ts";
import { trainCommand } from "./train-command.ts";
import { tuneCommand } from "./tune-command.ts";
import { webhookCommand } from "./webhook-command.ts";

// When an older Node has handed over to this one (bin/rapport.mjs), its end must be ours too, even by kill -9.
const endWithParent = () => process.exit(1);
process.once("disconnect", endWithParent);
process.channel?.unref();

// Whoever reads the output may have seen enough (`| head`).
if (process.stdout.listenerCount("error") === 0) process.stdout.on("error", () => process.exit(0));

process.exitCode = await runProgram(
  [
    serveCommand,
    shopCommand,
    connectCommand,
    importCommand,
    exportCommand,
    migrateStoreCommand,
    retentionCommand,
    sizeCommand,
    feedCommand,
    trainCommand,
    evaluateCommand,
    tuneCommand,
    recommendCommand,
    identityCommand,
    webhookCommand,
    backupCommand,
    restoreCommand,
    doctorCommand,
  ],
  process.argv.slice(2),
);

process.off("disconnect", endWithParent);
process.disconnect?.();
