import { ProblemError } from "#domain/problem.ts";

/** RAPPORT_PUBLIC_ADDRESS: where browsers reach this server, such as "https://events.shop.example". Throws ProblemError OPTION_INVALID. */
export function publicAddress(): string | null {
  const told = process.env.RAPPORT_PUBLIC_ADDRESS;
  if (told === undefined || told === "") return null;
  const url = URL.parse(told);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new ProblemError({ code: "OPTION_INVALID", detail: "RAPPORT_PUBLIC_ADDRESS is not the address of a web server" });
  return url.href;
}
