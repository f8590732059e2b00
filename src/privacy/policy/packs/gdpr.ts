import type { PolicyPack } from "../policy-pack.ts";

export const gdprPack: PolicyPack = {
  name: "gdpr",
  title: "General Data Protection Regulation and ePrivacy Directive",
  jurisdiction: "EU",
  status: "in-force",
  sources: ["Regulation (EU) 2016/679", "Directive 2002/58/EC art. 5(3) and 13", "EDPB Guidelines 05/2020 on consent"],
  authority: {
    name: "The data protection authority of your country",
    url: "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
  },
  childAge: 16,
  consent: {
    validityMonths: 24,
    repromptMonths: 6,
    optOutRepromptMonths: 6,
  },
  clocks: {
    requestDays: 30,
    extensionDays: 60,
    optOutBusinessDays: 1,
    breachHours: 72,
  },
  contact: {
    quietHours: {
      from: "21:00",
      to: "08:00",
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
    "racial or ethnic origin",
    "political opinions",
    "religious or philosophical beliefs",
    "trade union membership",
    "genetic data",
    "biometric data",
    "health",
    "sex life or sexual orientation",
    "criminal convictions",
  ],
  rights: [
    "access",
    "rectification",
    "erasure",
    "restriction",
    "portability",
    "objection",
    "not to be subject to automated decisions",
    "withdraw consent",
    "complain to an authority",
  ],
  noticeLanguages: ["en"],
  purposes: {
    personalize: {
      lawfulBasis: "consent",
      note: "GDPR art. 6(1)(a) and 7: a separate, informed and unambiguous yes, as easy to take back as to give.",
    },
    learn: {
      lawfulBasis: "consent",
      note: "GDPR art. 6(1)(a) and 7: a separate, informed and unambiguous yes, as easy to take back as to give.",
    },
    measure: {
      lawfulBasis: "consent",
      note: "ePrivacy Directive art. 5(3): prior consent for what is not strictly necessary.",
    },
    email: {
      lawfulBasis: "consent",
      note: "ePrivacy Directive art. 13: prior consent; GDPR art. 21(2)-(3): an objection ends it at once.",
    },
    sms: {
      lawfulBasis: "consent",
      note: "ePrivacy Directive art. 13: prior consent; GDPR art. 21(2)-(3): an objection ends it at once.",
    },
    whatsapp: {
      lawfulBasis: "consent",
      note: "ePrivacy Directive art. 13: prior consent; GDPR art. 21(2)-(3): an objection ends it at once.",
    },
    push: {
      lawfulBasis: "consent",
      note: "ePrivacy Directive art. 5(3) and 13: prior consent.",
    },
    share: {
      lawfulBasis: "consent",
      note: "GDPR art. 6(1)(a): prior consent that names the recipients (art. 13(1)(e)).",
    },
    research: {
      lawfulBasis: "consent",
      note: "GDPR art. 6(1)(a) and 7: a separate, informed and unambiguous yes, as easy to take back as to give.",
    },
  },
};
