"""The last look before a workbook is replaced: what is not whole or not as planned never takes its place."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from scoring.snapshot import Cell, Grid
from sync.errors import OutsideError
from sync.workbook.package import Package
from sync.workbook.verify import require_whole, with_values

SHEET = "xl/worksheets/sheet1.xml"
PATH = Path("a.xlsx")


def package(*rows: tuple[Cell, ...]) -> Package:
    book, buffer = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(buffer)
    return Package(data=buffer.getvalue())


def with_part(content: bytes) -> Package:
    return Package(data=package(("a",)).with_parts({SHEET: content}))


def test_a_workbook_that_reads_as_planned_passes() -> None:
    whole = package(("a", 1), ("b", 2))
    require_whole(PATH, whole, whole.names, {SHEET: (("a", 1), ("b", 2))}, 50)
    require_whole(PATH, package(("a",), (), (), ("b",)), [], {SHEET: (("a",), (), (), ("b",))}, 50)


@pytest.mark.parametrize(
    "content",
    [
        b"<worksheet><sheetData></worksheet>",
        b"<worksheet><x:sheetData/></worksheet>",
        b"<worksheet><!--x-- ht='9'></worksheet>",
        b"",
    ],
)
def test_a_part_that_is_not_well_formed_is_refused(content: bytes) -> None:
    with pytest.raises(OutsideError) as caught:
        require_whole(PATH, with_part(content), [SHEET], {}, 50)
    assert caught.value.permanent
    assert str(caught.value) == (
        f"a.xlsx could not be saved safely; nothing was changed (the part {SHEET} is not well-formed). Open it in "
        "LibreOffice or Excel, save it again as .xlsx, and run this again."
    )


@pytest.mark.parametrize(
    "expected",
    [
        (("a", 1), ("b", 3)),
        (("a", 1),),
        (("a", 1), ("b", 2), ("c",)),
        (("a", 1), (), ("b", 2)),
        (("b", 2), ("a", 1)),
        (),
    ],
)
def test_cells_that_are_not_as_planned_are_refused(expected: Grid) -> None:
    with pytest.raises(OutsideError, match="does not read as planned"):
        require_whole(PATH, package(("a", 1), ("b", 2)), [SHEET], {SHEET: expected}, 50)


def test_with_values_changes_only_the_cells_that_are_written() -> None:
    before: Grid = (("a", 1, "x"), (), ("b", None, "y"), ("c",))
    values: dict[int, dict[int, Cell]] = {1: {2: None}, 2: {1: "n\x00eu"}, 3: {0: ""}, 4: {0: None}, 6: {0: "\x01"}}
    assert with_values(before, values) == (("a", 1), (None, "neu"), (None, None, "y"))


def test_a_workbook_that_the_next_run_would_not_open_is_refused() -> None:
    large = with_part(b" " * 20_000_000)
    with pytest.raises(OutsideError) as caught:
        require_whole(PATH, large, [], {}, 50)
    assert caught.value.permanent
    assert str(caught.value) == (
        "a.xlsx was not saved; nothing was changed: with the service's rows it holds a part that unpacks to more than "
        "a hundred times its size; it was not opened."
    )
