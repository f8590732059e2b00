import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import { combinePolicy, policyPacks } from "./policy.ts";
import { policyPack } from "./policy-pack.ts";

describe("policies", () => {
  it("every pack is as packs must be", () => {
    for (const pack of policyPacks.values()) expect([...Value.Errors(policyPack, pack)], pack.name).toEqual([]);
    expect([...policyPacks.keys()]).toEqual(["gdpr", "ccpa", "dsa", "pk", "id"]);
  });

  it("R5 R11 R39: of several the strictest counts in each point", () => {
    const [gdpr, ccpa, both] = [combinePolicy(["gdpr"]), combinePolicy(["ccpa"]), combinePolicy(["ccpa", "gdpr"])];
    expect([gdpr.childAge, ccpa.childAge, both.childAge]).toEqual([16, 13, 16]);
    expect(gdpr.consent).toMatchObject({ repromptMonths: 6 });
    expect(ccpa.consent.optOutRepromptMonths).toBe(12);
    expect(both.consent).toEqual({ validityMonths: 24, repromptMonths: 6, optOutRepromptMonths: 12 });
    expect([gdpr.clocks.requestDays, gdpr.clocks.extensionDays, gdpr.clocks.breachHours]).toEqual([30, 60, 72]);
    expect([ccpa.clocks.requestDays, ccpa.clocks.extensionDays, ccpa.clocks.optOutBusinessDays]).toEqual([45, 45, 15]);
    expect(both.purposes.share.lawfulBasis).toBe("consent");
    expect(ccpa.purposes.share.lawfulBasis).toBe("opt-out");
    const pakistan = combinePolicy(["gdpr", "pk"]);
    expect(pakistan).toMatchObject({ childAge: 18, noticeLanguages: ["en", "ur"], contact: { quietHours: { from: "20:00", to: "09:00" } } });
    expect(combinePolicy(["id"]).clocks.breachHours).toBe(72);
  });

  it("a shop's own settings stand above the packs; what is no pack is left out, and none is gdpr", () => {
    expect(combinePolicy(["gdpr"], { childAge: 13, consent: { validityMonths: 6 } })).toMatchObject({
      childAge: 13,
      consent: { validityMonths: 6, repromptMonths: 6 },
    });
    expect(combinePolicy(["nonsense"]).packs).toEqual(["gdpr"]);
  });
});
