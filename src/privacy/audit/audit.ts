import type { Clock, EpochMs } from "#domain/clock.ts";
import { dayMs } from "#domain/clock.ts";
import type { PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import type { Shop } from "#domain/shop.ts";
import type { AuditAppend, AuditHead, AuditOpening, AuditRow } from "#storage/ports/audit-store.ts";
import type { NameOf, Store } from "#storage/ports.ts";
import type { PersonIds } from "../person-ids.ts";
import type { Signer } from "../vault/signer.ts";
import type { Anchor, AnchorFile, SignedAnchor } from "./anchor.ts";
import type { AuditAction } from "./audit-actions.ts";
import { type AuditActor, type AuditDetail, type AuditEntry, canonical, commitmentOf, linkAfter, type Opening } from "./audit-entry.ts";
import { checkAnchors, createChainCheck, type Finding } from "./verify-chain.ts";

/** What happened, to whose data, and by whom. `everybody`: all people of the shop, instead of some. */
export type AuditNote = {
  readonly shopId: ShopId;
  readonly actor: AuditActor;
  readonly action: AuditAction;
  readonly persons?: readonly PersonName[];
  readonly everybody?: boolean;
  /** Nothing about a person: it stays for ever. */
  readonly detail?: AuditDetail;
};

/** An entry as it is shown: whom it was about where that can still be opened. */
export type ShownEntry = AuditEntry & {
  readonly hash: string;
  readonly opened: readonly { readonly position: number; readonly personId: PersonId }[];
};

export type AuditVerdict = {
  readonly whole: boolean;
  readonly entries: number;
  readonly head: AuditHead;
  readonly findings: readonly Finding[];
  readonly anchors: { readonly checked: number; readonly upTo: number | null };
};

export type Audit = {
  /** Resolves when it is on the disk. */
  note(note: AuditNote): Promise<void>;
  /** Looks through the whole chain. */
  verify(shopId: ShopId): Promise<AuditVerdict>;
  /** The latest first. */
  show(shopId: ShopId, options: { readonly before: number | null; readonly limit: number }): Promise<readonly ShownEntry[]>;
  /** Who did what with the data of these people, the latest first. */
  about(shopId: ShopId, personIds: readonly PersonId[], limit: number): Promise<readonly ShownEntry[]>;
  /** All of it, as the standalone verifier reads it: a line an entry. */
  export(shopId: ShopId): AsyncGenerator<string>;
  /** Signs the head, and keeps that outside the database; null where it has been anchored already. */
  anchor(shop: Shop): Promise<SignedAnchor | null>;
  /** The same once a day, and after many entries. */
  anchorWhenDue(shop: Shop): Promise<SignedAnchor | null>;
  anchors(shopId: ShopId): readonly SignedAnchor[];
};

const rowsPerRead = 1_000;
const mostAtOnce = 200;
/** Whichever comes first. */
const [anchorAfterEntries, anchorAfterMs] = [1_000, dayMs];
const fromTheStart = Number.MIN_SAFE_INTEGER;

type Waiting = { readonly append: AuditAppend; done(): void; failed(error: unknown): void };

export function createAudit(deps: {
  readonly store: Pick<Store, "audit">;
  readonly personIds: Pick<PersonIds, "ofNames">;
  readonly signer: Signer;
  readonly anchorFile: AnchorFile;
  readonly randomBytes: (size: number) => Buffer;
  readonly clock: Clock;
}): Audit {
  const { personIds, signer, anchorFile, randomBytes, clock } = deps;
  const store = deps.store.audit;
  const waiting = new Map<ShopId, Waiting[]>();
  const writing = new Set<ShopId>();

  async function appendOf({ shopId, actor, action, persons = [], everybody, detail }: AuditNote): Promise<AuditAppend> {
    const names = new Map<PersonId, NameOf>();
    for (const person of persons) for (const name of await personIds.ofNames(shopId, person)) names.set(name.personId, name);
    const openings = [...names.values()].map((name) => {
      const opening: Opening = { salt: randomBytes(16).toString("base64url"), person: name.personId };
      return { name, text: canonical(opening), commitment: commitmentOf(opening) };
    });
    const at = clock();
    const facts = {
      shop: shopId,
      at,
      action,
      actor,
      subjects: openings.map(({ commitment }) => commitment),
      ...(everybody === true ? { everybody } : {}),
      ...(detail === undefined ? {} : { detail: wellFormed(detail) }),
    } as const;
    return { make: (before) => linkAfter(before, facts), at, openings: openings.map(({ name, text }) => ({ name, text })) };
  }

  /** What came in while the last ones were written goes together: a shop that is read a lot does not wait for each. */
  async function write(shopId: ShopId): Promise<void> {
    if (writing.has(shopId)) return;
    writing.add(shopId);
    try {
      for (let queue = waiting.get(shopId); queue !== undefined && queue.length > 0; queue = waiting.get(shopId)) {
        const some = queue.splice(0, mostAtOnce);
        try {
          await store.append(
            shopId,
            some.map(({ append }) => append),
          );
          for (const { done } of some) done();
        } catch (error) {
          for (const { failed } of some) failed(error);
        }
      }
    } finally {
      waiting.delete(shopId);
      writing.delete(shopId);
    }
  }

  async function opened(shopId: ShopId, rows: readonly AuditRow[]): Promise<ShownEntry[]> {
    const openings = new Map<number, AuditOpening[]>();
    // Entries about one person lie far apart: each is asked for by itself then.
    const seqs = rows.map(({ seq }) => seq);
    const [first, last] = [Math.min(...seqs), Math.max(...seqs)];
    const isDense = rows.length > 0 && last - first < 4 * rows.length;
    const found = isDense
      ? await store.openings(shopId, first, last)
      : (await Promise.all(seqs.map((seq) => store.openings(shopId, seq, seq)))).flat();
    for (const opening of found) openings.set(opening.seq, [...(openings.get(opening.seq) ?? []), opening]);
    return rows.flatMap((row) => {
      const entry = entryOf(row);
      if (entry === null) return [];
      const fitting = (openings.get(row.seq) ?? []).filter(({ text }) => text !== null);
      return [{ ...entry, hash: row.hash, opened: fitting.map(({ position, personId }) => ({ position, personId })) }];
    });
  }

  async function* pages(shopId: ShopId): AsyncGenerator<{ readonly rows: readonly AuditRow[]; readonly openings: readonly AuditOpening[] }> {
    for (let after = fromTheStart; ; ) {
      const rows = await store.read(shopId, after, rowsPerRead);
      const last = rows.length < rowsPerRead ? Number.MAX_SAFE_INTEGER : rows.at(-1)!.seq;
      yield { rows, openings: await store.openings(shopId, after === fromTheStart ? after : after + 1, last) };
      if (rows.length < rowsPerRead) return;
      after = last;
    }
  }

  const ownAnchors = (shopId: ShopId) => anchorFile.read().anchors.filter(({ shop }) => shop === shopId);

  async function anchor(shop: Shop): Promise<SignedAnchor | null> {
    const head = await store.head(shop.shopId);
    const last = ownAnchors(shop.shopId).at(-1);
    if (head.seq === 0 || (last?.seq === head.seq && last.hash === head.hash)) return null;
    const document: Anchor = {
      type: "rapport-audit-anchor",
      version: 1,
      shop: shop.shopId,
      shopName: shop.name,
      seq: head.seq,
      hash: head.hash,
      at: new Date(clock()).toISOString(),
      after: last === undefined ? null : { seq: last.seq, hash: last.hash },
    };
    const signed = { ...document, signature: await signer.sign(shop.shopId, document) };
    anchorFile.add(signed);
    return signed;
  }

  const isDue = (head: AuditHead, last: SignedAnchor | undefined, now: EpochMs): boolean =>
    last === undefined
      ? head.seq > 0
      : head.seq - last.seq >= anchorAfterEntries || (head.seq !== last.seq && now - Date.parse(last.at) >= anchorAfterMs);

  return {
    async note(note) {
      const append = await appendOf(note);
      await new Promise<void>((done, failed) => {
        const queue = waiting.get(note.shopId) ?? [];
        waiting.set(note.shopId, queue);
        queue.push({ append, done, failed });
        void write(note.shopId);
      });
    },

    async verify(shopId) {
      const read = anchorFile.read();
      const check = createChainCheck(shopId, new Set(read.anchors.filter(({ shop }) => shop === shopId).map(({ seq }) => seq)));
      for await (const { rows, openings } of pages(shopId)) {
        const bySeq = Map.groupBy(openings, ({ seq }) => seq);
        for (const row of rows) {
          check.next(row, bySeq.get(row.seq) ?? []);
          bySeq.delete(row.seq);
        }
        for (const stray of bySeq.values()) for (const opening of stray) check.stray(opening);
      }
      const anchors = checkAnchors(shopId, read, await signer.publicKeys(shopId), { head: check.head(), hashes: check.hashes });
      const findings = [...check.findings, ...anchors.findings];
      return {
        whole: findings.length === 0,
        entries: check.entries(),
        head: check.head(),
        findings,
        anchors: { checked: anchors.checked, upTo: anchors.upTo },
      };
    },

    show: async (shopId, { before, limit }) => opened(shopId, await store.latest(shopId, before, limit)),
    about: async (shopId, ids, limit) => opened(shopId, await store.about(shopId, ids, limit)),

    async *export(shopId) {
      for await (const { rows, openings } of pages(shopId)) {
        const bySeq = Map.groupBy(openings, ({ seq }) => seq);
        for (const { seq, entry, hash } of rows) {
          const fitting = (bySeq.get(seq) ?? []).map(({ position, text }) => ({ position, text }));
          yield `${JSON.stringify({ shop: shopId, seq, entry, hash, openings: fitting })}\n`;
        }
      }
    },

    anchor,
    async anchorWhenDue(shop) {
      return isDue(await store.head(shop.shopId), ownAnchors(shop.shopId).at(-1), clock()) ? anchor(shop) : null;
    },
    anchors: ownAnchors,
  };
}

/** Null: it was tampered with; verification says where. */
function entryOf(row: AuditRow): AuditEntry | null {
  try {
    const entry = JSON.parse(row.entry) as AuditEntry;
    return typeof entry === "object" && entry !== null && Array.isArray(entry.subjects) ? entry : null;
  } catch {
    return null;
  }
}

function wellFormed(detail: AuditDetail): AuditDetail {
  const text = (value: string) => value.toWellFormed();
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name,
      typeof value === "string" ? text(value) : typeof value === "object" && value !== null ? value.map(text) : value,
    ]),
  );
}
