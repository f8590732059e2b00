"""Golden numbers of rating models from Surprise, on folds that any program can find again. See README.md."""

import json
import math
import sys
from pathlib import Path

import numpy
import surprise
from surprise import SVD, BaselineOnly, Dataset, KNNBaseline, Reader, SVDpp

FOLDS = 5
HERE = Path(__file__).resolve().parents[3]


def fold_of(row):
    return (row * 2_654_435_761 % 2**32) % FOLDS


def synthetic():
    """People and items of four kinds, who rate their own kind higher; whole-number arithmetic only."""
    state = 1

    def draw(n):
        nonlocal state
        state = (state * 1_103_515_245 + 12_345) % 2**31
        return (state >> 16) % n

    rows = []
    for person in range(120):
        for item in range(80):
            if draw(100) >= 40 - item // 4:
                continue
            liking = 2 if person % 4 == item % 4 else 0
            rating = 2 + liking + (person % 3 == 0) + (item % 7 == 0) - (item % 5 == 0) + draw(3) - 1
            rows.append((f"u{person}", f"i{item}", max(1, min(5, rating))))
    return rows


def movielens(path):
    lines = Path(path).read_text().strip().split("\n")
    return [(user, item, float(rating)) for user, item, rating, _ in (line.split("\t") for line in lines)]


def judge(algorithm, rows, fold):
    train = [(*row, None) for at, row in enumerate(rows) if fold_of(at) != fold]
    test = [row for at, row in enumerate(rows) if fold_of(at) == fold]
    data = Dataset(Reader(rating_scale=(1, 5)))
    algorithm.fit(data.construct_trainset(train))
    guesses = [algorithm.predict(user, item).est for user, item, _ in test]
    errors = [guess - rating for guess, (_, _, rating) in zip(guesses, test)]
    rmse = math.sqrt(sum(error * error for error in errors) / len(errors))
    return {"rmse": rmse, "mae": sum(map(abs, errors)) / len(errors), "guesses": guesses}


def knn():
    options = {"name": "pearson_baseline", "user_based": False, "shrinkage": 100}
    return KNNBaseline(k=40, sim_options=options, verbose=False)


def svd(seed):
    return SVD(n_factors=100, n_epochs=20, lr_all=0.005, reg_all=0.02, random_state=seed)


def svdpp(seed):
    return SVDpp(n_factors=20, n_epochs=20, lr_all=0.007, reg_all=0.02, random_state=seed)


ALGORITHMS = {
    "rating-baseline": lambda seed: BaselineOnly(verbose=False),
    "item-knn-baseline": lambda seed: knn(),
    "svd": svd,
    "svdpp": svdpp,
}


def mean_of(results):
    return {key: round(float(numpy.mean([result[key] for result in results])), 5) for key in ("rmse", "mae")}


def main():
    rows = synthetic()
    golden = {
        "command": "python bench/peers/surprise/make_golden.py ../shared/data/ml-100k/u.data",
        "made with": f"scikit-surprise {surprise.__version__}, numpy {numpy.__version__}",
        "synthetic": {"ratings": len(rows), "sum": sum(rating for _, _, rating in rows)},
    }
    for name, make in ALGORITHMS.items():
        seeds = range(5) if name.startswith("svd") else range(1)
        results = [judge(make(seed), rows, 0) for seed in seeds]
        golden["synthetic"][name] = mean_of(results)
        if not name.startswith("svd"):
            golden["synthetic"][name]["guesses"] = [round(guess, 6) for guess in results[0]["guesses"][:40]]
    if len(sys.argv) > 1:
        rows = movielens(sys.argv[1])
        golden["ml-100k"] = {}
        for name, make in ALGORITHMS.items():
            folds = [mean_of([judge(make(0), rows, fold)]) for fold in range(FOLDS)]
            golden["ml-100k"][name] = {"fold 0": folds[0], "mean of 5": mean_of(folds)}
            print(name, golden["ml-100k"][name], flush=True)
    path = HERE / "src/models/rating/golden/surprise.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(golden, indent=2) + "\n")


main()
