"""Counts the configurations of a model that bench/methods/bundle.py wrote, with python-constraint2."""

import importlib.metadata
import json
import re
import statistics
import sys
import time
import tomllib

import constraint

OPERATOR = re.compile(r"(?<![<>!=])=(?!=)")


def build(document: dict) -> constraint.Problem:
    problem = constraint.Problem()
    for module in document["module"]:
        for attribute in module["attribute"]:
            low, high = map(int, attribute["domain"].split(".."))
            problem.addVariable(attribute["id"], range(low, high + 1))
    for rule in document["constraint"]:
        if "if" in rule:
            text = f"not ({rule['if']}) or ({rule['then']})"
        elif "forbid" in rule:
            text = f"not ({rule['forbid']})"
        else:
            text = rule["require"]
        text = OPERATOR.sub("==", text)
        names = sorted(set(re.findall(r"a\d+", text)))
        problem.addConstraint(constraint.FunctionConstraint(eval(f"lambda {', '.join(names)}: {text}")), names)
    return problem


with open(sys.argv[1], "rb") as file:
    document = tomllib.load(file)
seconds = []
for _ in range(3):
    started = time.perf_counter()
    count = len(build(document).getSolutions())
    seconds.append(time.perf_counter() - started)
version = importlib.metadata.version("python-constraint2")
print(json.dumps({"seconds": statistics.median(seconds), "count": count, "version": version}))
