import { type Html, html, renderHtml } from "#markup/html.ts";
import type { Forgetting } from "./centre-services.ts";
import type { Locale } from "./locales.ts";
import { type MessageKey, type Say, sayIn } from "./say.ts";
import { base, shell } from "./shell.ts";
import { forgottenView } from "./views/forget-view.ts";

// Pages of whoever is not at their own page: before it, after it, and from a message.

function alone(locale: Locale, shopName: string, page: (tell: Say) => { readonly title: string; readonly main: Html }): string {
  const tell = sayIn(locale);
  return renderHtml(shell({ locale, tell, shopName, ...page(tell), nav: null, formToken: null, rankingHref: null, language: null }));
}

/** Says that a link is good, and waits for a person to press the button: programs that look at links press none. */
export function showEnter(locale: Locale, shopName: string, token: string): string {
  return alone(locale, shopName, (tell) => ({
    title: tell("enter.title"),
    main: html`<h1>${tell("enter.title")}</h1><section class="card"><p>${tell("enter.text", { shop: shopName })}</p>
<form method="post" action="${base}/enter"><input type="hidden" name="token" value="${token}"><div class="actions"><button>${tell("enter.button")}</button></div></form></section>`,
  }));
}

export const standaloneWords = ["gone", "ended", "left", "refused", "busy", "missing", "failed"] as const;
export type StandaloneWord = (typeof standaloneWords)[number];

/** A page that says one thing. It names no shop: whoever sees it may be anybody. */
export function showWords(locale: Locale, word: StandaloneWord): string {
  return alone(locale, "", (tell) => {
    const [title, text] = [`${word}.title`, `${word}.text`] as [MessageKey, MessageKey];
    return { title: tell(title), main: html`<h1>${tell(title)}</h1><section class="card"><p>${tell(text)}</p></section>` };
  });
}

export function showForgotten(locale: Locale, reference: string, forgetting: Forgetting): string {
  return alone(locale, "", (tell) => forgottenView(reference, forgetting, tell));
}

/** What a link in a message may end. */
export type MessageChannel = "email" | "sms" | "whatsapp" | "push" | "voice";
/** One yes is for text messages and calls, and so is one no: the page says both, whichever message the link was in. */
const channelIn = (tell: Say, channel: MessageChannel): string => tell(channel === "voice" ? "purpose.sms" : `purpose.${channel}`);

/** Asks whether a channel shall end, and waits for a person to press the button. The form is the one that mail programs send by themselves. */
export function showUnsubscribe(locale: Locale, shopName: string, channel: MessageChannel): string {
  return alone(locale, shopName, (tell) => ({
    title: tell("unsubscribe.title"),
    main: html`<h1>${tell("unsubscribe.title")}</h1><section class="card"><p>${tell("unsubscribe.text", { shop: shopName, channel: channelIn(tell, channel) })}</p>
<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><div class="actions"><button>${tell("unsubscribe.button")}</button></div></form></section>`,
  }));
}

export function showUnsubscribed(locale: Locale, shopName: string, channel: MessageChannel): string {
  return alone(locale, shopName, (tell) => ({
    title: tell("unsubscribe.done"),
    main: html`<h1>${tell("unsubscribe.done")}</h1><section class="card"><p>${tell("unsubscribe.doneText", { shop: shopName, channel: channelIn(tell, channel) })}</p></section>`,
  }));
}
