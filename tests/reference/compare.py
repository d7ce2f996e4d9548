"""Finds where an assessment and the reference part company: floats to 1e-9 relative, everything else exactly."""

import math
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

import pandas as pd

from reports.sentences import public_sentence
from reports.wording import words
from scoring.assess import SEED, assess
from scoring.assessment import Assessment
from scoring.memory import Memory
from scoring.parsing.parse import parse
from scoring.robustness import DRAWS
from tests.reference.cells import snapshot
from tests.reference.impact import FACTORS
from tests.reference.probability import probability
from tests.reference.result import Result, result
from tests.reference.rows import Case, key
from tests.reference.sentence import sentence

SMALL = 25
"""Up to so many actors P is drawn again one by one; beyond, only its bounds and sum are checked."""

Difference = tuple[str, str, object, object]
"""What, of whom, expected, found."""


def differences(case: Case) -> list[str]:
    """Return a sentence for each value in which the two differ."""
    alliance, notes = parse(snapshot(case), Memory())
    found = assess(alliance, Memory(), case.today, notes)
    rows = found.actors.to_dict("records")
    table = {str(row["key"]): {str(column): cell for column, cell in row.items()} for row in rows}
    likely = {name: p for name, row in table.items() if not math.isnan(p := float(row["top_n_probability"]))}
    expected = result(case, likely)
    sentences = (
        sentence(expected.coverage, case.settings),
        public_sentence(found.coverage, alliance.settings, words("de")),
    )
    pairs = [
        *_actors(expected, table),
        *_likely(expected, likely, table),
        *_coverage(expected, found),
        *_alliance(expected, found),
        ("public sentence", "", *sentences),
    ]
    return [
        f"seed {case.seed}: {what} of {whom or 'the alliance'}: expected {want!r}, found {got!r}\n{_inputs(case, whom)}"
        for what, whom, want, got in pairs
        if not _same(want, got)
    ]


def _same(want: object, got: object) -> bool:
    if isinstance(want, float | Fraction) and isinstance(got, float | int):
        return math.isclose(float(want), got, rel_tol=1e-9, abs_tol=1e-12)
    if want is None and isinstance(got, float):
        return math.isnan(got)
    if isinstance(want, Mapping) and isinstance(got, Mapping):
        return want.keys() == got.keys() and all(_same(want[k], got[k]) for k in want)
    if isinstance(want, date) and isinstance(got, pd.Timestamp):
        return pd.Timestamp(want) == got
    return want == got


def _inputs(case: Case, whom: str) -> str:
    """All that was typed about one actor."""
    if not whom:
        return f"  today {case.today} {case.settings}"
    about = [row for row in case.actors if key(row["name"]) == whom]
    meetings = [row for row in case.meetings if whom in {key(name) for name in row["actors"]}]
    rows = [row for row in (*case.letters, *case.measures) if key(row["actor"]) == whom]
    return "\n".join(f"  {row}" for row in (f"today {case.today}", *about, *meetings, *rows, case.settings))


def _actors(expected: Result, table: Mapping[str, Mapping[str, object]]) -> Iterator[Difference]:
    yield "actors", "", list(expected.actors), list(table)
    for name, row in table.items():
        for what, want in _actor(expected, name):
            yield what, name, want, row[what]


def _actor(expected: Result, name: str) -> Iterator[tuple[str, object]]:
    impact, standing, figure = expected.impacts[name], expected.standings[name], expected.figures[name]
    yield from zip(("impact_low", "impact", "impact_high"), (impact.low, impact.mid, impact.high), strict=True)
    yield from zip((f"part_{factor}" for factor in FACTORS), impact.parts, strict=True)
    yield from (("completeness", impact.completeness), ("next_question", impact.next_question))
    yield from zip(("ease_low", "ease", "ease_high"), expected.eases[name], strict=True)
    yield from (("low_hanging", expected.low_hanging[name]), ("stage", standing.shown))
    yield from (("evidence", standing.evidence), ("stage_since", standing.since), ("member", standing.member))
    yield from (("signatory", standing.signatory), ("new_member", standing.new_member))
    yield from (("figure_min", figure.minimum), ("figure_mid", figure.mid), ("figure_max", figure.maximum))
    yield from (("estimated", figure.estimated), ("priority", expected.priorities[name]))
    yield ("rank", expected.ranks[name])


def _likely(
    expected: Result, likely: Mapping[str, float], table: Mapping[str, Mapping[str, object]]
) -> Iterator[Difference]:
    yield "eligible", "", sorted(expected.eligible), sorted(likely)
    yield "P outside 0..1", "", [], [name for name, p in likely.items() if not 0 <= p <= 1]
    places = min(expected.given.top_n, len(likely))
    yield "sum of P is the number of places", "", True, abs(sum(likely.values()) - places) <= 0.005 * len(likely) + 1e-9
    for name, row in table.items():
        yield "key_actor", name, _key_actor(likely.get(name)), row["key_actor"]
    if len(likely) <= SMALL:
        spans = {name: expected.impacts[name].spans for name in expected.eligible}
        drawn = probability(spans, expected.given.weights, expected.given.top_n, seed=SEED, draws=DRAWS)
        for name, p in drawn.items():
            yield f"P = {p} to two decimals", name, True, abs(p - likely.get(name, -1)) <= 0.005 + 1e-9


def _key_actor(p: float | None) -> str:
    if p is None:
        return ""
    return next(code for code, bound in (("yes", 0.9), ("likely", 0.5), ("open", 0.1), ("no", 0.0)) if p >= bound)


def _coverage(expected: Result, found: Assessment) -> Iterator[Difference]:
    want, got = expected.coverage, found.coverage
    for field in ("minimum", "mid", "maximum", "is_open", "signatories", "with_data", "publishable", "percent"):
        yield f"coverage.{field}", "", getattr(want, field), getattr(got, field)
    yield "coverage.by_sector", "", want.by_sector, {str(sector): share for sector, share in got.by_sector.items()}


def _alliance(expected: Result, found: Assessment) -> Iterator[Difference]:
    for number, (want, got) in enumerate(zip(expected.steps, found.steps, strict=True)):
        yield f"step {number}", "", want.status, str(got.status)
        yield f"step {number} public", "", want.public, (got.public_done, got.public_total)
    yield "current step", "", expected.current_step, found.current_step
    yield "lights", "", expected.lights, found.measures["light"].tolist()
    for field in ("total", "green", "yellow", "red", "overdue", "pledged_t", "pledged_incomplete"):
        yield f"measures.{field}", "", getattr(expected.totals, field), getattr(found.measure_totals, field)
