import type { Command } from "commander";
import type { RecoveryKit } from "#privacy/vault/recovery-kit.ts";
import { askOnStdin } from "./ask-on-stdin.ts";
import { withHouse } from "./open-shop.ts";
import { type CommandFile, databaseUrl, type SharedOptions, withSharedOptions } from "./program.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);
const storeOf = (options: SharedOptions) => ({ dataFolder: options.data, databaseUrl: databaseUrl() });
/** Keys of people that are tried. */
const sample = 200;
const asking = "Type the 24 words of the recovery kit, then an empty line:\n";

function printKit({ keyId, words, checkWords }: RecoveryKit): void {
  say("Rapport recovery kit");
  say(`key          ${keyId}`);
  say(`check words  ${checkWords.join(" ")}`);
  say("");
  for (let row = 0; row < words.length / 4; row++)
    say(
      words
        .slice(row * 4, row * 4 + 4)
        .map((word, at) => `${String(row * 4 + at + 1).padStart(2)} ${word.padEnd(10)}`)
        .join(" ")
        .trimEnd(),
    );
  say("");
  say("Print it and lock it away, apart from the backups. Whoever has it and the store can read everything;");
  say("without it, and without the key, nobody ever can. To use it: rapport key restore");
}

function addRotate(key: Command): void {
  withSharedOptions(key.command("rotate").description("new keys for the shops: keys of people are sealed anew, their data is not touched"))
    .option("--root", "a new key of the installation as well (with it comes a new recovery kit)")
    .option("--signing", "new pairs to sign with as well; the old public keys stay")
    .action(async (options: SharedOptions & { readonly root?: true; readonly signing?: true }) => {
      const { rotateRoot, rotateShops } = await import("#server/key-care.ts");
      const root = options.root === true ? await rotateRoot(storeOf(options), process.env, Date.now) : null;
      // The rest is done with the new one.
      if (root !== null && process.env.RAPPORT_KEY && process.env.RAPPORT_NEW_KEY) process.env.RAPPORT_KEY = process.env.RAPPORT_NEW_KEY;
      const shops = await withHouse(options, (house) => rotateShops(house, options.shop, options.signing === true));
      if (options.json) return void say(JSON.stringify({ root, shops }));
      for (const { shop, rewrapped, signingKeyId } of shops)
        say(`${shop}: new key, ${rewrapped} keys of people sealed with it${signingKeyId === null ? "" : `; signs with ${signingKeyId} from now on`}`);
      if (root === null) return;
      say(`The key of the installation is ${root.keyId} from now on; that of ${root.shops} shop keys was ${root.formerKeyId} before.`);
      if (root.formerPath === null) say("Set RAPPORT_KEY to the new key, everywhere, and start every process again.");
      else say(`The former key lies in ${root.formerPath}: backups from before need it. Delete it when they are gone.`);
      say("The recovery kit of before opens only backups of before. Print the new one: rapport key kit");
    });
}

/** `rapport key kit`, `restore`, `check`, `rotate` */
export const keyCommand: CommandFile = (program) => {
  const key = program.command("key").description("the key that everything personal is sealed with: recovery kit, restoring, rotation");

  withSharedOptions(key.command("kit").description("print the recovery kit: 24 words that are the key")).action(async (options: SharedOptions) => {
    const { printedKit } = await import("#server/key-care.ts");
    const kit = await printedKit(storeOf(options), process.env);
    if (options.json) say(JSON.stringify(kit));
    else printKit(kit);
  });

  withSharedOptions(key.command("restore").description("make the key file again out of the words of the kit; they are asked for")).action(
    async (options: SharedOptions) => {
      const { restoreKey } = await import("#server/key-care.ts");
      const restored = await restoreKey(storeOf(options), process.env, await askOnStdin(asking));
      if (options.json) return void say(JSON.stringify(restored));
      say(`${restored.path} holds key ${restored.keyId} (check words: ${restored.checkWords.join(" ")})`);
      say(restored.proven ? "It is the key of the store that is there." : "There is no store yet that it could be compared with.");
    },
  );

  withSharedOptions(
    key.command("check").description("prove that the words of a kit open the store; they are asked for, and nothing is written"),
  ).action(async (options: SharedOptions) => {
    const { checkKit } = await import("#server/key-care.ts");
    const { keyId, checkWords, health } = await checkKit(storeOf(options), await askOnStdin(asking), sample);
    const isWhole = health.unreadableShops === 0 && health.unreadablePeople === 0;
    if (options.json) say(JSON.stringify({ keyId, checkWords, opensAll: isWhole, ...health }));
    else {
      say(`key ${keyId} (check words: ${checkWords.join(" ")})`);
      say(
        `opens ${health.shopKeys - health.unreadableShops} of ${health.shopKeys} keys of shops, ${health.tried - health.unreadablePeople} of ${health.tried} keys of people that were tried`,
      );
    }
    if (!isWhole) process.exitCode = 1;
  });

  addRotate(key);
};
