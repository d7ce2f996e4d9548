"""What the native charts show, whatever the sheet is kept in."""

from itertools import pairwise

from sync.layout.charts import SECTOR_BARS

LEGIBLE = 4.5
"""Contrast of small text with what it stands on, as WCAG AA asks for."""

SEEN = 1.4
"""Contrast of one bar with the next, which has another hue, too, and a white line between in a workbook."""


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 has it, from 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_that_of_wcag() -> None:
    assert (contrast("000000", "FFFFFF"), round(contrast("777777", "FFFFFF"), 2)) == (21.0, 4.48)


def test_figures_in_the_bars_of_the_sectors_can_be_read() -> None:
    assert [contrast(bar, figure) >= LEGIBLE for bar, figure in SECTOR_BARS.values() if figure] == [True, True]


def test_each_bar_of_a_sector_stands_out_from_the_next() -> None:
    bars = [bar for bar, _ in SECTOR_BARS.values()]
    assert [contrast(bar, following) >= SEEN for bar, following in pairwise(bars)] == [True, True]
