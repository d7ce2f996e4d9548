"""What a workbook says about calculating its formulas, after cells that they read have changed."""

import re

from sync.workbook.additions import CONTENT_TYPES
from sync.workbook.book import Book
from sync.workbook.package import Draft, rels_name
from sync.workbook.spans import Element, apply, elements

_HAS_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_RECALCULATE = re.compile(rb"""\sfullCalcOnLoad\s*=\s*["'][^"']*["']""")


def ask_for_calculation(draft: Draft, book: Book) -> None:
    """Let programs calculate all formulas anew, if there are any; until then each keeps the value that it has."""
    if any(_HAS_FORMULA.search(draft.part(sheet.part)) for sheet in book.sheets):
        draft.changed[book.part] = _recalculated(draft.part(book.part))


def drop_calculation_chain(draft: Draft, book: Book) -> None:
    """Leave out the list of formula cells, which would name one that is none any more; programs write it anew."""
    for link, (kind, target) in draft.package.related(book.part).items():
        if kind.endswith("/calcChain"):
            draft.dropped.add(target)
            _remove(draft, rels_name(book.part), "Id", link)
            _remove(draft, CONTENT_TYPES, "PartName", f"/{target}")


def _remove(draft: Draft, name: str, attribute: str, value: str) -> None:
    part = draft.part(name)
    edits = [(found.start, found.end, b"") for found in elements(part) if found.attributes.get(attribute) == value]
    draft.changed[name] = apply(part, edits)


def _recalculated(part: bytes) -> bytes:
    """Return workbook.xml with the wish to calculate all formulas anew: what they read may have changed."""
    found = [element for element in elements(part, 1) if element.depth == 1]
    there = next((element for element in found if element.name == "calcPr"), None)
    if there is None:
        return apply(part, [_new_calculation(part, found)])
    opening = _RECALCULATE.sub(b"", part[there.start : there.end])
    end = re.search(rb"(?<!\s)\s*/?>", opening)  # looked for once at each white space, however long it is
    if end is None or there.attributes.get("fullCalcOnLoad") in {"1", "true"}:
        return part
    new = opening[: end.start()] + b' fullCalcOnLoad="1"' + opening[end.start() :]
    return apply(part, [(there.start, there.end, new)])


def _new_calculation(part: bytes, found: list[Element]) -> tuple[int, int, bytes]:
    before = max(
        (child for child in found if child.name in {"sheets", "functionGroups", "externalReferences", "definedNames"}),
        key=lambda child: child.end,
    )
    prefix = part[before.start + 1 : part.index(before.name.encode(), before.start)]
    return (before.end, before.end, b"<" + prefix + b'calcPr fullCalcOnLoad="1"/>')
