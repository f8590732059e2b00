import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { Purpose } from "#domain/purpose.ts";
import { ccpaPack } from "./packs/ccpa.ts";
import { dsaPack } from "./packs/dsa.ts";
import { gdprPack } from "./packs/gdpr.ts";
import { indonesiaPack } from "./packs/id.ts";
import { pkPack } from "./packs/pk.ts";
import { type PolicyPack, policyPack } from "./policy-pack.ts";

/** Throws on a pack that is not as packs must be: a typing mistake in a law is found before it counts. */
function loadPacks(packs: readonly PolicyPack[]): ReadonlyMap<string, PolicyPack> {
  for (const pack of packs) {
    const [error] = Value.Errors(policyPack, pack);
    if (error !== undefined) throw new Error(`policy pack ${pack.name}: ${error.instancePath} ${error.message}`);
  }
  return new Map(packs.map((pack) => [pack.name, pack]));
}

export const policyPacks: ReadonlyMap<string, PolicyPack> = loadPacks([gdprPack, ccpaPack, dsaPack, pkPack, indonesiaPack]);
export const defaultPacks: readonly string[] = ["gdpr"];

/** What a shop may set itself; whoever loosens what its packs say answers for it. */
export const policyOverrides = Type.Object(
  {
    childAge: Type.Optional(policyPack.properties.childAge),
    consent: Type.Optional(Type.Partial(policyPack.properties.consent, { additionalProperties: false })),
    clocks: Type.Optional(Type.Partial(policyPack.properties.clocks, { additionalProperties: false })),
    contact: Type.Optional(
      Type.Object(
        {
          quietHours: Type.Optional(policyPack.properties.contact.properties.quietHours),
          caps: Type.Optional(Type.Partial(policyPack.properties.contact.properties.caps, { additionalProperties: false })),
        },
        { additionalProperties: false },
      ),
    ),
    sensitive: Type.Optional(policyPack.properties.sensitive),
    noticeLanguages: Type.Optional(policyPack.properties.noticeLanguages),
  },
  { additionalProperties: false },
);
export type PolicyOverrides = Static<typeof policyOverrides>;

/** What holds for one shop. */
export type Policy = Omit<PolicyPack, "name" | "title" | "jurisdiction" | "status" | "sources" | "authority" | "purposes"> & {
  readonly packs: readonly string[];
  readonly overrides: PolicyOverrides;
  readonly jurisdictions: readonly string[];
  readonly authorities: readonly PolicyPack["authority"][];
  readonly purposes: Readonly<Record<Purpose, { readonly lawfulBasis: "consent" | "opt-out"; readonly notes: readonly string[] }>>;
};

const least = (numbers: readonly number[]) => Math.min(...numbers);
const most = (numbers: readonly number[]) => Math.max(...numbers);
const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())];

type Cap = PolicyPack["contact"]["caps"]["email"];
const lowest = (numbers: readonly (number | null)[]) => {
  const set = numbers.filter((number) => number !== null);
  return set.length === 0 ? null : least(set);
};
const strictestCap = (caps: readonly Cap[]): Cap => ({
  perDay: lowest(caps.map(({ perDay }) => perDay)),
  perWeek: lowest(caps.map(({ perWeek }) => perWeek)),
});

/** Quiet from the earliest evening to the latest morning of them all; all packs are quiet over midnight. */
const quietest = (hours: readonly PolicyPack["contact"]["quietHours"][]) => ({
  from: hours.map(({ from }) => from).sort()[0]!,
  to: hours
    .map(({ to }) => to)
    .sort()
    .at(-1)!,
});

function mapKeys<Key extends string, Value>(from: Readonly<Record<Key, unknown>>, make: (key: Key) => Value): Record<Key, Value> {
  return Object.fromEntries((Object.keys(from) as Key[]).map((key) => [key, make(key)])) as Record<Key, Value>;
}

/** Of several laws the strictest in each point, and then what the shop has set itself. Names that are none are left out. */
export function combinePolicy(names: readonly string[], overrides: PolicyOverrides = {}): Policy {
  const known = names.flatMap((name) => policyPacks.get(name) ?? []);
  const packs = known.length === 0 ? [gdprPack] : known;
  const of = <Value>(read: (pack: PolicyPack) => Value) => packs.map(read);
  return {
    packs: of(({ name }) => name),
    overrides,
    jurisdictions: union(of(({ jurisdiction }) => [jurisdiction])),
    authorities: [...new Map(of(({ authority }) => [authority.name, authority] as const)).values()],
    childAge: overrides.childAge ?? most(of(({ childAge }) => childAge)),
    consent: {
      validityMonths: least(of(({ consent }) => consent.validityMonths)),
      repromptMonths: most(of(({ consent }) => consent.repromptMonths)),
      optOutRepromptMonths: most(of(({ consent }) => consent.optOutRepromptMonths)),
      ...overrides.consent,
    },
    clocks: { ...mapKeys(gdprPack.clocks, (clock) => least(of(({ clocks }) => clocks[clock]))), ...overrides.clocks },
    contact: {
      quietHours: overrides.contact?.quietHours ?? quietest(of(({ contact }) => contact.quietHours)),
      caps: { ...mapKeys(gdprPack.contact.caps, (channel) => strictestCap(of(({ contact }) => contact.caps[channel]))), ...overrides.contact?.caps },
    },
    sensitive: union([...of(({ sensitive }) => sensitive), overrides.sensitive ?? []]),
    rights: union(of(({ rights }) => rights)),
    noticeLanguages: union([...of(({ noticeLanguages }) => noticeLanguages), overrides.noticeLanguages ?? []]),
    purposes: mapKeys(gdprPack.purposes, (purpose) => ({
      lawfulBasis: of(({ purposes }) => purposes[purpose].lawfulBasis).includes("consent") ? "consent" : "opt-out",
      notes: union(of(({ purposes }) => [purposes[purpose].note])),
    })),
  };
}
