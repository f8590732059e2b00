export type InTurn = <Value>(key: string, work: () => Promise<Value>) => Promise<Value>;

/** Runs what has the same key one after the other, in the order of asking; the rest side by side. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return <Value>(key: string, work: () => Promise<Value>): Promise<Value> => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(
      () => {},
      () => {},
    );
    last.set(key, settled);
    void settled.then(() => {
      if (last.get(key) === settled) last.delete(key);
    });
    return mine;
  };
}
