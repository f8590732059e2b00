/** Whole numbers where nothing fades. */
export type Numbers = Int32Array | Float64Array;

/**
 * What is counted of every two items, as sparse rows over items: at row i, column j stand G[i,j] (`both`), A[i,j]
 * (`near`) and C[j→i] (`before`: j, and then i). Columns ascend; the pattern is symmetric; diagonals apart.
 * G is in 25ths of a purchase by both; A and C in 25ths of `transitionUnit`.
 */
export type PairStatistics = {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly both: Numbers;
  readonly near: Numbers;
  readonly before: Numbers;
  /** Σ strength² of each item: the diagonal of G. */
  readonly support: Numbers;
  readonly nearDiagonal: Numbers;
  /** C[i→i]: taken again. */
  readonly again: Numbers;
};
