"""Rows an importer must refuse, each beside the column and the reason, and a few it must take.

A reason of None marks a good row: the bad ones must not drag it down.
"""

TEXT_LIMIT = 10_000


def _comment(number, why, **changes):
    row = {
        "external_id": f"B{number:03d}", "customer": "C0001", "kind": "comment",
        "text": "送货准时，谢谢。", "channel": "app", "source": "internal", "touchpoint": "delivery",
        "occurred_at": "2026-10-05T09:30:00Z",
    }
    row.update(changes)
    return row, why


def _answer(number, why, **changes):
    row = {
        "external_id": f"BA{number:03d}", "customer": "C0001", "metric": "csat", "value": "4",
        "channel": "app", "touchpoint": "delivery", "answered_at": "2026-10-05T09:30:00Z",
    }
    row.update(changes)
    return row, why


BAD_COMMENTS = [
    _comment(1, None),
    _comment(2, ("text", "empty"), text=""),
    _comment(3, ("text", "white space only"), text=" \t\u3000 "),
    _comment(4, ("kind", "unknown kind"), kind="rant"),
    _comment(5, ("occurred_at", "no such month"), occurred_at="2026-13-05T09:30:00Z"),
    _comment(6, ("occurred_at", "not RFC 3339"), occurred_at="05/10/2026 09:30"),
    _comment(7, ("text", "NUL character"), text="The kettle is\x00 hot"),
    _comment(8, ("text", "control character"), text="ring the bell\x07 twice"),
    _comment(9, ("text", "10,001 characters"), text="听" * (TEXT_LIMIT + 1)),
    _comment(10, None, text="The longest text allowed: " + "a" * (TEXT_LIMIT - 26)),
    _comment(11, ("source", "unknown source"), source="sideways"),
    _comment(12, ("channel", "not a token"), channel="the shop!"),
    _comment(13, ("touchpoint", "65 characters"), touchpoint="t" * 65),
    _comment(14, ("text", "zero-width characters only"), text="\u200b\u200b"),
    _comment(15, None, text="Good row at the end, quoted \"twice\", with a comma."),
]

BAD_ANSWERS = [
    _answer(1, None),
    _answer(2, ("value", "above the NPS scale 0 to 10"), metric="nps", value="11"),
    _answer(3, ("value", "below the CSAT scale 1 to 5"), value="0"),
    _answer(4, ("value", "above the CES scale 1 to 7"), metric="ces", value="8"),
    _answer(5, ("value", "not a number"), value="very good"),
    _answer(6, ("value", "not a whole number"), value="4.5"),
    _answer(7, ("value", "empty"), value=""),
    _answer(8, ("metric", "unknown metric"), metric="stars"),
    _answer(9, ("answered_at", "no such day"), answered_at="2026-02-30T09:30:00Z"),
    _answer(10, None, metric="nps", value="10", touchpoint="overall"),
]
