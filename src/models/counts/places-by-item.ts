/** For each item the places where it stands, ascending. */
export function placesByItem(items: Int32Array, itemCount: number): { readonly starts: Int32Array; readonly places: Int32Array } {
  const starts = new Int32Array(itemCount + 1);
  for (const item of items) starts[item + 1]!++;
  for (let item = 0; item < itemCount; item++) starts[item + 1]! += starts[item]!;
  const next = starts.slice(0, itemCount);
  const places = new Int32Array(items.length);
  for (let place = 0; place < items.length; place++) places[next[items[place]!]!++] = place;
  return { starts, places };
}
