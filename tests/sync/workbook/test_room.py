"""A workbook with more actors than the service has room for is refused when it is read, before anything happens."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from scoring.domain import Stage
from sync.cli import main
from sync.errors import SetupError
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, create_workbook, extend_workbook
from sync.workbook.room import LEAST_ROW

MOST_MB = 1
TOO_MANY = MOST_MB * 1_000_000 // LEAST_ROW + 1


def listed(path: Path, names: list[str]) -> Path:
    """A workbook that is nothing but a list of actors."""
    book, buffer = Workbook(), io.BytesIO()
    book.worksheets[0].title = "Akteure"
    for name in ("Name", *names):
        book.worksheets[0].append([name])
    book.save(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def test_more_actors_than_there_is_room_for_are_refused_in_one_sentence(tmp_path: Path) -> None:
    path = listed(tmp_path / "a.xlsx", [f"A{number}" for number in range(TOO_MANY)])
    before = path.read_bytes()
    for open_it in (
        lambda: WorkbookSheet(path, "de", MOST_MB).read(),
        lambda: extend_workbook(path, "de", most_mb=MOST_MB),
    ):
        with pytest.raises(SetupError) as caught:
            open_it()
        assert caught.value.problems == (
            f"{path} lists {TOO_MANY:,} actors: with a row on Auswertung for each it would unpack to more than 1 MB; "
            "delete those that are none, or raise workbook_mb in config.toml.",
        )
    assert path.read_bytes() == before
    assert len(WorkbookSheet(path, "de", MOST_MB + 1).read().tabs[0].cells) == TOO_MANY + 1


def test_a_name_that_comes_again_needs_no_row(tmp_path: Path) -> None:
    names = [f"{'a' if number % 2 else 'A'}{number // 2}" for number in range(TOO_MANY)]
    path = listed(tmp_path / "a.xlsx", [*names, "", " "])
    assert len(WorkbookSheet(path, "de", MOST_MB).read().tabs[0].cells) >= TOO_MANY


def test_rows_of_the_service_that_are_there_are_not_counted_twice(tmp_path: Path) -> None:
    path, count = tmp_path / "a.xlsx", 500
    create_workbook(path, "de", {"actors": [{"name": f"A{number}"} for number in range(count)]})
    text = "x" * 1_000
    rows = (RowWrite(tab="results", row=row, column=0, values=(text,)) for row in range(2, count + 2))
    sheet = WorkbookSheet(path, "de", MOST_MB)
    sheet.write(WritePlan(rows=tuple(rows)), sheet.read())
    with zipfile.ZipFile(path) as package:
        unpacked = sum(entry.file_size for entry in package.infolist())
    assert unpacked + count * LEAST_ROW > MOST_MB * 1_000_000
    assert max(len(tab.cells) for tab in sheet.read().people_tabs) == count + 1


def test_no_row_of_a_run_is_shorter_than_what_is_reckoned_with(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "Actors"
    for row in (("Name", "Stage (manual)"), *((str(number), stage.en) for number, stage in enumerate(Stage))):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    config = tmp_path / "config.toml"
    config.write_text('[alliance]\nlanguage = "en"\n[sheet]\nsource = "workbook"\nworkbook = "a.xlsx"\n')
    assert main(["sync", "--config", str(config), "--today", "2026-03-01"]) == 0
    results = WorkbookSheet(tmp_path / "a.xlsx", "en").read().service_tab("results")
    assert results is not None
    assert {row[:2] for row in results.cells[1:]} == {(str(number), stage.en) for number, stage in enumerate(Stage)}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        parts = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    (part,) = (part for part in parts if b">Recommendation<" in part and b">Rank<" in part)
    rows = re.findall(rb"<row .*?</row>", part, re.DOTALL)
    assert LEAST_ROW < min(map(len, rows[1:])) < 1.25 * LEAST_ROW, "and it is no guess far below"
