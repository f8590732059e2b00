import { Type } from "typebox";
import type { CustomerId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { ProblemError } from "#domain/problem.ts";
import type { Contact } from "#storage/ports/vault-store.ts";
import { type ContactReply, contactReply, deletedContactsReply, findContactBody, foundContactsReply, putContactBody } from "../contract/contacts.ts";
import { errorReplies } from "../contract/errors.ts";
import { personNameOf, requireUsableIds } from "./decode-fields.ts";
import type { App, RouteDeps } from "./route-deps.ts";

const tags = ["Contacts"];

function customerOf(customerId: unknown): PersonName & { readonly customerId: CustomerId } {
  const names = personNameOf(customerId, null);
  if (names.customerId === null) throw new ProblemError({ code: "PERSON_MISSING", detail: "customerId" });
  requireUsableIds(names);
  return { ...names, customerId: names.customerId };
}

const toReply = (customerId: string, contact: Contact | null): ContactReply => ({
  customerId,
  email: contact?.email ?? null,
  phone: contact?.phone ?? null,
  basis: contact?.basis ?? null,
  changedAt: contact === null ? null : new Date(contact.changedAt).toISOString(),
});

/** `/v1/contacts`: how customers can be reached. For servers: a write key is public. */
export function addContactRoutes(app: App, { house, checkKey }: RouteDeps): void {
  const preHandler = checkKey("server");
  const { contacts } = house.vault;
  const querystring = Type.Object({ customerId: Type.Optional(Type.String()) });

  app.put(
    "/v1/contacts",
    {
      preHandler,
      schema: {
        tags,
        summary: "Keep how a customer can be reached",
        description: "Sealed with a key of the customer's own. Kept only where they allow the channel, or an order needs it (basis: contract).",
        body: putContactBody,
        response: { 200: contactReply, ...errorReplies },
      },
    },
    async ({ body, shop }) => {
      const { customerId: given, ...change } = body;
      const names = customerOf(given);
      const kept = await contacts.put(shop.shopId, names, change);
      if (!kept.ok) throw new ProblemError(kept.problem);
      return toReply(names.customerId, kept.value);
    },
  );

  app.get(
    "/v1/contacts",
    { preHandler, schema: { tags, summary: "How a customer can be reached", querystring, response: { 200: contactReply, ...errorReplies } } },
    async ({ query, shop }) => {
      const names = customerOf(query.customerId);
      const contact = await contacts.get(shop.shopId, names);
      if (contact === null) throw new ProblemError({ code: "CONTACT_UNKNOWN", detail: "customerId" });
      return toReply(names.customerId, contact);
    },
  );

  app.delete(
    "/v1/contacts",
    {
      preHandler,
      schema: { tags, summary: "Forget how a customer can be reached", querystring, response: { 200: deletedContactsReply, ...errorReplies } },
    },
    async ({ query, shop }) => ({ success: true, deleted: await contacts.remove(shop.shopId, customerOf(query.customerId)) }),
  );

  // Not a GET: addresses of people do not belong into the logs of what lies between.
  app.post(
    "/v1/contacts/find",
    {
      preHandler,
      schema: {
        tags,
        summary: "Whose e-mail address or phone number this is",
        body: findContactBody,
        response: { 200: foundContactsReply, ...errorReplies },
      },
    },
    async ({ body, shop }) => {
      if (body.email === undefined && body.phone === undefined) throw new ProblemError({ code: "CONTACT_INVALID", detail: "email or phone" });
      const found = await contacts.find(shop.shopId, body);
      if (!found.ok) throw new ProblemError(found.problem);
      const names = await house.store.identities.namesOf(shop.shopId, found.value);
      const customers = [...names.values()].flatMap(({ kind, externalId }) => (kind === "customer" ? [{ customerId: externalId }] : []));
      return { customers: customers.sort((a, b) => (a.customerId < b.customerId ? -1 : 1)) };
    },
  );
}
