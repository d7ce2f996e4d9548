"""What could not be read and might claim too much: the share is not said in public until somebody looked."""

from datetime import date

import pytest

from reports.sentences import public_sentence
from reports.wording import words
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import Severity, Stage
from scoring.memory import Memory, RememberedActor
from scoring.messages import NoteCode
from scoring.parsing.parse import parse
from scoring.snapshot import Cell, Snapshot, Tab

TODAY = date(2026, 11, 24)
NAMES = ("Alpha", "Beta", "Gamma", "Delta")
SETTINGS: tuple[tuple[Cell, ...], ...] = (
    ("Einstellung", "Wert"),
    ("Kommune", "Musterstadt"),
    ("Bilanzmethode", "BISKO"),
    ("Bilanzjahr", 2023),
    ("Gesamtemissionen (t CO2e/a)", 100_000),
)
LETTERS: tuple[tuple[Cell, ...], ...] = (
    ("Akteur", "Status", "Unterzeichnet am", "Zeichnungsberechtigt", "Zurückgezogen am"),
    *((name, "unterzeichnet", "2026-03-01", "ja", None) for name in NAMES),
)


def actors(*more: tuple[str, Cell], unsigned: bool = False) -> tuple[tuple[Cell, ...], ...]:
    """Four signatories with 10 000 t each and, with `unsigned`, Epsilon; the extra cells are the last one's."""
    headers = ("Name", "THG (t CO2e/a)", "THG umfasst", "Datengüte", "Sektor", "Art", "THG-Jahr")
    names = (*NAMES, "Epsilon") if unsigned else NAMES
    rows = [
        dict(zip(headers, (name, 10_000, "Energie", "A", "GHD", "Unternehmen", 2023), strict=True)) for name in names
    ]
    rows[-1] |= dict(more)
    fields = list(dict.fromkeys((*headers, *dict(more))))
    return (tuple(fields), *(tuple(row.get(field) for field in fields) for row in rows))


def assessed(
    people: tuple[tuple[Cell, ...], ...],
    letters: tuple[tuple[Cell, ...], ...] | None = LETTERS,
    settings: tuple[tuple[Cell, ...], ...] = SETTINGS,
    overlaps: tuple[tuple[Cell, ...], ...] | None = (),
    memory: Memory | None = None,
) -> tuple[Assessment, str]:
    tabs = [Tab(id="1", title="Akteure", cells=people), Tab(id="2", title="Einstellungen", cells=settings)]
    tabs += [Tab(id="3", title="LoI", cells=letters)] if letters is not None else []
    tabs += [Tab(id="4", title="Überschneidungen", cells=overlaps)] if overlaps is not None else []
    alliance, notes = parse(Snapshot(tabs=tuple(tabs)), memory or Memory())
    found = assess(alliance, memory or Memory(), TODAY, notes)
    return found, public_sentence(found.coverage, alliance.settings, words("de"))


def blocking(found: Assessment) -> list[NoteCode]:
    return [note.code for note in found.notes if note.severity is Severity.BLOCKING]


COUNT = "4 Akteure haben den Letter of Intent der Klima-Allianz Musterstadt unterzeichnet."


def test_readable_sheet_claims_what_it_holds() -> None:
    found, sentence = assessed(actors())
    assert (blocking(found), found.coverage.percent) == ([], 38)
    assert sentence == (
        "Die Allianz umfasst mindestens 38 % der Treibhausgasemissionen von Musterstadt (BISKO, Bilanzjahr 2023; "
        "4 von 4 Unterzeichnenden mit Angaben)."
    )


DOUBTS: tuple[tuple[str, Cell, NoteCode], ...] = (
    ("THG umfasst", "Scope 3", NoteCode.CHOICE_UNKNOWN),
    ("THG umfasst", "#REF!", NoteCode.ERROR_CELL),
    ("THG-Jahr", "2010?", NoteCode.NUMBER_UNREADABLE),
    ("THG-Jahr", 10, NoteCode.NUMBER_OUT_OF_RANGE),
    ("Art", "Stadtwerke", NoteCode.CHOICE_UNKNOWN),
    ("Sektor", "Handel", NoteCode.CHOICE_UNKNOWN),
    ("Erzeugung für Dritte (t)", "9 kt", NoteCode.NUMBER_WRONG_UNIT),
    ("Stand (manuell)", "ausgetreten am 1.1.", NoteCode.CHOICE_UNKNOWN),
    ("Ausgetreten am", "letzte Woche", NoteCode.DATE_UNREADABLE),
)


@pytest.mark.parametrize(("header", "cell", "code"), DOUBTS)
def test_unreadable_cell_of_a_signatory_stops_the_share(header: str, cell: Cell, code: NoteCode) -> None:
    found, sentence = assessed(actors((header, cell)))
    assert (blocking(found), sentence) == ([code], COUNT)


@pytest.mark.parametrize(("header", "cell", "code"), DOUBTS)
def test_same_cell_of_somebody_who_has_not_signed_is_only_noted(header: str, cell: Cell, code: NoteCode) -> None:
    found, sentence = assessed(actors((header, cell), unsigned=True))
    noted = [note.severity for note in found.notes if note.code is code]
    assert (noted, "mindestens 38 %" in sentence) == ([Severity.WARNING], True)


def test_unreadable_tonnes_of_an_unsigned_child_stop_the_share() -> None:
    found, _ = assessed(actors(("Teil von", "Alpha"), ("THG (t CO2e/a)", "4 kt"), unsigned=True))
    assert blocking(found) == [NoteCode.NUMBER_WRONG_UNIT]


@pytest.mark.parametrize("parent", ["Gama", "Alfa", "SWM", "Alpha; Gamma"])
def test_parent_that_is_nobody_stops_the_share(parent: str) -> None:
    assert blocking(assessed(actors(("Teil von", parent)))[0]) == [NoteCode.REFERENCE_UNKNOWN]


OVERLAPS: tuple[tuple[Cell, ...], ...] = (("Akteur A", "Akteur B", "t CO2e/a"), ("Alpha", "Beta", 9_500))


@pytest.mark.parametrize(
    ("overlaps", "codes", "percent"),
    [
        (OVERLAPS, [], 28),
        (((*OVERLAPS[0],), ("Alfa", "Beta", 9_500)), [NoteCode.REFERENCE_UNKNOWN], None),
        (((*OVERLAPS[0],), ("Alpha", "Alpha", 9_500)), [NoteCode.OVERLAP_SELF], None),
        ((("Akteur A", "Zweiter", "t CO2e/a"), OVERLAPS[1]), [NoteCode.OVERLAPS_UNREADABLE], None),
        ((("Wer", "Akteur B", "t CO2e/a"), OVERLAPS[1]), [NoteCode.OVERLAPS_UNREADABLE], None),
        (None, [NoteCode.OVERLAPS_UNREADABLE], None),
        ((), [], 38),
    ],
)
def test_overlap_that_cannot_be_read_stops_the_share(
    overlaps: tuple[tuple[Cell, ...], ...] | None, codes: list[NoteCode], percent: int | None
) -> None:
    found, _ = assessed(actors(), overlaps=overlaps, memory=Memory(tab_ids={"overlaps": "4"}, is_baseline=False))
    assert (blocking(found), found.coverage.percent) == (codes, percent)


def test_second_row_of_a_signatory_with_an_unreadable_status_stops_the_share() -> None:
    letters = (*LETTERS, ("Delta", "zurückgezgen", None, None, None))
    assert blocking(assessed(actors(), letters)[0]) == [NoteCode.CHOICE_UNKNOWN]


def test_unreadable_grade_counts_as_estimated() -> None:
    assert assessed(actors(("Datengüte", "geschätzt")))[0].coverage.percent == 28


@pytest.mark.parametrize("cell", ["Nein, noch nicht", "nö", 0])
def test_unreadable_authority_is_no_authority(cell: Cell) -> None:
    letters = (*LETTERS[:-1], ("Delta", "unterzeichnet", "2026-03-01", cell, None))
    assert assessed(actors(), letters)[0].coverage.percent == 28


@pytest.mark.parametrize(
    ("day", "codes"),
    [("2026-05-01", [NoteCode.SIGNATURE_CONTRADICTED]), (None, [NoteCode.SIGNATURE_CONTRADICTED]), ("2025-01-01", [])],
)
def test_later_row_that_withdraws_stops_the_share(day: Cell, codes: list[NoteCode]) -> None:
    letters = (*LETTERS, ("Delta", "zurückgezogen", None, None, day))
    found, _ = assessed(actors(), letters)
    assert (blocking(found), found.coverage.signatories) == (codes, 4)


@pytest.mark.parametrize(
    ("more", "codes"),
    [
        ((("Emissionen Industrie", 90_000), ("Emissionen Verkehr", 12_000)), [NoteCode.SECTORS_EXCEED_TOTAL]),
        ((("Emissionen Industrie", 90_000), ("Emissionen Verkehr", 10_400)), []),
        ((("Einwohner", 100_001),), [NoteCode.INVENTORY_IMPLAUSIBLE]),
        ((("Einwohner", 100_000),), []),
        ((("Gesamtemissionen", 200_000),), [NoteCode.SETTING_DOUBLED]),
        ((("Gesamtemissionen (t CO2e/a)", 200_000),), [NoteCode.SETTING_DOUBLED]),
        ((("Inventory year", 2019),), [NoteCode.SETTING_DOUBLED]),
        ((("Inventory method", "BISKO"),), [NoteCode.SETTING_DOUBLED]),
        ((("Kommune", "Anderstadt"),), []),
    ],
)
def test_inventory_that_contradicts_itself_stops_the_share(
    more: tuple[tuple[str, Cell], ...], codes: list[NoteCode]
) -> None:
    assert blocking(assessed(actors(), settings=(*SETTINGS, *more))[0]) == codes


@pytest.mark.parametrize(
    "letters",
    [
        tuple(row[1:] for row in LETTERS),
        tuple((row[0], *row[2:]) for row in LETTERS),
        tuple((*row[:2], *row[3:]) for row in LETTERS),
        tuple((row[0], row[1], "Tag der Feier" if row is LETTERS[0] else row[2], *row[3:]) for row in LETTERS),
    ],
    ids=["no Akteur", "no Status", "no Unterzeichnet am", "renamed"],
)
def test_letters_that_cannot_be_read_are_not_nobody(letters: tuple[tuple[Cell, ...], ...]) -> None:
    found, sentence = assessed(actors(), letters)
    assert (sentence, found.coverage.is_counted) == ("", False)
    assert NoteCode.LETTERS_UNREADABLE in blocking(found)


@pytest.mark.parametrize("letters", [None, (), LETTERS[:1]], ids=["no tab", "empty", "headers only"])
def test_letters_that_were_there_before_and_are_gone_are_not_nobody(
    letters: tuple[tuple[Cell, ...], ...] | None,
) -> None:
    signed = RememberedActor(uid="u", key="alpha", name="Alpha", evidence=Stage.SIGNED)
    found, sentence = assessed(actors(), letters, memory=Memory(actors={"u": signed}, is_baseline=False))
    assert (sentence, blocking(found)) == ("", [NoteCode.LETTERS_UNREADABLE])


def test_sheet_that_never_had_letters_says_that_nobody_has_signed() -> None:
    for letters in (None, LETTERS[:1], ()):
        found, sentence = assessed(actors(), letters)
        assert (sentence, found.coverage.is_counted) == (
            "Noch niemand hat den Letter of Intent der Klima-Allianz Musterstadt unterzeichnet.",
            True,
        )
