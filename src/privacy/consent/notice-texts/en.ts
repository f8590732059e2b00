import type { NoticeText } from "../notice.ts";

export const englishNotice: NoticeText = {
  title: "Your data in this shop",
  summary:
    "This shop would like to use what you do here. You decide for what. Each use has its own switch, and all are off until you turn them on. You can buy everything either way.",
  purposes: {
    personalize: "We use what you look at and buy here to choose what to show you. Nobody else sees it.",
    learn: "We add what you look at and buy to the shop's counts. They tell us which things go together. The counts do not hold your name.",
    measure: "We note what we showed you and what came of it. It tells us if our tips are of use.",
    email: "We send you offers by e-mail. You can stop them with one click.",
    sms: "We send you offers by text message, or call you with them. You can stop both at any time.",
    whatsapp: "We send you offers on WhatsApp. You can stop them at any time.",
    push: "We send you offers as notes on your phone or computer. You can stop them at any time.",
    share: "We pass your data on to others, or sell it. Our list says to whom.",
    research: "We ask you now and then how you like the shop. You need not answer.",
  },
  withdrawal: "You can turn each switch off again on the privacy page. It counts from your next click.",
  rights:
    "You can see what we hold about you, have it put right, take it with you, or have it erased. You can object to ads. You can also complain to the authority.",
};
