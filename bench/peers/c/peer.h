// What the yardsticks share: threads that hand out chunks of rows, files of arrays, a clock.
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void (*row_job)(void *job, int begin, int end, int thread);

/** Calls `work` for all rows, `chunk` at a time, on `threads` threads. */
void run_rows(row_job work, void *job, int rows, int chunk, int threads);

/** Inputs in the order in which the bench wrote them. Each: kind ('i', 'f' or 'd') and length as 64-bit words, then the values. */
typedef struct {
  int64_t length;
  int32_t *ints;
  float *floats;
  double *doubles;
} array;

extern int thread_count, turn_count;

/** Notes how long one turn took. */
void record(double ms);

void cooccurrence_peer(array *in, double *checksum);
void solve_rows_peer(array *in, double *checksum);
void solve_dense_peer(array *in, double *checksum);
void ials_peer(array *in, double *checksum);

double now_ms(void);
void *room(size_t bytes);

/** tile -= sum over depth of a^T b; rows of tile, a and b are so many doubles apart. */
void take_tile(double *tile, int line, const double *a, int a_line, const double *b, int b_line, int depth);
int factor_doubles(double *matrix, int size, int line);
void solve_doubles(const double *matrix, int size, int line, double *b);
