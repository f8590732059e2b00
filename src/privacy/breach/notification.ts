import type { Shop } from "#domain/shop.ts";
import type { Policy } from "../policy/policy.ts";
import { list, type ShopDocument, table, text } from "../registry/document.ts";
import type { BreachReport } from "./breach.ts";

const toFill = "(to be filled in)";
const titles = {
  database: "the database was lost or read",
  backup: "a backup was lost or read",
  key: "the key of the installation was lost",
  "api-key": "an API key was lost",
};
const iso = (at: number) => new Date(at).toISOString();

/** What an authority asks for (GDPR art. 33(3)), and a letter to those who are affected (art. 34), as far as it can be known here. */
export function draftNotification(
  shop: Shop,
  { breach, clock, scope, people, tables, namesReadable, words, uses }: BreachReport,
  policy: Policy,
): ShopDocument {
  const { facts } = breach;
  return {
    title: `Notification of a personal data breach, a draft: ${shop.name}`,
    language: "en",
    at: iso(breach.openedAt),
    sections: [
      {
        title: "When",
        blocks: [
          list([
            `From ${iso(facts.since)} to ${iso(facts.until)}; known since ${iso(breach.openedAt)}.`,
            `To be notified by ${iso(clock.dueAt)} (${clock.hours} hours). Later only with reasons: ${toFill}`,
          ]),
          text(`To: ${policy.authorities.map(({ name, url }) => `${name} (${url})`).join("; ")}`),
        ],
      },
      { title: "What happened (art. 33(3)(a))", blocks: [text(`${titles[facts.what]}. ${toFill}`), text(words)] },
      {
        title: "Who, and what data",
        blocks: [
          text(
            `${scope === "everybody" ? "Everybody of whom anything is kept: " : ""}${people} people or devices, each counted by the names they are known under.`,
          ),
          table(
            ["data", "what for", "people", "rows", "can be read", "sealed"],
            tables.map((one) => [
              one.table,
              one.purpose,
              String(one.people),
              String(one.rows),
              one.readable.join(", "),
              one.sealed.join(", ") || "nothing",
            ]),
          ),
          ...(Object.keys(uses).length === 0 ? [] : [list(Object.entries(uses).map(([action, count]) => `${action}: ${count} times`))]),
        ],
      },
      { title: "Contact (b)", blocks: [text(`${shop.name} ${toFill}`)] },
      {
        title: "Likely consequences (c)",
        blocks: [
          text(
            namesReadable
              ? "Names, contacts, purchases and interests may be known to strangers; unwanted messages and fraud in the shop's name."
              : "Purchases and interests may be known under pseudonyms; the link to a person needs further knowledge.",
          ),
          text(toFill),
        ],
      },
      {
        title: "Measures (d)",
        blocks: [
          list(["Keys revoked and changed: when, and by whom", "How it was found out, and closed", "What will keep it from happening again"]),
          text(toFill),
        ],
      },
      {
        title: "Letter to those who are affected (art. 34)",
        blocks: [
          text(`On ${iso(facts.since).slice(0, 10)} ${toFill} happened to data of yours that we keep.`),
          text(
            `It is about: ${tables.map(({ purpose }) => purpose).join("; ") || "nothing that we know of"}. ${namesReadable ? "Your name and how you can be reached may have been read." : "Your name and how you can be reached could not be read."}`,
          ),
          text(`What you can do: ${toFill}. Whom to ask: ${toFill}. We are sorry.`),
        ],
      },
    ],
  };
}
