"""scikit-learn on the same comments: TF-IDF of words (jieba for Chinese), truncated SVD, k-means with the true number of groups.

Arguments: a CSV with id, text and label, and results of ting as JSON, which are scored here too: once with every comment, a parked one in
the theme it is nearest to, and once with those alone that have a theme. A comment of several cards has the theme that they are in by
the widest margins together. With the CSV alone it is grouped once and nothing more, as a script of an analyst would do it.
"""

import csv
import json
import re
import statistics
import sys
import time
from collections import defaultdict

import jieba
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

HAN = re.compile("[\u4e00-\u9fff]")
SEEDS = (1, 2, 3)


def words(text: str) -> list[str]:
    if HAN.search(text):
        return [word for word in jieba.lcut(text) if word.isalnum()]
    return re.findall(r"\w+", text.lower())


def groups(texts: list[str], count: int, seed: int) -> list[int]:
    vectors = TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, min_df=2, sublinear_tf=True)
    reduce = make_pipeline(vectors, TruncatedSVD(100, random_state=seed), Normalizer(copy=False))
    return KMeans(count, n_init=1, random_state=seed).fit_predict(reduce.fit_transform(texts))


def line(pipeline: str, runs: list, truth: list) -> dict:
    """The worst of several runs; a comment without a group is left out."""
    runs = [[pair for pair in zip(truth, run) if pair[1] is not None] for run in runs]
    return {
        "pipeline": pipeline,
        "groups": "–".join(sorted({str(f(len({group for _, group in run}) for run in runs)) for f in (min, max)}, key=int)),
        "ari": min(adjusted_rand_score(*zip(*run)) for run in runs),
        "nmi": min(normalized_mutual_info_score(*zip(*run)) for run in runs),
    }


def themes(path: str, ids: list[str]) -> tuple[str, list, list]:
    """The resolution of a result, the group of every comment, and of those alone that were not parked."""
    with open(path, encoding="utf-8") as file:
        answer = json.load(file)
    votes, nearest = defaultdict(lambda: defaultdict(float)), {}
    for assignment in answer["assignments"]:
        comment = assignment["id"].split("#")[0]
        if assignment["theme"] is not None:
            votes[comment][assignment["theme"]] += assignment["margin"]
        else:
            nearest[comment] = assignment["nearest"]
    best = {comment: max(of_comment, key=of_comment.get) for comment, of_comment in votes.items()}
    placed = [best.get(comment) for comment in ids]
    # Like no theme at all is a group, too.
    everywhere = [nearest.get(comment, -1) if theme is None else theme for comment, theme in zip(ids, placed)]
    return answer["resolution"], [-1 if theme is None else theme for theme in everywhere], placed


def main() -> None:
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts, truth, ids = ([row[key] for row in rows] for key in ("text", "label", "id"))
    if len(sys.argv) == 2:
        groups(texts, len(set(truth)), SEEDS[0])
        return
    jieba.initialize()
    seconds, runs = [], []
    for seed in SEEDS:
        started = time.perf_counter()
        runs.append(list(groups(texts, len(set(truth)), seed)))
        seconds.append(time.perf_counter() - started)
    quality = [line("scikit-learn, true number given", runs, truth)]
    of_resolution = defaultdict(list)
    for path in sys.argv[2:]:
        resolution, everywhere, placed = themes(path, ids)
        of_resolution[resolution].append((everywhere, placed))
    for resolution, runs_of_ting in of_resolution.items():
        everywhere, placed = zip(*runs_of_ting)
        quality.append(line(f"ting, resolution {resolution}", everywhere, truth))
        quality.append(line(f"ting, resolution {resolution}, parked ones left out", placed, truth))
    print(json.dumps({"seconds": statistics.median(seconds), "quality": quality}))


main()
