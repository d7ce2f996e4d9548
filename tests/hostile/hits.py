"""What must never come of a text that people typed. Import it as `tests.hostile.hits`.

An output is held against its twin: what the same sheet gives with harmless texts in the same cells. Structure may not
differ: elements and attributes of a page, header fields of a mail, keys of a document. And wherever the marker of a
text is shown, the text stands before it as it was typed, as text.
"""

import json
import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from email.errors import MessageDefect
from email.header import decode_header
from email.message import EmailMessage
from html.parser import HTMLParser

from tests.hostile.outputs import Form, Output

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
HALF = re.compile("[\ud800-\udfff]")
FILE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TEXT_ATTRIBUTES = frozenset({"href", "alt", "title", "aria-label", "content"})
"""Attributes that hold what people typed; all others are the template's own."""

HEADER_LINE = re.compile(r"[A-Za-z][A-Za-z-]*: |[ \t]+\S")
LONGEST_LINE = 998  # RFC 5322, 2.1.1
LONGEST_SUBJECT = 150
LONGEST_CELL = 32_767
LONGEST_NAME = 60


def hits(output: Output, twin: Output) -> list[str]:
    """Return what is wrong with an output, one phrase each."""
    found = [f"a {what}" for what, pattern in _forbidden(output.form).items() if pattern.search(output.content)]
    match output.form:
        case Form.HTML:
            found += _html(output.content, twin.content)
        case Form.MESSAGE:
            found += _message(output.content.encode("latin-1"), twin.content.encode("latin-1"))
        case Form.JSON:
            found += _json(output.content, twin.content)
        case Form.LINE:
            found += ["more than one line"] * ("\n" in output.content or "\t" in output.content)
            found += ["too long"] * (len(output.content) > LONGEST_SUBJECT)
        case Form.FILE_NAME:
            name = output.content
            found += ["not a plain file name"] * (not FILE_NAME.fullmatch(name) or len(name) > LONGEST_NAME)
        case Form.CELL:
            found += ["too long"] * any(len(cell) > LONGEST_CELL for cell in output.content.split("\0"))
        case Form.TEXT | Form.TERMINAL:
            pass
    return [f"{output.name}: {what}" for what in found]


def _forbidden(form: Form) -> Mapping[str, re.Pattern[str]]:
    match form:
        case Form.MESSAGE:  # its parts are looked at one by one
            return {}
        case Form.CELL:  # divided by NUL here
            return {"control character": re.compile(CONTROL.pattern.replace("\x00-", "\x01-")), "half character": HALF}
        case Form.JSON | Form.FILE_NAME:
            return {"control character": CONTROL, "half character": HALF}
        case _:
            return {"control character": CONTROL, "half character": HALF, "turning character": TURNING}


class _Page(HTMLParser):
    """The structure of a page, and its texts.

    Drawings are kept apart: their letters are shapes, so their number follows from the text.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.structure: list[object] = []
        self.drawn: set[object] = set()
        self.raw: list[str] = []
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        if "svg" in self._open:
            self.drawn.add((tag, tuple(sorted(name for name, _ in attrs))))
            return
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action", "background"}]
        if tag != "body":  # the letter's says how much room its names take
            self.structure.append((tag, [(name, None if name in TEXT_ATTRIBUTES else value) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if "svg" not in self._open:
            self.structure.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            if "svg" not in self._open:
                self.structure.append(data)
        elif "<" in data or "&" in data:
            self.raw.append(data)

    def handle_comment(self, data: str) -> None:
        if "svg" not in self._open:
            self.structure.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        self.structure.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        self.structure.append(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        self.structure.append(f"<![{data}")


def _html(page: str, twin: str) -> Iterator[str]:
    found, expected = _Page(page), _Page(twin)
    if found.structure != expected.structure:
        pairs = zip([*found.structure, None], [*expected.structure, None], strict=False)
        yield f"another structure: {next((pair for pair in pairs if pair[0] != pair[1]), None)}"
    if found.drawn - expected.drawn:
        yield f"something else is drawn: {found.drawn - expected.drawn}"
    if found.raw:
        yield f"text that is not escaped: {found.raw[0][:80]!r}"
    if strange := [
        link for link in found.links if not link.startswith(("https://", "mailto:", "#", "cid:", "data:image/png"))
    ]:
        yield f"a link that leads elsewhere: {strange[0][:80]!r}"
    if any(re.search(r"\s|[\"<>]", link) for link in found.links):
        yield "a link with white space or brackets in it"


def _message(message: bytes, twin: bytes) -> Iterator[str]:
    found, expected = _parsed(message), _parsed(twin)
    if found.keys() != expected.keys():
        yield f"other headers: {found.keys()}"
    if [part.get_content_type() for part in found.walk()] != [part.get_content_type() for part in expected.walk()]:
        yield "other parts"
    for part in found.walk():
        yield from (f"defect {defect!r}" for defect in _defects(part))
    subject = "".join(
        text if isinstance(text, str) else text.decode(charset or "ascii")
        for text, charset in decode_header(re.sub(r"\r?\n", "", str(dict(found.raw_items())["Subject"])))
    )
    if CONTROL.search(subject) or TURNING.search(subject) or len(subject) > LONGEST_SUBJECT:
        yield "a bad subject"
    if found["To"] is not None and len(found["To"].addresses) != 1:
        yield "not one recipient"
    head, _, _ = message.partition(b"\r\n\r\n")
    if not all(HEADER_LINE.match(line) for line in head.decode("ascii").split("\r\n")):
        yield "a header line that is none"
    if any(len(line) > LONGEST_LINE for line in message.split(b"\r\n")) or re.search(rb"(?<!\r)\n|\r(?!\n)", message):
        yield "a bad line"


def _parsed(message: bytes) -> EmailMessage:
    found = message_from_bytes(message, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _defects(part: EmailMessage) -> list[MessageDefect]:
    found = list(part.defects)
    for name, value in part.items():
        if name != "Subject":  # an encoded word that is broken on purpose is one for the new parser
            found += value.defects
    return found


def _json(document: str, twin: str) -> Iterator[str]:
    if _outline(json.loads(document)) != _outline(json.loads(twin)):
        yield "another structure"


def _outline(value: object) -> object:
    match value:
        case dict():
            return {key: _outline(item) for key, item in value.items()}
        case list():
            return [_outline(item) for item in value]
        case str():
            return "text"
        case _:
            return type(value)
