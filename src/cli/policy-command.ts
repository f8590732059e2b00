import { ProblemError } from "#domain/problem.ts";
import { policyPacks } from "#privacy/policy/policy.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, type SharedOptions, withSharedOptions } from "./program.ts";

type SetOptions = SharedOptions & { readonly overrides?: string };

function overridesIn(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ProblemError({ code: "POLICY_INVALID", detail: "--overrides is not JSON" });
  }
}

/** `rapport policy list`, `rapport policy show`, `rapport policy set gdpr,pk` */
export const policyCommand: CommandFile = (program) => {
  const policy = program.command("policy").description("which laws a shop keeps to, as numbers");

  policy
    .command("list")
    .description("the packs there are")
    .option("--json", "print the result as JSON")
    .action(({ json }: { json?: true }) => {
      const packs = [...policyPacks.values()];
      if (json) return void process.stdout.write(`${JSON.stringify({ packs })}\n`);
      for (const pack of packs) process.stdout.write(`${pack.name}\t${pack.status}\t${pack.title}\n`);
    });

  withSharedOptions(policy.command("show").description("what holds for the shop")).action(async (options: SharedOptions) => {
    const found = await withShop(options, (house, shop) => house.policy.of(shop.shopId));
    process.stdout.write(`${options.json ? JSON.stringify(found) : JSON.stringify(found, null, 2)}\n`);
  });

  withSharedOptions(policy.command("set <packs>").description("keep to these packs, the strictest in each point: gdpr,pk"))
    .option("--overrides <json>", 'the shop\'s own settings over them: {"childAge": 18}')
    .action(async (packs: string, options: SetOptions) => {
      const names = packs
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "");
      const set = await withShop(options, async (house, shop) => {
        const result = await house.policy.set(shop.shopId, names, overridesIn(options.overrides));
        if (result.ok) await house.ageSignals.judgeAnew(shop.shopId);
        return result;
      });
      if (!set.ok) throw new ProblemError(set.problem);
      process.stdout.write(options.json ? `${JSON.stringify(set.value)}\n` : `The shop keeps to ${set.value.packs.join(", ")} from now on\n`);
    });
};
