// As src/kernels/factorize-implicit.ts: epochs of iALS by blocks. Inputs: row starts, columns, roots of weights; the same by column; first
// factors of rows and of columns; [d, block]; [regularization, unobserved].
#include "peer.h"

typedef struct {
  const int32_t *starts, *columns;
  const float *roots;
  float *own, *other;
  int own_count, other_count, d, block;
  float *parts, *gram, *lambdas;
  float *hessian[16], *gradient[16], *gather[16], *residuals[16];
} side;

typedef float row8 __attribute__((vector_size(32), aligned(4), may_alias));

static void add_tile(float *restrict tile, int line, const float *a, const float *b, int b_line, int depth) {
  row8 c0 = *(row8 *)tile, c1 = *(row8 *)(tile + line), c2 = *(row8 *)(tile + 2 * line), c3 = *(row8 *)(tile + 3 * line);
  for (int k = 0; k < depth; k++, a += b_line, b += b_line) {
    row8 row = *(const row8 *)b;
    c0 += a[0] * row;
    c1 += a[1] * row;
    c2 += a[2] * row;
    c3 += a[3] * row;
  }
  *(row8 *)tile = c0, *(row8 *)(tile + line) = c1, *(row8 *)(tile + 2 * line) = c2, *(row8 *)(tile + 3 * line) = c3;
}

static void take_tile_floats(float *restrict tile, int line, const float *a, const float *b, int depth) {
  row8 c0 = *(row8 *)tile, c1 = *(row8 *)(tile + line), c2 = *(row8 *)(tile + 2 * line), c3 = *(row8 *)(tile + 3 * line);
  for (int k = 0; k < depth; k++, a += line, b += line) {
    row8 row = *(const row8 *)b;
    c0 -= a[0] * row;
    c1 -= a[1] * row;
    c2 -= a[2] * row;
    c3 -= a[3] * row;
  }
  *(row8 *)tile = c0, *(row8 *)(tile + line) = c1, *(row8 *)(tile + 2 * line) = c2, *(row8 *)(tile + 3 * line) = c3;
}

static void add_square(float *out, int line, const float *from, int from_line, int rows, int size) {
  for (int i = 0; i < size; i += 4)
    for (int j = i & ~7; j < size; j += 8) add_tile(out + i * line + j, line, from + i, from + j, from_line, rows);
}

static float dot(const float *a, const float *b, int size) {
  float sum[8] = {0};
  for (int k = 0; k < size; k += 8) for (int lane = 0; lane < 8; lane++) sum[lane] += a[k + lane] * b[k + lane];
  return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

static void solve_half(const float *diagonal, float *tile, int line) {
  for (int i = 0; i < 4; i++) {
    for (int k = 0; k < i; k++) for (int j = 0; j < 4; j++) tile[i * line + j] -= diagonal[k * line + i] * tile[k * line + j];
    for (int j = 0; j < 4; j++) tile[i * line + j] /= diagonal[i * line + i];
  }
}

static int factor_floats(float *matrix, int size) {
  int line = size;
  for (int row = 0; row < size; row += 4) {
    float *top = matrix + row * line;
    int column = row & ~7;
    take_tile_floats(top + column, line, matrix + row, matrix + column, row);
    for (int k = 0; k < 4; k++) {
      float *pivot_row = top + k * line + row;
      if (!(pivot_row[k] > 0)) return 0;
      float pivot = pivot_row[k] = sqrtf(pivot_row[k]);
      for (int j = k + 1; j < 4; j++) pivot_row[j] /= pivot;
      for (int i = k + 1; i < 4; i++) for (int j = i; j < 4; j++) top[i * line + row + j] -= pivot_row[i] * pivot_row[j];
    }
    if (column == row) solve_half(top + row, top + row + 4, line);
    for (column += 8; column < size; column += 8) {
      take_tile_floats(top + column, line, matrix + row, matrix + column, row);
      solve_half(top + row, top + column, line);
      solve_half(top + row, top + column + 4, line);
    }
  }
  return 1;
}

static void solve_floats(const float *matrix, int size, float *restrict b) {
  for (int k = 0; k < size; k++) {
    float x = b[k] /= matrix[k * size + k];
    for (int j = k + 1; j < size; j++) b[j] -= x * matrix[k * size + j];
  }
  for (int k = size - 1; k >= 0; k--) {
    float sum[4] = {0};
    int j = k + 1;
    for (; j & 3; j++) sum[0] += matrix[k * size + j] * b[j];
    for (; j < size; j += 4) for (int lane = 0; lane < 4; lane++) sum[lane] += matrix[k * size + j + lane] * b[j + lane];
    b[k] = (b[k] - (sum[0] + sum[1] + sum[2] + sum[3])) / matrix[k * size + k];
  }
}

static void gram_parts(void *given, int begin, int end, int thread) {
  side *s = given;
  (void)thread;
  for (int part = begin; part < end; part++) {
    float *out = s->parts + (size_t)part * s->d * s->d;
    int first = part * 256, rows = s->other_count - first < 256 ? s->other_count - first : 256;
    memset(out, 0, s->d * s->d * 4);
    add_square(out, s->d, s->other + (size_t)first * s->d, s->d, rows, s->d);
  }
}

static void als_rows(void *given, int begin, int end, int thread) {
  side *s = given;
  int d = s->d;
  float *hessian = s->hessian[thread], *gradient = s->gradient[thread], *gather = s->gather[thread], *residuals = s->residuals[thread];
  for (int row = begin; row < end; row++) {
    int start = s->starts[row], entries = s->starts[row + 1] - start;
    const int32_t *columns = s->columns + start;
    const float *roots = s->roots + start;
    float *own = s->own + (size_t)row * d, lambda = s->lambdas[row];
    for (int entry = 0; entry < entries; entry++) residuals[entry] = roots[entry] * dot(own, s->other + (size_t)columns[entry] * d, d) - roots[entry];
    for (int first = 0; first < d; first += s->block) {
      int width = d - first < s->block ? d - first : s->block;
      for (int i = 0; i < width; i++) {
        const float *gram_row = s->gram + (first + i) * d;
        memcpy(hessian + i * width, gram_row + first, width * 4);
        hessian[i * width + i] += lambda;
        gradient[i] = dot(own, gram_row, d) + lambda * own[first + i];
      }
      for (int from = 0; from < entries; from += 64) {
        int count = entries - from < 64 ? entries - from : 64;
        for (int entry = 0; entry < count; entry++) {
          const float *other = s->other + (size_t)columns[from + entry] * d + first;
          float *restrict to = gather + entry * width;
          for (int k = 0; k < width; k++) to[k] = other[k] * roots[from + entry];
          for (int k = 0; k < width; k++) gradient[k] += to[k] * residuals[from + entry];
        }
        add_square(hessian, width, gather, width, count, width);
      }
      if (!factor_floats(hessian, width)) continue;
      solve_floats(hessian, width, gradient);
      for (int k = 0; k < width; k++) own[first + k] -= gradient[k];
      if (width == d) continue;
      for (int entry = 0; entry < entries; entry++) residuals[entry] -= roots[entry] * dot(gradient, s->other + (size_t)columns[entry] * d + first, width);
    }
  }
}

static void update_side(side *s, float unobserved) {
  int d = s->d, parts = (s->other_count + 255) / 256;
  run_rows(gram_parts, s, parts, 1, thread_count);
  for (int row = 0; row < d; row++) {
    for (int column = row; column < d; column++) {
      double sum = 0;
      for (int part = 0; part < parts; part++) sum += s->parts[(size_t)part * d * d + row * d + column];
      s->gram[row * d + column] = s->gram[column * d + row] = unobserved * sum;
    }
  }
  run_rows(als_rows, s, s->own_count, 16, thread_count);
}

void ials_peer(array *in, double *checksum) {
  int rows = in[0].length - 1, columns = in[3].length - 1, d = in[8].ints[0], block = in[8].ints[1], epochs = turn_count;
  float regularization = in[9].doubles[0], unobserved = in[9].doubles[1];
  side people = {in[0].ints, in[1].ints, in[2].floats, in[6].floats, in[7].floats, rows, columns, d, block, .parts = NULL};
  side items = {in[3].ints, in[4].ints, in[5].floats, in[7].floats, in[6].floats, columns, rows, d, block, .parts = NULL};
  int most = rows > columns ? rows : columns, longest = most;
  people.parts = items.parts = room((size_t)(most + 255) / 256 * d * d * 4);
  people.gram = items.gram = room(d * d * 4);
  for (int thread = 0; thread < thread_count; thread++) {
    people.hessian[thread] = items.hessian[thread] = room(block * block * 4);
    people.gradient[thread] = items.gradient[thread] = room(block * 4);
    people.gather[thread] = items.gather[thread] = room(64 * block * 4);
    people.residuals[thread] = items.residuals[thread] = room(longest * 4);
  }
  side *both[2] = {&people, &items};
  for (int at = 0; at < 2; at++) {
    both[at]->lambdas = room(both[at]->own_count * 4);
    for (int row = 0; row < both[at]->own_count; row++)
      both[at]->lambdas[row] = regularization * (both[at]->starts[row + 1] - both[at]->starts[row] + unobserved * both[at]->other_count);
  }
  for (int epoch = 0; epoch < epochs; epoch++) {
    double start = now_ms();
    update_side(&people, unobserved);
    update_side(&items, unobserved);
    double ms = now_ms() - start;
    record(ms);
  }
  for (size_t at = 0; at < (size_t)columns * d; at++) *checksum += fabsf(in[7].floats[at]) * (at % 7 + 1);
}
