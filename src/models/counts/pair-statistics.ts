/**
 * What is counted of every two items, as sparse rows over items: at row i, column j stand G[i,j] (`both`), A[i,j]
 * (`near`) and C[j→i] (`before`: j, and then i). Columns ascend; the pattern is symmetric; diagonals apart.
 * G is in ninths of a purchase by both; A and C in ninths of `transitionUnit`.
 */
export type PairStatistics = {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly both: Int32Array;
  readonly near: Int32Array;
  readonly before: Int32Array;
  /** Σ strength² of each item: the diagonal of G. */
  readonly support: Int32Array;
  readonly nearDiagonal: Int32Array;
  /** C[i→i]: taken again. */
  readonly again: Int32Array;
};
