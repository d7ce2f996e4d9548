"""How cells look on Google: what would lose a zero is text, what may be typed is offered, what counts is coloured."""

from typing import Any

import pytest

from scoring.columns import Column, Kind, Owner
from scoring.domain import KeyActor, Light, YesNo
from scoring.tabs import ACTORS, MEETINGS, RESULTS
from sync.google.look import cell_format, fills, header_format, number_format, style, validation

NAMES = {Kind.ACTOR: "=Akteure!$A$2:$A", Kind.PERSON: "=Verteiler!$A$2:$A"}


def column(kind: Kind, **more: Any) -> Column:
    return Column(field=more.pop("field", "any"), de="Etwas", en="Something", kind=kind, **more)


def test_style_is_a_share_of_each_colour() -> None:
    assert style("FF0033") == {"rgbColor": {"red": 1.0, "green": 0.0, "blue": 0.2}}


@pytest.mark.parametrize(
    ("what", "de", "en"),
    [
        (column(Kind.TEXT, field="id"), ("TEXT", "@"), ("TEXT", "@")),
        (column(Kind.MUNICIPALITY_KEY), ("TEXT", "@"), ("TEXT", "@")),
        (column(Kind.INDUSTRY), ("TEXT", "@"), ("TEXT", "@")),
        (column(Kind.DATE), ("DATE", "dd.mm.yyyy"), ("DATE", "yyyy-mm-dd")),
        (column(Kind.DATE, owner=Owner.SERVICE), None, None),
        (column(Kind.TIME), ("TIME", "hh:mm"), ("TIME", "hh:mm")),
        (column(Kind.NUMBER, unit="t"), ("NUMBER", "#,##0"), ("NUMBER", "#,##0")),
        (column(Kind.NUMBER), None, None),
        (column(Kind.NUMBER, field="jobs"), ("NUMBER", "#,##0"), ("NUMBER", "#,##0")),
        (column(Kind.NUMBER, owner=Owner.SERVICE), ("NUMBER", "#,##0"), ("NUMBER", "#,##0")),
        (RESULTS.column("impact"), ("NUMBER", "#,##0.0"), ("NUMBER", "#,##0.0")),
        (column(Kind.PERCENT, owner=Owner.SERVICE), ("NUMBER", "0.0"), ("NUMBER", "0.0")),
        (column(Kind.PERCENT), None, None),
        (column(Kind.YEAR), ("NUMBER", "0"), ("NUMBER", "0")),
        (column(Kind.TEXT), None, None),
    ],
)
def test_number_format_follows_kind_and_language(
    what: Column, de: tuple[str, str] | None, en: tuple[str, str] | None
) -> None:
    found = [number_format(what, "de"), number_format(what, "en")]
    assert [form and (form["type"], form["pattern"]) for form in found] == [de, en]


@pytest.mark.parametrize(
    ("what", "kind", "values"),
    [
        (column(Kind.CHOICE, choices=YesNo), "ONE_OF_LIST", ["ja", "nein"]),
        (column(Kind.SCALE), "NUMBER_BETWEEN", ["0", "5"]),
        (column(Kind.ACTOR), "ONE_OF_RANGE", ["=Akteure!$A$2:$A"]),
        (column(Kind.ACTORS), "ONE_OF_RANGE", ["=Akteure!$A$2:$A"]),
        (column(Kind.PERSON), "ONE_OF_RANGE", ["=Verteiler!$A$2:$A"]),
    ],
)
def test_validation_offers_and_never_blocks(what: Column, kind: str, values: list[str]) -> None:
    rule = validation(what, "de", NAMES)
    assert rule is not None
    assert rule["condition"] == {"type": kind, "values": [{"userEnteredValue": value} for value in values]}
    assert rule["strict"] is False


def test_validation_of_names_needs_a_list_of_them() -> None:
    assert validation(column(Kind.PERSON), "de", {}) is None
    assert validation(column(Kind.TEXT), "de", NAMES) is None


def test_fills_colour_lights_but_no_yes_and_no() -> None:
    assert [label for label, _ in fills(Light, "de")] == ["grün", "gelb", "rot"]
    assert [*fills(KeyActor, "de"), *fills(YesNo, "de"), *fills(None, "de")] == []


def test_grey_columns_are_grey_and_italic_only_beside_people_s_cells() -> None:
    rank = ACTORS.column("rank")
    assert header_format(ACTORS, rank)["textFormat"]["italic"] is True
    assert cell_format(ACTORS, rank, "de")["textFormat"]["italic"] is True
    assert "backgroundColorStyle" in cell_format(ACTORS, rank, "de")
    assert header_format(RESULTS, RESULTS.column("rank"))["textFormat"]["italic"] is False
    assert "backgroundColorStyle" not in cell_format(RESULTS, RESULTS.column("rank"), "de")


def test_numbers_stand_right_below_their_header_and_off_the_next_column() -> None:
    tonnes, rank, day = (
        column(Kind.NUMBER, owner=Owner.SERVICE),
        column(Kind.COUNT),
        column(Kind.DATE, owner=Owner.SERVICE),
    )
    for look in (cell_format(RESULTS, tonnes, "de"), header_format(RESULTS, tonnes)):
        assert (look["horizontalAlignment"], look["padding"]["right"]) == ("RIGHT", 10)
    assert cell_format(RESULTS, rank, "de")["horizontalAlignment"] == "CENTER"
    assert cell_format(RESULTS, day, "de")["horizontalAlignment"] == "LEFT"
    assert "padding" not in cell_format(RESULTS, day, "de")


def test_wide_text_goes_on_below_and_links_are_clipped() -> None:
    looks = {field: cell_format(MEETINGS, MEETINGS.column(field), "de") for field in ("actors", "next_step", "minutes")}
    assert {field: look["wrapStrategy"] for field, look in looks.items()} == {
        "actors": "WRAP",
        "next_step": "WRAP",
        "minutes": "CLIP",
    }
