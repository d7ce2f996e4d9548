"""Copies in a synced folder: each is named in Hinweise with what to do, and nothing else is taken for one."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reports.wording import words
from scoring.domain import Language, Severity
from scoring.messages import Note, NoteCode
from sync.workbook import WorkbookSheet
from sync.workbook.copies import conflict_copies
from tests.sync.worlds import Worlds

COPIES = (
    "allianz (Konfliktkopie 2026-11-24).xlsx",
    "allianz (In Konflikt stehende Kopie von Anna 2026-11-24).xlsx",
    "allianz (Anna's conflicted copy 2026-11-24).xlsx",
    "allianz (conflicted copy 2026-11-24 101500).xlsx",
    "allianz [conflicted].xlsx",
    "allianz.sync-conflict-20261124-101500-ABC4DEF.xlsx",
    "allianz_conflict-20261124-101500.xlsx",
    "allianz-DESKTOP-1AB2CD3.xlsx",
    "allianz-ANNA-PC-2.xlsx",
    "Allianz-LAPTOP.XLSX",
)
OTHERS = (
    "allianz.xlsx",
    "allianz-2026.xlsx",
    "allianz-alt.xlsx",
    "allianz-Kontakte.xlsx",
    "allianz 2.xlsx",
    "allianz (Entwurf).xlsx",
    "allianz Konfliktmoderation.xlsx",
    "verkehrsallianz (Konfliktkopie 2026-11-24).xlsx",
    "allianz (Konfliktkopie 2026-11-24).pdf",
    ".~lock.allianz (Konfliktkopie 2026-11-24).xlsx#",
    "~$allianz-DESKTOP-1AB2CD3.xlsx",
)


def folder_with(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_bytes(b"")
    return folder / "allianz.xlsx"


@pytest.mark.parametrize("name", COPIES)
def test_copy_is_known_by_the_name_that_its_program_gives_it(tmp_path: Path, name: str) -> None:
    assert conflict_copies(folder_with(tmp_path, *OTHERS, name)) == (name,)


def test_own_files_of_the_team_are_no_copies(tmp_path: Path) -> None:
    assert conflict_copies(folder_with(tmp_path, *OTHERS)) == ()


def test_copy_of_a_linked_workbook_lies_beside_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "cloud").mkdir()
    real = folder_with(tmp_path / "cloud", "allianz.xlsx", COPIES[0])
    link = tmp_path / "unsere.xlsx"
    link.symlink_to(real)
    assert conflict_copies(link) == (COPIES[0],)


def test_address_in_the_name_of_a_copy_is_not_repeated(tmp_path: Path) -> None:
    path = folder_with(tmp_path, "allianz (SFConflict anna@example.org 2026-11-24-10-15-00).xlsx")
    assert conflict_copies(path) == ("allianz (SFConflict … 2026-11-24-10-15-00).xlsx",)


def test_name_is_taken_letter_by_letter_and_a_folder_that_is_missing_has_no_copies(tmp_path: Path) -> None:
    (tmp_path / "a+b (conflict).xlsx").write_bytes(b"")
    (tmp_path / "aab (conflict).xlsx").write_bytes(b"")
    assert conflict_copies(tmp_path / "a+b.xlsx") == ("a+b (conflict).xlsx",)
    assert conflict_copies(tmp_path / "weg" / "a.xlsx") == ()


def test_a_crowd_of_copies_is_named_in_part(tmp_path: Path) -> None:
    names = tuple(f"allianz (Konflikt {number:02}).xlsx" for number in range(30))
    assert conflict_copies(folder_with(tmp_path, *names)) == names[:20]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "de",
            f"Neben der Arbeitsmappe liegt „{COPIES[0]}“. So nennt ein Cloud-Ordner eine Kopie, wenn zwei von euch "
            "gleichzeitig gespeichert haben; gelesen wird sie nicht. Bitte übertragt, was nur dort steht, und löscht "
            "sie dann. Ist es eine eigene Datei, passt alles: Dann bitte anders nennen.",
        ),
        (
            "en",
            f"There is “{COPIES[0]}” beside the workbook. That is what a synced folder calls a copy when two of you "
            "saved at the same time; it is not read. Please carry over what stands only there, then delete it. If it "
            "is a file of its own, all is well: then please give it another name.",
        ),
    ],
)
def test_copy_is_a_note_on_the_tab_until_it_is_gone(
    tmp_path: Path, worlds: Worlds, language: Language, sentence: str
) -> None:
    world = worlds.workbook(tmp_path, language)
    copy = tmp_path / COPIES[0]
    copy.write_bytes(b"theirs")
    note = Note(code=NoteCode.COPY_UNREAD, severity=Severity.WARNING, args={"found": copy.name})
    first = world.sync()
    said = [row[3] for row in world.service_tab("notes").cells[1:] if "Konflikt" in str(row)]
    assert (note in first.decision.assessment.notes, words(language).note(note), said) == (True, sentence, [sentence])
    assert (world.sync().plan.is_empty, copy.read_bytes()) == (True, b"theirs")
    copy.unlink()
    later = world.sync(datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")))
    assert note not in later.decision.assessment.notes
    assert [row for row in world.service_tab("notes").cells[1:] if "Konflikt" in str(row)] == []
    world.close()


def test_copies_are_part_of_what_was_read(tmp_path: Path, worlds: Worlds) -> None:
    world = worlds.workbook(tmp_path)
    folder_with(tmp_path, COPIES[1])
    assert WorkbookSheet(world.path, "de").read().copies == (COPIES[1],)
