"""Customer value on CDNOW beside lifetimes: both read the transactions, fit BG/NBD and Gamma–Gamma, and value every customer."""

from run import ROOT, Row, peer, ting

CDNOW = ROOT / "crates/methods/tests/golden/cdnow.csv"
END = "1997-09-30"


def measure():
    arguments = ("clv", str(CDNOW), "--end", END, "--horizon", "52.14", "--step", "4.345", "--discount", "0.01")
    seconds = ting(*arguments, "--format", "json")
    told = peer("clv_lifetimes.py", str(CDNOW), END, requirements="requirements-lifetimes.txt")
    yield Row("CLV, CDNOW: summary, both fits, 2357 values of 12 months", seconds, "lifetimes 0.11.3", told["seconds"])
