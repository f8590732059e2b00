// The yardstick: the kernels' algorithms as plain C. Usage: peer <kernel> <input file> <threads> <turns>; prints the milliseconds of each
// turn and a checksum of the last answer.
#include "peer.h"

int thread_count = 1, turn_count = 1;

void record(double ms) { printf("%.4f ", ms); }

double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

void *room(size_t bytes) {
  void *found = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!found) exit(3);
  // Touched once, so that page faults are not timed: the kernels' memory is warm as well.
  memset(found, 0, (bytes + 63) / 64 * 64);
  return found;
}

typedef struct {
  row_job work;
  void *job;
  int rows, chunk;
  atomic_int *next;
  int thread;
} share;

static void *work_through(void *given) {
  share *s = given;
  for (int begin = atomic_fetch_add(s->next, s->chunk); begin < s->rows; begin = atomic_fetch_add(s->next, s->chunk))
    s->work(s->job, begin, begin + s->chunk < s->rows ? begin + s->chunk : s->rows, s->thread);
  return NULL;
}

void run_rows(row_job work, void *job, int rows, int chunk, int threads) {
  atomic_int next = 0;
  share shares[16];
  pthread_t others[16];
  for (int thread = 0; thread < threads; thread++) shares[thread] = (share){work, job, rows, chunk, &next, thread};
  if (rows <= chunk) threads = 1;
  for (int thread = 1; thread < threads; thread++) pthread_create(&others[thread], NULL, work_through, &shares[thread]);
  work_through(&shares[0]);
  for (int thread = 1; thread < threads; thread++) pthread_join(others[thread], NULL);
}

int main(int count, char **arguments) {
  if (count < 5) return 2;
  FILE *file = fopen(arguments[2], "rb");
  thread_count = atoi(arguments[3]);
  turn_count = atoi(arguments[4]);
  array in[32] = {0};
  int64_t head[2];
  for (int at = 0; at < 32 && fread(head, 8, 2, file) == 2; at++) {
    size_t bytes = head[1] * (head[0] == 'd' ? 8 : 4);
    char *values = room(bytes);
    if (fread(values, 1, bytes, file) != bytes) return 4;
    in[at] = (array){head[1], (int32_t *)values, (float *)values, (double *)values};
  }
  double checksum = 0;
  const char *kernel = arguments[1];
  if (!strcmp(kernel, "cooccurrence")) cooccurrence_peer(in, &checksum);
  else if (!strcmp(kernel, "solve-rows")) solve_rows_peer(in, &checksum);
  else if (!strcmp(kernel, "solve-dense")) solve_dense_peer(in, &checksum);
  else if (!strcmp(kernel, "ials")) ials_peer(in, &checksum);
  else return 2;
  printf("%.17g\n", checksum);
  return 0;
}
