/** Enough for those who are in a shop at one time; each takes some hundred bytes. */
const maxRemembered = 20_000;

export type RememberedIds<Id> = {
  (key: string, make: (key: string) => Id): Id;
  /** Nothing of what was asked stays in memory. */
  clear(): void;
};

/** A pure function's answers, the latest used of them: of one customer there are many events in a row. */
export function rememberIds<Id>(): RememberedIds<Id> {
  let young = new Map<string, Id>();
  let old = new Map<string, Id>();
  const remember = (key: string, make: (key: string) => Id): Id => {
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
  const clear = () => {
    young = new Map();
    old = new Map();
  };
  return Object.assign(remember, { clear });
}
