import { createHash } from "node:crypto";
import type { Erasure } from "#storage/ports/forget-store.ts";
import type { Store } from "#storage/ports.ts";
import { createPace } from "../create-pace.ts";
import type { ErasureWork } from "./erasure-work.ts";

/** Looks for texts in every byte of the files of a store; null where there are none to read (another server keeps them). */
export type ScanFiles = (needles: readonly string[]) => Promise<{
  readonly hits: readonly { readonly needle: number; readonly file: string }[];
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly cleaned: number;
  readonly busy: boolean;
}>;

export type Evidence = {
  readonly method: "files" | "rows";
  /** Where it was looked. */
  readonly looked: readonly string[];
  readonly bytes: number;
  /** Ids, names and ids of messages that were looked for. */
  readonly texts: number;
  readonly sha256: string;
};
export type Verdict = { readonly findings: readonly string[]; readonly evidence: Evidence };

/** Looked for by their ids in one go, in every table; between two goes, requests have their turn. */
const peoplePerPiece = 8;

/** Shorter texts, and numbers, stand by chance where they mean nobody; rows of such people are looked for by their ids alone. */
const isTelling = (text: string) => Buffer.byteLength(text) >= 8 && !/^\d+$/.test(text) && /[\p{L}]/u.test(text);
/** What is about products and not about people: a customer may be called what a product is called. */
const notAboutPeople = /^(items|feeds|feed_rows|product_records|models|catalogue_revisions|shops|connections|notices|shop_policies)\./;

/** `ownWords`: a customer may be called "undefined", "anonymous" or "restriction"; that word stands in a store whoever is in it. */
const needlesOf = ({ personIds, sharedIds, names, needles }: ErasureWork, ownWords: ReadonlySet<string>): string[] => {
  const shared = new Set(sharedIds);
  const called = names.map(({ externalId }) => externalId).filter((name) => !ownWords.has(name));
  const texts = [...personIds.filter((id) => !shared.has(id)), ...called, ...needles].filter(isTelling);
  return [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
};

/** Whether anything is left of people that were forgotten: rows by their ids, then every byte (or, where others keep the files, every row). */
export function createVerifyErasures(deps: {
  readonly store: Pick<Store, "kind" | "forgetting">;
  readonly scanFiles: ScanFiles | null;
  /** The words that this program itself puts into a store. */
  readonly ownWords: () => ReadonlySet<string>;
}) {
  const { store, scanFiles, ownWords } = deps;
  const textsOf = (work: ErasureWork) => needlesOf(work, ownWords());

  return async (subjects: readonly { readonly erasure: Erasure; readonly work: ErasureWork }[]): Promise<readonly Verdict[]> => {
    const findings = subjects.map(() => new Set<string>());
    const rest = createPace();
    for (const [index, { erasure, work }] of subjects.entries()) {
      for (const table of Object.keys(await store.forgetting.remains(erasure.shopId, work))) findings[index]!.add(table);
      if ((index + 1) % peoplePerPiece === 0) await rest();
    }

    const texts: string[] = [];
    const owner: number[] = [];
    for (const [index, { work }] of subjects.entries())
      for (const text of textsOf(work)) {
        texts.push(text);
        owner.push(index);
      }
    let looked: string[];
    let bytes = 0;
    if (scanFiles === null) {
      await store.forgetting.sweep();
      looked = ["every text column of every table"];
      for (const column of await store.forgetting.textRemains(texts)) {
        if (notAboutPeople.test(column)) continue;
        // Whose it is is looked up only now that there is something.
        for (const [index, { work }] of subjects.entries())
          if ((await store.forgetting.textRemains(textsOf(work))).includes(column)) findings[index]!.add(column);
      }
    } else {
      const { hits, files, busy } = await scanFiles(texts);
      looked = files.map(({ name }) => name);
      bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      for (const [index, found] of Map.groupBy(hits, ({ needle }) => owner[needle]!)) {
        const inStore = found.filter(({ file }) => file.startsWith("rapport.sqlite"));
        for (const { file } of found) if (!file.startsWith("rapport.sqlite")) findings[index]!.add(file);
        if (inStore.length === 0) continue;
        const { personIds, needles } = subjects[index]!.work;
        const secret = new Set<string>([...personIds, ...needles]);
        const there = [...new Set(inStore.map(({ needle }) => texts[needle]!))];
        const columns = await store.forgetting.textRemains(there);
        for (const column of columns) if (!notAboutPeople.test(column)) findings[index]!.add(column);
        if (columns.length > 0) continue;
        // A name may be part of somebody else's; an id of ours is nobody else's, and what no row explains stands where no row is.
        const isPart = !there.some((text) => secret.has(text)) && (await store.forgetting.textRemains(there, true)).length > 0;
        if (!isPart) findings[index]!.add(busy ? "rapport.sqlite-wal" : "rapport.sqlite");
      }
    }
    return subjects.map(({ erasure, work }, index) => {
      const found = [...findings[index]!].sort();
      const facts = { method: scanFiles === null ? "rows" : "files", looked: looked.toSorted(), bytes, texts: textsOf(work).length } as const;
      const sha256 = createHash("sha256")
        .update(JSON.stringify([erasure.erasureId, facts, found]))
        .digest("hex");
      return { findings: found, evidence: { ...facts, sha256 } };
    });
  };
}
