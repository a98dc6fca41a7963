"""Kano in pandas: the same counting, classes, coefficients, test and means, read from the same file."""

import json
import statistics
import sys
import time

import numpy
import pandas

ROUNDS = 5
LETTERS = list("MOAIRQ")
TABLE = numpy.array([["MOAIRQ".index(cell) for cell in row] for row in ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")])
FUNCTIONAL = numpy.array([4, 2, 0, -1, -2])
DYSFUNCTIONAL = FUNCTIONAL[::-1]


def kano(path: str) -> tuple[pandas.DataFrame, int]:
    answers = pandas.read_csv(path)
    assert not answers.duplicated(["respondent", "requirement"]).any()
    functional, dysfunctional = (answers[name].to_numpy() - 1 for name in ("functional", "dysfunctional"))
    answers["cell"] = TABLE[functional, dysfunctional]
    answers["pair"] = 5 * functional + dysfunctional
    answers["f"], answers["d"] = FUNCTIONAL[functional], DYSFUNCTIONAL[dysfunctional]
    answers["wf"], answers["wd"] = answers.importance * answers.f, answers.importance * answers.d
    keys = [answers.requirement, answers.segment]
    counts = pandas.crosstab(keys, answers.cell).reindex(columns=range(6), fill_value=0)
    counts.columns = LETTERS
    sums = answers.groupby(["requirement", "segment"])[["f", "d", "importance", "wf", "wd"]].sum()
    deviations = answers.groupby(["requirement", "segment"])[["f", "d", "importance"]].std()
    result = counts.join(sums).join(deviations.add_suffix("_sd"))
    n, classified = counts.sum(axis=1), counts[list("MOAI")].sum(axis=1)
    result["category"] = counts[list("MOAIR")].idxmax(axis=1)
    result["better"] = (counts.A + counts.O) / classified
    result["worse"] = -(counts.O + counts.M) / classified
    result["total"] = (counts.A + counts.O + counts.M) / n
    ranked = numpy.sort(counts[list("MOAIR")].to_numpy(), axis=1)
    leading = ranked[:, -1] + ranked[:, -2]
    result["strength"] = (ranked[:, -1] - ranked[:, -2]) / n
    result["threshold"] = 1.65 * numpy.sqrt(leading * (2 * n - leading) / (2 * n))
    result["functional"], result["dysfunctional"] = sums.f / n, sums.d / n
    result["weighted_f"], result["weighted_d"] = sums.wf / sums.importance, sums.wd / sums.importance
    pairs = answers.groupby("respondent")["pair"].agg(["min", "max", "size"])
    return result, int(((pairs["min"] == pairs["max"]) & (pairs["size"] >= 3)).sum())


def main() -> None:
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        result, _ = kano(sys.argv[1])
        seconds.append(time.perf_counter() - started)
    numbers = ["better", "worse", "total", "threshold", "functional", "dysfunctional", "weighted_f", "weighted_d"]
    rows = [[*key, row.category, [int(row[letter]) for letter in LETTERS], [float(row[name]) for name in numbers]] for key, row in result.iterrows()]
    print(json.dumps({"seconds": statistics.median(seconds), "version": pandas.__version__, "rows": rows}))


if __name__ == "__main__":
    main()
