import { createHash } from "node:crypto";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { keyIdOf } from "./field-cipher.ts";

/** The key of the installation as words on paper (BIP 39, English, 24 words). */
export type RecoveryKit = {
  readonly keyId: string;
  readonly words: readonly string[];
  /** Tell kits apart, and say nothing of the key: they may be shown to anybody. */
  readonly checkWords: readonly string[];
};

const wordsInKit = 24;
const checkWordsInKit = 3;
const known: ReadonlySet<string> = new Set(wordlist);

/** Eleven bits a word, of a digest that leads to nothing else. */
export function checkWordsOf(secret: Uint8Array): string[] {
  const digest = createHash("sha256").update("rapport recovery kit\n").update(secret).digest();
  return Array.from({ length: checkWordsInKit }, (_, at) => wordlist[digest.readUInt16BE(at * 2) % wordlist.length]!);
}

export function kitOf(secret: Uint8Array): RecoveryKit {
  return { keyId: keyIdOf(secret), words: entropyToMnemonic(secret, wordlist).split(" "), checkWords: checkWordsOf(secret) };
}

/** The key out of words as somebody types them, with their numbers or without. Refuses with RECOVERY_KIT_WRONG, and never quotes one. */
export function keyOfWords(text: string): Result<Uint8Array> {
  const words = text
    .normalize("NFKD")
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^\d+[.):]?|[.,]$/g, ""))
    .filter((word) => word !== "");
  const unknown = words.findIndex((word) => !known.has(word));
  if (unknown >= 0) return refuse("RECOVERY_KIT_WRONG", `word ${unknown + 1} is none of the list`);
  if (words.length !== wordsInKit) return refuse("RECOVERY_KIT_WRONG", `${words.length} words were given, not ${wordsInKit}`);
  try {
    return succeed(mnemonicToEntropy(words.join(" "), wordlist));
  } catch {
    return refuse("RECOVERY_KIT_WRONG", "each word is one of the list, but together they do not add up: one is wrong, or two changed places");
  }
}
