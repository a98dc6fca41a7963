"""Times lifetimes on a list of transactions. Arguments: CSV with customer, date, amount, and the last day to look at."""

import json
import statistics
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
from lifetimes import BetaGeoFitter, GammaGammaFitter  # noqa: E402
from lifetimes.utils import summary_data_from_transaction_data  # noqa: E402

ROUNDS = 5


def read():
    return pd.read_csv(sys.argv[1], parse_dates=["date"])


def summary(transactions):
    return summary_data_from_transaction_data(
        transactions, "customer", "date", monetary_value_col="amount", observation_period_end=sys.argv[2], freq="D",
        freq_multiplier=7,
    )


def purchases(table):
    return BetaGeoFitter(penalizer_coef=0).fit(table.frequency, table.recency, table["T"])


def value(table, model):
    spent = table[(table.frequency > 0) & (table.monetary_value > 0)]
    money = GammaGammaFitter(penalizer_coef=0).fit(spent.frequency, spent.monetary_value)
    return money.customer_lifetime_value(
        model, table.frequency, table.recency, table["T"], table.monetary_value, time=12, discount_rate=0.01, freq="W"
    )


def timed(task):
    started = time.perf_counter()
    result = task()
    return result, time.perf_counter() - started


def main():
    fits, wholes = [], []
    for _ in range(ROUNDS):
        table, reading = timed(lambda: summary(read()))
        model, fit = timed(lambda: purchases(table))
        _, rest = timed(lambda: value(table, model))
        fits.append(fit)
        wholes.append(reading + fit + rest)
    print(json.dumps({"bgnbd_seconds": statistics.median(fits), "seconds": statistics.median(wholes), **model.params_}))


main()
