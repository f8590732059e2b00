"""Golden scores of TIFU-kNN and golden orders of P-/GP-TopFreq, written from the definitions, dense and slow.

    python bench/peers/basket/make_golden.py > bench/peers/basket/golden.json     (numpy 2; biome check --write lays it out)

TIFU-kNN: Hu, He, Gao, Zhang, SIGIR 2020, equations 1 to 4, groups of m baskets counted from the latest.
TopFreq: Li, Jullien, Ariannezhad, de Rijke, "A Next Basket Recommendation Reality Check", TOIS 2023; equal counts in
order of the latest basket, the one before …, then of popularity.
"""
import json
import sys
from collections import Counter

import numpy as np

ITEMS = 40
rng = np.random.default_rng(20200725)


def make_people(count):
    people = []
    for _ in range(count):
        taste = rng.dirichlet(0.15 * np.linspace(1, 3, ITEMS))
        draw = lambda: sorted({int(i) for i in rng.choice(ITEMS, size=int(rng.integers(1, 7)), p=taste)})
        people.append([draw() for _ in range(int(rng.integers(1, 20)))])
    return people


def frequency(baskets, m, r_b, r_g):
    groups, rest = [], list(baskets)
    while rest:
        groups.insert(0, rest[-m:])
        rest = rest[:-m]
    total = np.zeros(ITEMS)
    for g, group in enumerate(groups, start=1):
        v_g = np.zeros(ITEMS)
        for j, basket in enumerate(group, start=1):
            for item in basket:
                v_g[item] += r_b ** (len(group) - j)
        total += r_g ** (len(groups) - g) * v_g / len(group)
    return total / len(groups)


def tifu(people, baskets, k, alpha, r_b, r_g, m, cosine):
    everybody = np.array([frequency(one, m, r_b, r_g) for one in people])
    own = frequency(baskets, m, r_b, r_g)
    if cosine:
        distance = -(everybody @ own) / np.linalg.norm(everybody, axis=1)
    else:
        distance = np.linalg.norm(everybody - own, axis=1)
    near = np.argsort(distance, kind="stable")[:k]
    return (alpha * own + (1 - alpha) * everybody[near].mean(axis=0)).tolist()


people = make_people(120)
popularity = Counter(item for baskets in people for basket in baskets for item in basket)


def key(item, baskets):
    turns = [item in basket for basket in reversed(baskets)]
    return (sum(turns), turns, popularity[item])


def p_topfreq(baskets):
    return sorted({i for basket in baskets for i in basket}, key=lambda i: (key(i, baskets), -i), reverse=True)


def gp_topfreq(baskets):
    own = p_topfreq(baskets)
    return own + sorted((i for i in popularity if i not in own), key=lambda i: (-popularity[i], i))


queries = make_people(12)
params = [
    dict(neighbours=15, ownShare=0.7, withinDecay=0.9, groupDecay=0.7, groupSize=7, cosine=0),
    dict(neighbours=4, ownShare=0.3, withinDecay=0.6, groupDecay=0.9, groupSize=3, cosine=0),
    dict(neighbours=15, ownShare=0.7, withinDecay=1, groupDecay=0.7, groupSize=5, cosine=1),
]
golden = {
    "command": "python bench/peers/basket/make_golden.py",
    "numpy": np.__version__,
    "items": ITEMS,
    "people": people,
    "queries": queries,
    "tifu": [{"params": p, "scores": [tifu(people, q, *p.values()) for q in queries]} for p in params],
    "pTopFreq": [p_topfreq(q) for q in queries],
    "gpTopFreq": [gp_topfreq(q) for q in queries],
}
json.dump(golden, sys.stdout, separators=(",", ":"))
print()
