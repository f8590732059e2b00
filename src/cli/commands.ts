import { auditCommand } from "./audit-command.ts";
import { backupCommand } from "./backup-command.ts";
import { breachCommand } from "./breach-command.ts";
import { connectCommand } from "./connect-command.ts";
import { contactCommand } from "./contact-command.ts";
import { doctorCommand } from "./doctor-command.ts";
import { evaluateCommand } from "./evaluate-command.ts";
import { exportCommand } from "./export-command.ts";
import { feedCommand } from "./feed-command.ts";
import { forgetCommand } from "./forget-command.ts";
import { identityCommand } from "./identity-command.ts";
import { importCommand } from "./import-command.ts";
import { keyCommand } from "./key-command.ts";
import { migrateStoreCommand } from "./migrate-store-command.ts";
import { noticeCommand } from "./notice-command.ts";
import { policyCommand } from "./policy-command.ts";
import type { CommandFile } from "./program.ts";
import { recommendCommand } from "./recommend-command.ts";
import { recordsCommand } from "./records-command.ts";
import { restoreCommand } from "./restore-command.ts";
import { retentionCommand } from "./retention-command.ts";
import { rightsCommand } from "./rights-command.ts";
import { serveCommand } from "./serve-command.ts";
import { shopCommand } from "./shop-command.ts";
import { sizeCommand } from "./size-command.ts";
import { trainCommand } from "./train-command.ts";
import { tuneCommand } from "./tune-command.ts";
import { verifyCommand } from "./verify-command.ts";
import { webhookCommand } from "./webhook-command.ts";

/** All that `rapport` can be told, in the order of its help. */
export const commands: readonly CommandFile[] = [
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
  policyCommand,
  noticeCommand,
  forgetCommand,
  rightsCommand,
  contactCommand,
  webhookCommand,
  backupCommand,
  restoreCommand,
  keyCommand,
  verifyCommand,
  auditCommand,
  recordsCommand,
  breachCommand,
  doctorCommand,
];
