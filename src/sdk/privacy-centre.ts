import type { PrivacyCentreOptions } from "./public-types.ts";

/**
 * Shows the person's own page: in an element of the shop's page, or in its place. The address comes from the shop's server, opens once,
 * and holds no key.
 */
export function openPrivacyCentre(address: string, { into, title }: PrivacyCentreOptions = {}): void {
  const { href, origin, protocol } = new URL(address, location.href);
  if (protocol !== "https:" && protocol !== "http:") throw new TypeError("not a web address");
  if (into == null) return void location.assign(href);
  const frame = document.createElement("iframe");
  frame.src = href;
  frame.title = title ?? "Your data and choices";
  frame.referrerPolicy = "no-referrer";
  frame.style.cssText = "inline-size:100%;block-size:40rem;border:0";
  addEventListener("message", (event: MessageEvent<{ type?: unknown; height?: unknown } | null>) => {
    const { type, height } = event.data ?? {};
    if (event.source !== frame.contentWindow || event.origin !== origin || type !== "rapport-centre-height") return;
    if (typeof height === "number" && height > 0 && height < 1e5) frame.style.blockSize = `${height}px`;
  });
  into.replaceChildren(frame);
}
