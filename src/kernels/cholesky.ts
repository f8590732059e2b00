/**
 * Factors the symmetric positive definite n×n matrix in place (row-major, lower triangle used and overwritten by L
 * with A = L·Lᵀ). Answers false when it is not positive definite.
 */
export function factorCholesky(matrix: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++) {
    const rowStart = row * n;
    for (let column = 0; column <= row; column++) {
      const columnStart = column * n;
      let sum = matrix[rowStart + column]!;
      for (let k = 0; k < column; k++) sum -= matrix[rowStart + k]! * matrix[columnStart + k]!;
      if (column < row) matrix[rowStart + column] = sum / matrix[columnStart + column]!;
      else if (sum <= 0) return false;
      else matrix[rowStart + row] = Math.sqrt(sum);
    }
  }
  return true;
}

/** Solves L·Lᵀ·x = b for the factor of `factorCholesky`; `b` (length n) becomes x. */
export function solveCholesky(factor: Float64Array, n: number, b: Float64Array): void {
  for (let row = 0; row < n; row++) {
    let sum = b[row]!;
    for (let k = 0; k < row; k++) sum -= factor[row * n + k]! * b[k]!;
    b[row] = sum / factor[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    let sum = b[row]!;
    for (let k = row + 1; k < n; k++) sum -= factor[k * n + row]! * b[k]!;
    b[row] = sum / factor[row * n + row]!;
  }
}

/** The inverse of L·Lᵀ as a full n×n matrix (row-major), from the factor of `factorCholesky`. */
export function invertCholesky(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let index = 0; index < n; index++) {
    column.fill(0);
    column[index] = 1;
    solveCholesky(factor, n, column);
    for (let row = 0; row < n; row++) inverse[row * n + index] = column[row]!;
  }
  return inverse;
}
