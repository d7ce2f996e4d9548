"""Wirkung: how much of the town an actor moves, 0–100, from emissions, jobs and revenue, structure and publicity.

What belongs here: the utilities of the four factors, their weighted sum and its bounds, and who is in the top N. What
does not: how likely that is under other weights (`scoring.robustness`), and how easily an actor is won
(`scoring.ease`), which is a second axis and never mixed in.

The anchors are fixed, never the minimum or maximum of the actors, so that adding an actor changes nobody else's score.
All sums run factor by factor, so that a score is the same bits whatever other rows stand in the table.
"""

import math
import operator
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.alliance import Alliance, Settings
from scoring.choices import positions
from scoring.domain import ActorKind, DataQuality, Factor, Severity
from scoring.emissions import QUALITY_FACTORS, entered_tonnes, quality_bounds
from scoring.estimates import industry_label
from scoring.messages import Argument, Note, NoteCode
from scoring.tabs import ACTORS

Floats = npt.NDArray[np.float64]

TONNES_PER_INHABITANT = 9.13
"""t CO2e a year: Germany 2021, 759.6 Mt without LULUCF / 83.24 million people. Stands in for a missing inventory."""

EMISSION_ANCHORS = (1e-5, 1e-1)
SIZE_ANCHORS = (1e-4, 1e-1)  # of jobs and of revenue
"""Shares of the municipality's total at which a utility leaves 0 and reaches 1; between them it grows with the log."""

PRIOR = 0.25
SMALL_PRIOR = 0.10
"""What a blank is taken for in the middle; the small one for kinds that rarely emit or employ much."""

STRUCTURAL: Mapping[ActorKind, float] = {
    ActorKind.ENERGY_UTILITY: 5.0,
    ActorKind.TRANSPORT_OPERATOR: 5.0,
    ActorKind.WASTE_MANAGEMENT: 5.0,
    ActorKind.TOWN_ADMINISTRATION: 5.0,
    ActorKind.HOUSING: 4.0,
    ActorKind.HEALTH: 4.0,
}
"""Structural importance, 0–5, of the kinds from which it follows when the cell is blank."""

SMALL_KINDS = (ActorKind.ASSOCIATION, ActorKind.CULTURE, ActorKind.PUBLIC_PERSON)
PRIOR_BY_KIND = np.array([*(SMALL_PRIOR if kind in SMALL_KINDS else PRIOR for kind in ActorKind), PRIOR])
STRUCTURAL_BY_KIND = np.array([*(STRUCTURAL.get(kind, np.nan) for kind in ActorKind), np.nan])
"""The two above in the order of ActorKind, for a blank kind at the end: see `scoring.choices.positions`."""

BOUNDS = ("low", "mid", "high")
SCALE_TOP = 5.0
TIE_DECIMALS = 9


def impact(actors: pd.DataFrame, settings: Settings, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the impact of each actor, with everything that explains it; same index as `actors`.

    `estimates` is what `scoring.estimates.estimate` returns. Columns: those of `utilities`, then those of `score`.
    """
    tonnes = entered_tonnes(actors)
    cells = utilities(actors, tonnes, settings, estimates)
    return cells.join(score(cells, tonnes.notna(), settings.weights))


def inventory_total(settings: Settings) -> float:
    """Return the municipality's emissions, t CO2e a year: as given, else the national average × inhabitants."""
    return settings.inventory_total or settings.population * TONNES_PER_INHABITANT


def utilities(
    actors: pd.DataFrame, tonnes: "pd.Series[float]", settings: Settings, estimates: pd.DataFrame
) -> pd.DataFrame:
    """Return the lower, middle and upper utility (0–1) of each factor: `{factor}_low`, `{factor}_mid`, `{factor}_high`.

    `tonnes` are the entered emissions. A known cell has three equal utilities, except emissions, which are as uncertain
    as their Datengüte. Blank emissions with an estimate are the estimate at grade D. Any other blank is 0, the prior of
    its kind, 1: never just 0, never the others' mean.
    """
    kind = positions(actors["kind"], ActorKind)
    prior = PRIOR_BY_KIND[kind]
    points = {
        Factor.JOBS: _size(actors, settings),
        Factor.STRUCTURAL: _filled(actors["structural"].to_numpy(), STRUCTURAL_BY_KIND[kind]) / SCALE_TOP,
        Factor.PUBLICITY: actors["publicity"].to_numpy() / SCALE_TOP,
    }
    low, mid, high = _emissions(actors["data_quality"], tonnes, settings, estimates)
    cells = {Factor.EMISSIONS: (np.fmax(low, 0.0), _filled(mid, prior), np.fmin(high, 1.0))}
    for factor, point in points.items():
        low, high = np.fmax(point, 0.0), np.fmin(point, 1.0)  # fmax and fmin: of a blank the other one
        cells[factor] = (low, low + prior * (high - low), high)
    columns = {f"{factor}_{bound}": cells[factor][place] for factor in Factor for place, bound in enumerate(BOUNDS)}
    return pd.DataFrame(columns, index=actors.index, copy=False)


def score(cells: pd.DataFrame, emissions_known: "pd.Series[bool]", weights: Iterable[float]) -> pd.DataFrame:
    """Return the weighted sum of the utilities, its bounds, its parts and what to ask next; same index as `cells`.

    `weights` stand in the order of Factor, ≥ 0, not all zero; only their ratios matter. Columns: `impact_low`,
    `impact`, `impact_high` (0–100), `completeness` (share of the weights whose factor is known, 0–1; an estimate is
    not known), `part_{factor}` (points of `impact`; added in the order of Factor they are it exactly) and
    `next_question` (the Factor whose blank or uncertainty moves the impact most, ties in the order of Factor; "" when
    nothing is open).
    """
    points = _points(weights)
    low, mid, high = ({factor: cells[f"{factor}_{bound}"].to_numpy() for factor in Factor} for bound in BOUNDS)
    is_known = {factor: low[factor] == high[factor] for factor in Factor}
    is_known[Factor.EMISSIONS] = emissions_known.to_numpy()
    parts = {factor: points[factor] * mid[factor] for factor in Factor}
    columns = {
        "impact_low": _total(points[factor] * low[factor] for factor in Factor),
        "impact": _total(parts.values()),
        "impact_high": _total(points[factor] * high[factor] for factor in Factor),
        "completeness": _total(points[factor] * is_known[factor] for factor in Factor)
        / reduce(operator.add, points.values()),
        **{f"part_{factor}": part for factor, part in parts.items()},
        "next_question": pd.Series(
            _widest(points[factor] * (high[factor] - low[factor]) for factor in Factor), index=cells.index, dtype=object
        ),
    }
    return pd.DataFrame(columns, index=cells.index, copy=False)


def top_n(scores: "pd.Series[float]", eligible: "pd.Series[bool]", n: int) -> "pd.Series[bool]":
    """Say who is among the n highest scores of the eligible; everyone who ties with place n is in.

    Scores that agree to 9 decimals tie. With n or fewer eligible actors all of them are in.
    """
    rounded = scores.round(TIE_DECIMALS)
    candidates = np.sort(rounded[eligible].to_numpy())
    cut = candidates[-n] if len(candidates) > n else -np.inf
    return eligible & (rounded >= cut)


def impact_notes(alliance: Alliance, estimates: pd.DataFrame) -> tuple[Note, ...]:
    """Return what a person should know about the figures behind the impact.

    A municipality's total that is only modelled, amounts above their total, an assumed Datengüte, estimates for blanks.
    """
    return (
        *_modelled_total(alliance),
        *_above_total(alliance),
        *_assumed_quality(alliance),
        *_estimated(alliance, estimates),
    )


def _modelled_total(alliance: Alliance) -> Iterator[Note]:
    if not alliance.settings.inventory_total:
        title, args = alliance.place("settings").title, {"value": inventory_total(alliance.settings)}
        yield Note(code=NoteCode.INVENTORY_MODELLED, severity=Severity.HINT, tab=title, args=args)


def _above_total(alliance: Alliance) -> Iterator[Note]:
    actors, settings = alliance.actors, alliance.settings
    for field, amounts, total in (
        ("emissions", entered_tonnes(actors), inventory_total(settings)),
        ("jobs", actors["jobs"], settings.jobs_total),
        ("revenue", actors["revenue"], settings.revenue_total),
    ):
        above = amounts[amounts > total]
        for row, amount in zip(above.index.tolist(), above.tolist(), strict=True):
            args = {"column": ACTORS.column(field).de, "value": amount, "total": total}
            yield _note(alliance, row, NoteCode.VALUE_ABOVE_TOTAL, Severity.WARNING, field, args)


def _assumed_quality(alliance: Alliance) -> Iterator[Note]:
    actors = alliance.actors
    for row in actors.index[entered_tonnes(actors).notna() & (actors["data_quality"] == "")].tolist():
        yield _note(alliance, row, NoteCode.QUALITY_ASSUMED, Severity.HINT, "data_quality", {})


def _estimated(alliance: Alliance, estimates: pd.DataFrame) -> Iterator[Note]:
    tonnes = (estimates["fuels"] + estimates["electricity"]).dropna()
    used = alliance.actors.loc[tonnes.index, ["industry", "jobs"]]
    for row, value, industry, jobs in used.assign(tonnes=tonnes)[["tonnes", "industry", "jobs"]].itertuples(name=None):
        args = {"value": value, "industry": industry_label(industry), "jobs": jobs}
        yield _note(alliance, row, NoteCode.ESTIMATE_USED, Severity.HINT, "emissions", args)


def _note(
    alliance: Alliance, row: int, code: NoteCode, severity: Severity, field: str, args: Mapping[str, Argument]
) -> Note:
    place, name = alliance.place("actors"), alliance.actors["name"][row]
    return Note(code=code, severity=severity, tab=place.title, cell=place.cell(row, field), actor=name, args=args)


def _emissions(
    data_quality: "pd.Series[str]", entered: "pd.Series[float]", settings: Settings, estimates: pd.DataFrame
) -> tuple[Floats, Floats, Floats]:
    """Return the lower, middle and upper utility of the entered emissions, else of the estimated; NaN of neither."""
    typed, estimated = entered.to_numpy(), (estimates["fuels"] + estimates["electricity"]).to_numpy()
    low, high = quality_bounds(data_quality)
    estimated_low, estimated_high = QUALITY_FACTORS[DataQuality.D]
    total = inventory_total(settings)
    return (  # fmax: at most one of the two is known
        _log_utility(np.fmax(typed * low, estimated * estimated_low), total, EMISSION_ANCHORS),
        _log_utility(np.fmax(typed, estimated), total, EMISSION_ANCHORS),
        _log_utility(np.fmax(typed * high, estimated * estimated_high), total, EMISSION_ANCHORS),
    )


def _size(actors: pd.DataFrame, settings: Settings) -> Floats:
    """Return the mean of the known ones of the utilities of jobs and revenue; NaN when both are blank."""
    jobs = _log_utility(actors["jobs"].to_numpy(), settings.jobs_total, SIZE_ANCHORS)
    revenue = _log_utility(actors["revenue"].to_numpy(), settings.revenue_total, SIZE_ANCHORS)
    return (np.fmax(jobs, revenue) + np.fmin(jobs, revenue)) / 2  # of one known, both are that one


def _filled(values: Floats, value_if_blank: Floats | float) -> Floats:
    return np.where(np.isnan(values), value_if_blank, values)


def _log_utility(amounts: Floats, total: float, anchors: tuple[float, float]) -> Floats:
    """Return where each share of the total lies between the anchors on a log scale, 0–1; NaN stays NaN.

    0 is 0, whatever exceeds the total is 1. A total of 0 leaves nothing to compare with: all that is above it is 1.
    """
    if total == 0:
        return np.where(amounts > 0, 1.0, amounts)
    bottom, top = np.log10(anchors)
    utility = amounts / total
    np.clip(utility, *anchors, out=utility)  # in place: at a million actors a fresh array costs more than the sum
    np.log10(utility, out=utility)
    utility -= bottom
    utility /= top - bottom
    return utility


def _points(weights: Iterable[float]) -> dict[Factor, float]:
    """Return how many of the 100 points each factor can add."""
    given = tuple(weights)
    total = math.fsum(given)
    return {factor: 100 * weight / total for factor, weight in zip(Factor, given, strict=True)}


def _total(terms: Iterable[Floats]) -> Floats:
    """Add up the terms in their order, so that the sum is the same bits wherever it is computed."""
    return reduce(operator.add, terms)


def _widest(spans: Iterable[Floats]) -> npt.NDArray[np.object_]:
    """Return the Factor with the widest span in each row, the first of equals; "" where none has any."""
    widest, *others = spans
    place = np.zeros(len(widest), dtype=np.int8)
    for number, span in enumerate(others, start=1):
        # Numbers only grow, so the maximum is the last factor that was wider than all before it.
        place = np.maximum(place, (span > widest) * np.int8(number))
        widest = np.maximum(widest, span)
    place = np.maximum(place, (widest <= 0) * np.int8(len(Factor)))
    return np.array([*map(str, Factor), ""], dtype=object)[place]
