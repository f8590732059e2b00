"""Golden scores of VMIS-kNN and of transition counting, written from the definitions, dense and slow.

    python bench/peers/session/make_golden.py > bench/peers/session/golden.json     (numpy 2; biome check --write lays it out)

VMIS-kNN: Kersbergen, Sprangers, Schelter, "Serenade", SIGMOD 2022, section 4, every session compared with every other.
"""
import json
import sys

import numpy as np

ITEMS = 30
rng = np.random.default_rng(20220612)


def make_histories(count):
    """Walks over a ring of items; minutes between the steps, now and then hours; some steps share a time."""
    histories = []
    for person in range(count):
        item, minute, steps = int(rng.integers(ITEMS)), 100_000 + 37 * person, []
        for _ in range(int(rng.integers(2, 12))):
            steps.append([item, round(minute + person / 1000, 3)])
            item = int((item + rng.choice([0, 1, 1, 2, 3, 11])) % ITEMS)
            minute += int(rng.choice([0, 1, 4, 9, 200]))
        histories.append(steps)
    return histories


def sessions_of(histories, gap):
    sessions = []
    for steps in histories:
        current = [steps[0]]
        for before, step in zip(steps, steps[1:]):
            if gap > 0 and step[1] - before[1] > gap:
                sessions.append(current)
                current = []
            current.append(step)
        sessions.append(current)
    return [(steps[-1][1], {item for item, _ in steps}) for steps in sessions]


def vmis(histories, query, m, k, last, idf_power, gap):
    sessions = sessions_of(histories, gap)
    asked = query[-last:][::-1]  # the latest first
    place = {item: asked.index(item) for item in asked}
    decay = {item: (len(asked) - place[item]) / len(place) for item in place}
    sharing = sorted((s for s in sessions if s[1] & set(place)), key=lambda s: -s[0])[:m]
    similar = sorted(((sum(decay[i] for i in items & set(place)), at, items) for at, items in sharing), key=lambda s: (-s[0], -s[1]))[:k]
    scores = np.zeros(ITEMS)
    for similarity, _, items in similar:
        weight = max(0.0, 1 - 0.1 * (min(place[i] for i in items & set(place)) + 1))
        for item in items:
            idf = np.log(len(sessions) / sum(item in other for _, other in sessions))
            scores[item] += weight * similarity * idf**idf_power
    return scores.tolist()


def transitions(histories, query, window, age_decay, tie_weight):
    counts = np.zeros((ITEMS, ITEMS))
    for steps in histories:
        times = sorted({at for _, at in steps})
        for here, (a, at_a) in enumerate(steps):
            for there, (b, at_b) in enumerate(steps):
                distance = times.index(at_b) - times.index(at_a)
                if 0 < distance <= window:
                    counts[a, b] += 1 / distance
                if distance == 0 and here != there:
                    counts[a, b] += tie_weight
    sums = counts.sum(axis=1, keepdims=True)
    rows = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
    return sum(age_decay**age * rows[item] for age, item in enumerate(query[::-1][:window])).tolist()


histories = make_histories(80)
queries = [[int(i) for i in rng.integers(ITEMS, size=length)] for length in (1, 2, 3, 5, 8, 12)] + [[4, 5, 4], [7, 7]]
vmis_params = [
    dict(recentSessions=500, neighbours=100, maxItemsInSession=5, idfWeighting=1, sessionGapMinutes=0),
    dict(recentSessions=12, neighbours=5, maxItemsInSession=3, idfWeighting=1, sessionGapMinutes=0),
    dict(recentSessions=20, neighbours=9, maxItemsInSession=9, idfWeighting=0, sessionGapMinutes=30),
]
transition_params = [dict(window=10, ageDecay=0.8, tieWeight=0.5), dict(window=2, ageDecay=0.5, tieWeight=0)]
golden = {
    "command": "python bench/peers/session/make_golden.py",
    "numpy": np.__version__,
    "items": ITEMS,
    "histories": histories,
    "queries": queries,
    "vmis": [{"params": p, "scores": [vmis(histories, q, *p.values()) for q in queries]} for p in vmis_params],
    "transitions": [{"params": p, "scores": [transitions(histories, q, *p.values()) for q in queries]} for p in transition_params],
}
json.dump(golden, sys.stdout, separators=(",", ":"))
print()
