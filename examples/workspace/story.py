"""The invented facts of the Maiyan story that the generated files follow.

Everything here is made up: the company, its partner, its customers and its figures.
"""

from datetime import date

SEED = 20261031

FIRST_DAY = date(2024, 11, 1)
LAST_DAY = date(2026, 10, 31)
FIRST_ANSWER_DAY = date(2025, 11, 1)

# When a text of a phase may have been written: first and last day, both included.
PHASES = {
    "any": (FIRST_DAY, LAST_DAY),
    "app_update": (date(2026, 1, 12), date(2026, 2, 15)),
    "price_change": (date(2026, 3, 1), date(2026, 4, 10)),
    "bad_month": (date(2026, 5, 4), date(2026, 6, 2)),
    "refund_backlog": (date(2026, 6, 3), date(2026, 7, 8)),
    "kettle_fault": (date(2026, 6, 29), date(2026, 7, 19)),
    "kettle_recall": (date(2026, 7, 20), date(2026, 8, 14)),
    "summer_heat": (date(2026, 7, 1), date(2026, 8, 31)),
    "recovery": (date(2026, 9, 8), LAST_DAY),
}
# Share of the "any" texts that fall into the twelve months with answers.
RECENT_SHARE = 0.7

ZH_CITIES = ["杭州", "成都", "青岛"]
EN_CITIES = ["Bristol", "Leeds", "Glasgow"]
# Swiftlark 疾雀 delivered here in May 2026; everywhere else the old vans went on.
PARTNER_CITIES = ("成都", "Leeds")
PARTNER_SHARE_OF_COMPLAINTS = 0.75
PARTNER_ANSWER_SHARE = 0.5

# (tier, share of the customers)
TIERS = [("standard", 0.55), ("plus", 0.33), ("gold", 0.12)]

ZH_CUSTOMERS = 60
EN_CUSTOMERS = 60

ZH_SURNAMES = list("陆秦顾方苏贺祝温岑柳龚纪殷孟邵覃阮俞庄蒲")
ZH_GIVEN = [
    "晓棠", "一鸣", "雨桐", "建国", "秀兰", "子墨", "佳宁", "文博", "桂芳", "思远",
    "若溪", "明哲", "春梅", "浩然", "静怡", "志强", "梓涵", "玉珍", "嘉树", "向阳",
]
EN_GIVEN = [
    "Amina", "Callum", "Deborah", "Ewan", "Farah", "Gareth", "Hazel", "Imran", "Jean", "Kwame",
    "Lorna", "Marek", "Nadia", "Owen", "Pauline", "Rhys", "Sheila", "Tariq", "Una", "Winston",
]
EN_SURNAMES = [
    "Ashdown", "Birtwell", "Carrick", "Dunmore", "Ellery", "Fairholm", "Greaves", "Haddow", "Inskip",
    "Jessop", "Kirkbride", "Lomas", "Mottram", "Netherby", "Oakshott", "Penrose", "Rudge", "Stainforth",
    "Tolland", "Wetherall",
]

# (channel, weight) for texts that name no channel of their own.
CHANNELS = [("app", 55), ("web", 14), ("chat", 13), ("email", 8), ("social", 6), ("app_store", 4)]
# A public place is an external source; a contact point of the company is an internal one.
EXTERNAL_CHANNELS = ("social", "app_store")
ANONYMOUS_COMMENTS = 10

ANSWERS = 900
SILENT_CUSTOMERS = 16
# Share of the customers with an urgent text who were won back afterwards.
WON_BACK_SHARE = 0.7

# (metric, touchpoint, weight): what was asked, and how often.
QUESTIONS = [
    ("nps", "overall", 30),
    ("csat", "delivery", 24),
    ("csat", "product", 14),
    ("csat", "support", 9),
    ("csat", "installation", 5),
    ("csat", "store", 4),
    ("ces", "support", 8),
    ("ces", "checkout", 6),
    ("ces", "app", 4),
]
ANSWER_CHANNELS = [("app", 55), ("email", 25), ("sms", 12), ("web", 8)]

# Mood runs from 0 to 1. BASE is an ordinary month; MONTHS moves everybody, TEMPER is how far
# customers differ from each other and NOISE how far one customer's answers do.
BASE = 0.78
TEMPER = 0.15
NOISE = 0.45
MONTHS = {
    "2025-11": 0.00, "2025-12": 0.02, "2026-01": -0.02, "2026-02": 0.00, "2026-03": -0.06, "2026-04": -0.03,
    "2026-05": -0.17, "2026-06": -0.15, "2026-07": -0.10, "2026-08": -0.02, "2026-09": 0.05, "2026-10": 0.08,
}
# What a month did to one touchpoint beyond that.
TOUCHPOINT_MONTHS = {
    ("delivery", "2026-05"): -0.16, ("delivery", "2026-06"): -0.05, ("delivery", "2026-10"): 0.04,
    ("app", "2026-01"): -0.24, ("app", "2026-02"): -0.14, ("app", "2026-09"): 0.05, ("app", "2026-10"): 0.05,
    ("checkout", "2026-03"): -0.16, ("checkout", "2026-04"): -0.08,
    ("support", "2026-05"): -0.12, ("support", "2026-06"): -0.18, ("support", "2026-07"): -0.06,
    ("product", "2026-05"): 0.10, ("product", "2026-07"): -0.18,
    ("store", "2026-05"): 0.15, ("store", "2026-06"): 0.12,
}
PARTNER_MONTHS = ("2026-05",)
PARTNER_EFFECT = -0.16
# A price rise weighs on those who pay for every delivery.
PRICE_MONTHS = ("2026-03", "2026-04")
PRICE_EFFECT = {"standard": -0.08, "plus": -0.05, "gold": 0.02}
