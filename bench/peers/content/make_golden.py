"""Golden TF-IDF rows and cosines of content, from scikit-learn. See README.md."""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

# As ids, so that the order of the items is that of the list; some words twice, some in one title only.
TITLES = [
    "Brass table lamp with linen shade",
    "Brass floor lamp, lamp shade in linen",
    "Copper kettle for the stove",
    "Copper kettle with brass handle",
    "Linen table cloth",
    "Linen napkins for the table, set of 4",
    "Ceramic mug, set of 4",
    "Ceramic mug with copper glaze",
    "Café table in solid oak",
    "Oak cafe chair",
    "Stove lamp",
    "The the the kettle",
]
# Short ones: all their n-grams fit beneath the cap, so that spelling is compared as well.
SHORT = ["kapray lal", "kapre lal", "kapde neela", "chai mug", "chay mug", "lal mug", "neela"]


def rows_of(texts, **options):
    """t / |t| / sqrt(df) as in createItemContent: the norm is taken before what links nothing is left out."""
    vectorizer = TfidfVectorizer(strip_accents="unicode", sublinear_tf=True, norm="l2", **options)
    counted = vectorizer.fit(texts)
    # scikit-learn adds 1 to the logarithm so that no word is ever worth nothing; ours are worth nothing when all have them.
    counted.idf_ = counted.idf_ - 1
    rows = counted.transform(texts).toarray()
    counts = (rows > 0).sum(axis=0)
    links = (counts > 1) & (counts < len(texts))
    names = numpy.array(vectorizer.get_feature_names_out())[links]
    return names, rows[:, links], counts[links]


names, unit, df = rows_of(TITLES, token_pattern=r"(?u)\b\w+\b")
_, short_words, short_df = rows_of(SHORT, token_pattern=r"(?u)\b\w+\b")
_, grams, gram_df = rows_of(SHORT, analyzer="char_wb", ngram_range=(3, 5))
described = numpy.hstack([short_words / numpy.sqrt(short_df), 0.4 * grams / numpy.sqrt(gram_df)])

golden = {
    "made": f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}",
    "titles": TITLES,
    "words": [{name: value for name, value in zip(names, row) if value > 0} for row in (unit / numpy.sqrt(df)).tolist()],
    "cosines": {"rarity0": cosine_similarity(unit).tolist(), "rarity1": cosine_similarity(unit / numpy.sqrt(df)).tolist()},
    "short": {"titles": SHORT, "cosines": cosine_similarity(described).tolist()},
}
rounded = json.loads(json.dumps(golden), parse_float=lambda text: round(float(text), 9))
Path(__file__).with_name("golden.json").write_text(json.dumps(rounded, ensure_ascii=False, indent=1) + "\n")
