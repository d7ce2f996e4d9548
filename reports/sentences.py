"""Sentences that are put together from figures: what the alliance may claim in public, and what the team sees of it.

What belongs here: which figures a sentence names and how they are rounded. What does not: the words
(`reports.wording`), the figures (`scoring`), and why an actor has its score (`reports.reasons`).
"""

import math
from collections.abc import Callable

from reports.wording import Words
from scoring.alliance import Settings
from scoring.assessment import Assessment, Coverage

SMALL = 0.1
"""Below this share (10 %) the team sees bounds with one decimal, because whole percents would hide the span."""


def public_sentence(coverage: Coverage, settings: Settings, words: Words) -> str:
    """Return the one sentence the alliance may say in public (docs/formulas.md, section 7).

    The share is `coverage.percent`, which is rounded down. Below 1 %, or when the share may not be published, the
    signatories are counted instead. Without the municipality's name, or while the letters cannot be read, there is no
    sentence at all ("").
    """
    if not settings.municipality or not coverage.is_counted:
        return ""
    method, year = settings.inventory_method, settings.inventory_year
    if not coverage.publishable or not coverage.percent or method is None or year is None:
        return words.text("public.count", n=coverage.signatories, municipality=settings.municipality)
    return words.text(
        "public.share",
        percent=coverage.percent,
        municipality=settings.municipality,
        method=method,
        year=year,
        with_data=coverage.with_data,
        n=coverage.signatories,
    )


def team_sentence(coverage: Coverage, words: Words) -> str:
    """Return the coverage with its bounds, for the team only.

    The lower bound is rounded down and the upper one up, so that both still hold as printed. With an unknown figure
    among the signatories no upper bound holds, and the sentence says so.
    """
    if coverage.minimum is None or coverage.mid is None or coverage.maximum is None:
        return words.text("overview.coverage.unknown")
    if not coverage.signatories:
        return words.text("overview.coverage.nobody")
    decimals = 1 if coverage.maximum < SMALL else 0
    bounds = {
        "minimum": words.percent(_outwards(coverage.minimum, decimals, math.floor), decimals),
        "mid": words.percent(coverage.mid, decimals),
    }
    if coverage.is_open:
        return words.text("overview.coverage.open", **bounds)
    maximum = words.percent(_outwards(coverage.maximum, decimals, math.ceil), decimals)
    return words.text("overview.coverage", **bounds, maximum=maximum)


def step_sentence(assessment: Assessment, words: Words) -> str:
    """Return where the alliance stands: the current step with its name and what shows it."""
    step = assessment.steps[assessment.current_step]
    return f"{step.number} – {words.text(f'steps.name.{step.number}')}: {words.say(step.evidence)}"


def _outwards(share: float, decimals: int, rounding: Callable[[float], int]) -> float:
    """Return the share rounded down or up to decimals of a percent; what is a round figure up to 1e-9 stays it."""
    scale = 100.0 * 10.0**decimals
    return float(rounding(round(share * scale, 9)) / scale)
