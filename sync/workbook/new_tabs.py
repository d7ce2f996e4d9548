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
from sync.workbook.book import LAST_ROW, TAB_MARK, Book, SheetEntry, mark_reference
from sync.workbook.package import DamagedError, Draft, rels_name
from sync.workbook.spans import Edit, Element, apply, elements
from sync.workbook.splice import inline_string

CONTENT_TYPES = "[Content_Types].xml"
WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def add_tabs(draft: Draft, book: Book, names: Sequence[str], language: Language) -> dict[str, SheetEntry]:
    """Add empty service tabs behind all others and return their entries by name in code."""
    if not names:
        return {}
    added = _entries(draft, book, names, language)
    main = draft.part(book.part)
    kind = _worksheet_kind(draft, book)
    links = _links(draft, book, len(added))
    for name, sheet in added.items():
        draft.changed[sheet.part] = _worksheet(TABS[name], _main_namespace(main), language)
    draft.changed[book.part] = _with_sheets(main, added, links, kind.removesuffix("/worksheet"))
    draft.changed[rels_name(book.part)] = _with_links(draft, book, added, links, kind)
    draft.changed[CONTENT_TYPES] = _with_types(draft.part(CONTENT_TYPES), added)
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


def _main_namespace(part: bytes) -> str:
    root = elements(part)[-1]
    return next(
        value for name, value in root.attributes.items() if name.startswith("xmlns") and value.endswith("/main")
    )


def _worksheet_kind(draft: Draft, book: Book) -> str:
    """Return the relationship type of worksheets in this file; strict files use other addresses than usual ones."""
    related = draft.package.related(book.part).values()
    return next(kind for kind, target in related if target == book.sheets[0].part)


def _links(draft: Draft, book: Book, count: int) -> list[str]:
    taken = draft.package.related(book.part)
    return [link for link in (f"rIdKA{number}" for number in range(1, len(taken) + count + 1)) if link not in taken][
        :count
    ]


def _prefix(part: bytes, root: Element) -> str:
    """Return what stands before the names in a part ("" or "x:")."""
    opening = part[root.start + 1 : part.index(root.name.encode(), root.start)]
    return opening.decode()


def _with_sheets(part: bytes, added: dict[str, SheetEntry], links: Sequence[str], namespace: str) -> bytes:
    """Return workbook.xml with the new sheets and their marks; a broken mark of that name goes."""
    found = elements(part)
    prefix = _prefix(part, found[-1])
    sheets = "".join(
        f"<{prefix}sheet xmlns:r={quoteattr(namespace)} name={quoteattr(sheet.title)} "
        f'sheetId="{sheet.id}" r:id="{link}"/>'
        for sheet, link in zip(added.values(), links, strict=True)
    )
    marks = {TAB_MARK + name: escape(mark_reference(sheet.title, 1, 0)) for name, sheet in added.items()}
    names = "".join(
        f'<{prefix}definedName name="{mark}">{place}</{prefix}definedName>' for mark, place in marks.items()
    )
    edits = [
        (element.start, element.end, b"")
        for element in found
        if element.name == "definedName"
        and element.attributes.get("name") in marks
        and "localSheetId" not in element.attributes
    ]
    return apply(part, [*edits, _appended(found, "sheets", sheets), _defined(found, prefix, names)])


def _appended(found: Sequence[Element], name: str, content: str) -> Edit:
    """Return the edit that adds content at the end of a child of the root."""
    for element in found:
        if element.name == name and element.depth == 1 and element.closing is not None:
            return (element.closing, element.closing, _bytes(content))
    raise DamagedError(f"the main part has no {name}")


def _defined(found: Sequence[Element], prefix: str, names: str) -> Edit:
    """Return the edit that adds defined names, with their list where there is none yet."""
    children = {element.name: element for element in found if element.depth == 1}
    there = children.get("definedNames")
    if there is not None and there.closing is not None:
        return (there.closing, there.closing, _bytes(names))
    content = _bytes(f"<{prefix}definedNames>{names}</{prefix}definedNames>")
    if there is not None:
        return (there.start, there.end, content)
    before = max(
        child.end for name, child in children.items() if name in {"sheets", "functionGroups", "externalReferences"}
    )
    return (before, before, content)


def _with_links(draft: Draft, book: Book, added: dict[str, SheetEntry], links: Sequence[str], kind: str) -> bytes:
    content = "".join(
        f"<Relationship xmlns={quoteattr(RELATIONSHIPS)} Id={quoteattr(link)} Type={quoteattr(kind)} "
        f"Target={quoteattr('/' + sheet.part)}/>"
        for sheet, link in zip(added.values(), links, strict=True)
    )
    return _inside_root(draft.part(rels_name(book.part)), content)


RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def _with_types(part: bytes, added: dict[str, SheetEntry]) -> bytes:
    content = "".join(
        f'<Override xmlns={quoteattr(TYPES)} PartName={quoteattr("/" + sheet.part)} ContentType="{WORKSHEET_TYPE}"/>'
        for sheet in added.values()
    )
    return _inside_root(part, content)


def _inside_root(part: bytes, content: str) -> bytes:
    closing = elements(part, 0)[-1].closing
    if closing is None:
        raise DamagedError("a list of parts is empty")
    return apply(part, [(closing, closing, _bytes(content))])


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
