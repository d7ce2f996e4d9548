"""Shares as a chart may show them: what is certain is rounded down."""

import math

from reports.wording import Words


def certain(share: float) -> float:
    """Return a lower bound rounded down to whole percents, below 10 % to tenths; a round figure stays what it is."""
    scale = 100 if share >= 0.1 else 1000  # noqa: PLR2004
    return math.floor(share * scale + 1e-9) / scale


def certain_percent(share: float, words: Words) -> str:
    """Return a lower bound as it is printed: "15 %", "5,2 %"."""
    return words.percent(certain(share), 0 if share >= 0.1 or share == 0 else 1)  # noqa: PLR2004


def nice_step(highest: float, steps: int) -> float:
    """Return the step of a scale from 0 to `highest` in at most so many: 1, 2 or 5 times a power of 10."""
    rough = highest / steps
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
