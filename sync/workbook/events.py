"""XML as a stream of events, for parts that may be large: nothing is kept, and positions are known to the byte.

Small lists (workbook.xml, styles, relationships) are read as trees by `sync.workbook.package` instead.
"""

from collections.abc import Callable
from xml.parsers import expat

from sync.workbook.package import DamagedError

BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


def parser() -> expat.XMLParserType:
    """Return a parser that refuses any document type, so that there are no entities to expand or to fetch."""
    new = expat.ParserCreate()
    new.buffer_text = True
    new.StartDoctypeDeclHandler = _refuse
    return new


def _refuse(*_: object) -> None:
    raise DamagedError("a part declares entities, which no workbook does")


def run(
    reader: expat.XMLParserType,
    part: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> None:
    """Send the elements and texts of a part to the handlers; `DamagedError` when it is not well-formed UTF-8."""
    if part.startswith(BYTE_ORDER_MARKS):
        raise DamagedError("a part is not written in UTF-8")
    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = start, end, text
    try:
        reader.Parse(part, True)
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise DamagedError("a part is not well-formed") from error
    finally:
        # A parser and handlers that know it hold each other, with all they found, as long as nobody looks for circles.
        reader.StartElementHandler = reader.EndElementHandler = reader.CharacterDataHandler = None
