import type { Html } from "#markup/html.ts";
import type { CentreServices } from "../centre-services.ts";
import type { Locale } from "../locales.ts";
import type { Say } from "../say.ts";

/** One look at the page. */
export type View = {
  readonly services: CentreServices;
  readonly locale: Locale;
  readonly tell: Say;
  readonly formToken: string;
  /** The browser sends Global Privacy Control. */
  readonly gpc: boolean;
  readonly query: Readonly<Record<string, string>>;
};

export type ShowView = (view: View) => Promise<Html>;
