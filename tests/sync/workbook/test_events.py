"""Parts as a stream of events: what was found in one is gone as soon as nobody needs it."""

import gc

from sync.collector import collector_paused
from sync.workbook.spans import elements, layout

PART = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'


def test_what_was_found_in_a_part_needs_no_collector() -> None:
    with collector_paused():
        gc.collect()
        rows, found = len(layout(PART, frozenset({1})).rows), len(elements(PART))
        assert (rows, found, gc.collect()) == (1, 3, 0)
