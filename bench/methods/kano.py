"""A million Kano answers: 1,000 respondents in each of 10 segments, 100 requirements, with importance."""

import json
import pathlib
import random
import subprocess
import tempfile

import run

SEGMENTS, RESPONDENTS, REQUIREMENTS = 10, 1_000, 100


def write(path: pathlib.Path) -> None:
    """Answers whose mix differs by requirement; the same on every machine."""
    chance = random.Random(11)
    mixes = [[chance.random() ** 2 for _ in range(25)] for _ in range(REQUIREMENTS)]
    cells = list(range(25))
    with path.open("w") as out:
        out.write("respondent,segment,requirement,functional,dysfunctional,importance\n")
        for segment in range(SEGMENTS):
            columns = [chance.choices(cells, mix, k=RESPONDENTS) for mix in mixes]
            for respondent in range(RESPONDENTS):
                name = f"r{segment * RESPONDENTS + respondent:05}"
                out.writelines(
                    f"{name},segment {segment},requirement {at:02},{column[respondent] // 5 + 1},"
                    f"{column[respondent] % 5 + 1},{(respondent + at) % 9 + 1}\n"
                    for at, column in enumerate(columns)
                )


def measure():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "answers.csv"
        write(path)
        answers = SEGMENTS * RESPONDENTS * REQUIREMENTS
        options = ["kano", str(path), "--by", "segment", "--format", "json"]
        found = run.peer("kano.py", str(path))
        agree(json.loads(subprocess.run([run.TING, "method", *options], check=True, stdout=subprocess.PIPE).stdout), found["rows"])
        yield run.Row(f"kano, {answers:,} answers", run.ting(*options), f"pandas {found['version']}", found["seconds"])


def agree(ours: dict, theirs: list) -> None:
    """Both must have found the same, or there is nothing to compare."""
    assert len(ours["requirements"]) == len(theirs) == SEGMENTS * REQUIREMENTS
    for own, other in zip(ours["requirements"], theirs):
        assert [own["requirement"], own["segment"], own["category"]] == other[:3], (own, other)
        assert list(own["counts"].values()) == other[3], (own, other)
        means = own["continuous"]
        numbers = [own["better"], own["worse"], own["total_strength"], own["fong"]["threshold"], means["functional"],
                   means["dysfunctional"], means["functional_weighted"], means["dysfunctional_weighted"]]
        assert all(abs(a - b) < 1e-9 for a, b in zip(numbers, other[4])), (numbers, other)
