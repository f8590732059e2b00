// As src/kernels/cooccurrence.ts. Inputs: item count, starts, columns, counts.
#include "peer.h"

typedef struct {
  int items, summary_words;
  const int32_t *starts, *occasions, *counts, *row_starts, *row_columns, *row_counts;
  const int32_t *places;
  int32_t *lengths, *out_columns, *out_counts, *diagonal;
  int32_t *sums[16];
  uint64_t *touched[16], *summary[16];
} product;

static void product_rows(void *given, int begin, int end, int thread) {
  product *p = given;
  int32_t *sums = p->sums[thread];
  uint64_t *touched = p->touched[thread], *summary = p->summary[thread];
  for (int row = begin; row < end; row++) {
    for (int at = p->starts[row]; at < p->starts[row + 1]; at++) {
      int occasion = p->occasions[at], weight = p->counts[at];
      for (int other = p->row_starts[occasion]; other < p->row_starts[occasion + 1]; other++) {
        uint32_t column = p->row_columns[other];
        int32_t old = sums[column];
        sums[column] = old + weight * p->row_counts[other];
        if (old == 0) {
          touched[column >> 6] |= 1ull << (column & 63);
          summary[column >> 12] |= 1ull << ((column >> 6) & 63);
        }
      }
    }
    int32_t *columns = p->out_columns + p->places[row], *counts = p->out_counts + p->places[row];
    int length = 0;
    for (int top = 0; top < p->summary_words; top++) {
      for (uint64_t above = summary[top]; above; above &= above - 1) {
        int middle = top * 64 + __builtin_ctzll(above);
        for (uint64_t bits = touched[middle]; bits; bits &= bits - 1) {
          int column = middle * 64 + __builtin_ctzll(bits);
          int32_t sum = sums[column];
          sums[column] = 0;
          if (column == row) {
            p->diagonal[row] = sum;
            continue;
          }
          columns[length] = column;
          counts[length++] = sum;
        }
        touched[middle] = 0;
      }
      summary[top] = 0;
    }
    p->lengths[row] = length;
  }
}

void cooccurrence_peer(array *in, double *checksum) {
  int items = in[0].ints[0];
  const int32_t *starts = in[1].ints, *columns = in[2].ints, *counts = in[3].ints;
  int people = in[1].length - 1, entries = in[2].length;
  int32_t *t_starts = room((items + 1) * 4), *t_columns = room(entries * 4), *t_counts = room(entries * 4), *next = room(items * 4);
  int32_t *places = room((items + 1) * 4), *lengths = room(items * 4), *diagonal = room(items * 4), *out_starts = room((items + 1) * 4);
  product p = {.items = items, .summary_words = (items + 4095) / 4096};
  for (int thread = 0; thread < thread_count; thread++) {
    p.sums[thread] = room(items * 4);
    p.touched[thread] = room(p.summary_words * 512);
    p.summary[thread] = room(p.summary_words * 8);
  }
  size_t most = (size_t)items * items;
  int32_t *gap_columns = room(most * 4), *gap_counts = room(most * 4), *out_columns = room(most * 4), *out_counts = room(most * 4);
  for (int turn = 0; turn < turn_count; turn++) {
    double start = now_ms();
    memset(t_starts, 0, (items + 1) * 4);
    for (int at = 0; at < entries; at++) t_starts[columns[at] + 1]++;
    for (int item = 0; item < items; item++) t_starts[item + 1] += t_starts[item];
    memcpy(next, t_starts, items * 4);
    for (int person = 0; person < people; person++) {
      for (int at = starts[person]; at < starts[person + 1]; at++) {
        int place = next[columns[at]]++;
        t_columns[place] = person;
        t_counts[place] = counts[at];
      }
    }
    for (int row = 0; row < items; row++) {
      int bound = 0;
      for (int at = t_starts[row]; at < t_starts[row + 1] && bound < items; at++) bound += starts[t_columns[at] + 1] - starts[t_columns[at]];
      places[row + 1] = places[row] + (bound < items ? bound : items);
    }
    p.starts = t_starts, p.occasions = t_columns, p.counts = t_counts, p.row_starts = starts, p.row_columns = columns, p.row_counts = counts;
    p.places = places, p.lengths = lengths, p.out_columns = gap_columns, p.out_counts = gap_counts, p.diagonal = diagonal;
    run_rows(product_rows, &p, items, 8, thread_count);
    for (int row = 0; row < items; row++) {
      out_starts[row + 1] = out_starts[row] + lengths[row];
      memcpy(out_columns + out_starts[row], gap_columns + places[row], lengths[row] * 4);
      memcpy(out_counts + out_starts[row], gap_counts + places[row], lengths[row] * 4);
    }
    double ms = now_ms() - start;
    record(ms);
  }
  for (int at = 0; at < out_starts[items]; at++) *checksum += (double)out_counts[at] * (at % 7 + 1);
}
