"""Adds up the coverage of actors given as dicts, from the cells to the shares, for a day on which some have signed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from scoring.alliance import Alliance, Settings
from scoring.assessment import Coverage
from scoring.coverage import coverage
from scoring.domain import InventoryMethod, Sector, Stage
from scoring.figures import figures
from scoring.messages import Note
from tests.scoring.build import Row, actors_table, alliance, key

UNSIGNED, SIGNED = Stage.IDENTIFIED.value, Stage.SIGNED.value


def inventory(
    total: float | None = 100_000,
    method: InventoryMethod | None = InventoryMethod.BISKO,
    year: int | None = 2022,
    by_sector: Mapping[Sector, float] | None = None,
) -> Settings:
    """Return settings with that inventory and nothing else."""
    return Settings(
        inventory_method=method, inventory_year=year, inventory_total=total, inventory_by_sector=by_sector or {}
    )


def guesses(actors: pd.DataFrame, by_name: Mapping[str, tuple[float, float]] | None = None) -> pd.DataFrame:
    """Return estimates of (fuels, electricity) for the actors of these names, none for the others."""
    by_name = by_name or {}
    rows = [by_name.get(name, (np.nan, np.nan)) for name in actors["name"]]
    return pd.DataFrame(rows, columns=["fuels", "electricity"], index=actors.index, dtype="float64")


def statuses(actors: pd.DataFrame, stages: Sequence[str]) -> pd.DataFrame:
    """Return what the stages say: who is a signatory, and who has declined or left."""
    table = pd.DataFrame({"stage": list(stages), "evidence": list(stages)}, index=actors.index, dtype=object)
    return table.assign(signatory=table["stage"] == SIGNED)


def figures_of(
    rows: Iterable[Row], settings: Settings | None = None, estimates: Mapping[str, tuple[float, float]] | None = None
) -> pd.DataFrame:
    """Return the figures of these actors."""
    actors = actors_table(rows)
    return figures(actors, settings or inventory(), guesses(actors, estimates))


def cover(
    rows: Iterable[Row],
    settings: Settings | None = None,
    *,
    unsigned: Collection[str] = (),
    lapsed: Collection[str] = (),
    overlaps: Iterable[Row] = (),
    letters: Iterable[Row] = (),
    estimates: Mapping[str, tuple[float, float]] | None = None,
    notes: Sequence[Note] = (),
) -> tuple[Coverage, tuple[Note, ...]]:
    """Return coverage and notes when all have signed except `unsigned` and those who have said no (`lapsed`)."""
    town = alliance(actors=rows, overlaps=overlaps, letters=letters, settings=settings or inventory())
    no = {key(name): Stage.DECLINED.value for name in lapsed} | {key(name): UNSIGNED for name in unsigned}
    stages = [no.get(actor, SIGNED) for actor in town.actors["key"]]
    return cover_alliance(town, stages, estimates, notes)


def cover_alliance(
    town: Alliance,
    stages: Sequence[str],
    estimates: Mapping[str, tuple[float, float]] | None = None,
    notes: Sequence[Note] = (),
) -> tuple[Coverage, tuple[Note, ...]]:
    """Return coverage and notes of an alliance whose actors stand at these stages."""
    found = figures(town.actors, town.settings, guesses(town.actors, estimates))
    return coverage(town, found, statuses(town.actors, stages), notes)
