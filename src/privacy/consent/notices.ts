import { Value } from "typebox/value";
import type { Clock } from "#domain/clock.ts";
import type { ShopId } from "#domain/ids.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import { type Purpose, purposes } from "#domain/purpose.ts";
import type { NoticeRow } from "#storage/ports/consent-record-store.ts";
import type { Store } from "#storage/ports.ts";
import type { ShopPolicies } from "../policy/shop-policies.ts";
import { defaultNotice, mainNotice } from "./default-notice.ts";
import type { EndConsents } from "./end-consents.ts";
import { hashNotice, type Notice, notice } from "./notice.ts";

export type PublishedNotice = {
  readonly notice: Notice;
  readonly hash: string;
  readonly publishedAt: number;
  /** Purposes that what was decided before no longer covers. */
  readonly material: readonly Purpose[];
};

/** What a shop says; the rest stays as it is in the version before. */
export type NewNotice = Partial<Omit<Notice, "version">> & {
  /** Everything, or these purposes, means something else now. */
  readonly material?: boolean | readonly Purpose[];
};

export type Notices = {
  /** The newest version of the shop's notice; the one that ships where it has published none. */
  current(shopId: ShopId, name?: string): Promise<PublishedNotice | null>;
  list(shopId: ShopId): Promise<readonly PublishedNotice[]>;
  /** Of any shop: notices are public. */
  byHash(hash: string): Promise<PublishedNotice | null>;
  /**
   * A new version, and an end to every yes that it does not cover; both are done when it resolves. The same again changes
   * nothing. Refuses with NOTICE_INVALID.
   */
  publish(shopId: ShopId, given: NewNotice): Promise<Result<PublishedNotice & { readonly ended: number }>>;
  /** Goes on where ending what a version does not cover broke off. */
  finish(shopId: ShopId): Promise<number>;
  /**
   * The notice that a decision names ("privacy@2", or its hash), and what a yes to it no longer covers; null: none that is known
   * here.
   */
  named(shopId: ShopId, text: string): Promise<{ readonly published: PublishedNotice; readonly outdated: ReadonlySet<Purpose> } | null>;
};

const rememberMs = 2_000;

const publishedOf = (row: NoticeRow): PublishedNotice => ({
  notice: JSON.parse(row.body) as Notice,
  hash: row.hash,
  publishedAt: row.publishedAt,
  material: row.material,
});

const describedIn = ({ languages }: Notice): ReadonlySet<string> => new Set(Object.values(languages).flatMap((text) => Object.keys(text.purposes)));

export function createNotices(deps: {
  readonly store: Pick<Store, "consentRecords" | "shops">;
  readonly policies: ShopPolicies;
  readonly endConsents: EndConsents;
  readonly clock: Clock;
}): Notices {
  const { store, policies, endConsents, clock } = deps;
  const remembered = new Map<ShopId, { readonly rows: readonly PublishedNotice[]; readonly at: number }>();

  /** Of many who ask at once one reads. */
  const reading = new Map<ShopId, Promise<readonly PublishedNotice[]>>();

  async function read(shopId: ShopId, fresh = false): Promise<readonly PublishedNotice[]> {
    if (fresh) return readAnew(shopId);
    const known = remembered.get(shopId);
    if (known !== undefined && Math.abs(clock() - known.at) < rememberMs) return known.rows;
    let underWay = reading.get(shopId);
    if (underWay === undefined) {
      underWay = readAnew(shopId).finally(() => reading.delete(shopId));
      reading.set(shopId, underWay);
    }
    return underWay;
  }

  async function readAnew(shopId: ShopId): Promise<readonly PublishedNotice[]> {
    let rows = await store.consentRecords.notices(shopId);
    if (!rows.some(({ name }) => name === mainNotice)) {
      const shop = (await store.shops.list()).find((one) => one.shopId === shopId);
      await add(shopId, defaultNotice(shop?.name ?? "this shop"), []);
      rows = await store.consentRecords.notices(shopId);
    }
    if (remembered.size > 10_000) remembered.clear();
    const published = rows.map(publishedOf);
    remembered.set(shopId, { rows: published, at: clock() });
    return published;
  }

  async function add(shopId: ShopId, document: Notice, material: readonly Purpose[]): Promise<boolean> {
    const hash = hashNotice(document);
    const row = { shopId, name: document.name, version: document.version, hash, body: JSON.stringify(document), material, publishedAt: clock() };
    return store.consentRecords.addNotice({ ...row, applied: material.length === 0 });
  }

  async function apply(shopId: ShopId): Promise<number> {
    let ended = 0;
    for (const row of await store.consentRecords.notices(shopId)) {
      if (row.applied) continue;
      for (const purpose of row.material) ended += await endConsents.before(shopId, purpose, row.publishedAt);
      await store.consentRecords.markApplied(row);
    }
    return ended;
  }

  const current = async (shopId: ShopId, name = mainNotice) => (await read(shopId)).findLast((one) => one.notice.name === name) ?? null;

  return {
    current,
    list: (shopId) => read(shopId, true),
    finish: apply,

    async byHash(hash) {
      const row = await store.consentRecords.noticeByHash(hash);
      return row === null ? null : publishedOf(row);
    },

    async publish(shopId, given) {
      const name = given.name ?? mainNotice;
      const before = (await read(shopId, true)).findLast((one) => one.notice.name === name) ?? null;
      const { material = false, ...said } = given;
      const base = before?.notice ?? (await current(shopId))!.notice;
      const document = { ...base, ...said, name, version: (before?.notice.version ?? 0) + 1 };
      const [error] = Value.Errors(notice, document);
      if (error !== undefined) return refuse("NOTICE_INVALID", `${error.instancePath.slice(1).replaceAll("/", ".")} ${error.message}`.slice(0, 200));
      const policy = await policies.of(shopId);
      const missing = policy.noticeLanguages.filter((language) => !(language in document.languages));
      if (missing.length > 0) return refuse("NOTICE_INVALID", `languages: ${missing.join(", ")} is missing, which the shop's policy asks for`);
      const isSame = before !== null && hashNotice({ ...document, version: before.notice.version }) === before.hash;
      if (isSame && (material === false || (Array.isArray(material) && material.length === 0)))
        return succeed({ ...before, ended: await apply(shopId) });
      const known = before === null ? new Set<string>() : describedIn(before.notice);
      // What nobody had been told of is new to everybody.
      const isNew = (purpose: Purpose) => before !== null && describedIn(document).has(purpose) && !known.has(purpose);
      const isMaterial = (purpose: Purpose) => material === true || (Array.isArray(material) && material.includes(purpose)) || isNew(purpose);
      if (!(await add(shopId, document, purposes.filter(isMaterial))))
        return refuse("NOTICE_INVALID", "another version was published at the same time");
      const ended = await apply(shopId);
      const published = (await read(shopId, true)).find((one) => one.notice.name === name && one.notice.version === document.version)!;
      return succeed({ ...published, ended });
    },

    async named(shopId, text) {
      const [, name = mainNotice, version] = /^(?:(.+)@)?v?(\d{1,9})$/.exec(text) ?? [];
      const all = await read(shopId);
      const isMeant = (one: PublishedNotice) =>
        one.hash === text || (version !== undefined && one.notice.name === name && one.notice.version === Number(version));
      const published = all.find(isMeant);
      if (published === undefined) return null;
      const later = all.filter((one) => one.notice.name === published.notice.name && one.notice.version > published.notice.version);
      return { published, outdated: new Set(later.flatMap(({ material }) => material)) };
    },
  };
}
