"""A1 notation: what a range names, and how it is written in answers."""

import pytest

from tests.sheets_server.a1 import find
from tests.sheets_server.errors import Rejected
from tests.sheets_server.model import Sheet, Spreadsheet

BOOK = Spreadsheet(
    id="1",
    title="Allianz",
    sheets=[
        Sheet(id=0, title="Akteure", rows=100, columns=28),
        Sheet(id=7, title="O'Brien & Co", rows=10, columns=3),
        Sheet(id=8, title="D3", rows=5, columns=5),
        Sheet(id=9, title="Los!", rows=2, columns=2),
    ],
    named_ranges=[
        {"namedRangeId": "1", "name": "Namen", "range": {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1}}
    ],
)


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("Akteure", "Akteure!A1:AB100"), ("akteure!b2", "Akteure!B2"), ("A1:B2", "Akteure!A1:B2"), ("D3", "Akteure!D3"),
        ("Akteure!A:A", "Akteure!A1:A100"), ("Akteure!2:3", "Akteure!A2:AB3"), ("Akteure!B5:B", "Akteure!B5:B100"),
        ("Akteure!D4:A1", "Akteure!A1:D4"), ("Akteure!$A$1:$C", "Akteure!A1:C100"), ("Akteure!A1:A1", "Akteure!A1"),
        ("Akteure!A1:ZZ5000", "Akteure!A1:AB100"), ("'O''Brien & Co'!C1", "'O''Brien & Co'!C1"), ("'D3'", "'D3'!A1:E5"),
        ("'D3'!A1", "'D3'!A1"), ("Namen", "Akteure!A1:A100"), ("Akteure!Namen", "Akteure!A1:A100"),
        ("O'Brien & Co", "'O''Brien & Co'!A1:C10"), ("'Los!'", "'Los!'!A1:B2"), ("'Los!'!B1", "'Los!'!B1"),
    ],
)  # fmt: skip
def test_range_is_answered_in_full(text: str, answered: str) -> None:
    assert str(find(BOOK, text)) == answered


@pytest.mark.parametrize("text", ["Termine", "Termine!A1", "Akteure!A0", "Akteure!", "Akteure!A1:", "A1:B2:C3", ""])
def test_range_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(Rejected) as refusal:
        find(BOOK, text)
    assert (refusal.value.status, refusal.value.message) == (400, f"Unable to parse range: {text}")


def test_range_that_starts_outside_of_the_grid_is_refused() -> None:
    with pytest.raises(Rejected) as refusal:
        find(BOOK, "'D3'!F1")
    assert refusal.value.message == "Range ('D3'!F1) exceeds grid limits. Max rows: 5, max columns: 5"
