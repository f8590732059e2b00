import type { DemoCustomer } from "./invent-customers.ts";
import type { DemoShop } from "./simulate-shop.ts";

/**
 * A dozen customers worth trying the shop as: those with the richest history, and some of each other answer to the
 * consent question, because the difference is what there is to see.
 */
export function pickShoppers(shop: Pick<DemoShop, "customers" | "messages">): { customerId: string; displayName: string; taste: string }[] {
  const bought = new Map<string, number>();
  for (const { event, userId } of shop.messages) {
    if (event === "Order Completed" && userId !== undefined) bought.set(userId, (bought.get(userId) ?? 0) + 1);
  }
  const byHistory = [...shop.customers].sort((a, b) => (bought.get(b.customerId) ?? 0) - (bought.get(a.customerId) ?? 0));
  const taken = new Set<string>();
  const take = (count: number, answer: (customer: DemoCustomer) => boolean, note: string) => {
    const chosen: { customerId: string; displayName: string; taste: string }[] = [];
    for (const customer of byHistory) {
      if (chosen.length === count) break;
      const firstName = customer.displayName.split(" ")[0] as string;
      if (!answer(customer) || taken.has(customer.taste) || taken.has(firstName)) continue;
      taken.add(customer.taste).add(firstName);
      chosen.push({ customerId: customer.customerId, displayName: customer.displayName, taste: customer.taste + note });
    }
    return chosen;
  };
  return [
    ...take(6, ({ consents, taste }) => consents?.personalize === true && taste.includes(" and "), ""),
    ...take(2, ({ consents }) => consents?.personalize === true, ""),
    ...take(2, ({ consents }) => consents?.personalize === false && consents.learn === true, " (said no to personalization)"),
    ...take(1, ({ consents }) => consents !== null && !Object.values(consents).includes(true), " (refused everything)"),
    ...take(1, ({ consents }) => consents === null, " (never asked)"),
  ];
}
