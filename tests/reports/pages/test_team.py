"""The team's page: the share can be added up, every part is there, lists are bounded, and private cells stay out."""

import re
from dataclasses import replace
from functools import cache

import pytest
from lxml import html

from reports.pages import team_page
from reports.pages.rows import NAMES, NOTES
from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.domain import Severity
from scoring.memory import Memory
from scoring.messages import Note, NoteCode
from scoring.tabs import CONTACTS, PEOPLE_TABS
from tests.reports.pages.build import MEMORY, SETTINGS, TODAY, filled, signed, town, works


def rows(page: str, table: str, part: str = "tbody") -> list[list[str]]:
    """Return the texts of the cells of the rows in that part of the table of that class."""
    found = html.fromstring(page).xpath(f"//table[@class='{table}']/{part}/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def number(text: str) -> float:
    return float(text.replace(".", "").replace(",", ".").replace("−", "-").removesuffix(" %"))


ACTORS = [
    works("Mutter", 100_000, includes_children="yes"),
    works("Tochter", 30_000, parent="mutter"),
    works("Enkelin", 20_000, parent="mutter"),
    works("Werk", 50_000),
    works("Bus", 40_000),
    {"name": "Verein", "jobs": 100, "industry": "C", "kind": "association", "sector": "commerce"},
    {"name": "Leer", "kind": "association"},
]
LETTERS = [signed(name) for name in ("mutter", "tochter", "werk", "bus", "verein", "leer")]


OVERLAPS = [{"actor_a": "werk", "actor_b": "bus", "tonnes": 5_000}]


@cache
def family() -> tuple[Assessment, str]:
    """Return the assessment of a town with parents, an overlap, an estimate and an unknown, and its page."""
    alliance, assessment = town(actors=ACTORS, letters=LETTERS, overlaps=OVERLAPS)
    return assessment, team_page(alliance, assessment, MEMORY, "de", "https://example.org/sheet")


def test_the_lines_add_up_to_the_share() -> None:
    assessment, page = family()
    lines = rows(page, "traced")
    totals, shares = rows(page, "traced", "tfoot")
    for bound, share in zip(
        (-3, -2, -1), (assessment.coverage.minimum, assessment.coverage.mid, assessment.coverage.maximum), strict=True
    ):
        added = sum(number(line[bound]) for line in lines)
        assert added == pytest.approx(number(totals[bound]), abs=0.05 * len(lines))
        assert number(totals[bound]) / 1_000_000 == pytest.approx(share, abs=1e-6)
        assert number(shares[bound]) == pytest.approx(100 * (share or 0), abs=0.005)


def test_a_line_names_the_cells_and_what_the_figure_rests_on() -> None:
    lines = {line[0].split()[0]: line for line in rows(family()[1], "traced")}
    assert lines["Werk"] == [
        "Werk Eingetragen, Datengüte A.",
        "LoI!C4 Akteure!I5",
        *("47.500,0", "50.000,0", "52.500,0") * 2,
    ]
    assert lines["Mutter"][0].endswith("Weniger, weil Töchter eigene Zeilen haben oder nicht unterzeichnet haben.")
    assert lines["Verein"][0].endswith("Geschätzt aus Beschäftigten und Branche: zählt nicht zum sicheren Anteil.")
    assert lines["Verein"][2] == "0,0"
    assert lines["Leer"][2:5] == ["0,0", "0,0", "–"]


def test_every_part_is_there_and_named() -> None:
    page = html.fromstring(family()[1])
    sections = [section.get("aria-labelledby") for section in page.iter("section")]
    assert sections == [
        *("coverage", "trend", "sectors", "trace", "talks"),
        *("matrix", "pipeline", "steps", "measures", "notes", "settings"),
    ]
    assert {name for name in sections if not page.xpath(f"//h2[@id='{name}']")} == set()
    assert page.get("lang") == "de"
    assert page.xpath("//header//a")[0].get("href") == "https://example.org/sheet"


def test_an_empty_sheet_gives_a_page_without_pictures() -> None:
    alliance, assessment = town(replace(SETTINGS, inventory_method=None))
    page = html.fromstring(team_page(alliance, assessment, Memory(), "de"))
    assert page.xpath("//svg") == []
    assert "Der Tab Akteure ist noch leer." in page.text_content()


def test_ids_are_unique_and_every_reference_has_one() -> None:
    page = family()[1]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page)
    assert {a or b for a, b in used} - set(ids) == set()


def test_nothing_comes_from_outside() -> None:
    page = family()[1]
    assert re.findall(r"<script|@import|url\((?!#)|\bsrc=|<link", page) == []
    assert set(re.findall(r"https?://[^\s\"<]+", page)) == {
        "https://example.org/sheet",
        "https://example.org/loi",
        "http://www.w3.org/1999/xlink",  # the name of a vocabulary, not an address
    }


def test_private_cells_contacts_and_addresses_stay_out() -> None:
    alliance = filled(lambda tab, field, number: f"kanarie.{tab}.{field}.{number}")
    page = team_page(alliance, assess(alliance, Memory(), TODAY), MEMORY, "de")
    shown = set(re.findall(r"kanarie\.([a-z_]+)\.([a-z0-9_]+)\.\d", page))
    private = {(tab.name, column.field) for tab in PEOPLE_TABS for column in tab.columns if column.private}
    contacts = {(CONTACTS.name, column.field) for column in CONTACTS.columns}
    secret = private | contacts | {("recipients", "email"), ("settings", "success_report_to"), ("actors", "note")}
    assert shown & secret == set()
    assert ("actors", "name") in shown


def test_long_lists_are_cut_and_counted() -> None:
    many = [{"name": f"Akteur {number:04}", "kind": "other"} for number in range(NAMES + 5)]
    alliance, assessment = town(actors=many)
    notes = [Note(code=NoteCode.QUALITY_ASSUMED, severity=Severity.HINT)] * (NOTES + 7)
    page = html.fromstring(team_page(alliance, replace(assessment, notes=tuple(notes)), MEMORY, "de"))
    assert "und 5 weitere" in page.xpath("//ul[@class='rungs']//p")[0].text_content()
    section = page.xpath("//section[@aria-labelledby='notes']")[0]
    assert (len(section.xpath(".//tbody/tr")), "und 7 weitere" in section.text_content()) == (NOTES, True)


def test_assumed_settings_are_marked() -> None:
    alliance, assessment = town()
    marked = [row[0] for row in rows(team_page(alliance, assessment, MEMORY, "de"), "settings") if row[2]]
    assert marked == ["Einwohner", "Arbeitsplätze am Ort", "Umsatz am Ort (Mio €)"]
