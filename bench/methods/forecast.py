"""Holt and Winters' smoothing of 144 months with start values fitted, and 24 forecasts made in the past, beside statsmodels."""

from run import ROOT, Row, peer, ting


def measure():
    series = str(ROOT / "crates/methods/tests/golden/forecast.csv")
    for method in ("additive", "multiplicative"):
        other = peer("forecast_statsmodels.py", series, method)
        own = ting("forecast", series, "--column", "passengers", "--season", "12", "--method", method, "--format", "json")
        yield Row(f"forecast: {method}, 144 months, 25 fits", own, "statsmodels", other["seconds"])
