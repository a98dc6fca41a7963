"""Holt and Winters' smoothing by statsmodels, fitted to the whole and at 24 times in the past. Usage: … FILE.csv METHOD"""

import csv
import json
import statistics
import sys
import time
import warnings

from statsmodels.tsa.holtwinters import ExponentialSmoothing

ROUNDS = 3
warnings.filterwarnings("ignore")


def fit(series: list, season: str):
    model = ExponentialSmoothing(series, trend="add", seasonal=season, seasonal_periods=12, initialization_method="estimated")
    return model.fit()


with open(sys.argv[1]) as file:
    series = [float(row["passengers"]) for row in csv.DictReader(file)]
season = {"additive": "add", "multiplicative": "mul"}[sys.argv[2]]
seconds = []
for _ in range(ROUNDS):
    started = time.perf_counter()
    whole = fit(series, season)
    whole.forecast(12)
    for known in range(len(series) // 2 + 2, len(series), 3)[-24:]:
        fit(series[:known], season).forecast(12)
    seconds.append(time.perf_counter() - started)
print(json.dumps({"seconds": statistics.median(seconds), "sse": float(whole.sse)}))
