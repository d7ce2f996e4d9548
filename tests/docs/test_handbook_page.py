"""docs/handbuch.md names only what exists, and the figures of its example are those of the code."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from math import isnan
from pathlib import Path

import docs
from reports.sentences import public_sentence, team_sentence
from reports.tabs import run_answer, run_row
from reports.wording import words
from scoring.alliance import Settings
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.coverage import ENOUGH_TO_HIDE_ONE
from scoring.domain import DataQuality, InventoryMethod, Release
from scoring.emissions import QUALITY_FACTORS
from scoring.figures import YEARS_AS_IS, YEARS_USABLE
from scoring.fuse import FEW, ONE_IN
from scoring.memory import Memory
from scoring.messages import NoteCode
from scoring.tabs import ACTORS, SETTINGS_ROWS, TABS
from sync.cli import _parser
from sync.decision import Options
from sync.preview import sample_stage
from tests.scoring.build import alliance

FOLDER = Path(docs.__path__[0])
TEXT = (FOLDER / "handbuch.md").read_text(encoding="utf-8")
PAGE = " ".join(TEXT.split())
DE = words("de")
LARGEST = 200_000
"""Bytes of a picture."""

MOSTLY_FIXED = 20
"""Characters of a sentence besides its placeholders."""

COLUMNS = [*SETTINGS_ROWS, *(column for tab in TABS.values() for column in tab.columns)]
TODAY = date(2026, 11, 24)
TOWN = Settings(
    municipality="Beispielstadt",
    inventory_method=InventoryMethod.BISKO,
    inventory_year=2023,
    inventory_total=100_000.0,
)


def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table below that heading, without its header."""
    lines = TEXT.partition(f"# {heading}\n")[2].splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("|"))
    found = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found[2:]


# --- The names


def test_every_tab_column_setting_and_line_in_italics_exists() -> None:
    known = {tab.de for tab in TABS.values()} | {column.de for column in COLUMNS}
    known |= {it.text for code, it in DE.sentences.items() if code.startswith("overview.label.")}
    known |= {DE.text("timetable.label"), "Kursiv"}
    named = set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", TEXT))
    assert (named >= {"Übersicht", "Rang", "Bilanzmethode"}, named - known) == (True, set())


def says(template: str, quoted: str) -> bool:
    """Say whether that is this sentence of the service; one of little but placeholders says anything, so nothing."""
    fixed = re.split(r"\{[^}]*\}", template)
    is_telling = len(fixed) == 1 or len("".join(fixed)) > MOSTLY_FIXED
    return is_telling and re.fullmatch(".+".join(map(re.escape, fixed)), quoted) is not None


def is_said(quoted: str) -> bool:
    return any(says(text, quoted) for it in DE.sentences.values() for text in (it.text, it.plural))


def test_every_value_and_sentence_in_quotation_marks_is_one_that_the_sheet_knows() -> None:
    choices = {choice.de for column in COLUMNS for choice in column.choices or ()} | {each.de for each in Release}
    now, fine = datetime(2026, 11, 24, 8, 15, tzinfo=UTC), DE.text("overview.run.fine")
    answer = run_row(now, fine, DE, run_answer(3, 1, DE, changed=True))[1]
    quoted = set(re.findall("„((?:[^„“]|„[^„“]*“)*)“", PAGE))
    unknown = {text for text in quoted - choices - {answer} if not is_said(text)}
    assert (quoted >= {"ja", "wartet auf Freigabe", answer}, unknown) == (True, set())


def test_every_state_of_the_first_line_is_explained() -> None:
    states = {code for code in DE.sentences if code.startswith("overview.run.")}
    told = [row[0][1:-1] for row in table("Einen Lauf anstoßen")]
    assert {code for code in states if not any(says(DE.sentences[code].text, line) for line in told)} == set()


def test_the_service_tabs_are_those_that_it_writes() -> None:
    (listed,) = re.findall(r"in die grauen Spalten und in die Tabs (.+?)\. Sie rät nicht", PAGE)
    assert re.findall(r"\*(.+?)\*", listed) == [tab.de for tab in TABS.values() if tab.owner.value == "service"]


def test_every_grey_column_is_explained() -> None:
    assert [row[0].strip("*") for row in table("Was die grauen Spalten sagen")] == [it.de for it in ACTORS.lookups]


def test_every_step_is_explained() -> None:
    expected = [f"{number} {DE.text(f'steps.name.{number}')}" for number in range(9)]
    assert [row[0] for row in table("Die Schritte 0 bis 8")] == expected


def test_every_note_code_exists_and_what_the_sample_meets_more_than_once_is_explained() -> None:
    codes = {str(code) for code in NoteCode}
    explained = [row[2].strip("`") for row in table("Die zehn häufigsten Hinweise")]
    released = set(re.findall(r"`(release_\w+)`", TEXT))
    options = Options(language="de", now=datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    met = Counter(note.code for note in sample_stage(options).assessment.notes)
    assert (len(explained), {*explained, *released} - codes) == (10, set())
    assert {str(code) for code, count in met.items() if count > 1} - set(explained) == set()
    assert released == {code for code in codes if code.startswith("release_")}


def test_every_command_exists() -> None:
    usage = _parser().format_help()
    named = set(re.findall(r"`klima-allianz ([a-z]+)", TEXT))
    assert {name for name in named if f"    {name} " not in usage} == set()


# --- Links and pictures


def anchors(text: str) -> set[str]:
    """Return the anchors of the headings as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere() -> None:
    targets = set(re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", PAGE))
    places = {target for target in targets if target.startswith("#")}
    assert places - anchors(TEXT) == set()
    assert {target for target in targets - places if not (FOLDER / target).is_file()} == set()
    assert targets >= {"spalten.md", "google.md", "mails.md", "hinweise.md"}


def test_every_picture_is_there_with_a_text_of_its_own_and_none_is_left_over() -> None:
    shown = re.findall(r"!\[([^\]]+)\]\(handbuch/([^)]+)\)", TEXT)
    there = {path.name: path.stat().st_size for path in (FOLDER / "handbuch").iterdir()}
    assert {name for _, name in shown} == set(there)
    assert len({alt for alt, _ in shown}) == len(shown)
    assert {name for name, size in there.items() if size > LARGEST} == set()


# --- The example and the rules


def assessed(**quality: str) -> Assessment:
    """Return the example of the page as the code sees it; `quality` gives actors another Datengüte."""
    actors, letters = [], []
    for name, tonnes, grade, *_ in table("Ein kleines Beispiel")[:-1]:
        figures = {"emissions": float(tonnes.replace(".", "")), "emissions_year": 2023} if tonnes else {}
        actors.append({"name": name, "data_quality": quality.get(name, grade), **figures})
        letters.append({"actor": name.casefold(), "status": "signed", "signed_on": date(2026, 10, 1)})
    return assess(alliance(actors=actors, letters=letters, settings=TOWN), Memory(), TODAY)


def test_the_figures_of_the_example_are_those_of_the_code() -> None:
    def shown(tonnes: float) -> str:
        return "unbekannt" if isnan(tonnes) else DE.number(tonnes)

    found, bounds = assessed(), ["figure_min", "figure_mid", "figure_max"]
    assert (TOWN.municipality in PAGE, DE.number(TOWN.inventory_total or 0) in PAGE) == (True, True)
    expected = [[shown(tonnes) for tonnes in row] for row in found.actors[bounds].to_numpy().tolist()]
    covered = found.coverage
    total = [DE.number((share or 0) * 100_000) for share in (covered.minimum, covered.mid)]
    assert [row[3:] for row in table("Ein kleines Beispiel")] == [*expected, [*total, "offen"]]


def test_the_sentences_of_the_example_are_those_of_the_code() -> None:
    covered = assessed().coverage
    assert re.findall(r"^> (.+)$", TEXT, re.MULTILINE) == [
        public_sentence(covered, TOWN, DE),
        team_sentence(covered, DE),
    ]


def test_a_better_grade_adds_what_the_page_says() -> None:
    assert assessed(Brauerei="A").coverage.percent == 15
    assert "(A statt C), werden daraus 15 %" in PAGE


def test_rules_named_on_the_page_are_those_of_the_code() -> None:
    spans = {grade.de: QUALITY_FACTORS[grade] for grade in DataQuality}
    assert spans == {"A": (0.95, 1.05), "B": (0.85, 1.15), "C": (0.7, 1.3), "D": (0.5, 2.0)}
    assert "A ± 5 %, B ± 15 %, C ± 30 %, D die Hälfte bis das Doppelte" in PAGE
    assert (YEARS_AS_IS, YEARS_USABLE, ENOUGH_TO_HIDE_ONE) == (2, 5, 3)
    assert "bis zwei Jahre neben dem *Bilanzjahr* wie sie sind, bis fünf eine Stufe schlechter" in PAGE
    assert "weniger als drei mit einer Zahl über 0" in PAGE
    assert (FEW, ONE_IN) == (5, 5)
    assert "mehr als fünf Akteure **und** mehr als ein Fünftel der Liste" in PAGE
