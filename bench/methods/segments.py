"""k-means for k = 2 to 10 with silhouettes on 100,000 rows of 8 columns, beside scikit-learn.

Both standardise the columns, compare nine k, and take silhouettes of 5,000 rows drawn by chance. scikit-learn starts once for
each k (its default); ting starts 50 times on a sample and twice on all rows, sets single rows aside, and describes the segments.
"""

import pathlib
import random
import tempfile

from run import Row, peer, ting

ROWS = 100_000
MEANS = ((820, 310, 24, 6.5, 14, 10, 8.6, 0.4), (46, 22, 11, 2.1, 5.5, 6, 7.1, 0.7), (95, 60, 48, 4.0, 4.0, 31, 7.9, 1.6))
SPREADS = ((90, 45, 5, 0.8, 2.5, 3, 0.5, 0.4), (14, 9, 3.5, 0.6, 2.0, 2.2, 0.8, 0.5), (20, 14, 6, 0.7, 1.5, 4.5, 0.7, 0.6))


def write(path: pathlib.Path) -> None:
    """Three kinds of bank customers, 5, 82 and 13 % of them."""
    chance = random.Random(1)
    with path.open("w") as file:
        print("deposits,loans,payments,products,years,logins,satisfaction,complaints", file=file)
        for _ in range(ROWS):
            kind = chance.choices((0, 1, 2), (5, 82, 13))[0]
            print(*(f"{chance.gauss(mean, spread):.4f}" for mean, spread in zip(MEANS[kind], SPREADS[kind])), sep=",", file=file)


def measure():
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "customers.csv"
        write(table)
        other = peer("segments_sklearn.py", str(table))
        own = ting("segments", str(table), "--k", "2..10", "--format", "json", rounds=3)
        yield Row(f"segments: {ROWS:,} × 8, k = 2 … 10, silhouettes of 5,000", own, "scikit-learn", other["seconds"])
