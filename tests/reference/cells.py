"""An alliance as the cells of a sheet: German headers in any order, blank rows, columns of the team's own."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from random import Random
from typing import cast

from scoring.columns import Column, Kind
from scoring.domain import YesNo
from scoring.snapshot import Cell, Grid, Snapshot, Tab
from scoring.tabs import SETTINGS_ROWS, TABS
from tests.reference.rows import Case

Row = Mapping[str, object]
WEIGHTS = ("weight_emissions", "weight_jobs", "weight_structural", "weight_publicity")


def snapshot(case: Case) -> Snapshot:
    """Return the case as one read of a sheet."""
    random = Random(case.seed)
    tabs: list[tuple[str, Iterable[object]]] = [
        ("actors", case.actors),
        ("meetings", case.meetings),
        ("letters", case.letters),
        ("measures", case.measures),
        ("press", case.press),
        ("recipients", case.recipients),
        ("overlaps", case.overlaps),
    ]
    grids = [(name, _table(name, [cast("Row", row) for row in rows], case, random)) for name, rows in tabs]
    grids.append(("settings", _settings(case, random)))
    random.shuffle(grids)
    return Snapshot(
        tabs=tuple(
            Tab(id=name, title=TABS[name].de, cells=grid) for name, grid in grids if _is_there(name, grid, random)
        )
    )


def _is_there(name: str, grid: Grid, random: Random) -> bool:
    """A tab without rows may as well be missing."""
    return name == "actors" or len(grid) > 1 or random.random() < 0.5


def _table(name: str, rows: Sequence[Row], case: Case, random: Random) -> Grid:
    columns = [column for column in TABS[name].typed if _is_column(name, column, rows, case, random)]
    random.shuffle(columns)
    header: tuple[Cell, ...] = (*(column.de for column in columns), "Eigene Spalte")
    body = [(*(_cell(column, row.get(column.field), random) for column in columns), "frei") for row in rows]
    if name == "actors" and random.random() < 0.3:
        body += _again(columns, rows, random)
    if body and random.random() < 0.3:
        body.insert(random.randrange(len(body) + 1), (None,))
    return (*_title(random), header, *body)


def _title(random: Random) -> Grid:
    """A line above the header, as teams like to have."""
    return (("Unsere Klima-Allianz",), ()) if random.random() < 0.2 else ()


def _again(columns: Sequence[Column], rows: Sequence[Row], random: Random) -> Grid:
    """A second row of an actor that is there already, with another one's cells: it counts for nothing."""
    if not rows:
        return ()
    row = dict(random.choice(rows)) | {"name": str(random.choice(rows)["name"]).upper()}
    return ((*(_cell(column, row.get(column.field), random) for column in columns), None),)


def _is_column(name: str, column: Column, rows: Sequence[Row], case: Case, random: Random) -> bool:
    """Leaving out a blank column changes nothing, but for Status in Termine and what proves a signature in LoI."""
    if name == "meetings" and column.field == "status":
        return case.has_status_column
    if name == "letters" and column.field in {"status", "signed_on"}:
        return True
    is_blank = not any(row.get(column.field) not in {None, ""} for row in rows if column.field != "actors")
    return column.required or column.field == "actors" or not is_blank or random.random() < 0.3


def _settings(case: Case, random: Random) -> Grid:
    typed = dict(case.settings)
    sectors = {f"inventory_{sector}": total for sector, total in case.settings["inventory_by_sector"].items()}
    values = typed | sectors | dict(zip(WEIGHTS, case.settings["weights"], strict=True))
    rows: list[tuple[Cell, ...]] = [
        (column.de, _cell(column, values.get(column.field), random))
        for column in SETTINGS_ROWS
        if values.get(column.field) is not None or random.random() < 0.3
    ]
    random.shuffle(rows)
    return (("Einstellung", "Wert"), *rows)


def _cell(column: Column, value: object, random: Random) -> Cell:
    match value:
        case None | "":
            return None
        case date():
            return value.isoformat()
        case list():
            return "; ".join(value) or None
        case str() if column.kind is Kind.CHOICE and column.choices is not None:
            return _label(column, value, random)
        case float() if column.kind is Kind.NUMBER and random.random() < 0.1:
            return _written(value)
        case str() | int() | float():
            return value
    raise TypeError(value)


def _written(value: float) -> str:
    """A number as text, with a comma."""
    return repr(value).replace(".", ",")


def _label(column: Column, code: str, random: Random) -> Cell:
    """The German label; ja and nein sometimes as a tick box, any label sometimes in capitals."""
    if column.choices is None:
        raise TypeError(column)
    if column.choices is YesNo and random.random() < 0.3:
        return code == YesNo.YES
    label = column.choices(code).label("de")
    return random.choice((label, label, f" {label.upper()} "))
