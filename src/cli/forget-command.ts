import { setTimeout as sleep } from "node:timers/promises";
import type { AnonymousId, CustomerId, ShopId } from "#domain/ids.ts";
import { isUsableId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import type { House } from "#server/compose.ts";
import { withShop } from "./open-shop.ts";
import { type CommandFile, databaseUrl, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly anonymous?: true; readonly wait?: true };

const lookMs = 200;
const patienceMs = 10 * 60_000;

const nameOf = (id: string, anonymous: true | undefined): PersonName =>
  anonymous === true ? { customerId: null, anonymousId: id as AnonymousId } : { customerId: id as CustomerId, anonymousId: null };

/** `rapport forget CUSTOMER_ID` */
export const forgetCommand: CommandFile = (program) => {
  withSharedOptions(
    program.command("forget <id>").description("forget a person: everything under all their names, out of the models too, and proven"),
  )
    .option("--anonymous", "the id is a visitor's, not a customer's")
    .option("--wait", "where a server does the work: until it is done, and show the certificate")
    .action(async (id: string, options: Options) => {
      if (!isUsableId(id)) throw new ProblemError({ code: "ID_INVALID", detail: "ID" });
      const done = await withShop(options, async (house, { shopId }) => {
        const { erasureId } = await house.forget.begin(shopId, nameOf(id, options.anonymous), "command line");
        await finish(house, shopId, erasureId, options);
        const status = await house.forget.status(shopId, erasureId);
        return { erasureId, state: status!.state, findings: status!.findings, certificate: await house.forget.certificate(shopId, erasureId) };
      });
      if (options.json) process.stdout.write(`${JSON.stringify(done)}\n`);
      else {
        process.stdout.write(`erasure     ${done.erasureId}\nstate       ${done.state}\n`);
        for (const finding of done.findings) process.stdout.write(`found in    ${finding}\n`);
        if (done.certificate !== null) process.stdout.write(`${JSON.stringify(done.certificate, null, 2)}\n`);
        else if (done.state !== "needs_attention")
          process.stdout.write("The server goes on with it; nothing about them is stored or used any more.\n");
      }
      if (done.state === "needs_attention") process.exitCode = 1;
    });
};

/** A server that runs does it; without one it is done here. */
async function finish(house: House, shopId: ShopId, erasureId: string, options: Options): Promise<void> {
  const isOver = async () => ["done", "needs_attention"].includes((await house.forget.status(shopId, erasureId))?.state ?? "done");
  const release = await takeOver(house, options);
  if (release !== null) {
    try {
      const until = Date.now() + patienceMs;
      while (!(await isOver()) && Date.now() < until) {
        await house.forget.runAll();
        if (!(await isOver())) await sleep(lookMs);
      }
    } finally {
      await release();
    }
    return;
  }
  if (options.wait !== true) return;
  const until = Date.now() + patienceMs;
  while (!(await isOver()) && Date.now() < until) await sleep(lookMs);
}

/** Null: a server runs on this store, and does the work itself. */
async function takeOver(house: House, { data }: SharedOptions): Promise<(() => Promise<void>) | null> {
  if (databaseUrl() === undefined) {
    const { lockFolder, serverOf } = await import("#server/folder-lock.ts");
    if (serverOf(data) !== null) return null;
    const lock = lockFolder(data, process.pid, Date.now());
    return async () => lock.release();
  }
  const campaign = house.store.leadership.campaign(() => {});
  for (let waited = 0; waited < 3_000 && !campaign.leads(); waited += lookMs) await sleep(lookMs);
  if (campaign.leads()) return () => campaign.stop();
  await campaign.stop();
  return null;
}
