"""What a recipient's mail program shows: headers read by `email.header`, as old programs and most servers do."""

from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr


def shown(raw: bytes) -> Message:
    """Return the message's headers by the old parser, which does not decode; its body is left alone."""
    return BytesHeaderParser().parsebytes(raw)


def decoded(header: str) -> str:
    """Return the text of a header: white space between lines is kept, encoded words are put together."""
    unfolded = header.replace("\r\n", "").replace("\n", "")
    return "".join(
        part.decode(charset or "ascii") if isinstance(part, bytes) else part
        for part, charset in decode_header(unfolded)
    )


def addressed(header: str) -> tuple[str, str]:
    """Return name and address of "Name <address>"."""
    name, address = parseaddr(header.replace("\r\n", ""))
    return decoded(name), address
