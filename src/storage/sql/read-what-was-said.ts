import type { TransferStore } from "../ports/transfer-store.ts";
import type { EventLog } from "../ports.ts";

type Reader = Omit<EventLog, "append">;

/**
 * What is read of the log has what was appended lazily before: waits for it. Not where it is of no account: histories without impressions,
 * which every answer reads, and what other threads read, who cannot know.
 */
export function readWhatWasSaid(reader: Reader, caughtUp: () => Promise<void>): Reader {
  const after =
    <Parameters extends unknown[], Value>(read: (...parameters: Parameters) => Promise<Value>) =>
    async (...parameters: Parameters): Promise<Value> => {
      await caughtUp();
      return read(...parameters);
    };
  const history = after(reader.history);
  return {
    ...reader,
    refs: after(reader.refs),
    countAfter: after(reader.countAfter),
    head: after(reader.head),
    tally: after(reader.tally),
    recent: after(reader.recent),
    recommendationOf: after(reader.recommendationOf),
    size: after(reader.size),
    histories: after(reader.histories),
    history: (allowed, options) => (options.types?.includes("impression") === false ? reader.history(allowed, options) : history(allowed, options)),
  };
}

export function copyWhatWasSaid(transfer: TransferStore, caughtUp: () => Promise<void>): TransferStore {
  return {
    ...transfer,
    async entries(...which) {
      await caughtUp();
      return transfer.entries(...which);
    },
  };
}
