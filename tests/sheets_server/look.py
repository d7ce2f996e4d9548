"""The default cell format and the colour theme of every new spreadsheet, as Google answers them."""

import struct
from typing import Any


def single(value: float) -> float:
    """Return the shortest number that is the same 32-bit float: so Google gives colours back."""
    kept = struct.pack("f", value)
    (exact,) = struct.unpack("f", kept)
    texts = (f"{exact:.{digits}g}" for digits in range(1, 10))
    shortest = next(float(text) for text in texts if struct.pack("f", float(text)) == kept)
    return int(shortest) if shortest.is_integer() else shortest


def _hex(colour: str) -> dict[str, float]:
    """A colour as three shares, black ones left out."""
    parts = dict(zip(("red", "green", "blue"), bytes.fromhex(colour), strict=True))
    return {name: single(part / 255) for name, part in parts.items() if part}


WHITE, BLACK, LINK = _hex("ffffff"), _hex("000000"), _hex("1155cc")

DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": BLACK,
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": BLACK},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}

THEME: dict[str, Any] = {
    "primaryFontFamily": "Arial",
    "themeColors": [
        {"colorType": name, "color": {"rgbColor": _hex(colour)}}
        for name, colour in (
            ("TEXT", "000000"),
            ("BACKGROUND", "ffffff"),
            ("ACCENT1", "4285f4"),
            ("ACCENT2", "ea4335"),
            ("ACCENT3", "fbbc04"),
            ("ACCENT4", "34a853"),
            ("ACCENT5", "ff6d01"),
            ("ACCENT6", "46bdc6"),
            ("LINK", "1155cc"),
        )
    ],
}
