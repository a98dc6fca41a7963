"""Themes of labelled comments beside scikit-learn's TF-IDF + SVD + k-means, which is told the true number of groups.

    python3 bench/methods/run.py themes bank.csv:text:label cars.csv:text:topic

The files are not in the repository; `docs/methods/themes.md` names them. Each is FILE:TEXT:LABEL. Speed comes as rows of the
common table, quality as a table of its own: the worst of three seeds, ARI and NMI with the labels.
"""

import csv
import json
import pathlib
import subprocess
import tempfile
from collections import defaultdict

from run import FILES, TING, Row, command, peer, ting

SEEDS = (1, 2, 3)
RESOLUTIONS = ("0.5", "1", "2", "4")


def measure():
    quality = []
    for given in FILES:
        path, text, label = given.rsplit(":", 2)
        with tempfile.TemporaryDirectory() as folder:
            clean = pathlib.Path(folder) / "comments.csv"
            count = single_labelled(path, text, label, clean)
            name = f"themes of {count:,} comments, {pathlib.Path(path).stem}"
            arguments = ("themes", str(clean), "--id", "id", "--format", "json")
            found = peer("themes_sklearn.py", str(clean), requirements="requirements-text.txt", *results(clean, folder))
            seconds = ting(*arguments)
            yield Row(name, seconds, "scikit-learn", found["seconds"])
            script = command("themes_sklearn.py", str(clean), requirements="requirements-text.txt")
            yield Row(f"{name}, from start to end", seconds, "scikit-learn, a script", script)
            quality.append((name, found))
    if not quality:
        return
    print("\n| comments | pipeline | groups | ARI, worst of three seeds | NMI, worst |\n|---|---|---|---|---|")
    for name, found in quality:
        for line in found["quality"]:
            print(f"| {name} | {line['pipeline']} | {line['groups']} | {line['ari']:.3f} | {line['nmi']:.3f} |")
    print()


def single_labelled(path: str, text: str, label: str, into: pathlib.Path) -> int:
    """Writes the distinct texts that have one label."""
    labels = defaultdict(set)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row[text].strip():
                labels[row[text]].add(row[label])
    rows = [(text, *labels[text]) for text in sorted(labels) if len(labels[text]) == 1]
    with open(into, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "text", "label"))
        writer.writerows((f"c{at:07}", *row) for at, row in enumerate(rows))
    return len(rows)


def results(clean: pathlib.Path, folder: str) -> list[str]:
    """The themes of ting for every resolution and seed, as files."""
    files = []
    for resolution in RESOLUTIONS:
        for seed in SEEDS:
            file = pathlib.Path(folder) / f"{resolution}-{seed}.json"
            options = ["--id", "id", "--format", "json", "--resolution", resolution, "--seed", str(seed)]
            done = subprocess.run([TING, "method", "themes", clean, *options], check=True, stdout=subprocess.PIPE)
            answer = json.loads(done.stdout)
            slim = {"assignments": answer["assignments"], "resolution": resolution}
            file.write_text(json.dumps(slim), encoding="utf-8")
            files.append(str(file))
    return files
