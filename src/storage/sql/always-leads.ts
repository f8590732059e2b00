import type { Leadership } from "../ports/leadership.ts";

/** One process alone holds the embedded store, so it leads from the first moment. */
export const alwaysLeads: Pick<Leadership, "campaign"> = {
  campaign(onChange) {
    let leads = true;
    onChange(true);
    return {
      leads: () => leads,
      async stop() {
        leads = false;
      },
    };
  },
};
