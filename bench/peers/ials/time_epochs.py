"""Milliseconds an epoch of the `implicit` library takes, for bench/speed/ials.ts.

    python3 -m venv /tmp/implicit && /tmp/implicit/bin/pip install implicit numpy scipy threadpoolctl
    RAPPORT_IMPLICIT_PYTHON=/tmp/implicit/bin/python node bench/speed/ials.ts

Usage: time_epochs.py <file> <factors> <threads> <epochs> <cg|cholesky>. The file holds, as 64-bit words, the numbers of people, items
and entries, then starts (int32), columns (int32) and weights (float32).
"""

import os
import sys

# Settings of the machine that would slow OpenBLAS down.
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)
# As the library itself advises: it brings its own threads.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import implicit
import numpy as np
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

path, factors, threads, epochs, solver = sys.argv[1:6]
with open(path, "rb") as file:
    people, items, entries = np.fromfile(file, np.int64, 3)
    starts = np.fromfile(file, np.int32, people + 1)
    columns = np.fromfile(file, np.int32, entries)
    weights = np.fromfile(file, np.float32, entries)
times = []
model = implicit.als.AlternatingLeastSquares(
    factors=int(factors),
    use_gpu=False,
    use_cg=solver == "cg",
    num_threads=int(threads),
    iterations=int(epochs),
    random_state=1,
)
with threadpool_limits(1, "blas"):
    user_items = sp.csr_matrix((weights, columns, starts), shape=(people, items))
    model.fit(user_items, show_progress=False, callback=lambda epoch, seconds, loss: times.append(seconds * 1000))
print(implicit.__version__, *times)
