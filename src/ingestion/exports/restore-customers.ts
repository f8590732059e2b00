import { createHash } from "node:crypto";
import { consentSources } from "#domain/consent.ts";
import type { MessageId, PersonId, ShopId } from "#domain/ids.ts";
import { decidable } from "#domain/purpose.ts";
import type { LogEntry } from "#storage/ports.ts";
import { personWordsIn } from "./entry-of-record.ts";
import { createFindPerson } from "./person-words.ts";
import type { ReadRow } from "./read-records.ts";
import { fieldsOf, RowRefused, refuseRow } from "./record-fields.ts";
import type { RestoreDeps } from "./restore-events.ts";
import { createRestoreTally, type RestoreSummary } from "./restore-tally.ts";

type ConsentEntry = Extract<LogEntry, { kind: "consent" }>;

/** Restores who the shop's customers are and what they decided; what somebody has decided here since stands. */
export async function restoreCustomers(
  shopId: ShopId,
  pages: AsyncIterable<readonly ReadRow[]>,
  { store, personIds }: RestoreDeps,
): Promise<RestoreSummary> {
  const tally = createRestoreTally("customers");
  const findPerson = createFindPerson(shopId, personIds);
  for await (const page of pages) {
    const decisions = new Map<PersonId, ConsentEntry[]>();
    for (const { row, record } of page) {
      tally.sums.rows++;
      try {
        if (record === null) throw new RowRefused("not readable");
        const fields = fieldsOf(record);
        const words = personWordsIn(fields);
        const name = (await findPerson(words)) ?? refuseRow("nobody is named");
        decisions.set(
          name.personId,
          fields.list("consents").flatMap((value) => consentIn(value, name, JSON.stringify(words))),
        );
      } catch (error) {
        if (!(error instanceof RowRefused)) throw error;
        tally.reject(error.message, row);
      }
    }
    const own = await store.consents.own(shopId, [...decisions.keys()]);
    const entries: LogEntry[] = [];
    for (const [personId, wanted] of decisions) {
      const states = wanted.map((entry) => {
        const mine = own.get(personId)?.get(entry.decision.purpose);
        if (mine === undefined) return "new";
        const isSame = mine.granted === entry.decision.granted && mine.at === entry.decision.at;
        return isSame ? "known" : mine.at >= entry.decision.at ? "older" : "new";
      });
      entries.push(...wanted.filter((_, at) => states[at] === "new"));
      if (states.includes("new")) tally.sums.restored++;
      else if (states.includes("older")) tally.sums.older++;
      else tally.sums.known++;
    }
    await store.log.append(shopId, entries);
  }
  return tally.summary();
}

function consentIn(value: unknown, name: ConsentEntry["name"] & object, words: string): ConsentEntry[] {
  if (typeof value !== "object" || value === null) return refuseRow("a consent is not readable");
  const fields = fieldsOf(value as Record<string, unknown>);
  if (fields.boolean("own") === false) return [];
  const decision = {
    personId: name.personId,
    purpose: fields.must("purpose", fields.oneOf("purpose", decidable)),
    granted: fields.must("granted", fields.boolean("granted")),
    at: fields.must("at", fields.time("at")),
    source: fields.must("source", fields.oneOf("source", consentSources)),
    notice: fields.text("notice"),
    how: fields.text("how"),
    expiresAt: fields.time("expiresAt"),
  };
  const { purpose, granted, at } = decision;
  const digest = createHash("sha256")
    .update(JSON.stringify([words, purpose, granted, at]))
    .digest("base64url");
  return [{ kind: "consent", messageId: `rapport:restored:${digest}` as MessageId, name, decision }];
}
