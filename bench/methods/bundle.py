"""A configurator of services: whether a choice is possible in a large model, and counting in one that a peer can do."""

import pathlib
import random
import tempfile

from run import Row, peer, ting

REQUIREMENTS = "requirements-bundle.txt"


def model(attributes: int, constraints: int, seed: int) -> str:
    """A random model that has a solution: rules that a hidden configuration breaks are left out."""
    chance = random.Random(seed)
    hidden = [chance.randrange(4) for _ in range(attributes)]
    lines = ['name = "random"', "", "[[module]]", 'id = "core"']
    for at in range(attributes):
        lines += ["[[module.attribute]]", f'id = "a{at}"', 'domain = "0..3"']
    made = 0
    while made < constraints:
        a, b, c = (chance.randrange(attributes) for _ in range(3))
        if len({a, b, c}) < 3:
            continue
        x, y, z = (chance.randrange(4) for _ in range(3))
        form = chance.randrange(3)
        if form == 0:
            holds = hidden[a] != x or hidden[b] != y
            text = [f'forbid = "a{a} = {x} and a{b} = {y}"']
        elif form == 1:
            holds = hidden[a] != x or hidden[b] == y or hidden[c] == z
            text = [f'if = "a{a} = {x}"', f'then = "a{b} = {y} or a{c} = {z}"']
        else:
            bound = 4 + x
            holds = hidden[a] + hidden[b] + hidden[c] <= bound
            text = [f'require = "a{a} + a{b} + a{c} <= {bound}"']
        if holds:
            lines += ["[[constraint]]", *text]
            made += 1
    lines += ["[[external]]", 'id = "customer"']
    for at in range(5):
        lines += ["[[external.attribute]]", f'id = "need{at}"', 'domain = "0..3"', f'passes_to = "a{at}"']
    return "\n".join(lines) + "\n"


def measure():
    with tempfile.TemporaryDirectory() as folder:
        large = pathlib.Path(folder, "large.toml")
        large.write_text(model(200, 500, 1))
        seconds = ting("bundle", str(large), "--format", "json")
        # A backtracking peer does not come to an end on the large model; it gets one that it can do.
        small = pathlib.Path(folder, "small.toml")
        small.write_text(model(11, 18, 1))
        found = peer("bundle_constraint.py", str(small), requirements=REQUIREMENTS)
        own = ting("bundle", str(small), "--format", "json")
        yield Row(
            f"bundle: 11 attributes, 18 constraints, counted and explained (ting beside it: 200 and 500 in {seconds:.3f} s)",
            own,
            f"python-constraint2 {found['version']}, counted only",
            found["seconds"],
        )
