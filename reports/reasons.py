"""Why an actor has its Wirkung and its rank, in a few sentences: what they rest on, what is unknown, what to ask.

What belongs here: which factors are named, with which figures, and how their points are rounded. What does not: the
words (`reports.wording`), the points themselves (`scoring.impact`) and the order (`scoring.priority`).

Named are the two known factors with the most points. A blank is never named as a reason, because its points are only
what it is taken for; it is named as unknown, with how far it can move the score. An estimate is both.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from reports.wording import Words
from scoring.alliance import Settings
from scoring.domain import Attitude, Factor
from scoring.emissions import entered_tonnes
from scoring.impact import STRUCTURAL
from scoring.priority import focus

Floats = npt.NDArray[np.float64]

PARTS = [f"part_{factor}" for factor in Factor]
NAMED = 2


class _Actor(NamedTuple):
    """What one actor's sentence needs. Per factor (in the order of `Factor`): its points, and whether it is known."""

    name: str
    low: float
    impact: float
    high: float
    points: list[float]
    known: list[bool]
    estimated: bool
    next_question: str
    change: float
    tonnes: float
    jobs: float
    revenue: float
    structural: float
    publicity: float
    quality: str


def reasons(
    assessed: pd.DataFrame, actors: pd.DataFrame, settings: Settings, current_step: int, words: Words
) -> "pd.Series[str]":
    """Return why each actor has its Wirkung and, where it has a rank, why it stands there; same index.

    `assessed` is `Assessment.actors`, `actors` is `Alliance.actors`, or the same rows of both.
    """
    return impact_reasons(assessed, actors, settings, words) + rank_reasons(assessed, actors, current_step, words)


def rank_reasons(assessed: pd.DataFrame, actors: pd.DataFrame, current_step: int, words: Words) -> "pd.Series[str]":
    """Return what the current step puts first and how easily each actor is won; "" for those without a rank."""
    facts = zip(assessed["tier"], assessed["rank"], assessed["ease"], actors["attitude"], strict=True)
    said = [
        _rank(tier, rank, ease, attitude, current_step, words) if tier else "" for tier, rank, ease, attitude in facts
    ]
    return pd.Series(said, index=actors.index, dtype=object)


def impact_reasons(assessed: pd.DataFrame, actors: pd.DataFrame, settings: Settings, words: Words) -> "pd.Series[str]":
    """Return why each actor has its Wirkung; same index."""
    tonnes = entered_tonnes(actors)
    structural = actors["structural"].fillna(actors["kind"].map(dict(STRUCTURAL)).astype("float64"))
    has_size = actors["jobs"].notna() | actors["revenue"].notna()
    known = np.column_stack([tonnes.notna(), has_size, structural.notna(), actors["publicity"].notna()])
    facts = zip(
        assessed["name"],
        assessed["impact_low"],
        assessed["impact"],
        assessed["impact_high"],
        rounded_parts(assessed).tolist(),
        known.tolist(),
        assessed["estimated"] & tonnes.isna(),
        assessed["next_question"],
        _change(assessed, known, settings),
        tonnes,
        actors["jobs"],
        actors["revenue"],
        structural,
        actors["publicity"],
        actors["data_quality"],
        strict=True,
    )
    return pd.Series([_reason(_Actor(*row), settings, words) for row in facts], index=actors.index, dtype=object)


def rounded_parts(assessed: pd.DataFrame) -> Floats:
    """Return the four parts of each impact with one decimal, so that they add up to the impact with one decimal.

    Shape (actors, 4), points of 100, in the order of `Factor`. Largest remainder: all are cut to tenths, and the tenths
    that are missing go to the largest remainders, ties in the order of the factors.
    """
    tenths = (10 * assessed[PARTS].to_numpy(np.float64)).round(9)
    cut = np.floor(tenths)
    missing = np.rint(tenths.sum(axis=1)) - cut.sum(axis=1)
    place = np.argsort(np.argsort(cut - tenths, axis=1, kind="stable"), axis=1)
    return np.asarray((cut + (place < missing[:, None])) / 10, dtype=np.float64)


def _change(assessed: pd.DataFrame, known: npt.NDArray[np.bool_], settings: Settings) -> Floats:
    """Return how many points the unknown cells can move each impact, up or down, whichever is more.

    Without entered emissions the whole span comes from unknown cells; with them a part of it is their Datengüte.
    """
    parts = assessed[PARTS].to_numpy(np.float64)
    blank = ~known
    up = (blank * (100 * np.array(settings.weights) - parts)).sum(axis=1)
    down = (blank * parts).sum(axis=1)
    score = assessed["impact"].to_numpy(np.float64)
    no_figure = blank[:, 0]
    up = np.where(no_figure, assessed["impact_high"].to_numpy(np.float64) - score, up)
    down = np.where(no_figure, score - assessed["impact_low"].to_numpy(np.float64), down)
    return np.asarray(np.maximum(up, down), dtype=np.float64)


def _reason(actor: _Actor, settings: Settings, words: Words) -> str:
    return _head(actor, words) + _drivers(actor, settings, words) + _open(actor, settings, words)


def _head(actor: _Actor, words: Words) -> str:
    low, impact, high = (words.number(bound) for bound in (actor.low, actor.impact, actor.high))
    code = "reason.exact" if low == high else "reason.span"
    return words.text(code, name=actor.name, impact=impact, low=low, high=high)


def _drivers(actor: _Actor, settings: Settings, words: Words) -> str:
    """Return ": vor allem … und …": the known factors with the most points; nothing when none has any."""
    usable = (actor.known[0] or actor.estimated, *actor.known[1:])
    found = [(-points, at) for at, points in enumerate(actor.points) if points > 0 and usable[at]]
    said = [_driver(tuple(Factor)[at], -points, actor, settings, words) for points, at in sorted(found)[:NAMED]]
    names = dict(zip(("first", "second"), said, strict=False))
    return words.text(f"reason.drivers.{len(said)}", **names)


def _driver(factor: Factor, points: float, actor: _Actor, settings: Settings, words: Words) -> str:
    match factor:
        case Factor.EMISSIONS if actor.estimated:
            return words.text("reason.emissions_estimated", points=points)
        case Factor.EMISSIONS:
            share = actor.tonnes / settings.inventory_total if settings.inventory_total else ""
            return words.text("reason.emissions", points=points, tonnes=actor.tonnes, share=share)
        case Factor.JOBS:
            return _size(points, actor, settings, words)
        case Factor.STRUCTURAL:
            return words.text("reason.structural", points=points, value=actor.structural)
        case Factor.PUBLICITY:
            return words.text("reason.publicity", points=points, value=actor.publicity)


def _size(points: float, actor: _Actor, settings: Settings, words: Words) -> str:
    """Return the jobs, else the revenue, with their share of the town's; both count for the factor where both stand."""
    by_revenue = math.isnan(actor.jobs)
    code = "reason.jobs" if math.isnan(actor.revenue) else "reason.revenue" if by_revenue else "reason.jobs_and_revenue"
    return words.text(
        code,
        points=points,
        jobs=actor.jobs,
        revenue=actor.revenue,
        jobs_share=_of_town("jobs_total", actor.jobs, settings, words),
        revenue_share=_of_town("revenue_total", actor.revenue, settings, words),
    )


def _of_town(field: str, amount: float, settings: Settings, words: Words) -> str:
    """Return the share of the town's total; with "rund" when that total is an assumption."""
    total = {"jobs_total": settings.jobs_total, "revenue_total": settings.revenue_total}[field]
    code = "reason.share_assumed" if field in settings.assumed else "reason.share"
    return words.text(code, share=amount / total if total else math.nan)


def _open(actor: _Actor, settings: Settings, words: Words) -> str:
    """Return what is unknown and how far it can move the impact, or that nothing is; weightless ones do not count."""
    weights = dict(zip(Factor, settings.weights, strict=True))
    unknown = [factor for factor, known in zip(Factor, actor.known, strict=True) if not known and weights[factor] > 0]
    if not unknown:
        return _complete(actor, words)
    first = next((factor for factor in unknown if factor == actor.next_question), max(unknown, key=weights.__getitem__))
    code = f"reason.unknown.{first.value}" if len(unknown) == 1 else "reason.unknown.several"
    return words.text(
        code,
        unknown=words.listed([_unknown(factor, actor, words) for factor in unknown]),
        change=max(1, round(actor.change)),
        first=first,
    )


def _unknown(factor: Factor, actor: _Actor, words: Words) -> str:
    if factor is Factor.EMISSIONS and actor.estimated:
        return words.text("reason.estimated_from", factor=factor, jobs=actor.jobs)
    return words.label(factor)


def _complete(actor: _Actor, words: Words) -> str:
    if words.number(actor.low) == words.number(actor.high):
        return words.text("reason.complete")
    if not actor.quality:
        return words.text("reason.complete_quality_assumed")
    return words.text("reason.complete_quality", quality=actor.quality)


def _rank(tier: str, rank: float, ease: float, attitude: str, current_step: int, words: Words) -> str:
    stance = words.label(Attitude(attitude)) if attitude else ""
    easily = words.text("reason.ease", ease=ease, attitude=stance)
    return words.text(f"reason.rank.{focus(current_step)}.{tier}", rank=int(rank), step=current_step, ease=easily)


def without_name(reason: str, name: str, words: Words) -> str:
    """Return the reason without the actor's name in front, for places where the name stands beside it."""
    return words.text("reason.beside_name", reason=reason.removeprefix(name).lstrip(" –"))
