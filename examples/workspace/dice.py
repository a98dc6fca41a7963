"""Chance that falls the same way every time.

Of the random module only random() is used, the one method whose sequence Python promises to keep.
"""

import random
from datetime import timedelta

from story import SEED


class Dice:
    """A seeded source of choices: the same name gives the same choices."""

    def __init__(self, name):
        self._random = random.Random(f"{SEED}/{name}").random

    def chance(self, probability):
        return self._random() < probability

    def below(self, limit):
        return int(self._random() * limit)

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        point = self._random() * sum(weight for _, weight in pairs)
        for item, weight in pairs:
            point -= weight
            if point < 0:
                return item
        return pairs[-1][0]

    def spread(self):
        """A bell-shaped number between -1 and 1."""
        return (self._random() + self._random() + self._random()) / 1.5 - 1

    def day(self, first, last):
        return first + timedelta(days=self.below((last - first).days + 1))
