"""Service tabs for a workbook that `setup` never saw, added by a few bytes in its lists and one new part each.

They are plain: a bold header, widths, the two dropdowns of the people. The styled ones are made by `setup`.
"""

import posixpath
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from reports.wording import words
from scoring.addresses import column_letter
from scoring.columns import TabSpec
from scoring.domain import Language, Release
from scoring.tabs import OUTBOX, OVERVIEW, TABS
from sync.layout.titles import TICK_LABEL, free_title
from sync.layout.widths import characters
from sync.ownership import RELEASE_COLUMN, TICK_COLUMN, TICK_ROW
from sync.workbook.additions import add_part, child, dialect_of, list_sheets, prefix_of
from sync.workbook.book import LAST_ROW, TAB_MARK, Book, SheetEntry, mark_reference
from sync.workbook.package import Draft
from sync.workbook.spans import elements
from sync.workbook.splice import inline_string

WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def add_tabs(draft: Draft, book: Book, names: Sequence[str], language: Language) -> dict[str, SheetEntry]:
    """Add empty service tabs behind all others and return their entries by name in code."""
    if not names:
        return {}
    added, dialect = _entries(draft, book, names, language), dialect_of(book)
    prefix = prefix_of(draft.part(book.part), child(draft.part(book.part), "sheets")).decode()
    marks = {}
    for name, sheet in added.items():
        add_part(draft, sheet.part, _worksheet(TABS[name], dialect.main, language), WORKSHEET_TYPE)
        place = escape(mark_reference(sheet.title, 1, 0))
        mark = TAB_MARK + name
        marks[mark] = _bytes(f'<{prefix}definedName name="{mark}">{place}</{prefix}definedName>')
    list_sheets(draft, book, tuple(added.values()), marks, dialect)
    return added


def _entries(draft: Draft, book: Book, names: Sequence[str], language: Language) -> dict[str, SheetEntry]:
    """Return entries whose titles, ids and parts are free."""
    sheets = [child for child in elements(draft.part(book.part)) if child.name == "sheet"]
    titles = [sheet.attributes.get("name", "") for sheet in sheets]
    last_id = max(int(sheet.attributes.get("sheetId", "0")) for sheet in sheets)
    folder = posixpath.dirname(book.part)
    taken = {name.casefold() for name in draft.package.names}
    parts = (f"{folder}/worksheets/sheet{number}.xml".lstrip("/") for number in range(1, len(taken) + len(names) + 2))
    free = (part for part in parts if part.casefold() not in taken)
    entries = {}
    for number, name in enumerate(names, last_id + 1):
        title = free_title(TABS[name], titles, language)
        titles.append(title)
        entries[name] = SheetEntry(id=str(number), title=title, part=next(free))
    return entries


def _bytes(text: str) -> bytes:
    return text.encode("ascii", "xmlcharrefreplace")


def _worksheet(spec: TabSpec, namespace: str, language: Language) -> bytes:
    return b"".join(_worksheet_pieces(spec, namespace, language))


def _worksheet_pieces(spec: TabSpec, namespace: str, language: Language) -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    yield _bytes(f"<worksheet xmlns={quoteattr(namespace)}>")
    yield b'<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    yield b'state="frozen"/></sheetView></sheetViews><cols>'
    for number, column in enumerate(spec.columns, 1):
        width = characters(spec, column, language)
        yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'.encode()
    yield b'</cols><sheetData><row r="1">'
    headers = spec.columns[:1] if spec is OVERVIEW else spec.columns
    for index, column in enumerate(headers):
        yield f'<c r="{column_letter(index)}1" t="inlineStr">'.encode()
        yield inline_string(column.header(language), properties="<b/>") + b"</c>"
    yield b"</row>"
    if spec is OVERVIEW:
        yield f'<row r="{TICK_ROW}"><c r="A{TICK_ROW}" t="inlineStr">'.encode()
        yield inline_string(words(language).text(TICK_LABEL)) + b"</c></row>"
    yield b"</sheetData>" + _signal(spec, language) + b"</worksheet>"


def _signal(spec: TabSpec, language: Language) -> bytes:
    """Return the dropdown of the signal that people give on this tab; a tab without one is protected instead."""
    choices: tuple[Release, ...]
    if spec is OVERVIEW:
        cells, choices = f"{column_letter(TICK_COLUMN)}{TICK_ROW}", (Release.YES,)
    elif spec is OUTBOX:
        letters = column_letter(RELEASE_COLUMN)
        cells, choices = f"{letters}2:{letters}{LAST_ROW}", tuple(Release)
    else:
        return b'<sheetProtection sheet="1" formatColumns="0" sort="0" autoFilter="0"/>'
    labels = ",".join(choice.label(language) for choice in choices)
    return _bytes(
        f'<dataValidations count="1"><dataValidation type="list" errorStyle="warning" allowBlank="1" '
        f'showErrorMessage="1" sqref="{cells}"><formula1>"{escape(labels)}"</formula1></dataValidation>'
        "</dataValidations>"
    )
