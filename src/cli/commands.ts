import type { CommandFile } from "./program.ts";

/** All that `rapport` can be told, in the order of its help. Each is read when it is asked for: a command starts in half the time. */
export const commandFiles: Readonly<Record<string, () => Promise<CommandFile>>> = {
  serve: async () => (await import("./serve-command.ts")).serveCommand,
  shop: async () => (await import("./shop-command.ts")).shopCommand,
  connect: async () => (await import("./connect-command.ts")).connectCommand,
  import: async () => (await import("./import-command.ts")).importCommand,
  export: async () => (await import("./export-command.ts")).exportCommand,
  "migrate-store": async () => (await import("./migrate-store-command.ts")).migrateStoreCommand,
  retention: async () => (await import("./retention-command.ts")).retentionCommand,
  size: async () => (await import("./size-command.ts")).sizeCommand,
  feed: async () => (await import("./feed-command.ts")).feedCommand,
  train: async () => (await import("./train-command.ts")).trainCommand,
  evaluate: async () => (await import("./evaluate-command.ts")).evaluateCommand,
  tune: async () => (await import("./tune-command.ts")).tuneCommand,
  recommend: async () => (await import("./recommend-command.ts")).recommendCommand,
  identity: async () => (await import("./identity-command.ts")).identityCommand,
  policy: async () => (await import("./policy-command.ts")).policyCommand,
  notice: async () => (await import("./notice-command.ts")).noticeCommand,
  forget: async () => (await import("./forget-command.ts")).forgetCommand,
  rights: async () => (await import("./rights-command.ts")).rightsCommand,
  contact: async () => (await import("./contact-command.ts")).contactCommand,
  webhook: async () => (await import("./webhook-command.ts")).webhookCommand,
  backup: async () => (await import("./backup-command.ts")).backupCommand,
  restore: async () => (await import("./restore-command.ts")).restoreCommand,
  key: async () => (await import("./key-command.ts")).keyCommand,
  verify: async () => (await import("./verify-command.ts")).verifyCommand,
  audit: async () => (await import("./audit-command.ts")).auditCommand,
  records: async () => (await import("./records-command.ts")).recordsCommand,
  breach: async () => (await import("./breach-command.ts")).breachCommand,
  doctor: async () => (await import("./doctor-command.ts")).doctorCommand,
};

const isVersion = (word: string | undefined) => word === "--version" || word === "-V";

/** The one that these words call; all of them where they call none, for the help and for a hint at what was meant. */
export async function commandsFor(words: readonly string[]): Promise<readonly CommandFile[]> {
  if (isVersion(words[0])) return [];
  const called = words[0] !== undefined && Object.hasOwn(commandFiles, words[0]) ? commandFiles[words[0]] : undefined;
  return Promise.all((called === undefined ? Object.values(commandFiles) : [called]).map((read) => read()));
}
