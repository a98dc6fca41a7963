#!/usr/bin/env python3
"""Writes the files of the sample workspace from texts.jsonl and the story.

The same seed gives the same bytes with every Python from 3.9 on.
"""

import argparse
import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import story
from bad_rows import BAD_ANSWERS, BAD_COMMENTS
from dice import Dice

HERE = Path(__file__).resolve().parent
COMMENT_COLUMNS = ["external_id", "customer", "kind", "text", "channel", "source", "touchpoint", "occurred_at"]
ANSWER_COLUMNS = ["external_id", "customer", "metric", "value", "channel", "touchpoint", "answered_at"]
CUSTOMER_COLUMNS = ["external_id", "name", "email", "phone", "city", "tier"]
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
ZH_UTC_OFFSET_HOURS = 8


def read_texts():
    with open(HERE / "texts.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def make_customers():
    dice = Dice("customers")
    customers, names = [], set()
    for number in range(1, story.ZH_CUSTOMERS + story.EN_CUSTOMERS + 1):
        chinese = number <= story.ZH_CUSTOMERS
        name = new_name(dice, chinese, names)
        # The 555-01xx block is set aside for fiction; two area codes make room for 120.
        phone = f"+1{202 if number <= 100 else 312}55501{(number - 1) % 100:02d}"
        customers.append({
            "external_id": f"C{number:04d}",
            "name": name,
            "email": "" if dice.chance(0.03) else f"c{number:04d}@example.com",
            "phone": "" if dice.chance(0.05) else phone,
            "city": dice.pick(story.ZH_CITIES if chinese else story.EN_CITIES),
            "tier": dice.weighted(story.TIERS),
        })
    return customers


def new_name(dice, chinese, taken):
    while True:
        if chinese:
            name = dice.pick(story.ZH_SURNAMES) + dice.pick(story.ZH_GIVEN)
        else:
            name = dice.pick(story.EN_GIVEN) + " " + dice.pick(story.EN_SURNAMES)
        if name not in taken:
            taken.add(name)
            return name


def is_chinese(customer_id):
    return int(customer_id[1:]) <= story.ZH_CUSTOMERS


def make_comments(texts, customers):
    comments = {}
    # A customer with a tale of their own gets no stranger's words beside it.
    taken = {text["customer"] for text in texts if "customer" in text}
    for text in texts:
        # Dice of its own, so that a changed text leaves the others where they are.
        dice = Dice(text["id"])
        original = comments.get(text.get("like"))
        customer = author(dice, text, [row for row in customers if row["external_id"] not in taken], original)
        if text["tone"] == "urgent":
            taken.add(customer)
        channel = text.get("channel") or usual_channel(dice, text)
        comments[text["id"]] = {
            "external_id": text["id"],
            "customer": customer,
            "kind": text["kind"],
            "text": text["text"],
            "channel": channel,
            "source": "external" if channel in story.EXTERNAL_CHANNELS else "internal",
            "touchpoint": text["touchpoint"],
            "occurred_at": instant(dice, written_on(dice, text, original), is_chinese(customer)),
        }
    make_some_anonymous(texts, comments)
    return sorted(comments.values(), key=lambda row: (row["occurred_at"], row["external_id"]))


def author(dice, text, customers, original):
    if "customer" in text:
        return text["customer"]
    if text.get("same_author"):
        return original["customer"]
    chinese = text["lang"] in ("zh", "zh-Hant", "ja") or (text["lang"] == "mixed" and dice.chance(0.5))
    group = [row for row in customers if is_chinese(row["external_id"]) == chinese]
    by_partner = text["phase"] == "bad_month" and text["touchpoint"] == "delivery"
    if by_partner and dice.chance(story.PARTNER_SHARE_OF_COMPLAINTS):
        group = [row for row in group if row["city"] in story.PARTNER_CITIES]
    others = [row for row in group if original is None or row["external_id"] != original["customer"]]
    return dice.pick(others)["external_id"]


def usual_channel(dice, text):
    return "store" if text["touchpoint"] == "store" else dice.weighted(story.CHANNELS)


def written_on(dice, text, original):
    first, last = story.PHASES[text["phase"]]
    if "on" in text:
        return date.fromisoformat(text["on"])
    if original is not None:
        day = date.fromisoformat(original["occurred_at"][:10])
        # Whoever writes again waits about three days; others meet the same trouble in the same fortnight.
        wait = 3 if text.get("same_author") else dice.below(min(12, (last - day).days) + 1)
        return day + timedelta(days=wait)
    if text["phase"] == "any":
        turn = story.FIRST_ANSWER_DAY
        return dice.day(turn, last) if dice.chance(story.RECENT_SHARE) else dice.day(first, turn)
    return dice.day(first, last)


def instant(dice, day, chinese):
    """A waking moment of `day` where the customer lives, as RFC 3339 in UTC."""
    local = datetime.combine(day, time(8 + dice.below(14), dice.below(60), dice.below(60)))
    moment = local - timedelta(hours=ZH_UTC_OFFSET_HOURS if chinese else 0)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_some_anonymous(texts, comments):
    """Takes the customer off a few public or in-store remarks that nobody has to answer."""
    dice = Dice("anonymous")
    kept = {text.get("like") for text in texts}
    candidates = [
        comments[text["id"]] for text in texts
        if comments[text["id"]]["channel"] in ("social", "app_store", "store")
        and "customer" not in text and text["tone"] != "urgent" and text["id"] not in kept
    ]
    for _ in range(story.ANONYMOUS_COMMENTS):
        candidates.pop(dice.below(len(candidates)))["customer"] = ""


def make_answers(texts, comments, customers):
    dice = Dice("answers")
    by_id = {row["external_id"]: row for row in customers}
    bias = {row["external_id"]: story.TEMPER * dice.spread() for row in customers}
    answers, aggrieved = answers_of_the_let_down(dice, texts, comments)
    answers += answers_about_the_partner(dice, texts, comments, by_id, aggrieved)
    talkative = [row["external_id"] for row in customers]
    spoken = set(aggrieved) | {row["customer"] for row in answers}
    for _ in range(story.SILENT_CUSTOMERS):
        quiet = [one for one in talkative if one not in spoken]
        talkative.remove(dice.pick(quiet))
    while len(answers) < story.ANSWERS:
        customer = by_id[dice.pick(talkative)]
        metric, touchpoint = dice.weighted([((m, t), weight) for m, t, weight in story.QUESTIONS])
        day = dice.day(story.FIRST_ANSWER_DAY, story.LAST_DAY)
        # Whoever waits to be put right is asked nothing else meanwhile.
        since, until = aggrieved.get(customer["external_id"], (story.LAST_DAY, story.FIRST_DAY))
        if since <= day <= until:
            continue
        mood = mood_of(customer, touchpoint, day) + bias[customer["external_id"]] + story.NOISE * dice.spread()
        answers.append(answer_row(dice, customer["external_id"], metric, touchpoint, day, mood))
    answers.sort(key=lambda row: (row["answered_at"], row["customer"], row["metric"], row["touchpoint"]))
    for number, row in enumerate(answers, start=1):
        row["external_id"] = f"A{number:04d}"
    return answers


def answers_of_the_let_down(dice, texts, comments):
    """A low answer soon after every urgent text, and from most of these customers a better one weeks later.

    Returns the answers, and by customer the first urgent day and the day of the later answer.
    """
    tones = {text["id"]: text["tone"] for text in texts}
    aggrieved, thanked, answers = {}, {}, []
    for comment in comments:
        customer, day = comment["customer"], date.fromisoformat(comment["occurred_at"][:10])
        if day < story.FIRST_ANSWER_DAY:
            continue
        if tones[comment["external_id"]] == "urgent":
            answers.append(answer_row(dice, customer, "csat", "support", day_after(dice, day, 5), 0.1 * dice.below(3)))
            aggrieved[customer] = (aggrieved.get(customer, (day,))[0], day + timedelta(days=45 + dice.below(40)))
        elif tones[comment["external_id"]] == "positive" and customer in aggrieved:
            thanked.setdefault(customer, day_after(dice, day, 9))
    for customer, (since, later) in aggrieved.items():
        aggrieved[customer] = (since, thanked.get(customer, later))
        mood = 0.9 + 0.1 * dice.spread() if customer in thanked or dice.chance(story.WON_BACK_SHARE) else 0.15
        answers.append(answer_row(dice, customer, "csat", "support", aggrieved[customer][1], mood))
        answers.append(answer_row(dice, customer, "nps", "overall", aggrieved[customer][1], mood))
    inside = str(story.LAST_DAY + timedelta(days=1))
    return [answer for answer in answers if answer["answered_at"] < inside], aggrieved


def answers_about_the_partner(dice, texts, comments, customers, aggrieved):
    """What customers of the new partner answered about the delivery they had just complained of."""
    late = {text["id"] for text in texts if text["phase"] == "bad_month" and text["touchpoint"] == "delivery"}
    answers = []
    for comment in comments:
        customer = customers.get(comment["customer"])
        if comment["external_id"] not in late or customer is None or customer["external_id"] in aggrieved:
            continue
        if customer["city"] in story.PARTNER_CITIES and dice.chance(story.PARTNER_ANSWER_SHARE):
            day = day_after(dice, date.fromisoformat(comment["occurred_at"][:10]), 4)
            mood = mood_of(customer, "delivery", day) + story.NOISE * dice.spread()
            answers.append(answer_row(dice, customer["external_id"], "csat", "delivery", day, mood))
    return answers


def day_after(dice, day, most):
    return day + timedelta(days=1 + dice.below(most))


def mood_of(customer, touchpoint, day):
    month = day.isoformat()[:7]
    mood = story.BASE + story.MONTHS[month] + story.TOUCHPOINT_MONTHS.get((touchpoint, month), 0)
    if month in story.PARTNER_MONTHS and touchpoint in ("delivery", "overall"):
        mood += story.PARTNER_EFFECT if customer["city"] in story.PARTNER_CITIES else -story.PARTNER_EFFECT / 2
    if month in story.PRICE_MONTHS and touchpoint in ("checkout", "overall"):
        mood += story.PRICE_EFFECT[customer["tier"]]
    return mood


def answer_row(dice, customer, metric, touchpoint, day, mood):
    low, high = SCALES[metric]
    value = low + int(min(max(mood, 0), 1) * (high - low) + 0.5)
    channel = "store" if touchpoint == "store" else dice.weighted(story.ANSWER_CHANNELS)
    return {
        "customer": customer, "metric": metric, "value": value, "channel": channel, "touchpoint": touchpoint,
        "answered_at": instant(dice, day, is_chinese(customer)),
    }


def to_csv(columns, rows):
    # Not the csv module: its writer refuses or cuts the NUL of bad.csv before Python 3.11.
    lines = [columns] + [[row[column] for column in columns] for row in rows]
    return "".join(",".join(map(cell, line)) + "\n" for line in lines).encode("utf-8")


def cell(value):
    text = str(value)
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def build():
    """Returns the bytes of every generated file by its name."""
    texts = read_texts()
    customers = make_customers()
    comments = make_comments(texts, customers)
    return {
        "customers.csv": to_csv(CUSTOMER_COLUMNS, customers),
        "comments.csv": to_csv(COMMENT_COLUMNS, comments),
        "answers.csv": to_csv(ANSWER_COLUMNS, make_answers(texts, comments, customers)),
        "bad.csv": to_csv(COMMENT_COLUMNS, [row for row, _ in BAD_COMMENTS]),
        "bad_answers.csv": to_csv(ANSWER_COLUMNS, [row for row, _ in BAD_ANSWERS]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    arguments = parser.parse_args()
    files = build()
    stale = [name for name, data in files.items() if not same(HERE / name, data)]
    if arguments.check:
        for name in stale:
            print(f"{name} is not what generate.py writes", file=sys.stderr)
        return 1 if stale else 0
    for name, data in files.items():
        (HERE / name).write_bytes(data)
        print(f"{name}: {len(data)} bytes" + ("" if name in stale else ", unchanged"))
    return 0


def same(path, data):
    return path.exists() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main())
