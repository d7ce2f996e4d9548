"""The demonstration on the local server goes as it is told: calls, ranks, the public sentence, and nobody's cells."""

from pathlib import Path

import pytest

from sync.sample import ANCHOR
from tests.sheets_server import SheetsServer, demo
from tests.sheets_server.demo_sheet import of_people
from tests.sheets_server.demo_story import Story

QUIET, CHANGED, LOOKED = "1 read, 0 writes", "1 read, 1 write", "3 reads, 1 write"


def told(output: str) -> list[str]:
    """Return what was printed, with wrapped lines joined again."""
    lines: list[str] = []
    for line in output.splitlines():
        if line.startswith("     ") and lines:
            lines[-1] += line.replace("     ", " ", 1)
        else:
            lines.append(line.strip())
    return lines


def after(lines: list[str], start: str) -> list[str]:
    """Return the rest of the lines that begin so."""
    return [line.removeprefix(start) for line in lines if line.startswith(start)]


def test_demonstration_tells_what_happened_and_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--into", str(tmp_path / "demo")]) == 0
    lines = told(capsys.readouterr().out)
    assert [line.split("API calls: ")[1] for line in lines if "API calls: " in line] == [
        *("2 reads, 1 write", QUIET, CHANGED, CHANGED, CHANGED, CHANGED, LOOKED, CHANGED, CHANGED, CHANGED, LOOKED),
        *("2 reads, 1 write", LOOKED, "2 reads, 1 write", QUIET),
    ]
    assert {line.rpartition(", ")[2] for line in after(lines, "→ people's cells: ")} == {"untouched"}
    town = "Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023;"
    assert [each for each in after(lines, "→ public sentence: ") if each != "as before"] == [
        f"„Die Allianz umfasst mindestens 15 % der {town} 6 von 7 Unterzeichnenden mit Angaben).“",
        f"„Die Allianz umfasst mindestens 16 % der {town} 7 von 8 Unterzeichnenden mit Angaben).“",
    ]
    talked = "Stand „Gespräch geführt“ · Rang 8 · Empfehlung „Fragt, ob sie bei der Allianz mitmachen.“"
    assert after(lines, f"→ beside {demo.TALKED} (row ") == [
        "43): Stand „Erstkontakt“ · Rang 8 · Empfehlung „Bittet um einen Gesprächstermin.“",
        *(f"{row}): {talked}" for row in (43, 41, 42, 42, 42)),
    ]
    assert after(lines, f"→ beside {demo.SIGNS} (row ") == [
        "6): Stand „überzeugt“ · Rang 1 · Empfehlung „Bereitet den Termin am 10.12.2026 vor (LoI-Unterzeichnung).“",
        "53): Stand „Maßnahmen geplant“ · Empfehlung „Noch feiern: Macht die Neuaufnahme öffentlich.“",
    ]
    waiting = "Empfehlung „Tragt ein, wie der Termin am 29.10.2026 war.“"
    assert after(lines, f"→ beside {demo.WAITING} (row 33): ") == [
        f"Stand „Erstkontakt“ · Rang „wichtig!“ · {waiting}",
        f"Stand „Erstkontakt“ · Rang 5 · {waiting}",
        "nothing",
        f"Stand „Erstkontakt“ · Rang 5 · {waiting}",
        f"Stand „Erstkontakt“ · Rang 5 · {waiting}",
    ]
    assert lines[-3:] == [
        "API calls in total: 32 reads, 15 writes.",
        f"Memory of the service: {tmp_path / 'demo' / 'state.db'}",
        f"Mails: {tmp_path / 'demo' / 'outbox'}",
    ]
    assert after(lines, "→ mails: ") == ["5 of digest, 4 of loi-update, 4 of milestone, 4 of reminder"]
    assert len(list((tmp_path / "demo" / "outbox").glob("*.eml"))) == 17


def test_demonstration_writes_into_no_folder_that_holds_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").touch()
    with pytest.raises(SystemExit) as ended:
        demo.main(["--into", str(tmp_path)])
    assert (ended.value.code, "is not empty" in capsys.readouterr().err) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_changed_cell_of_peoples_is_told_and_ends_badly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server = SheetsServer()
    book = server.add_spreadsheet(tabs=("Akteure",))
    story = Story(server=server, book=book, folder=tmp_path, today=ANCHOR)
    before = of_people(book)
    story.anna.type("Akteure", "A1", "Stadtwerke")
    story._tell_people(before, written=0)
    assert capsys.readouterr().out == "   → people's cells: 1, NOT as they were\n"
    assert story.failures == ["a sync changed a cell of people's"]
