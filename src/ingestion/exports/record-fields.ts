import { isUsableId } from "#domain/ids.ts";
import type { ExportRecord } from "./columns.ts";

/** Says why a row cannot be used. */
export class RowRefused extends Error {}
export const refuseRow = (reason: string): never => {
  throw new RowRefused(reason);
};

/** No shop has sold anything before, and no clock that is wrong by a battery says later. */
const [earliest, latest] = [Date.UTC(1970, 0, 1), Date.UTC(2200, 0, 1)];

/** A field of a row as what it has to be; a row in which it is something else is refused. */
export function fieldsOf(record: ExportRecord) {
  const value = (name: string) => record[name] ?? null;
  const text = (name: string): string | null => {
    const found = value(name);
    return found === null || typeof found === "string" ? found : refuseRow(`${name} is no text`);
  };
  const time = (name: string): number | null => {
    const found = value(name);
    if (found === null) return null;
    const at = typeof found === "string" ? Date.parse(found) : Number.NaN;
    if (!Number.isFinite(at)) return refuseRow(`${name} is no time`);
    return at >= earliest && at < latest ? at : refuseRow(`${name} is before 1970 or after 2199`);
  };
  const number = (name: string): number | null => {
    const found = value(name);
    return found === null || (typeof found === "number" && Number.isFinite(found)) ? found : refuseRow(`${name} is no number`);
  };
  return {
    value,
    text,
    time,
    number,
    id(name: string): string | null {
      const found = text(name);
      return found === null || isUsableId(found) ? found : refuseRow(`${name} cannot be used as an id`);
    },
    boolean(name: string): boolean | null {
      const found = value(name);
      return found === null || typeof found === "boolean" ? found : refuseRow(`${name} is neither true nor false`);
    },
    list(name: string): readonly unknown[] {
      const found = value(name);
      return found === null ? [] : Array.isArray(found) ? found : refuseRow(`${name} is no list`);
    },
    must<Value>(name: string, found: Value | null): Value {
      return found ?? refuseRow(`no ${name}`);
    },
    oneOf<Value extends string>(name: string, allowed: readonly Value[]): Value | null {
      const found = text(name);
      return found === null || (allowed as readonly string[]).includes(found)
        ? (found as Value | null)
        : refuseRow(`${name} is none of ${allowed.join(", ")}`);
    },
  };
}

export type Fields = ReturnType<typeof fieldsOf>;
