import { readFileSync } from "node:fs";
import { ProblemError } from "#domain/problem.ts";
import type { JsonWebKeyWithKid } from "#privacy/vault/signer.ts";
import { withHouse } from "./open-shop.ts";
import { type CommandFile, exitCodes, type SharedOptions, withSharedOptions } from "./program.ts";

type Options = SharedOptions & { readonly keys?: string; readonly standalone?: true };

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ProblemError({ code: "FILE_MISSING", detail: path }, { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${path} is no JSON` }, { cause: error });
  }
}

/** A set of keys, a list of them, or one. */
function keysIn(json: unknown, path: string): readonly JsonWebKeyWithKid[] {
  const set = json as { keys?: unknown } | null;
  const keys: unknown[] = Array.isArray(json) ? json : Array.isArray(set?.keys) ? set.keys : [json];
  if (!keys.every((key) => typeof key === "object" && key !== null && typeof (key as { kid?: unknown }).kid === "string"))
    throw new ProblemError({ code: "FILE_UNREADABLE", detail: `${path} holds no keys as GET /v1/privacy/keys gives them` });
  return keys as JsonWebKeyWithKid[];
}

async function keysOfStore(options: SharedOptions): Promise<readonly JsonWebKeyWithKid[]> {
  return withHouse(options, async (house) => {
    const shops = (await house.store.shops.list()).filter(({ name }) => options.shop === undefined || name === options.shop);
    if (shops.length === 0) throw new ProblemError({ code: "SHOP_UNKNOWN", detail: options.shop ?? "this data folder holds no shop" });
    return (await Promise.all(shops.map(({ shopId }) => house.vault.signer.publicKeys(shopId)))).flat();
  });
}

/** `rapport verify` */
export const verifyCommand: CommandFile = (program) => {
  withSharedOptions(
    program
      .command("verify")
      .description("check the signature of a receipt, a certificate or an audit anchor")
      .argument("[file]", "the signed document, JSON")
      .option("--keys <file>", "public keys, as GET /v1/privacy/keys gives them; else those of the store")
      .option("--standalone", "print a program of one file that does the same without Rapport, offline"),
  ).action(async (file: string | undefined, options: Options) => {
    if (options.standalone === true) {
      const { standaloneVerifier } = await import("#server/standalone-verifier.ts");
      process.stdout.write(readFileSync(standaloneVerifier, "utf8"));
      return;
    }
    if (file === undefined) throw new ProblemError({ code: "OPTION_INVALID", detail: "which file? (or --standalone)" });
    const { verifySigned } = await import("#privacy/vault/verify-signed.ts");
    const document = readJson(file);
    const keys = options.keys === undefined ? await keysOfStore(options) : keysIn(readJson(options.keys), options.keys);
    const verdict = verifySigned(document, keys);
    if (options.json) process.stdout.write(`${JSON.stringify(verdict)}\n`);
    else if (verdict.verified) process.stdout.write(`✓ verified: as it was signed with key ${verdict.keyId}\n`);
    else throw new ProblemError({ code: "DOCUMENT_UNVERIFIED", detail: verdict.why });
    if (!verdict.verified) process.exitCode = exitCodes.refused;
  });
};
