import type { PolicyPack } from "../policy-pack.ts";

export const indonesiaPack: PolicyPack = {
  name: "id",
  title: "Indonesia: Personal Data Protection Law",
  jurisdiction: "ID",
  status: "in-force",
  sources: ["Law No. 27 of 2022 on Personal Data Protection", "Ministry of Communication Regulation No. 20 of 2016"],
  authority: {
    name: "Ministry of Communication and Digital Affairs, until the agency is set up",
    url: "https://www.komdigi.go.id",
  },
  childAge: 18,
  consent: {
    validityMonths: 24,
    repromptMonths: 6,
    optOutRepromptMonths: 6,
  },
  clocks: {
    requestDays: 3,
    extensionDays: 0,
    optOutBusinessDays: 3,
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
  sensitive: ["health", "biometric data", "genetic data", "criminal records", "children's data", "personal financial data"],
  rights: [
    "information",
    "access",
    "completion and correction",
    "erasure",
    "withdraw consent",
    "object to automated decisions",
    "restriction",
    "portability",
    "compensation",
  ],
  noticeLanguages: ["en", "id"],
  purposes: {
    personalize: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    learn: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    measure: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    email: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    sms: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    whatsapp: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    push: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    share: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
    research: {
      lawfulBasis: "consent",
      note: "Law 27/2022 art. 20-24: explicit, recorded consent in Indonesian; art. 40: processing ends within 3 x 24 hours of a withdrawal, here at the next request.",
    },
  },
};
