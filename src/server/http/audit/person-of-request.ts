import type { FastifyRequest } from "fastify";
import { type CustomerId, isUsableId } from "#domain/ids.ts";
import type { PersonName } from "#domain/person.ts";
import { type Fields, isRecord, personNameOf, textOf } from "../decode-fields.ts";

const isSomebody = ({ customerId, anonymousId }: PersonName) => customerId !== null || anonymousId !== null;
const usable = (id: string | null) => id === null || isUsableId(id);
const customer = (id: string): PersonName => ({ customerId: id as CustomerId, anonymousId: null });
const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {});

/** `customerId`, `userId` or `anonymousId`, as routes of ours take them. */
function namedIn(fields: Fields): PersonName[] {
  const named = personNameOf(textOf(fields, "customerId", "userId"), fields.anonymousId);
  return isSomebody(named) && usable(named.customerId) && usable(named.anonymousId) ? [named] : [];
}

/** Whom a request names: in its address, or in its body. */
export const named = ({ query, body }: FastifyRequest): PersonName[] => [...namedIn(fieldsOf(query)), ...namedIn(fieldsOf(body))];

/** The customer in the path. */
export function inPath(field: string) {
  return ({ params }: FastifyRequest): PersonName[] => {
    const id = textOf(fieldsOf(params), field);
    return id !== null && isUsableId(id) ? [customer(id)] : [];
  };
}

/** `from` and `into`: a customer id, or an object that names somebody. */
export function bothParties({ body }: FastifyRequest): PersonName[] {
  const { from, into } = fieldsOf(body);
  return [from, into].flatMap((party) => (isRecord(party) ? namedIn(party) : namedIn({ customerId: party })));
}
