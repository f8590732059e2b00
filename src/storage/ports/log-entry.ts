import type { EpochMs } from "#domain/clock.ts";
import type { ConsentDecision } from "#domain/consent.ts";
import type { ShopEvent } from "#domain/event.ts";
import type { MessageId, PersonId } from "#domain/ids.ts";
import type { PersonNameKind } from "#domain/person.ts";

/** The outside name under which a person was met; stored with the first entry that uses it. */
export type NameOf = { readonly personId: PersonId; readonly kind: PersonNameKind; readonly externalId: string };

export type LogEntry =
  | { readonly kind: "event"; readonly name: NameOf; readonly event: ShopEvent }
  | {
      readonly kind: "consent";
      readonly messageId: MessageId;
      readonly name: NameOf | null;
      readonly decision: ConsentDecision;
      /** Not written where the person's no is in force by now: whoever decided this had not seen it. */
      readonly yields?: boolean;
      /**
       * What was decided is over (its time has run out, or what it was about has changed): as if nobody had been asked. Not
       * written where what is in force by now is not over.
       */
      readonly lapses?: "expired" | "notice-changed";
    }
  /**
   * The events of this person with these message ids that stand before this entry never happened, from here on. `everything`: all of
   * theirs; they and this entry are about to be deleted, and are in no export.
   */
  | {
      readonly kind: "retract";
      readonly messageId: MessageId;
      readonly name: NameOf;
      readonly targets: readonly MessageId[] | "everything";
      readonly at: EpochMs;
    }
  /**
   * `name` is `root` under another name: two customers, or (with `device`) a device that was in this customer's hands at
   * that time. `name` is then the device since its latest cut, `session` the device in these hands.
   */
  | {
      readonly kind: "link";
      readonly messageId: MessageId;
      readonly name: NameOf;
      readonly root: NameOf;
      readonly device: { readonly deviceId: PersonId; readonly session: NameOf } | null;
      readonly at: EpochMs;
    }
  /** From then on the device is a stranger's, who is filed under `base`. */
  | { readonly kind: "cut"; readonly messageId: MessageId; readonly name: NameOf; readonly base: NameOf; readonly at: EpochMs }
  /** These two are not one person after all, and never were. */
  | { readonly kind: "unlink"; readonly messageId: MessageId; readonly name: NameOf; readonly rootId: PersonId; readonly at: EpochMs };
