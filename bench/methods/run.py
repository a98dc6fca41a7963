"""Measures methods of ting beside the packages that analysts use today, in one run on this machine.

    python3 bench/methods/run.py            all of them, as a Markdown table
    python3 bench/methods/run.py kano       one
    python3 bench/methods/run.py themes FILE:TEXT:LABEL     one that needs data which is not in the repository

A file `<method>.py` in this folder has `measure()`, which yields rows. ting is measured as its users run it: the release
command, from its start to the end of its output, file reading included. A peer is measured by a script in `peers/`, which
prints its own seconds, without its start and its imports. So the ratios are on the safe side.
"""

import importlib
import json
import pathlib
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TING = ROOT / "target/release/ting"
ROUNDS = 5
# Data that was named on the command line.
FILES = [argument for argument in sys.argv[1:] if ":" in argument]


class Row(NamedTuple):
    """One comparison; seconds are medians."""

    task: str
    ting: float
    peer: str
    peer_seconds: float


def ting(*arguments: str, rounds: int = ROUNDS) -> float:
    """Median seconds of `ting method …`."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run([TING, "method", *arguments], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def peer(script: str, *arguments: str, requirements: str = "requirements.txt") -> dict:
    """What a peer's script prints as JSON; `seconds` is its median over the rounds it chose."""
    python = environment(requirements) / "bin/python"
    done = subprocess.run([python, HERE / "peers" / script, *arguments], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def command(script: str, *arguments: str, requirements: str, rounds: int = ROUNDS) -> float:
    """Median seconds of a peer's script from its start to its end, as ting is measured."""
    python = environment(requirements) / "bin/python"
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run([python, HERE / "peers" / script, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def environment(requirements: str) -> pathlib.Path:
    """A Python environment below `target` with the peers of a list; made when it is missing or its list has changed."""
    folder = ROOT / "target/tools" / f"bench-{pathlib.Path(requirements).stem}"
    wanted = (HERE / requirements).read_bytes()
    stamp = folder / "requirements.txt"
    if not (stamp.is_file() and stamp.read_bytes() == wanted):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / requirements]
        subprocess.run(pip, check=True)
        stamp.write_bytes(wanted)
    return folder


def main() -> None:
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "--package", "ting-cli"], cwd=ROOT, check=True)
    own = {"run"}
    names = [name for name in sys.argv[1:] if name not in FILES] or sorted(path.stem for path in HERE.glob("*.py") if path.stem not in own)
    print("| task | ting, s | peer | peer, s | ratio |\n|---|---|---|---|---|")
    for name in names:
        for row in importlib.import_module(name).measure():
            ratio = row.peer_seconds / row.ting
            print(f"| {row.task} | {row.ting:.3f} | {row.peer} | {row.peer_seconds:.3f} | {ratio:.1f} × |", flush=True)


if __name__ == "__main__":
    # The files of the methods import this one by its name.
    sys.modules["run"] = sys.modules["__main__"]
    main()
