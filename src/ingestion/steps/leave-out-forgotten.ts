import { type ForgetStore, nameKey, type SaidName } from "#storage/ports/forget-store.ts";
import { changeOpen, type Draft, type Step } from "../draft.ts";

const customerOf = ({ message: { names } }: Draft): SaidName | null =>
  names.customerId === null ? null : { kind: "customer", externalId: names.customerId };
const deviceOf = ({ message: { names } }: Draft): SaidName | null =>
  names.anonymousId === null ? null : { kind: "anonymous", externalId: names.anonymousId };

/**
 * Nothing is taken in about somebody who was forgotten, whatever it comes with; a customer on a device that was forgotten is filed
 * without the device. Only a yes that the person says with a message of its own, later than that, is a new beginning.
 */
export function createLeaveOutForgotten(forgetting: Pick<ForgetStore, "suppressed" | "lift">): Step {
  return async function leaveOutForgotten(batch) {
    const open = batch.drafts.filter((draft) => draft.outcome === null);
    const names = new Map(
      open.flatMap((draft) => [customerOf(draft), deviceOf(draft)]).flatMap((name) => (name === null ? [] : [[nameKey(name), name]])),
    );
    const suppressed = new Map(await forgetting.suppressed(batch.shopId, [...names.values()]));
    if (suppressed.size === 0) return batch;
    for (const draft of open) {
      const { decides, event } = draft.message;
      if (decides === undefined || ![...decides.values()].includes(true)) continue;
      for (const name of [customerOf(draft), deviceOf(draft)]) {
        const found = name === null ? undefined : suppressed.get(nameKey(name));
        if (found === undefined || !found.done || event.occurredAt <= found.at) continue;
        await forgetting.lift(batch.shopId, [name!]);
        suppressed.delete(nameKey(name!));
      }
    }
    const isOut = (name: SaidName | null) => name !== null && suppressed.has(nameKey(name));
    return changeOpen(batch, (draft) => {
      const customer = customerOf(draft);
      if (isOut(customer) || (customer === null && isOut(deviceOf(draft)))) return { ...draft, outcome: { kind: "drop", reason: "NO_CONSENT" } };
      if (!isOut(deviceOf(draft))) return draft;
      return { ...draft, message: { ...draft.message, names: { ...draft.message.names, anonymousId: null } } };
    });
  };
}
