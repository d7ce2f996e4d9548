"""How a Google Sheet made by `setup` looks: colours, number formats, dropdowns, widths, as the API spells them.

It is the look of `sync.workbook.setup.look`; what stands in the cells and where is decided elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.columns import NUMERIC, Column, Kind, Owner, TabSpec, Width
from scoring.domain import Choice, Language, Light, Severity, Stage, StepStatus
from sync.layout.colours import FILLS, GREEN, GREY, GREY_CELL, GREY_HEADER, INK
from sync.layout.numbers import SCORES, WHOLE
from sync.layout.titles import OUT_OF_SCALE
from sync.layout.widths import SIZE, characters

Names = Mapping[Kind, str]
"""The formula of the cell range whose names a dropdown offers, by the kind of column."""

WHITE = "FFFFFF"
DATE_PATTERN: Mapping[Language, str] = {"de": "dd.mm.yyyy", "en": "yyyy-mm-dd"}
PIXELS, MARGIN = 7, 6
"""Width of a digit of the default font, and what a column has besides."""

PADDING = {"top": 2, "right": 10, "bottom": 2, "left": 3}
"""Pixels around a number that stands right: it must not touch the text of the next column."""

WRAPPED = frozenset({Width.WIDE, Width.SENTENCE})
"""The columns whose text goes on below, on every tab: Google makes rows as high as their text."""

COLOURED = frozenset({Stage, Light, Severity, StepStatus})
"""The lists whose values are coloured; "ja" and "offen" of other lists mean something else."""


def style(colour: str) -> dict[str, Any]:
    """Return a colour given as RRGGBB as a ColorStyle."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return {"rgbColor": dict(zip(("red", "green", "blue"), parts, strict=True))}


def text(colour: str = INK, *, size: int = SIZE, bold: bool = False, italic: bool = False) -> dict[str, Any]:
    """Return a TextFormat in the sheet's one typeface."""
    return {
        "fontFamily": "Arial",
        "fontSize": size,
        "bold": bold,
        "italic": italic,
        "foregroundColorStyle": style(colour),
    }


def is_lookup(spec: TabSpec, column: Column) -> bool:
    """Say whether this is a grey column on a tab of people."""
    return spec.owner is Owner.PEOPLE and column.owner is Owner.SERVICE


def header_format(spec: TabSpec, column: Column) -> dict[str, Any]:
    """Return the look of a header: green where people write, grey where the service does."""
    grey = column.owner is Owner.SERVICE
    return {
        "backgroundColorStyle": style(GREY_HEADER if grey else GREEN),
        "textFormat": text(INK if grey else WHITE, bold=True, italic=is_lookup(spec, column)),
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP",
        **_side(column),
    }


def cell_format(spec: TabSpec, column: Column, language: Language) -> dict[str, Any]:
    """Return the look of the cells below a header; grey and italic in a lookup column."""
    look: dict[str, Any] = {
        "textFormat": text(GREY, italic=True) if is_lookup(spec, column) else text(),
        "verticalAlignment": "TOP",
        "wrapStrategy": "WRAP" if column.width in WRAPPED else "CLIP",
        **_side(column),
    }
    if is_lookup(spec, column):
        look["backgroundColorStyle"] = style(GREY_CELL)
    pattern = number_format(column, language)
    return look | ({"numberFormat": pattern} if pattern else {})


def _side(column: Column) -> dict[str, Any]:
    """Return where the text of a column stands, its header's too; days stand like text."""
    if column.kind in {Kind.SCALE, Kind.YEAR, Kind.COUNT} or column.field == "rank":
        return {"horizontalAlignment": "CENTER"}
    if column.kind in NUMERIC:
        return {"horizontalAlignment": "RIGHT", "padding": PADDING}
    return {"horizontalAlignment": "LEFT"}


def number_format(column: Column, language: Language) -> dict[str, str] | None:
    """Return the NumberFormat of a column's cells, None for the automatic one.

    Text wherever a number would lose its leading zeros. Patterns are in American spelling whatever the locale. Small
    numbers (a weight, Mio €) stay automatic, because no pattern shows both 0,4 and 12.345 well.
    """
    if column.field == "id":
        return _format("TEXT", "@")
    match column.kind:
        case Kind.NUMBER if column.field in SCORES:
            return _format("NUMBER", "#,##0.0")
        case Kind.NUMBER if column.owner is Owner.SERVICE or column.unit == "t" or column.field in WHOLE:
            return _format("NUMBER", "#,##0")
        case Kind.PERCENT if column.owner is Owner.SERVICE:
            return _format("NUMBER", "0.0")
        case Kind.COUNT | Kind.YEAR:
            return _format("NUMBER", "0")
        case Kind.DATE if column.owner is Owner.PEOPLE:
            return _format("DATE", DATE_PATTERN[language])
        case Kind.TIME:
            return _format("TIME", "hh:mm")
        case Kind.MUNICIPALITY_KEY | Kind.INDUSTRY:
            return _format("TEXT", "@")
    return None


def _format(kind: str, pattern: str) -> dict[str, str]:
    return {"type": kind, "pattern": pattern}


def validation(column: Column, language: Language, names: Names) -> dict[str, Any] | None:
    """Return the DataValidationRule of a column, None without one. It offers and warns, it never blocks."""
    if column.choices:
        labels = [{"userEnteredValue": choice.label(language)} for choice in column.choices]
        return _rule("ONE_OF_LIST", labels) | {"showCustomUi": True}
    if column.kind is Kind.SCALE:
        bounds = [{"userEnteredValue": "0"}, {"userEnteredValue": "5"}]
        return _rule("NUMBER_BETWEEN", bounds) | {"inputMessage": OUT_OF_SCALE[language]}
    cells = names.get(Kind.ACTOR if column.kind is Kind.ACTORS else column.kind)
    return _rule("ONE_OF_RANGE", [{"userEnteredValue": cells}]) | {"showCustomUi": True} if cells else None


def _rule(kind: str, values: list[dict[str, str]]) -> dict[str, Any]:
    return {"condition": {"type": kind, "values": values}, "strict": False}


def fills(choices: type[Choice] | None, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the label and the colour of each value of a list that is coloured."""
    if choices in COLOURED:
        yield from ((choice.label(language), FILLS[choice]) for choice in choices or () if choice in FILLS)


def pixels(spec: TabSpec, column: Column, language: Language) -> int:
    """Return how wide a column is."""
    return characters(spec, column, language) * PIXELS + MARGIN
