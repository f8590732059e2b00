import { describe, expect, it } from "vitest";
import { factorizeImplicit, type ImplicitSettings, type WeightedRows } from "#kernels/factorize-implicit.ts";
import { createSeededRandom } from "#kernels/seeded-random.ts";
import { testModel } from "../model.contract.ts";
import { ials } from "./ials.ts";

testModel(ials);

const settings: ImplicitSettings = { factors: 16, epochs: 3, blockSize: 16, unobserved: 0.1, regularization: 0.01 };

function randomRows(people: number, items: number): WeightedRows {
  const random = createSeededRandom(2);
  const lists = Array.from({ length: people }, () => [...new Set(Array.from({ length: 1 + random.int(20) }, () => random.int(items)))]);
  const starts = new Int32Array(people + 1);
  for (const [row, list] of lists.entries()) starts[row + 1] = starts[row]! + list.length;
  const columns = Int32Array.from(lists.flat());
  return { starts, columns, weights: Float32Array.from(columns, () => (1 + random.int(3)) / 3) };
}

/** The loss whose minimum is looked for, with the rows' own factors solved exactly, densely and in doubles. */
function lossOf(rows: WeightedRows, n: number, q: Float32Array, d: number): number {
  const { unobserved, regularization } = settings;
  let loss = 0;
  for (let person = 0; person < rows.starts.length - 1; person++) {
    const c = new Float64Array(n);
    for (let at = rows.starts[person]!; at < rows.starts[person + 1]!; at++) c[rows.columns[at]!] = rows.weights[at]!;
    const entries = rows.starts[person + 1]! - rows.starts[person]!;
    const lambda = regularization * (entries + unobserved * n);
    // Conjugate gradients to the end.
    const w = new Float64Array(d);
    const apply = (v: Float64Array) => {
      const out = v.map((value) => lambda * value);
      for (let item = 0; item < n; item++) {
        let y = 0;
        for (let k = 0; k < d; k++) y += q[item * d + k]! * v[k]!;
        for (let k = 0; k < d; k++) out[k]! += (c[item]! + unobserved) * y * q[item * d + k]!;
      }
      return out;
    };
    const r = new Float64Array(d);
    for (let item = 0; item < n; item++) for (let k = 0; k < d; k++) r[k]! += c[item]! * q[item * d + k]!;
    let p = r.slice();
    const norm = (v: Float64Array) => v.reduce((sum, value) => sum + value * value, 0);
    for (let turn = 0; turn < 3 * d && norm(r) > 1e-24; turn++) {
      const ap = apply(p);
      const before = norm(r);
      const step = before / p.reduce((sum, value, k) => sum + value * ap[k]!, 0);
      for (let k = 0; k < d; k++) {
        w[k]! += step * p[k]!;
        r[k]! -= step * ap[k]!;
      }
      p = r.map((value, k) => value + (norm(r) / before) * p[k]!);
    }
    for (let item = 0; item < n; item++) {
      let y = 0;
      for (let k = 0; k < d; k++) y += q[item * d + k]! * w[k]!;
      loss += c[item]! * (y - 1) ** 2 + unobserved * y * y;
    }
    loss += lambda * norm(w);
  }
  const popularity = new Float64Array(n);
  for (const item of rows.columns) popularity[item]!++;
  for (let item = 0; item < n; item++)
    for (let k = 0; k < d; k++) loss += regularization * (popularity[item]! + unobserved * (rows.starts.length - 1)) * q[item * d + k]! ** 2;
  return loss;
}

describe("factorize implicit", () => {
  const rows = randomRows(300, 80);
  const learn = (changes: Partial<ImplicitSettings>, threads = 1) =>
    factorizeImplicit(rows, 80, { ...settings, ...changes }, createSeededRandom(1), { threads });

  it("threads change no bit", () => {
    const one = learn({ blockSize: 8 });
    for (const threads of [2, 3]) expect(learn({ blockSize: 8 }, threads)).toEqual(one);
  });

  it("each epoch lowers the loss, by blocks nearly as far as at once", () => {
    const losses = [1, 2, 4, 16].map((epochs) => lossOf(rows, 80, learn({ epochs }).values, 16));
    for (const [at, loss] of losses.slice(1).entries()) expect(loss).toBeLessThan(losses[at]!);
    const byBlocks = lossOf(rows, 80, learn({ epochs: 16, blockSize: 8 }).values, 16);
    expect(byBlocks).toBeLessThan(losses.at(-1)! * 1.02);
  });

  it("dimensions beyond those asked for stay zero", () => {
    const { values, d } = learn({ factors: 5 });
    expect(d).toBe(8);
    expect(values.every((value, at) => at % 8 < 5 === (value !== 0))).toBe(true);
  });
});
