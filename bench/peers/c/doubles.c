// As src/kernels/assembly/tile-doubles.ts and factor-doubles.ts.
#include "peer.h"

// Vectors spelled out: left to itself, gcc 12 shuffles where it could broadcast.
typedef double row4 __attribute__((vector_size(32), aligned(8), may_alias));

void take_tile(double *restrict tile, int line, const double *a, int a_line, const double *b, int b_line, int depth) {
  row4 c0 = *(row4 *)tile, c1 = *(row4 *)(tile + line), c2 = *(row4 *)(tile + 2 * line), c3 = *(row4 *)(tile + 3 * line);
  for (int k = 0; k < depth; k++, a += a_line, b += b_line) {
    row4 row = *(const row4 *)b;
    c0 -= a[0] * row;
    c1 -= a[1] * row;
    c2 -= a[2] * row;
    c3 -= a[3] * row;
  }
  *(row4 *)tile = c0, *(row4 *)(tile + line) = c1, *(row4 *)(tile + 2 * line) = c2, *(row4 *)(tile + 3 * line) = c3;
}

static int factor_tile(double *tile, int line) {
  for (int k = 0; k < 4; k++) {
    double square = tile[k * line + k];
    if (!(square > 0)) return 0;
    double pivot = sqrt(square);
    tile[k * line + k] = pivot;
    for (int j = k + 1; j < 4; j++) tile[k * line + j] /= pivot;
    for (int i = k + 1; i < 4; i++)
      for (int j = i; j < 4; j++) tile[i * line + j] -= tile[k * line + i] * tile[k * line + j];
  }
  return 1;
}

static void solve_tile(const double *diagonal, double *tile, int line) {
  for (int i = 0; i < 4; i++) {
    for (int k = 0; k < i; k++)
      for (int j = 0; j < 4; j++) tile[i * line + j] -= diagonal[k * line + i] * tile[k * line + j];
    for (int j = 0; j < 4; j++) tile[i * line + j] /= diagonal[i * line + i];
  }
}

int factor_doubles(double *matrix, int size, int line) {
  for (int row = 0; row < size; row += 4) {
    double *top = matrix + (size_t)row * line;
    take_tile(top + row, line, matrix + row, line, matrix + row, line, row);
    if (!factor_tile(top + row, line)) return 0;
    for (int column = row + 4; column < size; column += 4) {
      take_tile(top + column, line, matrix + row, line, matrix + column, line, row);
      solve_tile(top + row, top + column, line);
    }
  }
  return 1;
}

void solve_doubles(const double *matrix, int size, int line, double *restrict b) {
  for (int k = 0; k < size; k++) {
    const double *row = matrix + (size_t)k * line;
    double x = b[k] / row[k];
    b[k] = x;
    for (int j = k + 1; j < size; j++) b[j] -= x * row[j];
  }
  for (int k = size - 1; k >= 0; k--) {
    const double *row = matrix + (size_t)k * line;
    // Four sums: without leave to reorder, one alone would wait for itself.
    double sum[4] = {0};
    int j = k + 1;
    for (; j + 4 <= size; j += 4)
      for (int lane = 0; lane < 4; lane++) sum[lane] += row[j + lane] * b[j + lane];
    for (; j < size; j++) sum[0] += row[j] * b[j];
    b[k] = (b[k] - (sum[0] + sum[1] + sum[2] + sum[3])) / row[k];
  }
}
