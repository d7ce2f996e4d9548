"""What one actor adds to the coverage if it signs: tonnes that the inventory's method lets count, with their bounds.

What belongs here: one actor at a time. Which components may count, how old and how good the figure is, and the estimate
that stands in for a blank. What does not: who signed and what stands in two figures at once (`scoring.coverage`).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from scoring.alliance import Alliance, Settings
from scoring.choices import BLANK, positions
from scoring.domain import ActorKind, DataQuality, EmissionsScope, InventoryMethod, Sector, Severity
from scoring.emissions import SPLIT, entered_tonnes, has_split, quality_bounds
from scoring.messages import Note, NoteCode
from scoring.tabs import ACTORS

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

COUNTED: Mapping[InventoryMethod, frozenset[str]] = MappingProxyType(
    {
        InventoryMethod.BISKO: frozenset({"fuels", "electricity", "heat"}),
        InventoryMethod.SOURCE: frozenset({"fuels", "process", "sold_energy"}),
        InventoryMethod.INFLUENCE: frozenset({"fuels", "process", "electricity", "heat"}),
    }
)
"""Bilanzmethode → the components that may count; the others stand in the inventory elsewhere or not at all."""

HELD: Mapping[EmissionsScope, frozenset[str]] = MappingProxyType(
    {
        EmissionsScope.ENERGY: frozenset({"fuels", "electricity", "heat"}),
        EmissionsScope.FUELS: frozenset({"fuels"}),
        EmissionsScope.SCOPE_1: frozenset({"fuels", "process", "sold_energy"}),
        EmissionsScope.SCOPE_1_2: frozenset(SPLIT),
    }
)
"""THG umfasst → the components that one figure holds."""

PLANT = frozenset({"process", "sold_energy"})
"""The components that most actors do not have at all."""

KINDS_WITH_PLANT = (ActorKind.ENERGY_UTILITY, ActorKind.WASTE_MANAGEMENT)
KINDS_THAT_SAY_NOTHING = ("", ActorKind.COMPANY, ActorKind.OTHER)
SECTORS_WITHOUT_PLANT = (Sector.HOUSEHOLDS, Sector.COMMERCE, Sector.TRANSPORT, Sector.MUNICIPAL)

YEARS_AS_IS = 2
YEARS_USABLE = 5
"""How many years a figure may lie from the inventory's year: as it is, and one grade worse. Beyond it is unknown."""

ONE_GRADE_WORSE: Mapping[str, str] = MappingProxyType(
    {
        DataQuality.A: DataQuality.B,
        DataQuality.B: DataQuality.C,
        DataQuality.C: DataQuality.D,
        DataQuality.D: DataQuality.D,
        "": DataQuality.D,
    }
)

SPLIT_TOLERANCE = 0.05
"""By how much of THG its split may differ without a note."""


_Placed = tuple[int, Note]
"""A note with its row, by which the notes are put in order."""


def figures(actors: pd.DataFrame, settings: Settings, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return what each actor adds if it signs, t CO2e a year; same index as `actors`.

    `estimates` is what `scoring.estimates.estimate` returns. Columns: `figure_min`, `figure_mid`, `figure_max` (unknown
    is 0, 0, NaN; without a Bilanzmethode all are unknown), `estimated` (nobody entered a figure and an estimate stands
    in) and `usable` (a person entered a figure that is not too far from the inventory's year: it counts in "n of N").
    """
    entered = ~np.isnan(entered_tonnes(actors).to_numpy())
    estimated = ~entered & ~np.isnan(estimates["fuels"].to_numpy())
    gap = _years_apart(actors, settings)
    usable = entered & ~(gap > YEARS_USABLE)
    tonnes, counts = _tonnes(actors, settings.inventory_method)
    tonnes = np.where(usable, tonnes, np.nan)
    tonnes = np.where(estimated, _estimated_tonnes(estimates, settings.inventory_method), tonnes)
    grade = _grades(actors["data_quality"], gap).mask(estimated, DataQuality.D.value)
    low, high = quality_bounds(grade)
    counted = np.where((counts | estimated) & ~np.isnan(tonnes), tonnes, 0.0)
    return pd.DataFrame(
        {
            "figure_min": np.where(grade.to_numpy() == DataQuality.D, 0.0, counted * low),
            "figure_mid": counted,
            "figure_max": tonnes * high,
            "estimated": estimated,
            "usable": usable,
        },
        index=actors.index,
    )


def is_known(figures: pd.DataFrame) -> "pd.Series[bool]":
    """Say which actors have a middle figure that a person entered, so that it can be held against another one.

    Not an estimate, not an unknown, and not one whose tonnes wait for a split.
    """
    return figures["usable"] & ((figures["figure_mid"] > 0) | (figures["figure_max"] == 0))


def figure_notes(alliance: Alliance, figures: pd.DataFrame) -> tuple[Note, ...]:
    """Return what was assumed about each actor's emissions and what is missing to count them, in the rows' order.

    `figures` are those of this day's `alliance`.
    """
    notes = [*_scope_notes(alliance), *_split_notes(alliance, figures), *_year_notes(alliance)]
    return tuple(note for _, note in sorted(notes, key=lambda placed: placed[0]))


def _tonnes(actors: pd.DataFrame, method: InventoryMethod | None) -> tuple[Floats, Flags]:
    """Return each entered figure, of a split only what counts, and whether it counts; NaN without a method."""
    if method is None:
        return np.full(len(actors), np.nan), np.zeros(len(actors), dtype=np.bool_)
    split, parts = has_split(actors).to_numpy(), np.zeros(len(actors))
    for part in SPLIT:  # one column after the other, as in `entered_tonnes`
        if part in COUNTED[method]:
            parts += np.nan_to_num(actors[part].to_numpy())
    tonnes = np.where(split, parts, actors["emissions"].to_numpy())
    return tonnes, split | _counts_whole(actors, COUNTED[method])


def _counts_whole(actors: pd.DataFrame, counted: frozenset[str]) -> Flags:
    """Say whether each component that stands in the one figure THG may count; a blank THG umfasst means energy."""
    held = [HELD[scope] for scope in (*EmissionsScope, EmissionsScope.ENERGY)]
    scope = positions(actors["emissions_scope"], EmissionsScope)
    always = np.array([parts <= counted for parts in held])
    without_plant = np.array([parts - PLANT <= counted for parts in held])
    return np.asarray(always[scope] | (without_plant[scope] & _has_no_plant(actors)))


def _has_no_plant(actors: pd.DataFrame) -> Flags:
    """Say which actors surely have neither process emissions nor energy sold to others, by Art and Sektor."""
    sector, kind = positions(actors["sector"], Sector), positions(actors["kind"], ActorKind)
    without = np.array([*(choice in SECTORS_WITHOUT_PLANT for choice in Sector), False])
    says_it = np.array([choice not in KINDS_THAT_SAY_NOTHING for choice in (*ActorKind, "")])
    may_have = np.array([*(choice in KINDS_WITH_PLANT for choice in ActorKind), False])
    return np.asarray((without[sector] | ((sector == BLANK) & says_it[kind])) & ~may_have[kind])


def _estimated_tonnes(estimates: pd.DataFrame, method: InventoryMethod | None) -> Floats:
    """Return the part of each estimate that the method counts; NaN where there is none, or no method."""
    if method is None:
        return np.full(len(estimates), np.nan)
    fuels, electricity = estimates["fuels"].to_numpy(), estimates["electricity"].to_numpy()
    return fuels + electricity if "electricity" in COUNTED[method] else fuels


def _years_apart(actors: pd.DataFrame, settings: Settings) -> Floats:
    """Return how many years each figure lies from the inventory's; NaN where one of the two years is not given."""
    inventory_year = np.nan if settings.inventory_year is None else settings.inventory_year
    return np.asarray(np.abs(actors["emissions_year"].to_numpy() - inventory_year))


def _grades(data_quality: "pd.Series[str]", gap: Floats) -> "pd.Series[str]":
    return data_quality.mask(gap > YEARS_AS_IS, data_quality.map(dict(ONE_GRADE_WORSE)))


def _scope_notes(alliance: Alliance) -> Iterator[_Placed]:
    actors = alliance.actors
    blank = actors["emissions"].notna() & ~has_split(actors) & (actors["emissions_scope"] == "")
    yield from _notes(alliance, blank, NoteCode.SCOPE_ASSUMED, Severity.HINT, "emissions_scope")


def _split_notes(alliance: Alliance, found: pd.DataFrame) -> Iterator[_Placed]:
    actors = alliance.actors
    entered, thg, split = entered_tonnes(actors), actors["emissions"], has_split(actors)
    blank = actors.loc[split, list(SPLIT)].isna()
    headers = np.array([ACTORS.column(part).de for part in SPLIT])
    column = pd.Series([", ".join(headers[row]) for row in blank.to_numpy()], index=blank.index, dtype=object)
    column = column.reindex(actors.index)
    rest = split
    for part in SPLIT:  # the note stands at the first blank part
        unknown = actors[part].isna()
        yield from _notes(alliance, rest & unknown, NoteCode.SPLIT_INCOMPLETE, Severity.HINT, part, column=column)
        rest = rest & ~unknown
    far_off = split & ((entered - thg).abs() > SPLIT_TOLERANCE * thg)
    yield from _notes(
        alliance, far_off, NoteCode.SPLIT_DIFFERS, Severity.WARNING, "emissions", value=entered, total=thg
    )
    waiting = found["usable"] & (found["figure_mid"] == 0) & (found["figure_max"] > 0)
    yield from _notes(alliance, waiting, NoteCode.SPLIT_NEEDED, Severity.WARNING, "emissions", value=entered)


def _year_notes(alliance: Alliance) -> Iterator[_Placed]:
    actors, field = alliance.actors, "emissions_year"
    entered, gap = entered_tonnes(actors).notna(), _years_apart(actors, alliance.settings)
    yield from _notes(alliance, entered & actors[field].isna(), NoteCode.EMISSIONS_YEAR_MISSING, Severity.HINT, field)
    year = actors[field].fillna(0).astype("int64")
    inventory_year = pd.Series(alliance.settings.inventory_year or 0, index=actors.index)
    years = {"year": year, "inventory_year": inventory_year}
    old, far = entered & (gap > YEARS_AS_IS) & (gap <= YEARS_USABLE), entered & (gap > YEARS_USABLE)
    yield from _notes(alliance, old, NoteCode.EMISSIONS_YEAR_OLD, Severity.HINT, field, **years)
    yield from _notes(alliance, far, NoteCode.EMISSIONS_YEAR_FAR, Severity.WARNING, field, **years)


def _notes(
    alliance: Alliance, hit: "pd.Series[bool]", code: NoteCode, severity: Severity, field: str, **args: "pd.Series[Any]"
) -> Iterator[_Placed]:
    """Yield a note for each actor that is hit; `args` hold the placeholders' values row by row."""
    if not hit.any():
        return
    place = alliance.place("actors")
    table = pd.DataFrame({"name": alliance.actors["name"], **args})[hit]
    for row, said in zip(table.index.tolist(), table.to_dict("records"), strict=True):
        name, cell = said.pop("name"), place.cell(row, field)
        words = {str(placeholder): value for placeholder, value in said.items()}
        yield row, Note(code=code, severity=severity, tab=place.title, cell=cell, actor=name, args=words)
