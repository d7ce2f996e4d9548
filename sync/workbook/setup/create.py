"""A new workbook with all tabs, for `setup` and `demo`. How it looks is decided in `sync.workbook.setup.look`."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from scoring.addresses import column_letter
from scoring.columns import Column, Kind, Owner, TabSpec, Width
from scoring.domain import Language
from scoring.parsing.headers import spellings
from scoring.tabs import ACTORS, OVERVIEW, RECIPIENTS, SETTINGS, SETTINGS_ROWS
from scoring.text import squeeze
from sync.errors import SetupError
from sync.layout import ORDER, arranged
from sync.layout.charts import CHART_TABS
from sync.layout.colours import GREY
from sync.layout.widths import CHARACTERS
from sync.workbook.book import COLUMN_MARK, TAB_MARK, Place, mark_reference
from sync.workbook.package import is_file
from sync.workbook.replace import create_file
from sync.workbook.setup.charts import add_charts
from sync.workbook.setup.columns import fold_columns
from sync.workbook.setup.look import (
    DATE_FORMAT,
    Look,
    add_dropdown,
    cell_look,
    dress_column,
    dress_tab,
    font,
    number_format,
)
from sync.workbook.setup.overview import lay_out_overview
from sync.workbook.widths import LINE, PADDING, lines

if TYPE_CHECKING:
    from sync.workbook import Row

LAST_NAME = 2_000  # the dropdowns of names offer the rows down to this one


def create(path: Path, language: Language, content: Mapping[str, "Sequence[Row]"]) -> tuple[str, ...]:
    """Write a new workbook and return the titles of its tabs; `SetupError` when the file exists or cannot be made."""
    if is_file(path):
        raise SetupError(f"{path} exists already; nothing was changed.")
    book = Workbook()
    book.remove(book.worksheets[0])
    _set_usual_font(book)
    book.properties.creator = "Klima-Allianz"
    lists = name_lists({spec.name: Place(title=spec.title(language), row=2, column=0) for spec in (ACTORS, RECIPIENTS)})
    for spec in ORDER:
        add_tab(book, spec, spec.title(language), language, lists, content.get(spec.name, ()))
    add_charts(
        book[OVERVIEW.title(language)], CHART_TABS, {spec.name: spec.title(language) for spec in ORDER}, language
    )
    book.active = ORDER.index(ACTORS)
    create_file(path, packed(book))
    return tuple(book.sheetnames)


def _set_usual_font(book: Workbook) -> None:
    """Measure columns in the workbook's one typeface: Calibri, openpyxl's own choice, is not on every machine.

    Where it is missing, LibreOffice draws all columns a fifth wider, below the charts.
    """
    parts: Any = book  # openpyxl shows neither of them
    parts._fonts[0] = font()  # noqa: SLF001
    parts._named_styles["Normal"].font = font()  # noqa: SLF001


def packed(book: Workbook) -> bytes:
    """Return the bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def name_lists(places: Mapping[str, Place]) -> dict[Kind, str]:
    """Return the cell ranges whose names the dropdowns offer, from the first cell of the names in each tab."""
    kinds = {ACTORS.name: Kind.ACTOR, RECIPIENTS.name: Kind.PERSON}
    return {
        kinds[
            name
        ]: f"{mark_reference(place.title, place.row, place.column)}:${column_letter(place.column)}${LAST_NAME}"
        for name, place in places.items()
    }


def add_tab(
    book: Workbook,
    spec: TabSpec,
    title: str,
    language: Language,
    lists: Mapping[Kind, str],
    rows: "Sequence[Row]" = (),
) -> None:
    """Add one tab of the column table at the end, with its look, its mark and its rows."""
    sheet = book.create_sheet(title)
    dress_tab(sheet, spec)
    if spec.owner is Owner.SERVICE:
        mark(book, TAB_MARK + spec.name, title, 1, 0)
    if spec is OVERVIEW:
        lay_out_overview(sheet, language)
        return
    columns = arranged(spec)
    for index, column in enumerate(columns):
        header = sheet.cell(1, index + 1, column.header(language))
        dress_column(sheet, spec, column, header, language, lists)
        if column in spec.lookups:
            mark(book, COLUMN_MARK + column.field, title, 1, index)
    if spec is SETTINGS:
        _fill_settings(sheet, language, rows)
    else:
        _fill(sheet, spec, columns, rows, language)
    if spec is ACTORS:
        _fold_actors(sheet, columns)


def mark(book: Workbook, name: str, title: str, row: int, column: int) -> None:
    """Let a defined name point to a cell (1-based row, 0-based column), so that it is known as ours."""
    book.defined_names[name] = DefinedName(name, attr_text=mark_reference(title, row, column))


def _fold_actors(sheet: Worksheet, columns: Sequence[Column]) -> None:
    front = sum(column.front for column in columns)
    fold_columns(sheet, front, len(columns) - 1)
    sheet.auto_filter.ref = f"A1:{column_letter(len(columns) - 1)}{LAST_NAME}"


def _fill(
    sheet: Worksheet, spec: TabSpec, columns: Sequence[Column], rows: "Iterable[Row]", language: Language
) -> None:
    looks = [cell_look(spec, column, language) for column in columns]
    for number, row in enumerate(rows, 2):
        for index, column in enumerate(columns):
            _put(sheet, number, index, row.get(column.field), looks[index], language)


def _put(
    sheet: Worksheet, number: int, index: int, value: str | float | date | None, look: Look, language: Language
) -> None:
    """Fill a cell as a person would: text stays text, and a day is shown as one whatever its column is for."""
    if value is None or value == "":
        return
    cell = sheet.cell(number, index + 1, value)
    look.on(cell)
    if isinstance(value, date):
        cell.number_format = DATE_FORMAT[language]
    elif isinstance(value, str) and cell.data_type == "f":
        cell.data_type = "s"


def _fill_settings(sheet: Worksheet, language: Language, rows: "Sequence[Row]") -> None:
    """Write the given settings, then the names of all others."""
    known = spellings(SETTINGS_ROWS)
    given = [(known.get(squeeze(str(row.get("setting", "")))), row) for row in rows]
    fields = {setting.field for setting, _ in given if setting}
    missing = [
        (setting, {"setting": setting.header(language)}) for setting in SETTINGS_ROWS if setting.field not in fields
    ]
    places = {column.field: index for index, column in enumerate(SETTINGS.columns)}
    for number, (setting, row) in enumerate([*given, *missing], 2):
        put_setting(sheet, number, places, setting, row, language)


def put_setting(
    sheet: Worksheet, number: int, places: Mapping[str, int], setting: Column | None, row: "Row", language: Language
) -> None:
    """Write a row of Einstellungen with its dropdown and what it means; `places` are the 0-based columns by field.

    `setting` is None for a row of a name that is no setting's.
    """
    remark = row.get("remark") or (setting.help(language) if setting else None)
    for field, index in places.items():
        look = cell_look(SETTINGS, SETTINGS.column(field), language)
        if field != "value":
            look = replace(look, font=font(bold=True) if field == "setting" else font(GREY, italic=True))
        elif setting:
            alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
            look = replace(look, alignment=alignment, number_format=number_format(setting, language))
            look.on(sheet.cell(number, index + 1))  # also while it is blank
            add_dropdown(sheet, setting, f"{column_letter(index)}{number}", language, {})
        _put(sheet, number, index, remark if field == "remark" else row.get(field), look, language)
    if "remark" in places:
        sheet.row_dimensions[number].height = PADDING + LINE * lines(str(remark or ""), CHARACTERS[Width.SENTENCE])
