import type { Purpose } from "#domain/purpose.ts";

/** Grows with each change of what strings mean; stands in the proof of every decision that was read from one. */
export const signalTableVersion = 1;

/**
 * Purposes of the TCF (policy 2.2, appendix A) that must all be consented to, by purpose of this house. Only consent
 * counts, never legitimate interest; what is not named here (e-mail, SMS, WhatsApp, push, research) no TC string decides.
 */
export const tcfPurposes: Readonly<Partial<Record<Purpose, readonly number[]>>> = {
  // 1 store and access; 5 create and 6 use profiles to personalise content.
  personalize: [1, 5, 6],
  // 10 develop and improve services.
  learn: [1, 10],
  // 8 measure content performance.
  measure: [1, 8],
  // 3 create and 4 use profiles for personalised advertising.
  share: [1, 3, 4],
};

/** Sections of GPP that hold a TC string of the European framework, by the name their library gives them. */
export const gppTcfSection = { id: 2, name: "tcfeuv2" } as const;

/**
 * Sections of GPP with the law of the United States and its states. In each, 1 in one of these fields is an opt-out; 2, "did
 * not opt out", is no opt-in and decides nothing.
 */
export const gppOptOutFields = ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"] as const;
export const gppUsSections: ReadonlyMap<number, string> = new Map([
  [7, "usnat"],
  [8, "usca"],
  [9, "usva"],
  [10, "usco"],
  [11, "usut"],
  [12, "usct"],
  [13, "usfl"],
  [14, "usmt"],
  [15, "usor"],
  [16, "ustx"],
  [17, "usde"],
  [18, "usia"],
  [19, "usne"],
  [20, "usnh"],
  [21, "usnj"],
  [22, "ustn"],
  [23, "usmn"],
  [24, "usmd"],
  [25, "usin"],
  [26, "usky"],
  [27, "usri"],
]);
/** Third letter of a us_privacy string ("1YYN"): Y is an opt-out of sale. */
export const gppUspSection = { id: 6, name: "uspv1" } as const;
