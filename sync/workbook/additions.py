"""Parts, relationships, content types and names added to a package by a few bytes in its lists; nothing else changes.

What is added is decided elsewhere: by `setup` in `sync.workbook.setup.extend`, by a sync in `sync.workbook.new_tabs`.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from sync.workbook.book import Book, SheetEntry
from sync.workbook.package import DamagedError, Draft, Package, rels_name
from sync.workbook.spans import Edit, Element, apply, elements, inside

CONTENT_TYPES = "[Content_Types].xml"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
USUAL_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
USUAL_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The addresses that a workbook uses for its elements and links; strict files have others than usual ones."""

    main: str
    links: str

    def translated(self, content: bytes) -> bytes:
        """Return XML that openpyxl wrote in the words of this workbook."""
        usual = content.replace(USUAL_MAIN.encode(), self.main.encode())
        return usual.replace(USUAL_LINKS.encode(), self.links.encode())


def dialect_of(book: Book) -> Dialect:
    """Return the addresses that a workbook uses."""
    kinds = {target: kind for kind, target in book.package.related(book.part).values()}
    return Dialect(
        main=etree.QName(book.package.tree(book.part)).namespace or "",
        links=kinds[book.sheets[0].part].removesuffix("/worksheet"),
    )


def free_part(draft: Draft, like: str) -> str:
    """Return a name for a new part, numbered as its kind is (xl/comments/comment3.xml)."""
    taken = {name.casefold() for name in (*draft.package.names, *draft.changed)}
    folder, name = posixpath.split(like)
    stem, ending = posixpath.splitext(name)
    stem = stem.rstrip("0123456789")
    numbered = (posixpath.join(folder, f"{stem}{number}{ending}") for number in range(1, len(taken) + 2))
    return next(part for part in numbered if part.casefold() not in taken)


def add_part(draft: Draft, name: str, content: bytes, content_type: str) -> None:
    """Add a part and say of what type it is."""
    draft.changed[name] = content
    place, kind = quoteattr(f"/{name}"), quoteattr(content_type)
    entry = f"<Override xmlns={quoteattr(TYPES)} PartName={place} ContentType={kind}/>"
    draft.changed[CONTENT_TYPES] = appended(draft.part(CONTENT_TYPES), entry.encode())


def add_link(draft: Draft, source: str, kind: str, target: str, link: str = "") -> str:
    """Let a part refer to another one and return the id of the reference; `link` is the id that it must have."""
    name = rels_name(source)
    if name not in draft.changed and name not in draft.package.names:
        draft.changed[name] = f"<Relationships xmlns={quoteattr(RELATIONSHIPS)}></Relationships>".encode()
    part = draft.part(name)
    taken = {element.attributes.get("Id") for element in elements(part, 1)}
    link = link or next(free for free in (f"rIdKA{number}" for number in range(1, len(taken) + 2)) if free not in taken)
    entry = (
        f"<Relationship xmlns={quoteattr(RELATIONSHIPS)} Id={quoteattr(link)} Type={quoteattr(kind)} "
        f"Target={quoteattr('/' + target)}/>"
    )
    draft.changed[name] = appended(part, entry.encode())
    return link


def list_sheets(
    draft: Draft, book: Book, added: Sequence[SheetEntry], names: Mapping[str, bytes], dialect: Dialect
) -> None:
    """Name new tabs in the main part, behind all others, and put defined names there (see `_names_edit`)."""
    main = draft.part(book.part)
    sheets = child(main, "sheets")
    prefix = prefix_of(main, sheets).decode()
    content = "".join(
        f"<{prefix}sheet xmlns:r={quoteattr(dialect.links)} name={quoteattr(sheet.title)} "
        f'sheetId="{sheet.id}" r:id="{add_link(draft, book.part, f"{dialect.links}/worksheet", sheet.part)}"/>'
        for sheet in added
    )
    edits = _names_edit(main, names) if names else []
    draft.changed[book.part] = apply(main, [*edits, inside(main, sheets, content.encode("ascii", "xmlcharrefreplace"))])


def appended(part: bytes, content: bytes) -> bytes:
    """Return a list with something more at its end."""
    return apply(part, [inside(part, elements(part, 0)[-1], content)])


def content_type(package: Package, name: str) -> str:
    """Return the type that a package gives one of its parts."""
    root = package.tree(CONTENT_TYPES)
    overrides = {element.get("PartName"): element.get("ContentType", "") for element in root}
    defaults = {element.get("Extension"): element.get("ContentType", "") for element in root}
    return overrides.get(f"/{name}") or defaults[name.rpartition(".")[2]]


def _names_edit(part: bytes, names: Mapping[str, bytes]) -> list[Edit]:
    """Return the edits that put defined names into workbook.xml; those in the whole workbook replace their namesakes.

    `names` are whole elements; the key of one that holds only on a tab is no name of another (`_xlnm.Print_Titles 3`).
    """
    found = elements(part)
    old = [
        (element.start, element.end, b"")
        for element in found
        if element.name == "definedName"
        and element.attributes.get("name") in names
        and "localSheetId" not in element.attributes
    ]
    children = {element.name: element for element in found if element.depth == 1}
    content = b"".join(names.values())
    if "definedNames" in children:
        return [*old, inside(part, children["definedNames"], content)]
    before = max(
        element.end for name, element in children.items() if name in {"sheets", "functionGroups", "externalReferences"}
    )
    prefix = prefix_of(part, found[-1])
    return [(before, before, b"<%sdefinedNames>%s</%sdefinedNames>" % (prefix, content, prefix))]


def child(part: bytes, name: str) -> Element:
    """Return a child of the root; `DamagedError` when it is missing."""
    for element in elements(part, 1):
        if element.depth == 1 and element.name == name:
            return element
    raise DamagedError(f"the main part has no {name}")


def prefix_of(part: bytes, element: Element) -> bytes:
    """Return what stands before the name of an element (b"" or b"x:")."""
    match = re.match(rb"<([\w.-]+:)?", part[element.start :])
    return (match[1] or b"") if match else b""
