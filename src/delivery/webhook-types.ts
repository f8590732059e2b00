/** What a shop's own systems can be told of, and what it means. Each comes from the log or from what the house has done itself. */
export const webhookTypes = {
  "consent.changed": "somebody decided what their data may be used for; also each withdrawal",
  "identity.merged": "a device or an account now belongs to this customer",
  "identity.unmerged": "a device or an account no longer belongs to this customer",
  "subject.erased": "somebody was forgotten: forget what you were told about them",
  "rights.requested": "somebody asked for their data, or for its deletion",
  "rights.updated": "a request of somebody went on: tell them, by your own mailer",
  "privacy.link_requested": "somebody wants to open their own page: send them this link, by your own mailer",
  "model.published": "new models answer from now on; told at most once a minute",
  "feed.imported": "a product feed was read to its end",
  "feed.failed": "a product feed could not be read; the catalogue is as it was",
} as const;
export type WebhookType = keyof typeof webhookTypes;

/** Sent by `rapport webhook test`; nobody subscribes to it. */
export const testType = "webhook.test";

export function isWebhookType(text: string): text is WebhookType {
  return Object.hasOwn(webhookTypes, text);
}
