import { Webhook } from "standardwebhooks";
import type { EpochMs } from "#domain/clock.ts";
import { type Result, refuse, succeed } from "#domain/problem.ts";
import type { WebhookSecret } from "#storage/ports/webhook-store.ts";

const prefix = "whsec_";
const [fewestBytes, mostBytes] = [24, 64];

export function secretOfBytes(bytes: Uint8Array): string {
  return prefix + Buffer.from(bytes).toString("base64");
}

/** A secret that the shop brings along. Refuses with WEBHOOK_INVALID; the detail never quotes it. */
export function readSecret(text: string): Result<string> {
  const encoded = text.startsWith(prefix) ? text.slice(prefix.length) : "";
  const bytes = Buffer.from(encoded, "base64");
  const wellFormed = bytes.toString("base64") === encoded;
  if (!wellFormed || bytes.length < fewestBytes || bytes.length > mostBytes)
    return refuse("WEBHOOK_INVALID", `secret is ${prefix} and ${fewestBytes} to ${mostBytes} bytes in base64`);
  return succeed(text);
}

export const isInForce = ({ validUntil }: WebhookSecret, now: EpochMs) => validUntil === null || validUntil > now;

/** The headers of Standard Webhooks: one signature for each secret in force, so that a receiver may know the old or the new one. */
export function signMessage(secrets: readonly WebhookSecret[], messageId: string, body: string, now: EpochMs): Readonly<Record<string, string>> {
  const signatures = secrets.filter((one) => isInForce(one, now)).map(({ secret }) => new Webhook(secret).sign(messageId, new Date(now), body));
  return { "webhook-id": messageId, "webhook-timestamp": String(Math.floor(now / 1000)), "webhook-signature": signatures.join(" ") };
}
