import type { PolicyPack } from "../policy-pack.ts";

export const dsaPack: PolicyPack = {
  name: "dsa",
  title: "Digital Services Act",
  jurisdiction: "EU",
  status: "in-force",
  sources: ["Regulation (EU) 2022/2065 art. 25-28 and 38"],
  authority: {
    name: "The Digital Services Coordinator of your country",
    url: "https://digital-strategy.ec.europa.eu/en/policies/dsa-dscs",
  },
  childAge: 18,
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
    "racial or ethnic origin",
    "political opinions",
    "religious or philosophical beliefs",
    "trade union membership",
    "genetic data",
    "biometric data",
    "health",
    "sex life or sexual orientation",
  ],
  rights: ["an option that is not based on profiling", "know the main parameters of a ranking"],
  noticeLanguages: ["en"],
  purposes: {
    personalize: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    learn: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    measure: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    email: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    sms: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    whatsapp: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    push: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    share: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
    research: {
      lawfulBasis: "consent",
      note: "Art. 26-28 and 38: main parameters told, an option without profiling, no advertising by profile to minors or by sensitive data.",
    },
  },
};
