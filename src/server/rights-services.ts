import { composeMessage } from "#delivery/compose-message.ts";
import type { ShopId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import { eventRecords } from "#ingestion/exports/event-records.ts";
import type { Audit } from "#privacy/audit/audit.ts";
import { auditActions, isAuditAction } from "#privacy/audit/audit-actions.ts";
import type { ConsentRecords } from "#privacy/consent/consent-records.ts";
import { createFindPerson } from "#privacy/forget/find-person.ts";
import type { Forget } from "#privacy/forget/forget.ts";
import type { PrivacyLinks } from "#privacy/links/privacy-links.ts";
import type { ManagePreferences } from "#privacy/preferences/manage-preferences.ts";
import { type AccessExport, createAccessExport } from "#privacy/rights/access-export.ts";
import { createIdentify, type Identify, type LinkToSend } from "#privacy/rights/identify.ts";
import type { TellRights } from "#privacy/rights/moving-requests.ts";
import { createRights, type Rights, type RightsDeps } from "#privacy/rights/rights.ts";
import type { KeepContacts } from "#privacy/vault/keep-contacts.ts";
import type { Profile } from "#serving/profile.ts";
import type { Store } from "#storage/ports.ts";
import { pagePathOf } from "./link-path.ts";

const mostLookedAt = 1_000;
const iso = (at: number) => new Date(at).toISOString();

type Deps = Pick<RightsDeps, "gate" | "personIds" | "policies" | "recordConsents" | "clock" | "freshId"> & {
  readonly store: Store;
  readonly contacts: KeepContacts;
  readonly forget: Forget;
  readonly profile: Profile;
  readonly preferences: ManagePreferences;
  readonly consentRecords: ConsentRecords;
  readonly privacyLinks: PrivacyLinks;
  readonly audit: Audit;
  readonly secret: string;
};

export type RightsServices = { readonly rights: Rights; readonly accessExport: AccessExport; readonly identify: Identify };

/** Puts the rights of the person together: requests, what they are given, and how they prove who they are. */
export function furnishRights(deps: Deps): RightsServices {
  const { store, gate, personIds, clock, profile, preferences, consentRecords } = deps;

  async function nameOf(shopId: ShopId, personId: Parameters<typeof store.identities.nameOf>[1] | null) {
    const name = personId === null ? null : await store.identities.nameOf(shopId, personId);
    return { customerId: name?.kind === "customer" ? name.externalId : null, anonymousId: name?.kind === "anonymous" ? name.externalId : null };
  }

  /** News for those of the shop's receivers that asked for it by name. */
  async function enqueue(shopId: ShopId, type: string, key: string, data: object, personId: LinkToSend["personId"] | null): Promise<void> {
    const endpoints = (await store.webhooks.list(shopId)).filter(({ types, stopped }) => stopped === null && types.includes(type));
    const message = composeMessage(shopId, type, key, clock(), data, personId);
    for (const { endpointId } of endpoints) await store.webhooks.enqueue(endpointId, message, clock());
  }

  const tell: TellRights = async (shopId, request, { action, state, by, words = null, at }) => {
    // That somebody asked is told by "rights.requested".
    if (action === "open") return;
    const { requestId, kind, personId, dueAt, reason, reference } = request;
    const data = { requestId, kind, action, state, by, words, reason, reference, dueAt: iso(dueAt), ...(await nameOf(shopId, personId)) };
    await enqueue(shopId, "rights.updated", `${requestId} ${action} ${at} ${request.steps.length}`, data, personId);
  };

  const rights = createRights({ ...deps, tell });
  const findPerson = createFindPerson({ store, gate, personIds });

  const accessExport = createAccessExport({
    store,
    gate,
    findPerson,
    requestsOf: rights.of,
    told: {
      entries: (shopId, ids) => eventRecords(shopId, { store, personIds }, () => {}, ids),
      async inferred(shopId, names) {
        const { inferred, inferring } = await profile.inferred(shopId, names);
        return { inferring, inferences: inferred.map((one) => ({ ...one, expectedAt: one.expectedAt === null ? null : iso(one.expectedAt) })) };
      },
      preferences: (shopId, names) => preferences.show(shopId, names),
      consents: (shopId, names) => consentRecords.of(shopId, names),
      receipt: (shopId, names) => consentRecords.receipt(shopId, names),
      async lookedAt(shopId, ids) {
        const entries = await deps.audit.about(shopId, ids, mostLookedAt);
        return entries.map(({ at, actor, action }) => ({
          at: typeof at === "number" ? iso(at) : at,
          by: actor,
          action,
          words: isAuditAction(action) ? auditActions[action] : null,
        }));
      },
    },
    clock,
  });

  const identify = createIdentify({
    ...deps,
    async send(shopId, { personId, names, channel, to, token, expiresAt, locale, address }) {
      const path = pagePathOf(token);
      // The shop's mailer puts its own address before the path where this server was told none.
      const url = address === null ? null : `${address.replace(/\/$/, "")}${path}`;
      const data = { ...names, channel, to, path, url, expiresAt: iso(expiresAt), locale };
      await enqueue(shopId, "privacy.link_requested", token, data, personId);
    },
  });
  return { rights, accessExport, identify };
}

/** What a rectification may change. */
export type Corrections = {
  readonly traits?: Readonly<Record<string, string | null>>;
  readonly deleteEvents?: readonly string[];
  readonly deleteInferences?: readonly string[];
  readonly email?: string | null;
  readonly phone?: string | null;
};

type Correcting = { readonly profile: Profile; readonly vault: { readonly contacts: KeepContacts } };

/** Makes the changes, and says what was changed without saying what it was. */
export async function applyCorrections(
  house: Correcting,
  shopId: ShopId,
  names: PersonName,
  given: Corrections,
  by: "shop" | "person",
): Promise<string[]> {
  const changed: string[] = [];
  if (given.email !== undefined || given.phone !== undefined) {
    const put = await house.vault.contacts.put(shopId, names, {
      ...(given.email === undefined ? {} : { email: given.email }),
      ...(given.phone === undefined ? {} : { phone: given.phone }),
    });
    if (!put.ok) throw new ProblemError(put.problem);
    for (const field of ["email", "phone"] as const) if (given[field] !== undefined) changed.push(`contact: ${field}`);
  }
  for (const [key, value] of Object.entries(given.traits ?? {})) {
    if (value === null) await house.profile.removeTrait(shopId, names, key, by);
    else await house.profile.setTrait(shopId, names, key, value, by);
    changed.push(`trait: ${key}`);
  }
  for (const key of given.deleteInferences ?? []) {
    await house.profile.deleteInference(shopId, names, key, by);
    changed.push(`inference: ${key}`);
  }
  for (const id of given.deleteEvents ?? []) {
    await house.profile.deleteEvent(shopId, names, id, by);
    changed.push(`event: ${id}`);
  }
  return changed;
}
