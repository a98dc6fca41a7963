"""SERVQUAL in pandas: the same gaps of items and dimensions, weighted and not, read from the same file."""

import json
import statistics
import sys
import time

import pandas

ROUNDS = 5
DIMENSIONS = {"tangibles": (1, 4), "reliability": (5, 9), "responsiveness": (10, 13), "assurance": (14, 17), "empathy": (18, 22)}


def servqual(path: str) -> dict:
    answers = pandas.read_csv(path)
    items = range(1, 23)
    gaps = pandas.DataFrame(
        answers[[f"P{item}" for item in items]].to_numpy() - answers[[f"E{item}" for item in items]].to_numpy(),
        columns=items,
    )
    own = pandas.DataFrame({name: gaps[list(range(low, high + 1))].mean(axis=1) for name, (low, high) in DIMENSIONS.items()})
    points = answers[[f"W_{name}" for name in DIMENSIONS]].to_numpy()
    weighted = (own.to_numpy() * points).sum(axis=1) / points.sum(axis=1)
    means, deviations = own.mean(), own.std()
    return {
        "items": gaps.mean().tolist(),
        "dimensions": [float(number) for name in DIMENSIONS for number in (means[name], deviations[name])],
        "overall": [float(own.mean(axis=1).mean()), float(weighted.mean())],
    }


def main() -> None:
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = servqual(sys.argv[1])
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": statistics.median(seconds), "version": pandas.__version__, **found}))


if __name__ == "__main__":
    main()
