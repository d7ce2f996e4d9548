"""The coverage as an addition on paper: a line for each signatory, what is taken off, the sum, the share.

What belongs here: how each line is told. The figures come from `scoring.trace`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.wording import Words
from scoring.alliance import Alliance
from scoring.domain import DataQuality
from scoring.emissions import ASSUMED_QUALITY
from scoring.tabs import ACTORS
from scoring.trace import Bounds, Counted, Trace

LINES = 300
"""More signatories are added up in one line, so that the sum still holds."""

NOTHING = 0.05
"""Tonnes below this are 0 as printed."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line: who, where it stands in the sheet, on what it rests, its figure, and what of it counts.

    The figures are printed texts for minimum, middle and maximum; `figure` is () where there is none of its own.
    """

    name: str
    cells: tuple[str, ...] = ()
    basis: str = ""
    figure: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TraceTable:
    """All lines, then what comes out. `shares` are the three bounds with two decimals."""

    lines: tuple[Line, ...]
    taken: tuple[Line, ...]
    total: tuple[str, ...]
    inventory: str
    shares: tuple[str, ...]


def trace_table(alliance: Alliance, trace: Trace, words: Words) -> TraceTable:
    """Return the addition, the largest signatories first."""
    order = sorted(trace.actors, key=lambda actor: (-actor.counted.minimum, -actor.counted.mid, actor.row))
    actors = [_line(alliance, actor, words) for actor in order[:LINES]]
    total = trace.total
    shares = (min(tonnes / trace.inventory, 1.0) for tonnes in (total.minimum, total.mid, total.maximum))
    return TraceTable(
        lines=(*actors, *_rest(order[LINES:], words)),
        taken=tuple(_taken(alliance, trace, words)),
        total=_printed(total, words),
        inventory=words.tonnes(trace.inventory),
        shares=tuple(words.percent(share, 2) for share in shares),
    )


def _line(alliance: Alliance, actor: Counted, words: Words) -> Line:
    sheet, letters = alliance.place("actors").title, alliance.place("letters").title
    cells = ((letters, actor.letter_cell), (sheet, actor.figure_cell))
    return Line(
        name=actor.name,
        cells=tuple(f"{tab}!{cell}" for tab, cell in cells if tab and cell),
        basis=_basis(actor, words),
        figure=_printed(actor.figure, words),
        counted=_printed(actor.counted, words),
    )


def _basis(actor: Counted, words: Words) -> str:
    """Return on what the figure rests, and why less of it counts."""
    said = [words.text(f"page.trace.basis.{_kind(actor)}", quality=actor.quality or ASSUMED_QUALITY.value)]
    if actor.parts:
        names = [ACTORS.column(part).header(words.language) for part in actor.parts]
        said.append(words.text("page.trace.parts", names=words.listed(names)))
    if actor.inside:
        said.append(words.text("page.trace.inside", name=actor.inside))
    elif _differ(actor.figure, actor.counted):
        said.append(words.text("page.trace.children"))
    return " ".join(said)


def _kind(actor: Counted) -> str:
    if actor.estimated:
        return "estimated"
    if not actor.usable:
        return "unknown"
    if actor.quality == DataQuality.D:
        return "rough"
    if actor.figure.mid == 0 < actor.figure.maximum:
        return "waiting"
    return "entered" if actor.quality else "assumed"


def _differ(one: Bounds, other: Bounds) -> bool:
    pairs = ((one.minimum, other.minimum), (one.mid, other.mid), (one.maximum, other.maximum))
    return any(abs(a - b) >= NOTHING for a, b in pairs if not math.isnan(a))


def _rest(actors: Sequence[Counted], words: Words) -> Iterator[Line]:
    if actors:
        counted = [actor.counted for actor in actors]
        yield Line(name=words.text("page.trace.rest", n=len(actors)), counted=_printed(_sum(counted), words))


def _taken(alliance: Alliance, trace: Trace, words: Words) -> Iterator[Line]:
    """Yield what is taken off for shared tonnes, and what keeps the bounds in order where that crosses them."""
    tab = alliance.place("overlaps").title
    for pair in trace.shared[:LINES]:
        name = words.text("page.trace.shared", first=pair.first, second=pair.second)
        yield Line(name=name, cells=(f"{tab}!{pair.cell}",), counted=_printed(_negative(pair.taken), words))
    if rest := trace.shared[LINES:]:
        taken = _negative(_sum([pair.taken for pair in rest]))
        yield Line(name=words.text("page.trace.rest", n=len(rest)), counted=_printed(taken, words))
    added, off = _sum([actor.counted for actor in trace.actors]), _sum([pair.taken for pair in trace.shared])
    order = Bounds(
        minimum=trace.total.minimum - (added.minimum - off.minimum),
        mid=trace.total.mid - (added.mid - off.mid),
        maximum=trace.total.maximum - (added.maximum - off.maximum),
    )
    if any(tonnes >= NOTHING for tonnes in (order.minimum, order.mid, order.maximum)):
        yield Line(name=words.text("page.trace.order"), counted=_printed(order, words))


def _sum(bounds: Sequence[Bounds]) -> Bounds:
    return Bounds(
        minimum=math.fsum(bound.minimum for bound in bounds),
        mid=math.fsum(bound.mid for bound in bounds),
        maximum=math.fsum(bound.maximum for bound in bounds),
    )


def _negative(bounds: Bounds) -> Bounds:
    return Bounds(minimum=-bounds.minimum, mid=-bounds.mid, maximum=-bounds.maximum)


def _printed(bounds: Bounds, words: Words) -> tuple[str, ...]:
    return tuple(words.number(tonnes, 1).replace("-", "−") for tonnes in (bounds.minimum, bounds.mid, bounds.maximum))
