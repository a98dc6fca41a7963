"""k-means for k = 2 to 10 with silhouettes by scikit-learn. Usage: segments_sklearn.py FILE.csv"""

import json
import statistics
import sys
import time

import numpy
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

ROUNDS = 3


def sweep(rows: numpy.ndarray) -> dict:
    scaled = StandardScaler().fit_transform(rows)
    found = {}
    for k in range(2, 11):
        model = KMeans(k, random_state=0).fit(scaled)
        silhouette = silhouette_score(scaled, model.labels_, sample_size=5000, random_state=0)
        found[k] = {"inertia": float(model.inertia_), "silhouette": float(silhouette)}
    return found


rows = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
seconds = []
for _ in range(ROUNDS):
    started = time.perf_counter()
    found = sweep(rows)
    seconds.append(time.perf_counter() - started)
print(json.dumps({"seconds": statistics.median(seconds), "found": found}))
