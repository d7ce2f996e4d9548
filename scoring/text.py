"""How text from a sheet is cleaned and compared. What a text means stands in the modules that read it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from rapidfuzz import fuzz, process

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = {
    code: None for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)) if chr(code) not in "\t\n"
}
_DASHES = str.maketrans("‐‑‒–—−", "------")  # every dash a keyboard or an office program makes


def tidy(text: str) -> str:
    """Return the text with all white space and control characters collapsed to single spaces, trimmed.

    Invisible characters (soft hyphen, zero-width space, direction marks) vanish: nobody can see that they are there.
    Half a surrogate pair becomes U+FFFD, because it could not be written to any file.
    """
    if not (text.isascii() and text.isprintable()):
        text = _CONTROL.sub(" ", _INVISIBLE.sub("", _LONE_SURROGATE.sub("\ufffd", text)))
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return what spellings of one name share: NFKC, case and white space folded. Folding twice changes nothing."""
    if text.isascii() and text.isprintable():  # most names: nothing to tidy but spaces
        return " ".join(text.lower().split())
    text = tidy(text)
    if text.isascii():
        return text.lower()
    # Case folding can leave NFKC and NFKC can make new capitals, hence the second round (Unicode 3.13, D147).
    for _ in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return tidy(text)


def squeeze(text: str) -> str:
    """Return the folded text without spaces and with one kind of dash: how headers, titles and list values compare."""
    return fold(text).translate(_DASHES).replace(" ", "")


def storable(text: str) -> str:
    """Return the text without control characters and halves of surrogate pairs, which one sheet or the other drops.

    Tabs and line feeds stay.
    """
    return text.translate(_UNSTORABLE)


def nearest(text: str, candidates: Mapping[str, str], cutoff: float = 80.0) -> str:
    """Return the value whose (folded) key is most like the text, or "" when none is; 0–100 by rapidfuzz's WRatio."""
    if not candidates:
        return ""
    found = process.extractOne(fold(text), candidates.keys(), scorer=fuzz.WRatio, score_cutoff=cutoff)
    return candidates[found[0]] if found else ""


def is_misspelt(text: str, names: Iterable[str], cutoff: float = 80.0) -> bool:
    """Say whether the whole text is nearly one of the (squeezed) names; 0–100 by rapidfuzz's ratio.

    Stricter than `nearest`, which also takes a longer text that has the name in it: "Name: Erika, 0170 4711".
    """
    return process.extractOne(squeeze(text), tuple(names), scorer=fuzz.ratio, score_cutoff=cutoff) is not None
