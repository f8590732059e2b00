import type { Clock, EpochMs, FreshId } from "#domain/clock.ts";
import { handsOf, type IdentityLink } from "#domain/identity-link.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import type { PersonName, PersonNameKind } from "#domain/person.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { LogEntry, NameOf, Store } from "#storage/ports.ts";
import type { PersonIds } from "./person-ids.ts";
import { createRecogniseNames } from "./recognise-names.ts";

export type ShownName = { readonly kind: PersonNameKind; readonly id: string };
export type ShownLink = {
  readonly kind: "device" | "merge" | "let-go";
  readonly name: ShownName;
  /** Null: a stranger. */
  readonly customerId: string | null;
  readonly at: EpochMs;
  readonly undone: boolean;
};
/** A person as the shop sees them: every name, and why it is thought to be theirs. */
export type ShownIdentity = { readonly names: readonly ShownName[]; readonly links: readonly ShownLink[] };

export type ManageIdentities = {
  /** From now on `from` (a customer or a device) is `into`, a customer. Saying it again changes nothing. */
  merge(shopId: ShopId, from: PersonName, into: PersonName): Promise<Result<null>>;
  /** They are not one person after all, and never were: each has its own again. */
  unmerge(shopId: ShopId, from: PersonName, into: PersonName): Promise<Result<null>>;
  /** Whoever uses the device from now on is not who used it before. With a customer: only if they hold it. */
  notMe(shopId: ShopId, device: PersonName): Promise<void>;
  /** Null: nobody of that name is known. */
  show(shopId: ShopId, names: PersonName): Promise<ShownIdentity | null>;
};

export function createManageIdentities(deps: {
  readonly store: Pick<Store, "log" | "identities">;
  readonly personIds: PersonIds;
  readonly clock: Clock;
  readonly freshId: FreshId;
}): ManageIdentities {
  const { store, personIds, clock, freshId } = deps;
  const recognise = createRecogniseNames({ personIds, identities: store.identities });
  const entryId = (kind: string) => `${kind}:${freshId()}` as MessageId;

  /** The name by itself: of a device, whatever hands it is in. */
  async function nameOf(shopId: ShopId, names: PersonName): Promise<NameOf | null> {
    return (await personIds.ofNames(shopId, names))[0] ?? null;
  }

  async function linkEntry(shopId: ShopId, from: PersonName, name: NameOf, root: NameOf): Promise<LogEntry | "shared" | null> {
    const at = clock();
    if (name.kind === "customer") return { kind: "link", messageId: entryId("link"), name, root, device: null, at };
    const [found] = await recognise(shopId, [{ names: { ...from, customerId: root.externalId as PersonName["customerId"] }, at }]);
    if (found!.hands?.shared === true) return "shared";
    return found!.claim === null ? null : { kind: "link", messageId: entryId("link"), ...found!.claim };
  }

  return {
    async merge(shopId, from, into) {
      const [name, root] = [await nameOf(shopId, from), await nameOf(shopId, into)];
      if (name === null || root === null) return refuse("PERSON_MISSING", name === null ? "from" : "into");
      if (root.kind !== "customer") return refuse("REQUEST_INVALID", "into is not a customer");
      if (name.personId === root.personId) return refuse("REQUEST_INVALID", "from and into are the same");
      const known = await store.identities.namesOf(shopId, [name.personId, root.personId]);
      for (const [field, { personId }] of [["from", name] as const, ["into", root] as const])
        if (!known.has(personId)) return refuse("CUSTOMER_UNKNOWN", field);
      const entry = await linkEntry(shopId, from, name, root);
      if (entry === "shared") return refuse("IDENTITY_LIMIT", "device");
      if (entry === null) return succeed(null);
      const [outcome] = await store.log.append(shopId, [entry]);
      return outcome?.kind === "appended" && outcome.limit !== undefined ? refuse("IDENTITY_LIMIT", outcome.limit) : succeed(null);
    },

    async unmerge(shopId, from, into) {
      const [name, root] = [await nameOf(shopId, from), await nameOf(shopId, into)];
      if (name === null || root === null) return refuse("PERSON_MISSING", name === null ? "from" : "into");
      const pair = [name.personId, root.personId].sort().join();
      const links = await store.identities.linksAmong(shopId, [name.personId]);
      const tied = links.some(
        ({ personId, rootId, undoneSeq }) => undoneSeq === null && rootId !== null && [personId, rootId].sort().join() === pair,
      );
      if (!tied) return refuse("IDENTITY_NOT_MERGED", "from and into");
      await store.log.append(shopId, [{ kind: "unlink", messageId: entryId("unlink"), name, rootId: root.personId, at: clock() }]);
      return succeed(null);
    },

    async notMe(shopId, { customerId, anonymousId }) {
      const name = await nameOf(shopId, { customerId: null, anonymousId });
      if (name === null) return;
      const links = (await store.identities.linksOf(shopId, [name.personId])).get(name.personId) ?? [];
      const hands = handsOf(name.personId, links, null);
      const customer = customerId === null ? null : await nameOf(shopId, { customerId, anonymousId: null });
      if (customer !== null && hands.rootId !== customer.personId) return;
      // Nobody has ever been met on the device as it is: there is nothing to let go of.
      if (hands.rootId === null && (await store.identities.cluster(shopId, hands.baseId)) === null) return;
      const at = Math.max(clock(), ...links.map((link) => link.at + 1));
      const base = await personIds.letGo(shopId, name, at);
      await store.log.append(shopId, [{ kind: "cut", messageId: entryId("cut"), name, base, at }]);
    },

    async show(shopId, names) {
      const [found] = await recognise(shopId, [{ names, at: null }]);
      const [strongest] = found!.names;
      if (strongest === undefined) return null;
      const cluster = await store.identities.cluster(shopId, strongest.personId);
      if (cluster === null) return null;
      const links = await store.identities.linksAmong(shopId, cluster.memberIds);
      const known = await store.identities.namesOf(shopId, [
        ...new Set([...cluster.memberIds, ...links.flatMap(({ personId, rootId }) => (rootId === null ? [personId] : [personId, rootId]))]),
      ]);
      const shown = (personId: PersonId): ShownName | null => {
        const name = known.get(personId);
        return name === undefined ? null : { kind: name.kind, id: name.externalId };
      };
      const unique = new Map<string, ShownName>();
      for (const memberId of cluster.memberIds) {
        const name = shown(memberId);
        if (name !== null) unique.set(`${name.kind} ${name.id}`, name);
      }
      return { names: [...unique.values()], links: links.flatMap((link) => shownLink(link, shown)) };
    },
  };
}

const shownKinds = { claim: "device", merge: "merge", cut: "let-go" } as const;

function shownLink(link: IdentityLink, shown: (personId: PersonId) => ShownName | null): ShownLink[] {
  // A device that was let go and not met since is known by its name before that.
  const name = shown(link.personId) ?? shown(link.baseId);
  if (name === null) return [];
  const customerId = link.rootId === null ? null : (shown(link.rootId)?.id ?? null);
  return [{ kind: shownKinds[link.kind], name, customerId, at: link.at, undone: link.undoneSeq !== null }];
}
