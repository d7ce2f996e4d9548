"""Columns count as in a sheet, and back."""

import pytest

from scoring.addresses import column_index, column_letter


@pytest.mark.parametrize(
    ("index", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")],
)
def test_column_letters_count_like_a_sheet_and_back(index: int, letters: str) -> None:
    assert (column_letter(index), column_index(letters)) == (letters, index)


def test_every_column_of_a_workbook_has_letters_of_its_own() -> None:
    assert [column_index(column_letter(index)) for index in range(16_384)] == list(range(16_384))
