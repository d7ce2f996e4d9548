"""Text from the sheet as one safe line: what a mail header, a template or a file may hold.

What belongs here: what no output must ever carry. Escaping is the business of each output.
"""

import re
import unicodedata

_UNSAFE = re.compile(
    "["
    "\x00-\x20\x7f-\x9f"  # control characters and white space; a no-break space ("5 %") may stay
    "\u2028\u2029"  # line and paragraph separator
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # invisible; some turn the direction of what follows
    "\ud800-\udfff"  # half a character, which no encoding can write
    "\ufff9-\ufffc\ufffe\uffff"
    "]+"
)


def one_line(text: str, limit: int) -> str:
    """Return the text on one line of at most `limit` characters, without control or direction characters.

    Runs of them and of white space become one space; a text that is too long ends in "…".
    """
    line = _UNSAFE.sub(" ", text[: 4 * limit]).strip()
    return line if len(line) <= limit and len(text) <= 4 * limit else f"{_cut(line, limit - 1)}…"


def _cut(line: str, length: int) -> str:
    """Cut, but never between a letter and its accent."""
    while length > 0 and length < len(line) and unicodedata.combining(line[length]):
        length -= 1
    return line[:length].rstrip()
