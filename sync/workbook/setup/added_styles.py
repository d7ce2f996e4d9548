"""Cell styles added behind those that a workbook has, so that every style of people's cells keeps its number."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from sync.workbook.additions import Dialect, add_link, add_part, content_type
from sync.workbook.book import Book, local
from sync.workbook.package import Draft, Package, whole_number

STYLES = "xl/styles.xml"
FIRST_OWN_FORMAT = 164  # numbers below are Excel's own formats
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles")
_PARTS = (("fontId", "fonts", "applyFont"), ("fillId", "fills", "applyFill"), ("borderId", "borders", "applyBorder"))


@dataclass(frozen=True, kw_only=True)
class Offsets:
    """What is to be added to the number of a style: of a cell, and of a conditional format."""

    cell: int
    conditional: int


def add_styles(draft: Draft, book: Book, fresh: Package, dialect: Dialect) -> Offsets:
    """Add the styles of another workbook that openpyxl wrote and return how far their numbers moved."""
    added = dialect.translated(fresh.part(STYLES))
    name = next(iter(draft.package.targets(book.part, "styles")), None)
    if name is None:
        add_part(draft, STYLES, added, content_type(fresh, STYLES))
        add_link(draft, book.part, f"{dialect.links}/styles", STYLES)
        return Offsets(cell=0, conditional=0)
    root = draft.package.tree(name)
    offsets = _append_all(root, etree.fromstring(added))
    draft.changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return offsets


def _append_all(root: etree._Element, added: etree._Element) -> Offsets:
    formats = _number_formats(root, added)
    first = {kind: _append(root, added, kind) for _, kind, _ in _PARTS}

    def renumber(style: etree._Element) -> None:
        for attribute, kind, applied in _PARTS:
            style.set(attribute, str(int(style.get(attribute, "0")) + first[kind]))
            style.set(applied, "1")
        number = style.get("numFmtId", "0")
        style.set("numFmtId", formats.get(number, number))
        style.set("applyNumberFormat", "1")
        style.set("xfId", "0")

    return Offsets(cell=_append(root, added, "cellXfs", renumber), conditional=_append(root, added, "dxfs"))


def _append(
    root: etree._Element, added: etree._Element, kind: str, change: Callable[[etree._Element], None] | None = None
) -> int:
    """Move the styles of a kind behind those that are there and return how many there were."""
    there, more = _list(root, kind), _list(added, kind)
    before = sum(isinstance(element.tag, str) for element in there)
    for element in list(more):
        if change is not None:
            change(element)
        there.append(element)
    there.set("count", str(sum(isinstance(element.tag, str) for element in there)))
    return before


def _list(root: etree._Element, kind: str) -> etree._Element:
    """Return the list of a kind, made at its place when there is none."""
    for element in root:
        if local(element) == kind:
            return element
    earlier = _ORDER[: _ORDER.index(kind)]
    place = max((index + 1 for index, element in enumerate(root) if local(element) in earlier), default=0)
    made = root.makeelement(f"{{{etree.QName(root).namespace}}}{kind}")
    root.insert(place, made)
    return made


def _number_formats(root: etree._Element, added: etree._Element) -> dict[str, str]:
    """Add the spelled-out number formats under free numbers and return the new number of each."""
    more = [format_ for element in added if local(element) == "numFmts" for format_ in element]
    if not more:
        return {}
    last = max((whole_number(element.get("numFmtId", "0")) for element in root.iter("{*}numFmt")), default=0)
    free = max(last, FIRST_OWN_FORMAT - 1) + 1
    moved = {}
    for number, element in enumerate(more, free):
        moved[element.get("numFmtId", "")] = str(number)
        element.set("numFmtId", str(number))
    _append(root, added, "numFmts")
    return moved
