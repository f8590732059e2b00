import { userInfo } from "node:os";
import type { House } from "#server/compose.ts";
import { auditedCommands } from "./audited-commands.ts";
import { takeRunningCommand } from "./running-command.ts";

/** Who is signed in; a container may have no such person. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

/** Notes in the audit log what the command line was used for, in the shop that it was about or in every one. */
export async function noteCommand(house: House, shopName: string | undefined): Promise<void> {
  const command = takeRunningCommand();
  const rule = command === null ? undefined : auditedCommands[command.path];
  if (command === null || rule === undefined) return;
  const wanted = rule.shopName?.(command) ?? shopName;
  const persons = rule.persons?.(command);
  for (const { shopId, name } of await house.store.shops.list()) {
    if (wanted !== undefined && name !== wanted) continue;
    await house.audit.note({
      shopId,
      actor: { kind: "command-line", user: userName() },
      action: rule.action,
      ...(persons === undefined ? {} : { persons }),
      ...(rule.everybody === true ? { everybody: true } : {}),
      detail: { command: command.path },
    });
  }
}
