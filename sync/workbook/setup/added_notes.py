"""Notes on cells added to those that a tab has: their texts in one part, their boxes in another."""

import re
from collections.abc import Iterator

from lxml import etree

from sync.workbook.additions import Dialect, add_link, add_part, content_type, free_part
from sync.workbook.book import SheetEntry, local
from sync.workbook.package import DamagedError, Draft, Package
from sync.workbook.spans import Edit, Element, Layout, apply, elements, inside
from sync.workbook.worksheet_order import place_of

COMMENTS, BOXES = "comments", "vmlDrawing"
SHAPE_TYPE = b"_x0000_t202"
_SHAPE = re.compile(rb"_x0000_s(\d{1,9})")
_END = b"</xml>"


def add_notes(
    draft: Draft, sheet: SheetEntry, there: Layout, made: Package, source: str, dialect: Dialect
) -> list[Edit]:
    """Add the notes of a worksheet that openpyxl wrote, and return what has to change in the tab itself for them.

    `there` is the layout of the tab. None are added where its drawing is none that Excel writes.
    """
    targets = {kind.rpartition("/")[2]: target for kind, target in made.related(source).values()}
    if COMMENTS not in targets:
        return []
    edits = _add_boxes(draft, sheet, there, made, targets[BOXES], dialect)
    if edits is None:
        return []
    texts = dialect.translated(made.part(targets[COMMENTS]))
    name = next(iter(draft.package.targets(sheet.part, COMMENTS)), None)
    if name is None:
        name = free_part(draft, targets[COMMENTS])
        add_part(draft, name, texts, content_type(made, targets[COMMENTS]))
        add_link(draft, sheet.part, f"{dialect.links}/{COMMENTS}", name)
    else:
        draft.changed[name] = _with_texts(draft.part(name), texts)
    return edits


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


def _add_boxes(
    draft: Draft, sheet: SheetEntry, top: Layout, made: Package, source: str, dialect: Dialect
) -> list[Edit] | None:
    """Add the boxes of notes to the drawing of the tab, or give it one; return what that changes in the tab.

    None says that nothing could be added to its drawing.
    """
    there = top.first("legacyDrawing")
    if there is None:
        name = free_part(draft, source)
        add_part(draft, name, made.part(source), content_type(made, source))
        link = add_link(draft, sheet.part, f"{dialect.links}/{BOXES}", name)
        content = f'<{top.prefix}legacyDrawing xmlns:r="{dialect.links}" r:id="{link}"/>'.encode()
        place = place_of(top, "legacyDrawing")
        return [(place, place, content)]
    link = next((value for name, value in there.attributes.items() if name.endswith(":id")), "")
    name = draft.package.related(sheet.part).get(link, ("", ""))[1]
    part = draft.part(name) if name else b""
    root = _root(part)
    if root is None:
        return None
    boxes = b"".join(_boxes(part, made.part(source)))
    draft.changed[name] = apply(part, [inside(part, root, boxes)])
    return []


def _root(part: bytes) -> Element | None:
    """Return the element that holds the shapes of a drawing; None where nobody can tell where it ends.

    Excel's own drawings may be none of XML (a button's caption holds `<br>`): then it ends with the last end tag.
    """
    try:
        return elements(part, 0)[-1]
    except DamagedError:
        end = len(part.rstrip())
        closing = end - len(_END)
        if not part.endswith(_END, 0, end):
            return None
        return Element(name="xml", attributes={}, depth=0, start=0, end=end, closing=closing)


def _boxes(part: bytes, added: bytes) -> Iterator[bytes]:
    """Yield the boxes of another drawing under numbers that this one has not."""
    number = max(map(int, _SHAPE.findall(part)), default=1024)
    for element in etree.fromstring(added):
        match local(element):
            case "shapetype" if SHAPE_TYPE not in part:
                yield etree.tostring(element)
            case "shape":
                number += 1
                element.set("id", f"_x0000_s{number}")
                yield etree.tostring(element)
