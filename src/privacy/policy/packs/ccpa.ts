import type { PolicyPack } from "../policy-pack.ts";

export const ccpaPack: PolicyPack = {
  name: "ccpa",
  title: "California Consumer Privacy Act as amended by CPRA, with the regulations of 2026",
  jurisdiction: "US-CA",
  status: "in-force",
  sources: ["Cal. Civ. Code 1798.100-1798.199.100", "Cal. Code Regs. tit. 11, 7000-7304"],
  authority: {
    name: "California Privacy Protection Agency",
    url: "https://cppa.ca.gov",
  },
  childAge: 13,
  consent: {
    validityMonths: 60,
    repromptMonths: 6,
    optOutRepromptMonths: 12,
  },
  clocks: {
    requestDays: 45,
    extensionDays: 45,
    optOutBusinessDays: 15,
    breachHours: 720,
  },
  contact: {
    quietHours: {
      from: "21:00",
      to: "08:00",
    },
    caps: {
      email: {
        perDay: null,
        perWeek: null,
      },
      sms: {
        perDay: null,
        perWeek: null,
      },
      whatsapp: {
        perDay: null,
        perWeek: null,
      },
      push: {
        perDay: null,
        perWeek: null,
      },
      voice: {
        perDay: null,
        perWeek: null,
      },
    },
  },
  sensitive: [
    "government identifiers",
    "account log-in with credentials",
    "precise geolocation",
    "racial or ethnic origin",
    "citizenship or immigration status",
    "religious or philosophical beliefs",
    "union membership",
    "contents of mail, e-mail and text messages",
    "genetic data",
    "biometric data",
    "health",
    "sex life or sexual orientation",
    "neural data",
  ],
  rights: ["know", "delete", "correct", "opt out of sale and sharing", "limit the use of sensitive information", "no retaliation"],
  noticeLanguages: ["en"],
  purposes: {
    personalize: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    learn: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    measure: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    email: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    sms: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    whatsapp: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    push: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
    share: {
      lawfulBasis: "opt-out",
      note: "Civ. Code 1798.120 and 1798.135: opt-out, and an opt-out signal such as GPC counts as one; from 13 to 15 an opt-in by the child, under 13 by a parent.",
    },
    research: {
      lawfulBasis: "consent",
      note: "Civ. Code 1798.100: notice at collection. This product asks for a yes all the same.",
    },
  },
};
