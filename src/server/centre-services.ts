import type { CentreServices, Conclusion, Deed, Download, OwnRequest, OwnRights, Permission, Taste } from "#centre/centre-services.ts";
import { renderCopy } from "#centre/copy-page.ts";
import { localeOf } from "#centre/locales.ts";
import { byGpc, byGpcAcknowledged, byGuardian, type ConsentDecision, isGranted } from "#domain/consent.ts";
import type { ItemId, ShopId } from "#domain/ids.ts";
import { type PersonName, underName } from "#domain/person.ts";
import { ProblemError, type Result } from "#domain/problem.ts";
import { purposes } from "#domain/purpose.ts";
import type { Shop } from "#domain/shop.ts";
import type { ChooseKind } from "#privacy/preferences/manage-preferences.ts";
import { optOutPurposes } from "#privacy/record-consents.ts";
import { isOpenState } from "#privacy/rights/states.ts";
import { writeJson } from "#privacy/rights/write-json.ts";
import type { KnownEvent, Profile } from "#serving/profile.ts";
import type { PrivacySession } from "#storage/ports/privacy-link-store.ts";
import type { RightsRequest } from "#storage/ports/rights-request-store.ts";
import type { House } from "./compose.ts";

/** Things done that are listed on the page; the copy has all. */
const maxListed = 60;
const itemsNamed = 3;

export const namesOf = ({ name }: Pick<PrivacySession, "name">): PersonName => underName(name);

/** A reference to somebody's forgetting: it names the shop, too, for whoever is forgotten has no session to say it. */
export const forgettingReference = {
  make: (shopId: string, erasureId: string) => `${shopId}.${erasureId}`,
  split: (reference: string) => reference.split("."),
};

const keysHrefOf = ({ name }: Shop) => `/v1/privacy/keys?${new URLSearchParams({ shop: name })}`;

function deciderOf({ how, source }: ConsentDecision): NonNullable<Permission["decision"]>["by"] {
  if (how === byGpc) return "signal";
  if (how === byGuardian) return "guardian";
  return source === "shop-asserted" && how !== byGpcAcknowledged ? "shop" : "person";
}

const titled = ({ title, id }: KnownEvent["items"][number]): string => title ?? id;

const toDeed = ({ id, type, name, at, items, unusedBecause }: KnownEvent, unused: ReadonlySet<string>): Deed => ({
  id,
  type,
  name,
  at,
  items: items.map(titled),
  isUnused: unusedBecause !== null && unused.has(id),
});

function toConclusion(
  { key, kind, name, because }: Awaited<ReturnType<Profile["of"]>>["inferred"][number],
  byId: ReadonlyMap<string, KnownEvent>,
  titleOf: TitleOf,
): Conclusion {
  const items = [...new Set(because.flatMap(({ event }) => byId.get(event)?.items.map(titled) ?? []))];
  return { ...conclusionIn(key, kind, name, titleOf), count: because.length, items: items.slice(0, itemsNamed) };
}

type TitleOf = (itemId: string) => string;

/** How a conclusion is said: the price is a kind of its own, and an item goes by its title. */
function conclusionIn(key: string, kind: string, name: string, titleOf: TitleOf): Pick<Conclusion, "key" | "kind" | "value"> {
  if (kind === "price" && (name === "low" || name === "middle" || name === "high")) return { key, kind: `price.${name}`, value: name };
  if (kind === "reorder") return { key, kind, value: titleOf(name) };
  return { key, kind: kind === "category" || kind === "brand" ? kind : "other", value: name };
}

/** A conclusion that was deleted, by the key that is all that is left of it: "category: Tea". */
function suppressedIn(key: string, titleOf: TitleOf): Pick<Conclusion, "key" | "kind" | "value"> {
  const [, kind = "other", name = key] = /^([a-z]+): (.*)$/s.exec(key) ?? [];
  return conclusionIn(key, kind, name, titleOf);
}

/** What the page of one person may do: the same services as the API has, with nobody's name but theirs. */
export function centreServicesOf(house: House, shop: Shop, session: PrivacySession, rankingHref: string, onChange: () => void): CentreServices {
  const { shopId } = shop;
  const { useAgain: takeUp } = house.profile;
  const names = namesOf(session);
  const by = "person";
  const items = async () => (await house.snapshots.of(shopId)).items;
  const person = async () => (await house.gate.recognise(shopId, names))!;
  const changed = async (work: Promise<unknown>): Promise<void> => {
    await work;
    onChange();
  };

  async function permissions(): Promise<Permission[]> {
    const state = await house.consentRecords.stateOf(shopId, await person());
    return purposes.map((purpose) => {
      const decision = state.get(purpose);
      if (decision === undefined) return { purpose, granted: false, decision: null };
      const { at, notice, expiresAt } = decision;
      return { purpose, granted: isGranted(state, purpose), decision: { at, by: deciderOf(decision), notice, until: expiresAt ?? null } };
    });
  }

  async function copy(kind: "json" | "html", locale: string): Promise<Download> {
    const opened = await house.rights.open(shopId, { kind: "access", names, source: "person", verifiedBy: "one-time link" });
    if (opened.ok) await house.rights.fulfil(shopId, opened.value.request.requestId, "person");
    let json = "";
    for await (const part of writeJson(await house.accessExport(shopId, names))) json += part;
    if (kind === "json") return { name: "my-data.json", type: "application/json; charset=utf-8", body: json };
    const document = JSON.parse(json) as Record<string, unknown>;
    return { name: "my-data.html", type: "text/html; charset=utf-8", body: renderCopy(localeOf(locale) ?? "en", shop.name, document) };
  }

  async function standing(): ReturnType<CentreServices["standing"]> {
    const shown = await house.preferences.show(shopId, names);
    const titles = await house.store.catalogue.get(shopId, [...shown.less, ...shown.more.items] as ItemId[]);
    const tastes = (kind: Taste["kind"], keys: readonly string[]): Taste[] =>
      keys.map((key) => ({ kind, key, title: kind === "item" ? (titles.get(key as ItemId)?.title ?? key) : key }));
    return {
      mayPersonalize: await house.gate.agrees(shopId, await person(), "personalize"),
      inForce: shown.dataUse.inForce,
      chosen: shown.dataUse.chosen,
      pausedUntil: shown.pausedUntil,
      less: [...tastes("item", shown.less), ...tastes("category", shown.muted.categories), ...tastes("brand", shown.muted.brands)],
      more: [...tastes("item", shown.more.items), ...tastes("category", shown.more.categories), ...tastes("brand", shown.more.brands)],
      messages: { perWeek: shown.frequency.perWeek, spent: shown.frequency.spent.lastWeek },
    };
  }

  return {
    shopName: shop.name,
    whose: session.name.kind,
    rankingHref,
    clock: house.clock,
    permissions,
    async setPermission(purpose, granted, gpc, locale) {
      const notice = await house.notices.current(shopId);
      const [held] = await house.recordConsents(shopId, [
        {
          names,
          purposes: new Map([[purpose, granted]]),
          source: "person",
          notice: notice === null ? null : `${notice.notice.name}@${notice.notice.version}`,
          how: "preference-centre",
          language: locale,
          gpc,
          // The switch says that the browser opts out, and that pressing it counts for more.
          acknowledgesGpc: granted && optOutPurposes.includes(purpose),
        },
      ]);
      onChange();
      const why = held?.get(purpose);
      return why === undefined ? null : why === "age" ? "age" : "other";
    },
    async receipt() {
      const receipt = await house.consentRecords.receipt(shopId, names);
      return receipt === null
        ? null
        : { name: "consent-receipt.json", type: "application/json; charset=utf-8", body: JSON.stringify(receipt, null, 2) };
    },
    keysHref: keysHrefOf(shop),
    standing,
    setDial: (level) => changed(house.preferences.setDial(shopId, names, level, by)),
    pause: (until) => changed(house.preferences.pause(shopId, names, until, by)),
    resume: () => changed(house.preferences.resume(shopId, names, by)),
    choose: (kind, key) => changed(house.preferences.choose(shopId, names, kind as ChooseKind, key, by)),
    unchoose: (kind, key) => changed(house.preferences.unchoose(shopId, names, kind as ChooseKind, key, by)),
    categories: async () => [...new Set((await items()).flatMap(({ categories }) => categories.slice(-1)))].sort(),
    setMessages: (perWeek) => changed(house.preferences.setBudget(shopId, names, { perWeek }, by)),
    async known() {
      const [{ known, inferred, preferences }, catalogue] = await Promise.all([house.profile.of(shopId, names), items()]);
      const titleOf = (itemId: string) => catalogue.find((item) => item.itemId === itemId)?.title ?? itemId;
      const byId = new Map(known.latest.map((event) => [event.id, event]));
      const unused = new Set(preferences.unused.map(({ event }) => event));
      const deeds = known.latest.filter(({ type }) => type !== "impression");
      const counted = (isShown: boolean) =>
        known.groups.filter(({ type }) => (type === "impression") === isShown).reduce((sum, { count }) => sum + count, 0);
      return {
        deeds: deeds.slice(0, maxListed).map((event) => toDeed(event, unused)),
        count: counted(false),
        shownTimes: counted(true),
        conclusions: inferred.map((inference) => toConclusion(inference, byId, titleOf)),
        suppressed: preferences.suppressed.map((key) => suppressedIn(key, titleOf)),
        told: Object.entries(preferences.traits).map(([key, value]) => ({ key, value })),
      };
    },
    deleteDeed: (id) => changed(house.profile.deleteEvent(shopId, names, id, by)),
    setUnused: (id, isUnused) => changed(isUnused ? house.profile.leaveUnused(shopId, names, id, "other", by) : takeUp(shopId, names, id, by)),
    suppress: (key) => changed(house.profile.deleteInference(shopId, names, key, by)),
    allow: (key) => changed(house.profile.inferAgain(shopId, names, key, by)),
    setTold: (key, value) =>
      changed(value === null ? house.profile.removeTrait(shopId, names, key, by) : house.profile.setTrait(shopId, names, key, value, by)),
    rights: ownRightsOf(house, shopId, names, onChange),
    copy,
    async forget() {
      const members = (await person()).memberIds;
      const opened = await house.rights.open(shopId, { kind: "erasure", names, source: "person", verifiedBy: "one-time link" });
      if (opened.ok) await house.rights.fulfil(shopId, opened.value.request.requestId, "person");
      // Whoever is being forgotten already is answered with that.
      const { erasureId } = await house.forget.begin(shopId, names, "the person asked at their own page");
      await house.privacyLinks.endOf(shopId, members);
      onChange();
      return forgettingReference.make(shopId, erasureId);
    },
  };
}

/** Requests that are shown; the copy has all. */
const maxRequests = 20;

/** A shop's platform asks for the same in its own words; what concerns the whole shop is nobody's own. */
function toOwnRequest({ requestId: id, kind, state, at, dueAt, closedAt, words, erasureId }: RightsRequest): OwnRequest[] {
  if (kind === "erase-shop") return [];
  const mayTakeBack = isOpenState(state) && erasureId === null;
  return [{ id, kind: kind === "erase-customer" ? "erasure" : kind, state, at, dueAt, closedAt, words, mayTakeBack }];
}

function ownRightsOf({ rights }: House, shopId: ShopId, names: PersonName, onChange: () => void): OwnRights {
  const done = async (work: Promise<Result<unknown>>): Promise<void> => {
    const result = await work;
    if (!result.ok) throw new ProblemError(result.problem);
    onChange();
  };
  const own = async () => [...(await rights.of(shopId, names))].sort((a, b) => b.at - a.at);
  async function ownId(find: (request: RightsRequest) => boolean): Promise<string> {
    const found = (await own()).find(find);
    if (found === undefined) throw new ProblemError({ code: "RIGHTS_REQUEST_UNKNOWN", detail: "no such request of this person" });
    return found.requestId;
  }
  return {
    isRestricted: () => rights.isRestricted(shopId, names),
    requests: async () => (await own()).flatMap(toOwnRequest).slice(0, maxRequests),
    ask: (kind) => done(rights.open(shopId, { kind, names, source: "person", verifiedBy: "one-time link" })),
    takeBack: async (id) => done(rights.revoke(shopId, await ownId(({ requestId }) => requestId === id), "person")),
    lift: async () => done(rights.lift(shopId, await ownId(({ kind }) => kind === "restriction"), "the person asked at their own page", "person")),
  };
}

/** How far a forgetting is; null where the reference leads nowhere. */
export async function forgettingOf(house: House, reference: string) {
  const [shopId, erasureId, ...rest] = forgettingReference.split(reference);
  if (shopId === undefined || erasureId === undefined || rest.length > 0) return null;
  const status = await house.forget.status(shopId as Shop["shopId"], erasureId);
  if (status === null) return null;
  const certificate = await house.forget.certificate(shopId as Shop["shopId"], erasureId);
  const shop = (await house.store.shops.list()).find((one) => one.shopId === shopId);
  return { status, certificate, keysHref: shop === undefined ? null : keysHrefOf(shop) };
}

/** A refusal of the shop that is the person's own doing, not a fault. */
export const isRefusal = (error: unknown): error is ProblemError => error instanceof ProblemError && error.problem.code !== "INTERNAL";
