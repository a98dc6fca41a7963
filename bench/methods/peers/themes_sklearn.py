"""scikit-learn on the same comments: TF-IDF of words (jieba for Chinese), truncated SVD, k-means with the true number of groups.

Arguments: a CSV with id, text and label, and results of ting as JSON, which are scored here too. A comment that was parked
counts as a group with all that were parked; one of several cards has the theme that they are in by the widest margins together.
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
    return {
        "pipeline": pipeline,
        "groups": "–".join(sorted({str(f(len(set(run)) for run in runs)) for f in (min, max)}, key=int)),
        "ari": min(adjusted_rand_score(truth, run) for run in runs),
        "nmi": min(normalized_mutual_info_score(truth, run) for run in runs),
    }


def themes(path: str, ids: list[str]) -> tuple[str, list]:
    with open(path, encoding="utf-8") as file:
        answer = json.load(file)
    votes = defaultdict(lambda: defaultdict(float))
    for assignment in answer["assignments"]:
        if assignment["theme"] is not None:
            votes[assignment["id"].split("#")[0]][assignment["theme"]] += assignment["margin"]
    best = {id: max(of_comment, key=of_comment.get) for id, of_comment in votes.items()}
    return answer["resolution"], [str(best.get(id, "parked")) for id in ids]


def main() -> None:
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    texts, truth, ids = ([row[key] for row in rows] for key in ("text", "label", "id"))
    jieba.initialize()
    seconds, runs = [], []
    for seed in SEEDS:
        started = time.perf_counter()
        runs.append(list(groups(texts, len(set(truth)), seed)))
        seconds.append(time.perf_counter() - started)
    quality = [line("scikit-learn, true number given", runs, truth)]
    of_resolution = defaultdict(list)
    for path in sys.argv[2:]:
        resolution, found = themes(path, ids)
        of_resolution[resolution].append(found)
    quality += [line(f"ting, resolution {key}", found, truth) for key, found in of_resolution.items()]
    print(json.dumps({"seconds": statistics.median(seconds), "quality": quality}))


main()
