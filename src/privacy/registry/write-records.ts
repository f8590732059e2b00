import type { RetentionClass } from "#domain/retention.ts";
import type { ColumnClass, KeptFor, RegisteredTable } from "#storage/ports/registry.ts";
import { type Block, list, type Section, type ShopDocument, table, text } from "./document.ts";
import type { RecordFacts } from "./record-facts.ts";

export const recordKinds = ["ropa", "retention", "dpia"] as const;
export type RecordKind = (typeof recordKinds)[number];

const days = (number: number | null) => (number === null ? "for ever" : `${number} days`);
const fixed: Readonly<Record<Exclude<KeptFor, RetentionClass>, string>> = {
  "by-class": "each event as its own class",
  person: "as long as anything else of the person",
  delivery: "until it has arrived, and some days",
  session: "while they are at their own page",
};
const keptFor = ({ retention }: RecordFacts, kept: KeptFor): string =>
  kept in fixed ? fixed[kept as keyof typeof fixed] : days(retention[kept as RetentionClass]);

const columnsOf = ({ columns }: RegisteredTable, wanted: ColumnClass) =>
  Object.entries(columns)
    .filter(([, kind]) => kind === wanted)
    .map(([column]) => column)
    .join(", ") || "none";

const tablesBlock = (facts: RecordFacts): Block =>
  table(
    ["data", "what for", "kept", "sealed", "pseudonymous", "readable"],
    facts.tables.map((one) => [
      one.name,
      one.purpose,
      keptFor(facts, one.kept),
      columnsOf(one, "sealed"),
      columnsOf(one, "pseudonymous"),
      columnsOf(one, "clear"),
    ]),
  );

const recipientsBlock = ({ recipients }: RecordFacts): Block =>
  recipients.length === 0
    ? text("Nobody outside is told anything.")
    : table(
        ["recipient", "kind", "told"],
        recipients.map(({ name, kind, told }) => [name, kind, told.join(", ")]),
      );

const lawBlock = ({ packs }: RecordFacts): Block =>
  table(
    ["policy", "jurisdiction", "status", "sources", "authority"],
    packs.map(({ title, jurisdiction, status, sources, authority }) => [
      title,
      jurisdiction,
      status,
      sources.join("; "),
      `${authority.name}, ${authority.url}`,
    ]),
  );

const purposesBlock = ({ policy }: RecordFacts): Block =>
  table(
    ["purpose", "lawful basis", "note"],
    Object.entries(policy.purposes).map(([purpose, { lawfulBasis, notes }]) => [purpose, lawfulBasis, notes.join(" ")]),
  );

const measures = (facts: RecordFacts): readonly string[] => [
  facts.isSealed
    ? "Names, contacts and free texts are sealed with a key for each person (AES-256-GCM), sealed with a key of the shop, sealed with a key of the installation that lies outside the database."
    : "This store has no key: names, contacts and free texts are in the clear.",
  "Ids of people are keyed hashes of the names the shop uses; the key is a secret of the shop.",
  "Every read of a history needs leave of one gate, which asks for the person's decision on that purpose; without one it is a no.",
  "Models hold counts of items, no people. What somebody did is taken out of them when they withdraw or are forgotten.",
  "Forgetting deletes, shreds the person's key, looks for remains byte by byte, and is certified with a signature.",
  "Who looked at whom is noted in a chain of hashes that the database refuses to change, anchored with signatures outside of it.",
  "API keys are kept as hashes, and can be revoked. Addresses of the network are not kept.",
  `Reports leave out what is about fewer people than the shop's smallest group. The database is ${facts.database === "sqlite" ? "SQLite, in one file that only its owner may read" : "PostgreSQL"}.`,
];

const toFill = "(to be filled in by the shop)";
const parties = ({ shop }: RecordFacts): Block =>
  table(
    ["who", "name and contact"],
    [
      ["controller", `${shop.name} ${toFill}`],
      ["representative, joint controller", toFill],
      ["data protection officer", toFill],
    ],
  );

const clocksBlock = ({ policy: { clocks, consent, childAge } }: RecordFacts): Block =>
  list([
    `Requests of people are answered within ${clocks.requestDays} days, ${clocks.extensionDays} more where that is told and reasoned.`,
    `Opt-outs are honoured within ${clocks.optOutBusinessDays} business days, in this system at once.`,
    `A breach is notified within ${clocks.breachHours} hours.`,
    `A consent holds for ${consent.validityMonths} months; after a no the same is not asked again for ${consent.repromptMonths}.`,
    `Younger than ${childAge}: nothing but a guardian's yes opens a purpose.`,
  ]);

function ropa(facts: RecordFacts): Section[] {
  return [
    { title: "Parties (a)", blocks: [parties(facts)] },
    { title: "Purposes and lawful bases (b)", blocks: [lawBlock(facts), purposesBlock(facts)] },
    {
      title: "Whose data, and which (c)",
      blocks: [text("Customers of the shop, and visitors of its pages who allowed it."), tablesBlock(facts)],
    },
    { title: "Recipients (d)", blocks: [recipientsBlock(facts)] },
    {
      title: "Transfers to third countries (e)",
      blocks: [text(`The software sends nothing anywhere but to the recipients above. Where they and the server are: ${toFill}`)],
    },
    { title: "Time limits (f)", blocks: [...retentionBlocks(facts)] },
    { title: "Security (g)", blocks: [list(measures(facts))] },
  ];
}

function retentionBlocks(facts: RecordFacts): Block[] {
  return [
    table(
      ["class", "kept"],
      Object.entries(facts.retention).map(([name, kept]) => [name, days(kept)]),
    ),
    table(
      ["data", "kept", "what ends it", "left out of copies for the person"],
      facts.tables.map((one) => [
        one.name,
        keptFor(facts, one.kept),
        one.expiry,
        Object.entries(one.untold)
          .map(([column, why]) => `${column}: ${why}`)
          .join("; "),
      ]),
    ),
  ];
}

function dpia(facts: RecordFacts): Section[] {
  const { policy, standingConsent, recipients } = facts;
  const readable = facts.tables.filter((one) => Object.values(one.columns).includes("clear")).length;
  const standing =
    standingConsent.length === 0
      ? "Of visitors who decided nothing, nothing is assumed."
      : `The shop asserts of visitors who decided nothing that they agreed elsewhere to: ${standingConsent.join(", ")}. This needs a reason. ${toFill}`;
  return [
    {
      title: "What is done (art. 35(7)(a))",
      blocks: [
        text(
          "What customers looked at and bought, where they allowed it, is counted by items, and used to choose which items they are shown, to explain that, and to measure it.",
        ),
        tablesBlock(facts),
        recipientsBlock(facts),
        text(standing),
      ],
    },
    {
      title: "Whether it is needed and in proportion (b)",
      blocks: [
        purposesBlock(facts),
        list([
          "The person chooses how much is used, from nothing to everything, and every recommendation works without a profile.",
          "Free texts, addresses of pages and of the network, and search words are dropped when an event comes in.",
          `Not used for targeting: ${policy.sensitive.join(", ")}.`,
        ]),
        ...retentionBlocks(facts),
      ],
    },
    {
      title: "Risks to people (c)",
      blocks: [
        table(
          ["risk", "what limits it", "what is left"],
          [
            [
              "Somebody steals the database",
              facts.isSealed ? "names and contacts are sealed; the key lies elsewhere" : "nothing: this store has no key",
              `what was bought and viewed, under pseudonyms, in ${readable} tables`,
            ],
            ["Somebody of the staff looks at people without need", "every look is noted, and told to the person", "the look itself"],
            ["Something sensitive is inferred", "listed classes are not used for targeting", "what an item itself tells"],
            ["A decision is wrong or unfair", "the person sees it, corrects it, and has it explained to the last term", "decisions nobody looks at"],
            [
              "A recipient uses what it was told otherwise",
              `${recipients.length} recipients, told by name; they are told when somebody is forgotten`,
              toFill,
            ],
            ["A child is profiled", `younger than ${policy.childAge}: only with a guardian's yes`, "whoever says nothing of their age"],
          ],
        ),
      ],
    },
    { title: "Measures (d)", blocks: [list(measures(facts)), clocksBlock(facts)] },
    { title: "Advice and views of people (art. 35(2), (9))", blocks: [text(toFill)] },
  ];
}

const titles: Readonly<Record<RecordKind, string>> = {
  ropa: "Record of processing activities (GDPR art. 30)",
  retention: "How long what is kept",
  dpia: "Data protection impact assessment, a draft (GDPR art. 35)",
};

/** Engineering material, not legal advice: what only the shop knows is marked to be filled in. */
export function writeRecord(kind: RecordKind, facts: RecordFacts): ShopDocument {
  const sections =
    kind === "ropa" ? ropa(facts) : kind === "dpia" ? dpia(facts) : [{ title: "In force", blocks: [...retentionBlocks(facts), clocksBlock(facts)] }];
  return { title: `${titles[kind]}: ${facts.shop.name}`, language: "en", at: facts.at, sections };
}
