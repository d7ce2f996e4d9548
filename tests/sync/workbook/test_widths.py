"""A row of the service is as high as its text needs: lines break at words."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.workbook.widths import line_length, lines

WORDS = st.lists(st.text("abc", min_size=1, max_size=12), max_size=30).map(" ".join)


@pytest.mark.parametrize(
    ("text", "width", "count"),
    [
        ("", 28, 1),
        ("4 Sachen warten auf dich, am längsten: Wohnbau Musterstadt eG", 28, 3),
        ("eine Zeile\n\nnoch eine", 28, 3),
        ("x" * 61, 28, 3),
    ],
)
def test_text_takes_as_many_lines_as_its_words_need(text: str, width: int, count: int) -> None:
    assert lines(text, width) == count


@given(text=WORDS, width=st.integers(4, 40))
def test_lines_break_where_the_standard_library_breaks_them(text: str, width: int) -> None:
    broken = textwrap.wrap(text, line_length(width), break_on_hyphens=False)
    assert len(broken) <= lines(text, width) <= max(1, len(broken) + text.count(" "))
    if max(map(len, text.split()), default=0) <= line_length(width):
        assert lines(text, width) == max(1, len(broken))
