"""How a workbook looks, as far as it decides whether people can read it."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from scoring.columns import Column, TabSpec
from scoring.domain import Language, Light, Severity, Stage, StepStatus
from scoring.tabs import ACTORS, OVERVIEW, TABS
from sync.layout import ORDER
from sync.layout.colours import FILLS, GREY
from sync.layout.widths import characters, wraps
from sync.workbook import create_workbook
from sync.workbook.setup.look import Look, cell_look, dress_column, header_look

COLUMNS = [(spec, column) for spec in TABS.values() for column in spec.columns]


def luminance(colour: str) -> float:
    """Relative luminance of a colour RRGGBB (WCAG 2.1)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(text: str, ground: str) -> float:
    dark, light = sorted((luminance(text), luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def colours(look: Look) -> tuple[str, str]:
    font: Any = look.font
    fill: Any = look.fill
    return font.color.rgb[-6:], fill.start_color.rgb[-6:] if fill.fill_type else "FFFFFF"


def test_contrast_of_known_colours() -> None:
    assert [round(contrast(*pair), 2) for pair in (("000000", "FFFFFF"), ("777777", "FFFFFF"))] == [21.0, 4.48]


@pytest.mark.parametrize(("spec", "column"), COLUMNS)
def test_text_has_contrast_aa_on_its_fill(spec: TabSpec, column: Column) -> None:
    for look in (header_look(spec, column), cell_look(spec, column, "de")):
        assert contrast(*colours(look)) >= 4.5


def test_grey_text_has_contrast_aa_on_every_fill_of_a_list_value() -> None:
    assert min(contrast(GREY, colour) for colour in FILLS.values()) >= 4.5


def test_notes_beside_an_actor_are_as_wide_as_the_recommendation_and_wrap() -> None:
    grey = [ACTORS.column(field) for field in ("recommendation", "notes")]
    assert [(characters(ACTORS, column, "de"), wraps(ACTORS, column)) for column in grey] == [(60, True), (60, True)]


def test_every_tab_prints_one_landscape_page_wide_and_overview_one_high(tmp_path: Path) -> None:
    create_workbook(tmp_path / "a.xlsx", "de")
    pages = {
        sheet.title: (sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
        for sheet in load_workbook(tmp_path / "a.xlsx").worksheets
        if sheet.sheet_properties.pageSetUpPr.fitToPage
    }
    assert pages == {spec.de: ("landscape", 1, 1 if spec is OVERVIEW else 0) for spec in ORDER}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_header_has_a_note_that_says_what_it_means(tmp_path: Path, language: Language) -> None:
    create_workbook(tmp_path / "a.xlsx", language)
    tabs = [spec for spec in ORDER if spec is not OVERVIEW]
    book = load_workbook(tmp_path / "a.xlsx")
    said = {
        (spec.name, str(cell.value)): cell.comment.text if cell.comment else ""
        for spec in tabs
        for cell in book[spec.title(language)][1]
    }
    assert said == {
        (spec.name, column.header(language)): column.help(language) for spec in tabs for column in spec.columns
    }
    assert "" not in said.values()


@pytest.mark.parametrize(("spec", "column"), [(spec, column) for spec, column in COLUMNS if column.choices])
def test_stages_lights_and_severities_are_coloured_on_every_tab_that_shows_them(spec: TabSpec, column: Column) -> None:
    sheet = Workbook().create_sheet()
    dress_column(sheet, spec, column, sheet.cell(1, 1, column.de), "de", {})
    rules = {rule.formula[0] for _, found in sheet.conditional_formatting._cf_rules.items() for rule in found}
    coloured = {Stage, Light, Severity, StepStatus} & {column.choices}
    assert rules == {f'"{choice.de}"' for choices in coloured for choice in choices if choice in FILLS}
