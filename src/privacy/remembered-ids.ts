/** Enough for those who are in a shop at one time; each takes some hundred bytes. */
const maxRemembered = 20_000;

/** A pure function's answers, the latest used of them: of one customer there are many events in a row. */
export function rememberIds<Id>(): (key: string, make: (key: string) => Id) => Id {
  let young = new Map<string, Id>();
  let old = new Map<string, Id>();
  return (key, make) => {
    const known = young.get(key);
    if (known !== undefined) return known;
    const id = old.get(key) ?? make(key);
    if (young.size >= maxRemembered / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, id);
    return id;
  };
}
