"""How the coverage comes about, actor by actor and cell by cell, so that a reader can add it up.

What belongs here: the same additions as `scoring.coverage`, laid open, and what may be said of a sector in public. What
does not: the formulas themselves, which stand in `scoring.coverage`, and how a row is told.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scoring.alliance import Alliance
from scoring.assessment import Assessment
from scoring.coverage import ENOUGH_TO_HIDE_ONE, Holdings, floor_percent, holdings
from scoring.domain import InventoryMethod, Sector, Stage
from scoring.emissions import has_split
from scoring.families import Families, Flags, Floats, families
from scoring.figures import COUNTED
from scoring.letters import valid
from scoring.overlaps import pairs


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Tonnes CO2e a year at the three bounds; NaN as `maximum` means unknown."""

    minimum: float
    mid: float
    maximum: float


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One signatory: its own figure, and what of it is counted once its family is taken into account.

    `row` is that of the tab Akteure. `figure_cell` and `letter_cell` say where the figure and the signature stand; ""
    where nobody entered one, or the signature is only remembered. `parts` are the components of a split that were added
    up, () for one figure. `quality` is the Datengüte as entered. `estimated` and `usable` are those of
    `scoring.figures`. `inside` names the signatory whose figure stands for it, because they are part of each other in a
    circle; "" for all others.
    """

    row: int
    name: str
    sector: Sector | None
    figure: Bounds
    counted: Bounds
    figure_cell: str
    letter_cell: str
    parts: tuple[str, ...] = ()
    quality: str = ""
    estimated: bool = False
    usable: bool = False
    inside: str = ""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """Tonnes that stand in two signatories' figures, and what is taken off for them; nothing at the maximum."""

    first: str
    second: str
    cell: str
    taken: Bounds


@dataclass(frozen=True, kw_only=True)
class Trace:
    """All of it: the counted tonnes of `actors` less those taken by `shared` are `total`.

    Except where that would put the bounds in the wrong order, which `total` then puts right: at least 0, the middle at
    least the minimum, the maximum at least the middle. `inventory` are the tonnes to divide by.
    """

    actors: tuple[Counted, ...]
    shared: tuple[Shared, ...]
    total: Bounds
    inventory: float


def trace(alliance: Alliance, assessment: Assessment) -> Trace | None:
    """Return how the coverage of the assessment was added up; None when it could not be computed."""
    inventory = alliance.settings.inventory_total
    if assessment.coverage.minimum is None or not inventory:
        return None
    tree, signed = families(alliance.actors), _signed(assessment)
    shared = pairs(alliance, tree, signed)
    held = holdings(tree, signed, assessment.actors, assessment.actors, shared)
    return Trace(
        actors=tuple(_counted(alliance, assessment, tree, signed, held)),
        shared=tuple(_shared(alliance, shared, held)),
        total=Bounds(minimum=held.minimum, mid=held.mid, maximum=held.maximum),
        inventory=inventory,
    )


def sector_tonnes(alliance: Alliance, assessment: Assessment, stages: Collection[Stage]) -> Mapping[Sector, float]:
    """Return the middle tonnes by sector if the signatories and all actors in these stages had signed.

    No tonne counts twice within a family, as in the coverage; overlaps stay in. For the sectors of the inventory.
    """
    tree = families(alliance.actors)
    signed = _signed(assessment) | assessment.actors["stage"].isin(list(stages)).to_numpy()
    nothing = pairs(alliance, tree, np.zeros_like(signed))
    added = holdings(tree, signed, assessment.actors, assessment.actors, nothing).mid_by_head
    owner = _owners(tree, signed, assessment.actors["figure_mid"].to_numpy())
    sector = alliance.actors["sector"].to_numpy()[owner]
    return {code: math.fsum(added[sector == code]) for code in alliance.settings.inventory_by_sector}


def public_sectors(alliance: Alliance, assessment: Assessment) -> Mapping[Sector, int]:
    """Return the certain share of each sector that may be said in public, in whole percents, rounded down.

    A sector may be said when three signatories or more are counted in it at the lower bound, and never when those
    counted in no such sector are only one or two: they could be worked out from the total. Sectors below 1 % are left
    out. {} while the share itself is not publishable.
    """
    found = trace(alliance, assessment) if assessment.coverage.publishable else None
    if found is None:
        return {}
    inside = [actor for actor in found.actors if actor.counted.minimum > 0]
    size = {sector: sum(actor.sector == sector for actor in inside) for sector in alliance.settings.inventory_by_sector}
    said = {sector for sector, count in size.items() if count >= ENOUGH_TO_HIDE_ONE}
    if 0 < sum(actor.sector not in said for actor in inside) < ENOUGH_TO_HIDE_ONE:
        return {}
    percents = {sector: _certain_percent(alliance, found, sector) for sector in alliance.settings.inventory_by_sector}
    return {sector: percent for sector, percent in percents.items() if sector in said and percent > 0}


def _certain_percent(alliance: Alliance, found: Trace, sector: Sector) -> int:
    """Return the whole percents of a sector that are surely counted: all that its actors share is taken off it."""
    names = {actor.name for actor in found.actors if actor.sector == sector}
    counted = math.fsum(actor.counted.minimum for actor in found.actors if actor.sector == sector)
    taken = math.fsum(pair.taken.minimum for pair in found.shared if names & {pair.first, pair.second})
    total = alliance.settings.inventory_by_sector[sector]
    return floor_percent(max(counted - taken, 0.0), total) if total > 0 else 0


def _signed(assessment: Assessment) -> Flags:
    return assessment.actors["signatory"].to_numpy(dtype=np.bool_)


def _owners(tree: Families, signed: Flags, mid: Floats) -> list[int]:
    """Return the signatory that each head's tonnes belong to: itself, or the largest signatory of its circle."""
    owner = list(range(len(signed)))
    for cycle in tree.cycles:
        members = [member for member in cycle if signed[member]]
        if members:
            owner[min(cycle)] = min(members, key=lambda member: (-mid[member], member))
    return owner


def _counted(
    alliance: Alliance, assessment: Assessment, tree: Families, signed: Flags, held: Holdings
) -> Iterator[Counted]:
    table, typed = assessment.actors, alliance.actors
    owner = _owners(tree, signed, table["figure_mid"].to_numpy())
    head_of = {actor: head for head, actor in enumerate(owner) if tree.head[head] == head}
    entered, letters, split = _figure_cells(alliance), _letter_cells(alliance, assessment), has_split(typed).to_numpy()
    usable = (table["figure_max"].notna() & ~table["estimated"].astype(bool)).to_numpy(dtype=np.bool_)
    for at in np.flatnonzero(signed).tolist():
        row, head = table.iloc[at], head_of.get(at)
        yield Counted(
            row=int(typed.index[at]),
            name=str(row["name"]),
            sector=Sector(typed["sector"].iloc[at]) if typed["sector"].iloc[at] else None,
            figure=Bounds(
                minimum=float(row["figure_min"]), mid=float(row["figure_mid"]), maximum=float(row["figure_max"])
            ),
            counted=_added(held, head),
            figure_cell=entered[at],
            letter_cell=letters.get(str(row["key"]), ""),
            parts=_parts(typed.iloc[at], alliance.settings.inventory_method) if split[at] else (),
            quality=str(typed["data_quality"].iloc[at]),
            estimated=bool(row["estimated"]),
            usable=bool(usable[at]),
            inside="" if head is not None else str(table["name"].iloc[owner[tree.head[at]]]),
        )


def _added(held: Holdings, head: int | None) -> Bounds:
    if head is None:
        return Bounds(minimum=0.0, mid=0.0, maximum=0.0)
    return Bounds(
        minimum=float(held.low_by_head[head]),
        mid=float(held.mid_by_head[head]),
        maximum=float(held.high_by_head[head]),
    )


def _figure_cells(alliance: Alliance) -> list[str]:
    """Return the cell of each actor's figure: THG, or the first given part of a split; "" without one."""
    place, actors = alliance.place("actors"), alliance.actors
    first = pd.Series("", index=actors.index, dtype=object)
    for field in ("emissions", "sold_energy", "process", "heat", "electricity", "fuels"):
        cells = [place.cell(row, field) for row in actors.index]
        first = first.mask(actors[field].notna(), pd.Series(cells, index=actors.index, dtype=object))
    return [str(cell) for cell in first]


def _letter_cells(alliance: Alliance, assessment: Assessment) -> Mapping[str, str]:
    """Return the cell of the earliest valid signature by actor key."""
    letters, place = alliance.letters, alliance.place("letters")
    signed = letters[valid(letters, assessment.today)].sort_values("signed_on", kind="stable")
    first = signed.drop_duplicates("actor")
    return {str(actor): place.cell(row, "status") for row, actor in zip(first.index, first["actor"], strict=True)}


def _parts(actor: "pd.Series[float]", method: InventoryMethod | None) -> tuple[str, ...]:
    counted = COUNTED[method] if method else frozenset()
    return tuple(
        part
        for part in ("fuels", "electricity", "heat", "process", "sold_energy")
        if part in counted and actor[part] > 0
    )


def _shared(alliance: Alliance, shared: pd.DataFrame, held: Holdings) -> Iterator[Shared]:
    names, place = alliance.actors["name"].to_numpy(), alliance.place("overlaps")
    rows = zip(shared["a"], shared["b"], shared["row"], held.low_taken, held.mid_taken, strict=True)
    for a, b, row, low, mid in rows:
        taken = Bounds(minimum=low, mid=mid, maximum=0.0)
        yield Shared(first=str(names[a]), second=str(names[b]), cell=place.cell(int(row), "tonnes"), taken=taken)
