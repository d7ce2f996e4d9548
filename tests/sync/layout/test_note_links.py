"""Which cell a row of Hinweise names: one of a tab, or none."""

import pytest

from scoring.snapshot import Cell
from scoring.tabs import NOTES
from sync.layout.note_links import NamedCell, named_cell


@pytest.mark.parametrize("address", ["A1", "H17", "AB12", "XFD1048576"])
def test_row_names_the_cell_of_a_tab(address: str) -> None:
    assert named_cell(("Anna's Liste", address, "Werk")) == NamedCell(title="Anna's Liste", address=address)


@pytest.mark.parametrize(
    "row",
    [
        (),
        ("Akteure",),
        ("Akteure", None),
        ("Akteure", 17),
        ("Akteure", "H"),
        ("Akteure", "17"),
        ("Akteure", "H0"),
        ("Akteure", "h17"),
        ("Akteure", "H17:H18"),
        ("Akteure", "$H$17"),
        ("Akteure", "H17\n"),
        ("Akteure", "Н17"),  # a Cyrillic letter
        (None, "H17"),
        (2026.0, "H17"),
        (True, "H17"),
    ],
)
def test_row_without_one_cell_of_a_tab_names_none(row: tuple[Cell, ...]) -> None:
    assert named_cell(row) is None


def test_headers_name_none() -> None:
    assert [named_cell([column.header(language) for column in NOTES.columns]) for language in ("de", "en")] == [
        None,
        None,
    ]
