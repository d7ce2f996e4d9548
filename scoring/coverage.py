"""The share of the municipality's emissions that the signatories hold, and whether it may be said in public.

What belongs here: adding up the signatories' figures so that no tonne counts twice, and the rule that guards the public
sentence. What does not: one actor's figure (`scoring.figures`), the shape of families (`scoring.families`), tonnes in
two figures (`scoring.overlaps`), and the sentence itself (`reports`).

The lower bound is the one that goes public, so wherever something is unknown or contradictory it takes the smaller
value, and the upper bound the larger one.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pandas as pd

from scoring.alliance import Alliance, Settings
from scoring.assessment import Coverage
from scoring.domain import ActorKind, LetterStatus, Publication, Sector, Severity, Stage
from scoring.families import GRAMS, NOBODY, Families, Flags, Floats, added_tonnes, families, missing_tonnes
from scoring.figures import is_known
from scoring.messages import Argument, Note, NoteCode
from scoring.overlaps import deduct, overlap_notes, pairs

ENOUGH_TO_HIDE_ONE = 3
"""From so many signatories with a figure on, the sum does not give away a single one's."""

LAPSED = (Stage.DECLINED, Stage.LEFT)
"""Who has said no: its tonnes are missing from its parent's figure at mid too, not only at min."""


def coverage(
    alliance: Alliance, figures: pd.DataFrame, status: pd.DataFrame, notes: Sequence[Note] = ()
) -> tuple[Coverage, tuple[Note, ...]]:
    """Return the coverage of the day and the notes that adding it up raised.

    `figures` comes from `scoring.figures.figures`. `status` has `signatory` and the Stage codes `stage` and `evidence`.
    Both have the index of the actors. `notes` are all that were raised before: a blocking one stops the public share.
    """
    tree = families(alliance.actors)
    signed = status["signatory"].to_numpy(dtype=np.bool_)
    shared = pairs(alliance, tree, signed)
    found = [*_parent_notes(alliance, tree, figures), *overlap_notes(alliance, shared, figures)]
    empty = Coverage(
        publishable=False,
        minimum=None,
        mid=None,
        maximum=None,
        is_open=None,
        signatories=int(signed.sum()),
        with_data=int((signed & figures["usable"]).sum()),
    )
    total = _inventory_total(alliance.settings)
    if total is None or not alliance.letters_read:
        return replace(empty, is_counted=alliance.letters_read), tuple(found)
    held = holdings(tree, signed, status, figures, shared)
    by_sector = _by_sector(alliance, tree, signed, held.mid_by_head, figures)
    found += _excess_notes(alliance, held.mid, by_sector)
    publishable = empty.with_data > 0 and not _blocks((*notes, *found)) and _hides_single(alliance, signed, figures)
    minimum, mid, maximum = (min(tonnes / total, 1.0) for tonnes in (held.minimum, held.mid, held.maximum))
    return replace(
        empty,
        publishable=publishable,
        minimum=minimum,
        mid=mid,
        maximum=maximum,
        is_open=_is_open(tree, signed, figures),
        percent=floor_percent(held.minimum, total) if publishable else None,
        by_sector=_sector_shares(alliance.settings, by_sector),
    ), tuple(found)


def share(figures: pd.DataFrame, settings: Settings) -> "pd.Series[float]":
    """Return each actor's share of the inventory's total if it signs, 0..1; NaN without a figure or a total."""
    total = settings.inventory_total or np.nan
    return (figures["figure_mid"] / total).where(figures["figure_max"].notna()).rename("share")


def floor_percent(tonnes: float, total: float) -> int:
    """Return the whole percents that so many tonnes of the total certainly are, 0–100.

    Reckoned in Decimal from tonnes: as a float, 100 · 0.29 is 28.999….
    """
    return int(min(100 * _exact(tonnes) // _exact(total), Decimal(100)))


def _exact(tonnes: float) -> Decimal:
    return Decimal(repr(round(tonnes, GRAMS)))


def _inventory_total(settings: Settings) -> float | None:
    """Return the total to measure against; None while method, year or total are missing (of 0 t nobody has a share)."""
    complete = settings.inventory_method is not None and settings.inventory_year is not None
    return (settings.inventory_total or None) if complete else None


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What the signatories hold, t CO2e a year: minimum ≤ mid ≤ maximum, and how each of the three is added up.

    `low_by_head`, `mid_by_head` and `high_by_head` are what each head adds after its family, before overlaps.
    `low_taken` and `mid_taken` are what each pair of `scoring.overlaps.pairs` takes off; nothing at the maximum.
    """

    minimum: float
    mid: float
    maximum: float
    low_by_head: Floats
    mid_by_head: Floats
    high_by_head: Floats
    low_taken: tuple[float, ...]
    mid_taken: tuple[float, ...]


def holdings(
    tree: Families, signed: Flags, status: pd.DataFrame, figures: pd.DataFrame, shared: pd.DataFrame
) -> Holdings:
    """Return what those who signed hold together. `status` and `figures` are those of `coverage`."""
    lapsed = status[["stage", "evidence"]].isin(LAPSED).any(axis=1).to_numpy()
    low, mid, high = (figures[f"figure_{bound}"].fillna(0.0).to_numpy() for bound in ("min", "mid", "max"))
    entered = np.where(figures["estimated"], 0.0, mid)
    nothing = np.zeros_like(mid)
    low_by_head, mid_by_head, high_by_head = (
        added_tonnes(tree, signed, own, missing_tonnes(tree, signed, lacking))
        for own, lacking in ((low, entered), (mid, np.where(lapsed, entered, 0.0)), (high, nothing))
    )
    low_taken, mid_taken = deduct(shared, "at_most", low), deduct(shared, "at_least", mid)
    minimum = max(math.fsum(low_by_head) - math.fsum(low_taken), 0.0)
    likely = max(math.fsum(mid_by_head) - math.fsum(mid_taken), minimum)
    return Holdings(
        minimum=minimum,
        mid=likely,
        maximum=max(math.fsum(high_by_head), likely),
        low_by_head=low_by_head,
        mid_by_head=mid_by_head,
        high_by_head=high_by_head,
        low_taken=low_taken,
        mid_taken=mid_taken,
    )


def _is_open(tree: Families, signed: Flags, figures: pd.DataFrame) -> bool:
    """Say whether a signatory's tonnes are unknown and stand in no signed parent's figure either."""
    has_figure = tree.any_of_head(signed & figures["figure_max"].notna().to_numpy())
    signed_head = tree.any_of_head(signed)
    above = tree.nearest(signed_head)
    held_above = (above != NOBODY) & tree.includes[above] & has_figure[above]
    return bool((signed_head & ~has_figure & ~held_above).any())


def _by_sector(
    alliance: Alliance, tree: Families, signed: Flags, adds: Floats, figures: pd.DataFrame
) -> Mapping[Sector, float]:
    """Return the middle tonnes of the signatories by Sektor, for the sectors that have a total. Overlaps stay in."""
    keys, mid = alliance.actors["key"].to_numpy(), figures["figure_mid"].to_numpy()
    sector = alliance.actors["sector"].to_numpy().copy()
    for cycle in tree.cycles:  # its figure is the largest member's, so it belongs to that one's sector
        members = [member for member in cycle if signed[member]]
        if members:
            sector[min(cycle)] = sector[min(members, key=lambda member: (-mid[member], keys[member]))]
    return {code: math.fsum(adds[sector == code]) for code in alliance.settings.inventory_by_sector}


def _sector_shares(settings: Settings, tonnes: Mapping[Sector, float]) -> Mapping[Sector, float]:
    return {sector: tonnes[sector] / total for sector, total in settings.inventory_by_sector.items() if total > 0}


def _blocks(notes: Sequence[Note]) -> bool:
    return any(note.severity is Severity.BLOCKING for note in notes)


def _hides_single(alliance: Alliance, signed: Flags, figures: pd.DataFrame) -> bool:
    """Say whether the lower bound gives away nobody's figure: there are enough in it, or all have agreed to it.

    The town administration always has. Another actor has when each of its rows with Status unterzeichnet says ja: the
    rows of a letter that was signed twice may differ, and then the stricter one holds.
    """
    actors, letters = alliance.actors, alliance.letters
    said_yes = (letters["publication"] == Publication.YES)[letters["status"] == LetterStatus.SIGNED]
    agreed = said_yes.groupby(letters["actor"]).all()
    open_about_it = (actors["kind"] == ActorKind.TOWN_ADMINISTRATION) | actors["key"].isin(agreed.index[agreed])
    inside = signed & (figures["figure_min"] > 0)
    return bool(inside.sum() >= ENOUGH_TO_HIDE_ONE or open_about_it[inside].all())


def _excess_notes(alliance: Alliance, mid: float, by_sector: Mapping[Sector, float]) -> Iterator[Note]:
    """Yield a blocking note for the total and each sector that is smaller than what is said to be part of it."""
    settings, place = alliance.settings, alliance.place("settings")
    total = settings.inventory_total or 0.0
    if _exact(mid) > _exact(total):
        args = {"value": mid, "total": total}
        yield Note(code=NoteCode.TOTAL_EXCEEDED, severity=Severity.BLOCKING, tab=place.title, args=args)
    for sector, value in by_sector.items():
        limit = settings.inventory_by_sector[sector]
        if _exact(value) > _exact(limit):
            said: Mapping[str, Argument] = {"sector": sector, "value": value, "total": limit}
            yield Note(code=NoteCode.SECTOR_EXCEEDED, severity=Severity.BLOCKING, tab=place.title, args=said)


def _parent_notes(alliance: Alliance, tree: Families, figures: pd.DataFrame) -> Iterator[Note]:
    """Yield a note for each circle of parents, and for each child whose figure is above that of a parent with ja."""
    names, mid = alliance.actors["name"].to_numpy(), figures["figure_mid"].to_numpy()
    for cycle in tree.cycles:
        circle = ", ".join(names[list(cycle)])
        yield _parent_note(alliance, NoteCode.PARENT_CYCLE, cycle[0], {"names": circle})
    parent, known = tree.typed, is_known(figures).to_numpy()
    has_other = (parent != NOBODY) & (tree.head[parent] != tree.head)
    above = has_other & tree.includes[tree.head[parent]] & known & known[parent] & (mid > mid[parent])
    for child in np.flatnonzero(above).tolist():
        up = int(parent[child])
        args: Mapping[str, Argument] = {"parent": str(names[up]), "value": float(mid[child]), "total": float(mid[up])}
        yield _parent_note(alliance, NoteCode.CHILD_ABOVE_PARENT, child, args)


def _parent_note(alliance: Alliance, code: NoteCode, actor: int, args: Mapping[str, Argument]) -> Note:
    place, name = alliance.place("actors"), str(alliance.actors["name"].iloc[actor])
    cell = place.cell(int(alliance.actors.index[actor]), "parent")
    return Note(code=code, severity=Severity.WARNING, tab=place.title, cell=cell, actor=name, args=args)
