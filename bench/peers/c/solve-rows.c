// As src/kernels/solve-rows.ts, without the retry of what does not factor. Inputs: matrix starts, columns, values, diagonal; system starts,
// items, right-hand sides, second ones; content starts, features, values, [feature count], [beta].
#include "peer.h"

typedef struct {
  array *in;
  double **dense;
  double *out, *out2;
  int32_t *positions[16], *heads[16];
  double *matrix[16], *vector[16];
  struct link { int32_t next, position; double value; } *links[16];
} systems;

static void copy_row(systems *s, int item, const int32_t *items, int position, int size, const int32_t *positions, double *row) {
  const int32_t *starts = s->in[0].ints, *columns = s->in[1].ints;
  const double *values = s->in[2].doubles;
  int first = starts[item], at = starts[item + 1] - 1;
  if (at - first > 16 * (size - position)) {
    int low = first, until = at + 1;
    for (int other = position + 1; other < size; other++) {
      int length = until - low;
      while (length > 0) {
        int half = length >> 1, below = columns[low + half] < items[other];
        low = below ? low + half + 1 : low;
        length = below ? length - half - 1 : half;
      }
      if (low < until && columns[low] == items[other]) row[other] = values[low];
    }
    return;
  }
  for (; at >= first && columns[at] > item; at--) {
    int other = positions[columns[at]];
    if (other >= 0) row[other] = values[at];
  }
}

static void add_content(systems *s, const int32_t *items, int size, int line, int32_t *heads, struct link *links, double *matrix) {
  const int32_t *starts = s->in[8].ints, *features = s->in[9].ints;
  const float *values = s->in[10].floats;
  double beta = s->in[12].doubles[0];
  int used = 0;
  for (int position = 0; position < size; position++) {
    for (int at = starts[items[position]]; at < starts[items[position] + 1]; at++) {
      double value = values[at];
      links[used] = (struct link){heads[features[at]], position, value};
      heads[features[at]] = used;
      for (int next = used; next >= 0; next = links[next].next) matrix[links[next].position * line + position] += beta * value * links[next].value;
      used++;
    }
  }
  for (int position = 0; position < size; position++)
    for (int at = starts[items[position]]; at < starts[items[position] + 1]; at++) heads[features[at]] = -1;
}

static void solve_targets(void *given, int begin, int end, int thread) {
  systems *s = given;
  int32_t *positions = s->positions[thread];
  double *matrix = s->matrix[thread], *vector = s->vector[thread];
  for (int target = begin; target < end; target++) {
    int start = s->in[4].ints[target], size = s->in[4].ints[target + 1] - start;
    const int32_t *items = s->in[5].ints + start;
    int padded = (size + 3) & ~3;
    for (int position = 0; position < size; position++) positions[items[position]] = position;
    for (int position = 0; position < padded; position++) {
      double *row = matrix + (size_t)position * padded;
      memset(row + position, 0, (padded - position) * 8);
      if (position >= size) {
        row[position] = 1;
        continue;
      }
      int item = items[position];
      row[position] = s->in[3].doubles[item];
      const double *dense = s->dense[item];
      if (dense)
        for (int other = position + 1; other < size; other++) row[other] = dense[items[other]];
      else copy_row(s, item, items, position, size, positions, row);
    }
    for (int position = 0; position < size; position++) positions[items[position]] = -1;
    add_content(s, items, size, padded, s->heads[thread], s->links[thread], matrix);
    if (!factor_doubles(matrix, padded, padded)) exit(5);
    for (int side = 0; side < 2; side++) {
      memcpy(vector, s->in[6 + side].doubles + start, size * 8);
      memset(vector + size, 0, (padded - size) * 8);
      solve_doubles(matrix, padded, padded, vector);
      memcpy((side ? s->out2 : s->out) + start, vector, size * 8);
    }
  }
}

void solve_rows_peer(array *in, double *checksum) {
  int n = in[3].length, targets = in[4].length - 1, features = in[11].ints[0], largest = 0, longest = 0;
  for (int target = 0; target < targets; target++) if (in[4].ints[target + 1] - in[4].ints[target] > largest) largest = in[4].ints[target + 1] - in[4].ints[target];
  for (int item = 0; item < n; item++) if (in[8].ints[item + 1] - in[8].ints[item] > longest) longest = in[8].ints[item + 1] - in[8].ints[item];
  int padded = (largest + 3) & ~3;
  systems s = {.in = in, .dense = room(n * sizeof(double *)), .out = room(in[5].length * 8), .out2 = room(in[5].length * 8)};
  for (int thread = 0; thread < thread_count; thread++) {
    memset(s.positions[thread] = room(n * 4), -1, n * 4);
    memset(s.heads[thread] = room(features * 4), -1, features * 4);
    s.matrix[thread] = room((size_t)padded * padded * 8);
    s.vector[thread] = room(padded * 8);
    s.links[thread] = room((size_t)longest * padded * sizeof(struct link));
  }
  double *spread = room((size_t)n * n * 8);
  for (int turn = 0; turn < turn_count; turn++) {
    double start = now_ms();
    for (int row = 0; row < n; row++) {
      int first = in[0].ints[row], last = in[0].ints[row + 1];
      s.dense[row] = NULL;
      if ((last - first) * 8 < n) continue;
      s.dense[row] = spread + (size_t)row * n;
      memset(s.dense[row], 0, n * 8);
      for (int at = first; at < last; at++) s.dense[row][in[1].ints[at]] = in[2].doubles[at];
    }
    run_rows(solve_targets, &s, targets, 8, thread_count);
    double ms = now_ms() - start;
    record(ms);
  }
  for (int at = 0; at < in[5].length; at++) *checksum += s.out[at] * (at % 7 + 1) + s.out2[at];
}
