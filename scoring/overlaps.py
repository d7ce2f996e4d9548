"""Tonnes that stand in two signatories' figures, and what is taken off so that they count once.

What belongs here: Überschneidungen. What a parent's figure holds of its children's is not one (`scoring.families`).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import Severity
from scoring.families import GRAMS, NOBODY, Families, Flags, Floats
from scoring.figures import is_known
from scoring.messages import Note, NoteCode


def pairs(alliance: Alliance, tree: Families, signed: Flags) -> pd.DataFrame:
    """Return the pairs of signatories that share tonnes, in the order in which they are deducted.

    Columns: `a`, `b` (positions among the actors, the smaller key first), `at_least` and `at_most` (t CO2e a year: a
    blank cell is 0 and infinite), `row` (in the sheet). A pair that stands there twice shares the larger tonnes once.
    Left out are pairs of which one figure already holds the other's.
    """
    typed = _positions(alliance)
    typed = typed[(typed["a"] != NOBODY) & (typed["b"] != NOBODY) & (typed["a"] != typed["b"])]
    a, b = typed["a"].to_numpy(), typed["b"].to_numpy()
    keys = alliance.actors["key"].to_numpy()
    a, b = np.where(keys[a] < keys[b], (a, b), (b, a))
    tonnes = typed["tonnes"]
    found = typed.assign(
        a=a, b=b, key_a=keys[a], key_b=keys[b], at_least=tonnes.fillna(0.0), at_most=tonnes.fillna(np.inf)
    )
    found = found[signed[a] & signed[b] & ~tree.absorbs(a, b) & ~tree.absorbs(b, a)]
    if found.empty:
        return pd.DataFrame(found)
    found = found.sort_values("at_least", ascending=False, kind="stable").groupby(["key_a", "key_b"], as_index=False)
    each = {"a": "first", "b": "first", "at_least": "max", "at_most": "max", "row": "first"}
    return pd.DataFrame(found.agg(each))


def deduct(shared: pd.DataFrame, tonnes: str, figures: Floats) -> tuple[float, ...]:
    """Return what each pair takes off: its tonnes, but never more than either actor's figure still has.

    `tonnes` names the column of `shared` to go by; `figures` are the actors' at the bound.
    """
    rest = figures.copy()
    taken = []
    for a, b, t in zip(shared["a"].tolist(), shared["b"].tolist(), shared[tonnes].tolist(), strict=True):
        both = float(min(t, rest[a], rest[b]))
        rest[a] -= both
        rest[b] -= both
        taken.append(both)
    return tuple(taken)


def overlap_notes(alliance: Alliance, shared: pd.DataFrame, figures: pd.DataFrame) -> Iterator[Note]:
    """Yield a note for each row that names one actor twice, and for each pair that cannot share so many tonnes.

    The latter by the middle figures, and only where a person entered both: an unknown one has nothing to deduct.
    """
    if alliance.overlaps.empty:
        return
    typed, known = _positions(alliance), is_known(figures).to_numpy()
    twice = typed[(typed["a"] == typed["b"]) & (typed["a"] != NOBODY)]
    for row, actor in zip(twice["row"].tolist(), twice["a"].tolist(), strict=True):
        yield replace(_note(alliance, NoteCode.OVERLAP_SELF, row, actor, "actor_b", {}), severity=Severity.BLOCKING)
    taken = np.array(deduct(shared, "at_least", figures["figure_mid"].to_numpy()), dtype=np.float64)
    unmet = shared.assign(tonnes=(shared["at_least"] - taken).round(GRAMS))
    unmet = unmet[(unmet["tonnes"] > 0) & known[unmet["a"]] & known[unmet["b"]]]
    for row, actor, value in zip(*(unmet[field].tolist() for field in ("row", "a", "tonnes")), strict=True):
        yield _note(alliance, NoteCode.OVERLAP_EXHAUSTED, row, actor, "tonnes", {"value": value})


def _positions(alliance: Alliance) -> pd.DataFrame:
    """Return the rows of the tab with the positions of both actors among the actors; NOBODY for a name of nobody."""
    keys, overlaps = pd.Index(alliance.actors["key"]), alliance.overlaps
    a, b = (keys.get_indexer(pd.Index(overlaps[field])) for field in ("actor_a", "actor_b"))
    return pd.DataFrame({"a": a, "b": b, "tonnes": overlaps["tonnes"], "row": overlaps.index}, index=overlaps.index)


def _note(alliance: Alliance, code: NoteCode, row: int, actor: int, field: str, args: dict[str, float]) -> Note:
    place = alliance.place("overlaps")
    name = str(alliance.actors["name"].iloc[actor])
    cell = place.cell(row, field)
    return Note(code=code, severity=Severity.WARNING, tab=place.title, cell=cell, actor=name, args=args)
