"""Notes on cells added to those that a tab has: their texts in one part, their boxes in another."""

import re

from lxml import etree

from sync.workbook.additions import Dialect, add_link, add_part, content_type, free_part
from sync.workbook.book import SheetEntry, local
from sync.workbook.package import Draft, Package
from sync.workbook.spans import apply, elements, inside, layout
from sync.workbook.worksheet_order import place_of

COMMENTS, BOXES = "/comments", "/vmlDrawing"
SHAPE_TYPE = b"_x0000_t202"
_SHAPE = re.compile(rb"_x0000_s(\d+)")
_END = b"</xml>"


def add_notes(draft: Draft, sheet: SheetEntry, made: Package, source: str, dialect: Dialect) -> None:
    """Add the notes of a worksheet that openpyxl wrote; none where the tab's drawing is none that Excel writes."""
    targets = {kind.rpartition("/")[2]: target for kind, target in made.related(source).values()}
    if "comments" not in targets or not _add_boxes(draft, sheet, made, targets["vmlDrawing"], dialect):
        return
    texts = dialect.translated(made.part(targets["comments"]))
    name = _related(draft, sheet, COMMENTS)
    if name is None:
        name = free_part(draft, targets["comments"])
        add_part(draft, name, texts, content_type(made, targets["comments"]))
        add_link(draft, sheet.part, dialect.links + COMMENTS, name)
    else:
        draft.changed[name] = _with_texts(draft.part(name), texts)


def _related(draft: Draft, sheet: SheetEntry, kind: str) -> str | None:
    related = draft.package.related(sheet.part).values()
    return next((target for type_, target in related if type_.endswith(kind)), None)


def _with_texts(part: bytes, added: bytes) -> bytes:
    """Return the texts of a tab with those of another one behind them, and their author behind the authors."""
    found = elements(part, 2)
    authors = sum(element.name == "author" for element in found)
    lists = {element.name: element for element in found if element.depth == 1}
    more = {local(element): element for element in etree.fromstring(added)}
    for comment in more["commentList"]:
        comment.set("authorId", str(int(comment.get("authorId", "0")) + authors))
    return apply(
        part,
        [
            inside(part, lists[name], b"".join(etree.tostring(element, with_tail=False) for element in more[name]))
            for name in ("authors", "commentList")
        ],
    )


def _add_boxes(draft: Draft, sheet: SheetEntry, made: Package, source: str, dialect: Dialect) -> bool:
    """Add the boxes of notes to the drawing of the tab, or give it one; say whether that worked."""
    top = layout(draft.part(sheet.part), frozenset())
    there = top.first("legacyDrawing")
    if there is None:
        name = free_part(draft, source)
        add_part(draft, name, made.part(source), content_type(made, source))
        link = add_link(draft, sheet.part, dialect.links + BOXES, name)
        content = f'<{top.prefix}legacyDrawing xmlns:r="{dialect.links}" r:id="{link}"/>'.encode()
        place = place_of(top, "legacyDrawing")
        draft.changed[sheet.part] = apply(draft.part(sheet.part), [(place, place, content)])
        return True
    link = next((value for name, value in there.attributes.items() if name.endswith(":id")), "")
    name = draft.package.related(sheet.part).get(link, ("", ""))[1]
    part = draft.part(name) if name else b""
    if part.count(_END) != 1:
        return False
    draft.changed[name] = _with_boxes(part, made.part(source))
    return True


def _with_boxes(part: bytes, added: bytes) -> bytes:
    """Return a drawing with the boxes of another one behind its own, under numbers of their own."""
    number = max(map(int, _SHAPE.findall(part)), default=1024)
    pieces = []
    for element in etree.fromstring(added):
        match local(element):
            case "shapetype" if SHAPE_TYPE not in part:
                pieces.append(etree.tostring(element))
            case "shape":
                number += 1
                element.set("id", f"_x0000_s{number}")
                pieces.append(etree.tostring(element))
    return part.replace(_END, b"".join(pieces) + _END)
