import { describe, expect, it } from "vitest";
import type { ShopId } from "#domain/ids.ts";
import { defaultRetention } from "#domain/retention.ts";
import { combinePolicy, policyPacks } from "#privacy/policy/policy.ts";
import { registeredTables } from "#storage/sql/registry.ts";
import { toHtml, toMarkdown, writeDocument } from "./document.ts";
import type { RecordFacts } from "./record-facts.ts";
import { recordKinds, writeRecord } from "./write-records.ts";

const packs = ["gdpr", "pk"];
const facts = (more: Partial<RecordFacts> = {}): RecordFacts => ({
  shop: { shopId: "s" as ShopId, name: "Chai & <Co>", currency: "PKR", createdAt: 0 },
  at: "2026-01-15T00:00:00.000Z",
  tables: registeredTables,
  retention: { ...defaultRetention, browsing: 77 },
  policy: combinePolicy(packs),
  packs: packs.map((name) => policyPacks.get(name)!),
  recipients: [{ name: "mailer.example", kind: "webhook", told: ["consent.changed"] }],
  standingConsent: [],
  database: "sqlite",
  isSealed: true,
  ...more,
});

describe("documents from the registry", () => {
  it("R46: the record of processing names purposes, data, recipients, time limits and measures, of every table that there is", () => {
    const text = toMarkdown(writeRecord("ropa", facts()));
    for (const { name } of registeredTables) expect(text).toContain(`| ${name.replaceAll("_", "\\_")} |`);
    for (const words of ["mailer.example", "77 days", "AES-256-GCM", "General Data Protection Regulation", "personalize", "(a)", "(g)"])
      expect(text).toContain(words);
  });

  it("R46: a change in the registry, the policy, the recipients or the retention changes the documents", () => {
    const [first, ...rest] = registeredTables;
    const changes: Partial<RecordFacts>[] = [
      { tables: [{ ...first!, columns: { ...first!.columns, shoe_size: "clear" } }, ...rest] },
      { tables: [{ ...first!, purpose: "something quite else" }, ...rest] },
      { retention: defaultRetention },
      { recipients: [] },
      { isSealed: false },
    ];
    for (const kind of ["ropa", "dpia"] as const)
      for (const change of changes)
        expect(writeRecord(kind, facts(change)), `${kind} ${Object.keys(change)}`).not.toEqual(writeRecord(kind, facts()));
    const ccpa = { policy: combinePolicy(["ccpa"]), packs: [policyPacks.get("ccpa")!] };
    for (const kind of recordKinds) expect(writeRecord(kind, facts(ccpa))).not.toEqual(writeRecord(kind, facts()));
    expect(toMarkdown(writeRecord("ropa", facts({ tables: [{ ...first!, name: "newsletter_readers" }] })))).toContain("newsletter");
  });

  it("R46: HTML is a page that runs nothing, and whatever a shop is called stays text", () => {
    for (const kind of recordKinds) {
      const page = toHtml(writeRecord(kind, facts()));
      expect(page).toContain("Chai &amp; &lt;Co&gt;");
      expect(page).not.toMatch(/<script|<Co>|https?:\/\/[^\s<]*\.js/);
      expect(page).toContain('<html lang="en">');
      expect(JSON.parse(writeDocument(writeRecord(kind, facts()), "json"))).toEqual(writeRecord(kind, facts()));
    }
    const tricky = toMarkdown(writeRecord("ropa", facts({ recipients: [{ name: "a|b\n# c", kind: "webhook", told: ["`x`"] }] })));
    expect(tricky).toContain("a\\|b \\# c");
  });
});
