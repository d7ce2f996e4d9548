"""What `setup` on a workbook leaves to a person: sentences for its report. It changes nothing of them itself."""

import re
from collections.abc import Iterable, Iterator

from scoring.addresses import column_letter
from scoring.columns import Owner
from scoring.snapshot import NOT_CALCULATED, Tab
from sync.layout.gaps import Gap
from sync.workbook.book import Book

_SORTS = re.compile(rb"<(?:\w+:)?(?:autoFilter|tableParts)[\s/>]")
"""What in a worksheet sorts a range of its own, in which columns that are added beside it are not."""


def to_calculate(peoples: Iterable[Tab]) -> Iterator[str]:
    """Yield per tab what a person has to do about formulas that no program has calculated yet."""
    for tab in peoples:
        found = [
            f"{column_letter(column)}{number}"
            for number, row in enumerate(tab.cells, 1)
            for column, cell in enumerate(row)
            if cell == NOT_CALCULATED
        ]
        if found:
            one, several = (
                f"{tab.title}!{found[0]} holds a formula",
                f"{len(found)} cells of {tab.title} (from {found[0]})",
            )
            which = one if len(found) == 1 else f"{several} hold formulas"
            yield f"{which} without a value, which is unknown: open the file once in LibreOffice or Excel and save it."


def to_sort(book: Book, missing: Iterable[Gap]) -> Iterator[str]:
    """Yield per tab with new columns that it has a filter or table: sorting by that would tear the rows apart.

    Grey columns follow at the next sync.
    """
    for gap in missing:
        typed = any(column.owner is Owner.PEOPLE for column in gap.columns)
        if typed and _SORTS.search(book.package.part(book.part_of(gap.tab))):
            yield (
                f"the filter or table on {gap.tab.title} ends before the new columns: make it as wide as the list "
                "before you sort by it, or what you enter in them stays behind."
            )
