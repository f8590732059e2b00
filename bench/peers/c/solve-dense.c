// As src/kernels/solve-dense.ts: the inverse by blocks of Gauss-Jordan. Inputs: [n], matrix (n*n).
#include "peer.h"

typedef struct {
  double *matrix, *raw, *panel, *negative, *factor, *vector;
  int line, size, first, rows, block;
} dense;

static void pack(const double *from, int line, double *to, int rows) {
  for (int row = 0; row < rows; row++) for (int k = 0; k < 4; k++) to[row * 4 + k] = from[(size_t)row * line + k];
}

static void panel_strips(void *given, int begin, int end, int thread) {
  dense *d = given;
  (void)thread;
  for (int strip = begin; strip < end; strip++) {
    int column = strip * 4, rows = d->rows, first = d->first, line = d->line;
    double *raw = d->raw + (size_t)strip * rows * 4, *panel = d->panel + (size_t)strip * rows * 4;
    if (column >= first && column < first + rows) {
      for (int row = 0; row < rows; row++)
        for (int k = 0; k < 4; k++) d->matrix[(size_t)(first + row) * line + column + k] = d->negative[row * rows + column - first + k];
      continue;
    }
    int before = column < first;
    if (before) {
      for (int row = 0; row < rows; row++) for (int k = 0; k < 4; k++) raw[row * 4 + k] = d->matrix[(size_t)(column + k) * line + first + row];
    } else pack(d->matrix + (size_t)first * line + column, line, raw, rows);
    memset(panel, 0, rows * 32);
    for (int row = 0; row < rows; row += 4) take_tile(panel + row * 4, 4, d->negative + row, rows, raw, 4, rows);
    for (int row = 0; row < rows; row++)
      for (int k = 0; k < 4; k++) {
        if (before) d->matrix[(size_t)(column + k) * line + first + row] = panel[row * 4 + k];
        else d->matrix[(size_t)(first + row) * line + column + k] = panel[row * 4 + k];
      }
  }
}

static void update_groups(void *given, int begin, int end, int thread) {
  dense *d = given;
  (void)thread;
  int strips = d->size / 4, rows = d->rows, block_first = d->first / 4, block_end = block_first + rows / 4;
  for (int group = begin; group < end; group++) {
    int from = group * 8, until = from + 8 < strips ? from + 8 : strips;
    for (int column = from; column < strips; column++) {
      if (column >= block_first && column < block_end) continue;
      int last = until < column + 1 ? until : column + 1;
      for (int row = from; row < last; row++) {
        if (row >= block_first && row < block_end) continue;
        take_tile(d->matrix + (size_t)row * 4 * d->line + column * 4, d->line, d->raw + (size_t)row * rows * 4, 4, d->panel + (size_t)column * rows * 4, 4, rows);
      }
    }
  }
}

static void mirror(void *given, int begin, int end, int thread) {
  dense *d = given;
  (void)thread;
  for (int strip = begin; strip < end; strip++)
    for (int column = strip * 4; column < d->size; column++)
      for (int row = strip * 4; row < strip * 4 + 4 && row <= column; row++)
        d->matrix[(size_t)column * d->line + row] = d->matrix[(size_t)row * d->line + column] = -d->matrix[(size_t)row * d->line + column];
}

void solve_dense_peer(array *in, double *checksum) {
  int n = in[0].ints[0], size = (n + 3) & ~3, line = size % 32 == 0 ? size + 8 : size, block = size > 1500 ? 128 : 64;
  dense d = {.line = line, .size = size, .matrix = room((size_t)size * line * 8), .raw = room((size_t)size * block * 8), .panel = room((size_t)size * block * 8)};
  d.negative = room(block * block * 8), d.factor = room(block * block * 8), d.vector = room(block * 8);
  double *out = room((size_t)n * n * 8);
  for (int turn = 0; turn < turn_count; turn++) {
    double start = now_ms();
    memset(d.matrix, 0, (size_t)size * line * 8);
    for (int row = 0; row < size; row++) {
      if (row < n) memcpy(d.matrix + (size_t)row * line, in[1].doubles + (size_t)row * n, n * 8);
      else d.matrix[(size_t)row * line + row] = 1;
    }
    for (d.first = 0; d.first < size; d.first += block) {
      d.rows = size - d.first < block ? size - d.first : block;
      for (int row = 0; row < d.rows; row++) memcpy(d.factor + row * d.rows, d.matrix + (size_t)(d.first + row) * line + d.first, d.rows * 8);
      if (!factor_doubles(d.factor, d.rows, d.rows)) exit(5);
      for (int row = 0; row < d.rows; row++) {
        memset(d.vector, 0, d.rows * 8);
        d.vector[row] = -1;
        solve_doubles(d.factor, d.rows, d.rows, d.vector);
        memcpy(d.negative + row * d.rows, d.vector, d.rows * 8);
      }
      run_rows(panel_strips, &d, size / 4, 16, thread_count);
      run_rows(update_groups, &d, (size + 31) / 32, 1, thread_count);
    }
    run_rows(mirror, &d, size / 4, 8, thread_count);
    for (int row = 0; row < n; row++) memcpy(out + (size_t)row * n, d.matrix + (size_t)row * line, n * 8);
    double ms = now_ms() - start;
    record(ms);
  }
  for (size_t at = 0; at < (size_t)n * n; at++) *checksum += out[at] * (at % 7 + 1);
}
