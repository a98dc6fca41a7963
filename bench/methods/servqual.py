"""100,000 respondents with 22 items asked twice and weights."""

import json
import pathlib
import random
import subprocess
import tempfile

import run

ROWS = 100_000
DIMENSIONS = {"tangibles": 4, "reliability": 5, "responsiveness": 4, "assurance": 4, "empathy": 5}


def write(path: pathlib.Path, rows: int = ROWS) -> None:
    """Complete answers on 1 to 7 and points that sum up to 100; the same on every machine."""
    chance = random.Random(9)
    items = range(1, 23)
    with path.open("w") as out:
        names = [f"E{item}" for item in items] + [f"P{item}" for item in items] + [f"W_{name}" for name in DIMENSIONS]
        out.write(",".join(names) + "\n")
        for _ in range(rows):
            answers = chance.choices("4567", k=22) + chance.choices("34567", k=22)
            points = [str(10 + chance.randrange(11)) for _ in range(4)]
            points.append(str(100 - sum(map(int, points))))
            out.write(",".join(answers + points) + "\n")


def measure():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "answers.csv"
        write(path)
        options = ["servqual", str(path), "--format", "json"]
        found = run.peer("servqual.py", str(path))
        agree(json.loads(subprocess.run([run.TING, "method", *options], check=True, stdout=subprocess.PIPE).stdout), found)
        yield run.Row(f"servqual, {ROWS:,} respondents", run.ting(*options), f"pandas {found['version']}", found["seconds"])


def agree(ours: dict, theirs: dict) -> None:
    """Both must have found the same, or there is nothing to compare."""
    assert ours["n"] == ROWS
    dimensions = [[own["gap"], own["standard_deviation"]] for own in ours["dimensions"]]
    items = [item["gap"] for own in ours["dimensions"] for item in own["items"]]
    overall = [ours["unweighted"], ours["weighted"]]
    for own, other in [(sum(dimensions, []), theirs["dimensions"]), (items, theirs["items"]), (overall, theirs["overall"])]:
        assert len(own) == len(other) and all(abs(a - b) < 1e-9 for a, b in zip(own, other)), (own, other)
