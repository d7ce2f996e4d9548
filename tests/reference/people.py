"""The habits of one random team: how often its columns are blank, how many sign, what its family trees look like.

Each alliance draws its habits first, so that a few hundred of them differ more than a few hundred rows of one would.
"""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from scoring.domain import Choice
from tests.reference.days import add_months

SIZES = {0: 1, 1: 2, 2: 2, 3: 3, 5: 4, 8: 5, 12: 5, 20: 4, 25: 3, 40: 2, 80: 1, 300: 0.2}
"""How many actors an alliance has, and how often."""

WORDS = ("Bäckerei", "Stadtwerke", "Klinik", "SV", "Straßenbau", "Öko-Hof", "Müller & Söhne", "Zoo", "Æon", "Chor")
ROUND = (0.0, 100.0, 100.0, 200.0, 1000.0, 2000.0)
STRANGERS = ("Unbekannt GmbH", "Niemand e. V.")
HABITS = (0.0, 0.1, 0.4, 0.7, 0.95, 1.0)
FAMILIES = ("none", "some", "deep", "wide", "circles", "wild")


class People:
    """How this alliance's people fill their sheet; every answer follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        size = self.random.choices(list(SIZES), list(SIZES.values()))[0]
        self.today = self._day()
        self.names = [f"{self.random.choice(WORDS)} {number}" for number in self.random.sample(range(1000), size)]
        self.inventory_year = self.random.randint(2016, 2023)
        self.review_months = self.random.choice((None, 1, 3, 6, 12))
        self.is_round = self.random.random() < 0.5
        self.is_crowded = self.random.random() < 0.5
        self.families = self.random.choice(FAMILIES)
        self.signing = self.random.choice((0.0, 0.3, 0.6, 0.9, 0.9))
        self.chances = {"emissions": self.random.choice(HABITS[1:])}

    def _day(self) -> date:
        """Any day of six years; now and then a month's last."""
        if self.random.random() < 0.2:
            return add_months(date(2024, 1, 31), self.random.randrange(60))
        return date(2024, 1, 1) + timedelta(days=self.random.randrange(2200))

    def fills(self, field: str) -> bool:
        """Say whether the next cell of that column is filled."""
        return self.random.random() < self.chances.setdefault(field, self.random.choice(HABITS))

    def code(self, field: str, choices: Iterable[Choice]) -> str:
        """Return a code, or a blank."""
        return self.random.choice(list(choices)).value if self.fills(field) else ""

    def number(self, field: str, largest: float = 50_000.0) -> float | None:
        """Return a number, or a blank; round ones in some alliances, so that totals hit whole percents."""
        if not self.fills(field):
            return None
        if self.is_round or self.random.random() < 0.1:
            return self.random.choice(ROUND)
        return round(math.pow(largest, self.random.random()), self.random.choice((0, 0, 1, 3)))

    def scale(self, field: str) -> float | None:
        """Return 0 to 5, rarely a half."""
        if not self.fills(field):
            return None
        return float(self.random.randint(0, 5)) if self.random.random() < 0.9 else 2.5

    def day(self, field: str) -> date | None:
        """Return a day around today or around the edge of the review interval, or a blank."""
        return self.some_day() if self.fills(field) else None

    def some_day(self) -> date:
        """Return a day around today or around the edge of the review interval."""
        near = self.random.choice((0, 0, 1, -1, 5, -5, 40, -40, -89, -90, -91, 400, -400))
        if self.random.random() < 0.2:
            return add_months(self.today, -(self.review_months or 6)) + timedelta(days=self.random.randint(-1, 1))
        return self.today + timedelta(days=near)

    def reference(self) -> str:
        """Return an actor's name, perhaps spelled otherwise, or nobody's; some sheets name the first rows most."""
        if not self.names or self.random.random() < 0.05:
            return self.random.choice(STRANGERS)
        crowd = self.names[:3] if self.is_crowded and self.random.random() < 0.6 else self.names
        name = self.random.choice(crowd)
        return self.random.choice((name, name, name, name.upper(), f"  {name.replace(' ', '   ')} "))

    def count(self, per_actor: float) -> int:
        """Return how many rows a tab has."""
        return self.random.randint(0, int(per_actor * len(self.names)) + 2)
