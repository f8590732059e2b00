import type { PolicyPack } from "../policy-pack.ts";

export const pkPack: PolicyPack = {
  name: "pk",
  title: "Pakistan: Prevention of Electronic Crimes Act and regulator's rules (in force), Personal Data Protection Bill (a bill)",
  jurisdiction: "PK",
  status: "mixed",
  sources: [
    "Personal Data Protection Bill 2023 (draft)",
    "Prevention of Electronic Crimes Act 2016 s. 25",
    "PTA Protection from Spam, Unsolicited Fraudulent and Obnoxious Communication Regulations 2009, do-not-call register",
  ],
  authority: {
    name: "National Commission for Personal Data Protection (planned); Pakistan Telecommunication Authority",
    url: "https://www.pta.gov.pk",
  },
  childAge: 18,
  consent: {
    validityMonths: 24,
    repromptMonths: 6,
    optOutRepromptMonths: 6,
  },
  clocks: {
    requestDays: 30,
    extensionDays: 30,
    optOutBusinessDays: 1,
    breachHours: 72,
  },
  contact: {
    quietHours: {
      from: "20:00",
      to: "09:00",
    },
    caps: {
      email: {
        perDay: 1,
        perWeek: 4,
      },
      sms: {
        perDay: 1,
        perWeek: 2,
      },
      whatsapp: {
        perDay: 1,
        perWeek: 2,
      },
      push: {
        perDay: 1,
        perWeek: 5,
      },
      voice: {
        perDay: 0,
        perWeek: 0,
      },
    },
  },
  sensitive: [
    "financial information",
    "health",
    "biometric data",
    "genetic data",
    "religious beliefs",
    "political affiliation",
    "caste or tribe",
    "ethnicity",
    "criminal convictions",
    "computer passwords",
  ],
  rights: [
    "access",
    "correction",
    "erasure",
    "withdraw consent",
    "prevent processing that causes distress",
    "portability",
    "complain to the commission",
  ],
  noticeLanguages: ["en", "ur"],
  purposes: {
    personalize: {
      lawfulBasis: "consent",
      note: "Draft bill: free, specific and informed consent, with a notice in English and the national language.",
    },
    learn: {
      lawfulBasis: "consent",
      note: "Draft bill: free, specific and informed consent, with a notice in English and the national language.",
    },
    measure: {
      lawfulBasis: "consent",
      note: "Draft bill: free, specific and informed consent, with a notice in English and the national language.",
    },
    email: {
      lawfulBasis: "consent",
      note: "PECA s. 25: an unsubscribe that works; recorded opt-in.",
    },
    sms: {
      lawfulBasis: "consent",
      note: "PECA s. 25: an unsubscribe that works; PTA: recorded opt-in, never to a number on the do-not-call register.",
    },
    whatsapp: {
      lawfulBasis: "consent",
      note: "PECA s. 25: an unsubscribe that works; PTA: recorded opt-in, never to a number on the do-not-call register.",
    },
    push: {
      lawfulBasis: "consent",
      note: "Draft bill: free, specific and informed consent, with a notice in English and the national language.",
    },
    share: {
      lawfulBasis: "consent",
      note: "Draft bill: free, specific and informed consent, with a notice in English and the national language.",
    },
    research: {
      lawfulBasis: "consent",
      note: "Draft bill: free, specific and informed consent, with a notice in English and the national language.",
    },
  },
};
