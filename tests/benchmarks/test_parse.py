"""Budget: parse and check 100 000 rows × 20 columns ≥ 4 × faster than pydantic row models, all bad cells found.

What both sides get: the same rows of Akteure, a tenth of the cells blank, a tenth of the other numbers typed as German
text, one cell in a hundred (outside names and free text) unreadable.

- The same job, pydantic: one model per row, each cell validated by pydantic's own types and ranges, text first turned
  into a value by the readers that `parsing.parse` uses. A row with bad cells is kept: each bad cell is recorded as
  (row, field) from `error.errors()`, and the row is validated again without them. The models become one DataFrame.
- The same job, ours: `parsing.parse`. It returns the same cells as a DataFrame, and for each bad one a note with tab,
  address, actor, what was found and what was expected. Only ours also finds the header, looks for blank rows, and gives
  each actor its key and its lasting id; all of that is in its time.
- Bare pydantic: the same model and rows, already as dicts. Each is validated once, bad rows are dropped unlooked at,
  and there is no table at the end.

Both must find the same bad cells. Seconds are processor seconds with the garbage collector on, best of three.
"""

import random
import time
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import pytest

from scoring.addresses import column_letter
from scoring.columns import Column, Kind
from scoring.domain import ActorKind, Attitude, Sector, Severity, YesNo
from scoring.memory import Memory
from scoring.parsing.parse import parse
from scoring.parsing.readers import RANGES, WHOLE, reader
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS

pydantic = pytest.importorskip("pydantic")

ROWS = 100_000
BAD = 0.01
FIELDS = (
    *("name", "kind", "owner", "low_hanging", "attitude", "relationship", "jobs", "publicity", "emissions", "due_on"),
    *("id", "sector", "revenue", "structural", "fuels", "electricity", "emissions_year", "includes_children"),
    *("joined_on", "left_on"),
)
COLUMNS = tuple(ACTORS.column(field) for field in FIELDS)


def cell(column: Column, row: int, rng: random.Random) -> Cell:
    """One cell as teams fill it: a tenth blank, numbers mostly typed, now and then as German text."""
    if column.field == "name":
        return f"Akteur {row}"
    if rng.random() < BAD and column.kind is not Kind.TEXT and column.kind is not Kind.PERSON:
        return rng.choice(["kaputt", "500 kt", "#REF!", "31.02.2026"])
    if rng.random() < 0.1:
        return None
    match column.kind:
        case Kind.NUMBER:
            value = round(rng.uniform(0, 90_000), 2)
            return value if rng.random() < 0.9 else f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
        case Kind.SCALE:
            return rng.randint(0, 5)
        case Kind.YEAR:
            return rng.randint(2010, 2025)
        case Kind.DATE:
            return f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.{rng.randint(2020, 2026)}"
        case Kind.CHOICE:
            assert column.choices is not None
            return rng.choice([choice.de for choice in column.choices])
        case _:
            return f"{column.field} {rng.randint(1, 200)}"


def row_model() -> Any:
    """A pydantic model of one row that accepts and refuses exactly what the column table does.

    Plain numbers in range and blanks go through pydantic's own validation; everything else through our cell readers.
    """
    choices: dict[str, type[StrEnum]] = {
        "kind": ActorKind,
        "low_hanging": YesNo,
        "attitude": Attitude,
        "sector": Sector,
        "includes_children": YesNo,
    }
    return pydantic.create_model(
        "Row",
        **{
            column.field: (
                Annotated[value_type(column, choices) | None, pydantic.BeforeValidator(before(column))],
                None,
            )
            for column in COLUMNS
        },
    )


def value_type(column: Column, choices: dict[str, type[StrEnum]]) -> Any:
    if column.kind in RANGES:
        low, high = RANGES[column.kind]
        number = int if column.kind in WHOLE else float
        return Annotated[number, pydantic.Field(ge=low, le=high)]
    return date if column.kind is Kind.DATE else choices.get(column.field, str)


def before(column: Column) -> Callable[[Cell], object]:
    read = reader(column, "de")

    def validate(value: Cell) -> object:
        if not isinstance(value, str):
            return value
        reading = read(value)
        if reading.value is None and reading.code:
            raise ValueError(reading.code)
        return reading.value

    return validate


def keep(model: Any, row: dict[str, Cell], number: int, found: set[tuple[int, str]]) -> dict[str, object]:
    """The same job per row: bad cells are recorded and unknown, the row stays."""
    try:
        return dict(model(**row))
    except pydantic.ValidationError as error:
        bad = {str(problem["loc"][0]) for problem in error.errors()}
        found.update((number, field) for field in bad)
        return dict(model(**{field: cell for field, cell in row.items() if field not in bad}))


def is_valid(model: Any, row: dict[str, Cell]) -> bool:
    """Bare validation of a row."""
    try:
        model.model_validate(row)
    except pydantic.ValidationError:
        return False
    return True


def seconds(run: Callable[[], object]) -> float:
    """Processor seconds, best of three: other work on the machine does not count."""
    times = []
    for _ in range(3):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.benchmark
def test_parsing_finds_the_same_bad_cells_as_pydantic_row_models_and_prints_the_ratio() -> None:
    rng = random.Random(1)
    rows = tuple(tuple(cell(column, row, rng) for column in COLUMNS) for row in range(ROWS))
    tab = Tab(id="1", title="Akteure", cells=(tuple(column.de for column in COLUMNS), *rows))
    snapshot = Snapshot(tabs=(tab,))
    model = row_model()
    found: set[tuple[int, str]] = set()

    def with_pydantic() -> pd.DataFrame:
        found.clear()
        return pd.DataFrame(
            [keep(model, dict(zip(FIELDS, row, strict=True)), n, found) for n, row in enumerate(rows, 2)]
        )

    letters = {column_letter(index): field for index, field in enumerate(FIELDS)}
    _, notes = parse(snapshot, Memory())
    refused = {
        (int(note.cell[1:]), letters[note.cell[0]]) for note in notes if note.cell and note.severity != Severity.HINT
    }
    ours = seconds(lambda: parse(snapshot, Memory()))
    same_job = seconds(with_pydantic)
    dicts = [dict(zip(FIELDS, row, strict=True)) for row in rows]
    bare = seconds(lambda: sum(is_valid(model, row) for row in dicts))
    print(
        f"\nparse and check {ROWS:,} rows × {len(COLUMNS)} columns, {len(found):,} bad cells: {ours:.2f} s"
        f"\n  the same job by pydantic {pydantic.VERSION}  {same_job:5.2f} s  {same_job / ours:4.1f} ×  (budget: ≥ 4)"
        f"\n  bare pydantic validation         {bare:5.2f} s  {bare / ours:4.1f} ×"
    )
    assert refused == found
