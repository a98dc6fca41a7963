"""A million answers to one question in 30 branches."""

import json
import pathlib
import random
import subprocess
import tempfile

import run

ROWS, BRANCHES = 1_000_000, 30


def write(path: pathlib.Path, rows: int = ROWS) -> None:
    """Answers whose mix differs by branch; the same on every machine."""
    chance = random.Random(5)
    mixes = [[chance.random() for _ in range(11)] for _ in range(BRANCHES)]
    with path.open("w") as out:
        out.write("branch,score\n")
        for branch, mix in enumerate(mixes):
            count = rows // BRANCHES + (branch < rows % BRANCHES)
            out.writelines(f"branch {branch:02},{score}\n" for score in chance.choices(range(11), mix, k=count))


def measure():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "answers.csv"
        write(path)
        options = ["nps", str(path), "--column", "score", "--by", "branch", "--format", "json"]
        found = run.peer("nps.py", str(path))
        agree(json.loads(subprocess.run([run.TING, "method", *options], check=True, stdout=subprocess.PIPE).stdout), found["groups"])
        yield run.Row(f"nps by group, {ROWS:,} answers", run.ting(*options), f"pandas {found['version']}", found["seconds"])


def agree(ours: dict, theirs: dict) -> None:
    """Both must have found the same, or there is nothing to compare."""
    assert ours["n"] == ROWS and len(ours["groups"]) == len(theirs) == BRANCHES
    for own in ours["groups"]:
        other = theirs[own["group"]]
        assert own["n"] == other[0]
        assert all(abs(a - b) < 1e-9 for a, b in zip([own["score"], own["low"], own["high"]], other[1:])), (own, other)
