"""Text from the sheet on one safe line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.one_line import one_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Klinikum", "Klinikum"),
        ("  Bürger*innen-Energie \n e. V.\t", "Bürger*innen-Energie e. V."),
        ("a\r\nBcc: b@c.de", "a Bcc: b@c.de"),
        ("nul\x00byte\x1b[31m", "nul byte [31m"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\ud83d half", "half"),
        ("15\u00a0%", "15\u00a0%"),
        ("👩\u200d🔬 Labor", "👩\u200d🔬 Labor"),
        ("", ""),
        ("\n\n", ""),
    ],
)
def test_line_of_a_text(text: str, line: str) -> None:
    assert one_line(text, 60) == line


def test_long_text_ends_in_an_ellipsis() -> None:
    assert one_line("Abfallwirtschaft", 9) == "Abfallwi…"
    assert one_line("Abfall wirtschaft", 8) == "Abfall…"
    assert one_line("u\u0308" * 5, 6) == "u\u0308u\u0308…"
    assert one_line("x" * 10_000, 150) == "x" * 149 + "…"


@given(st.text(st.characters()), st.integers(1, 40))
def test_line_is_safe_short_and_stays_itself(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert [char for char in line if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}] == []
    assert one_line(line, limit) == line
    assert line.encode().decode() == line
