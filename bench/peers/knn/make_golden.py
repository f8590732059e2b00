"""Golden similarities and lists of the neighbourhood models, from NumPy, SciPy and scikit-learn. See README.md."""

import json
from pathlib import Path

import numpy
import scipy
import sklearn
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

PEOPLE, ITEMS, NEIGHBOURS, TOP = 40, 25, 8, 10
SHRINKAGE = 2.5
# A view, a cart, a purchase, in fifths of a purchase.
FIFTHS = numpy.array([0, 3, 4, 5])


def weights_of_purchases():
    """People by items, what was done: 0 nothing, 1 a view, 2 a cart, 3 a purchase."""
    random = numpy.random.default_rng(1)
    taste = random.random((PEOPLE, 3)) @ random.random((3, ITEMS))
    shown = random.random((PEOPLE, ITEMS)) < taste / taste.max() * 0.7
    return numpy.where(shown, random.integers(1, 4, (PEOPLE, ITEMS)), 0)


def nearest_only(similarity):
    """Each row's strongest; of equally strong ones the first."""
    similarity = similarity.copy()
    numpy.fill_diagonal(similarity, 0)
    kept = numpy.zeros_like(similarity)
    for row, values in enumerate(similarity):
        order = numpy.argsort(-values, kind="stable")[:NEIGHBOURS]
        kept[row, order] = values[order]
    return kept


def top(scores):
    # Rounded, so that sums in another order tie where they should.
    return numpy.argsort(-numpy.round(scores, 9), kind="stable")[:TOP].tolist()


def rounded(array):
    return [[round(float(value), 9) for value in row] for row in array]


def main():
    acts = weights_of_purchases()
    weights, likes = FIFTHS[acts] / 5, (acts > 0).astype(float)
    queries = list(range(0, PEOPLE, 8))
    norms = numpy.linalg.norm(weights, axis=0)
    shrunk = (weights.T @ weights) / (numpy.outer(norms, norms) + SHRINKAGE)
    similarities = {
        "cosine": cosine_similarity(weights.T),
        "cosine shrunk": shrunk,
        "jaccard": 1 - cdist(likes.T.astype(bool), likes.T.astype(bool), "jaccard"),
    }
    item = {}
    for name, similarity in similarities.items():
        kept = nearest_only(similarity)
        asked = likes if name == "jaccard" else weights
        scores = asked[queries] @ kept
        item[name] = {"similarities": rounded(kept), "top": [top(row) for row in scores]}
    user = []
    for query in queries:
        others = [person for person in range(PEOPLE) if person != query]
        finder = NearestNeighbors(n_neighbors=NEIGHBOURS, metric="cosine", algorithm="brute").fit(weights[others])
        distance, found = finder.kneighbors(weights[[query]])
        near = [(others[place], 1 - gap) for gap, place in zip(distance[0], found[0])]
        scores = sum(similarity * weights[person] for person, similarity in near)
        user.append({"person": query, "near": [[int(person), round(float(s), 9)] for person, s in near], "top": top(scores)})
    golden = {
        "command": "python bench/peers/knn/make_golden.py",
        "made with": f"numpy {numpy.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}",
        "neighbours": NEIGHBOURS,
        "shrinkage": SHRINKAGE,
        "queries": queries,
        "people: 1 a view, 2 a cart, 3 a purchase": acts.tolist(),
        "item": item,
        "user": user,
    }
    path = Path(__file__).resolve().parents[3] / "src/models/knn/golden/knn.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(golden, indent=2) + "\n")


main()
