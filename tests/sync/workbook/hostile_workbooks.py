"""Files that are no workbook, or one made to hurt, and what is said about each; "" is one that can be read.

What belongs here: how the files are made. What must hold for them is in `test_hostile`, how they are measured
in `hostile_process`.
"""

import io
import random
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

from openpyxl import Workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAMAGED = ". Open it in LibreOffice or Excel and save it again as .xlsx."
NAMES = {
    "sheet": SHEET,
    "book": "xl/workbook.xml",
    "styles": "xl/styles.xml",
    "strings": "xl/sharedStrings.xml",
    "links": "xl/_rels/workbook.xml.rels",
}


@cache
def plain_parts() -> Mapping[str, bytes]:
    """The parts of a workbook of one tab in which one actor stands."""
    book, buffer = Workbook(), io.BytesIO()
    book.worksheets[0].title = "Akteure"
    book.worksheets[0].append(["Name", "Notiz"])
    book.worksheets[0].append(["Bäckerei", 1])
    book.save(buffer)
    with zipfile.ZipFile(buffer) as package:
        return {name: package.read(name) for name in package.namelist()}


def workbook(**parts: bytes | None) -> bytes:
    """That workbook; `parts` replace, add or (None) remove parts, by the short names of `NAMES`."""
    content = {**plain_parts(), **{NAMES[name]: new for name, new in parts.items()}}
    return zipped({name: new for name, new in content.items() if new is not None})


def zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def sheet(data: str, before: str = "", after: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>{after}</worksheet>'.encode()


HEAD = '<row r="1"><c t="inlineStr"><is><t>Name</t></is></c><c t="inlineStr"><is><t>Notiz</t></is></c></row>'


def table(rows: str, before: str = "", after: str = "") -> bytes:
    """A tab with the headers of a list of actors above these rows."""
    return sheet(HEAD + rows, before, after)


def cells(count: int) -> str:
    return "".join(f"<c><v>{number}</v></c>" for number in range(count))


def text_row(row: int, text: str) -> str:
    return f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def noise(length: int) -> str:
    """Hexadecimal digits that no packing shrinks below a half."""
    return random.Random(1).randbytes(length // 2).hex()


def strings(*texts: str) -> bytes:
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'<sst xmlns="{MAIN}">{items}</sst>'.encode()


def with_strings(data: str, *texts: str) -> bytes:
    """A workbook that refers to shared strings, whatever openpyxl calls that part."""
    link = b"</Relationships>"
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    links = plain_parts()[NAMES["links"]]
    if b"/sharedStrings" not in links:
        links = links.replace(
            link, b'<Relationship Id="rIdS" Type="' + kind + b'" Target="/xl/sharedStrings.xml"/>' + link
        )
    return workbook(sheet=table(data), strings=strings(*texts), links=links)


def overlapping() -> bytes:
    """A package whose list names one packed megabyte a hundred times under other names."""
    data = bytearray(zipped({"[Content_Types].xml": b"", "a": b"\0" * 1_000_000}))
    start = data.rindex(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    entry = data[start:end]
    more = b"".join(entry[:46] + bytes([65 + number % 26, 65 + number // 26])[:1] + entry[47:] for number in range(100))
    size = int.from_bytes(data[end + 12 : end + 16], "little") + len(more)
    tail = data[end:]
    tail[8:12] = (102).to_bytes(2, "little") * 2
    tail[12:16] = size.to_bytes(4, "little")
    return bytes(data[:end] + more + tail)


def lying() -> bytes:
    """A bomb of 60 MB whose list says that it unpacks to a hundred bytes."""
    data = bytearray(workbook(sheet=b"<a>" + b" " * 60_000_000 + b"</a>"))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = package.getinfo(SHEET).file_size.to_bytes(4, "little")
    return bytes(data.replace(size, (100).to_bytes(4, "little")))


def doubled() -> bytes:
    """A package with the same part twice: programs disagree about which one counts."""
    other = SHEET.replace("sheet1", "sheet2")
    return zipped({**plain_parts(), other: sheet("")}).replace(other.encode(), SHEET.encode())


def circular() -> bytes:
    """A workbook whose only tab is the list of tabs itself."""
    links = plain_parts()[NAMES["links"]]
    return workbook(links=links.replace(b"/xl/worksheets/sheet1.xml", b"/xl/workbook.xml"))


def titled(title: str) -> bytes:
    """A workbook whose only tab has this title, as it stands in XML."""
    return workbook(book=plain_parts()[NAMES["book"]].replace(b"Akteure", title.encode()))


def climbing() -> bytes:
    """A package with parts that a careless program would write outside its folder."""
    return zipped({**plain_parts(), "../../../hurt.txt": b"x", "/etc/hurt": b"x", "C:\\hurt.txt": b"x"})


def nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


def columns(count: int) -> str:
    """Definitions of columns, more than any sheet has, and something that cannot be packed."""
    one = '<col min="1" max="9" style="0"/>'
    return f"<cols>{one * count}<!--{noise(400_000)}--></cols>"


def formulas(count: int) -> str:
    """The beginnings of formulas without an end, as a comment."""
    begun = "".join(f"<f {number:x}" for number in random.Random(1).choices(range(16**6), k=count))
    return f"<!--{begun}-->"


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
BOMB = "unpacks to more than 50 MB; if it is really yours, raise workbook_mb in config.toml."
RATIO = "holds a part that unpacks to more than a hundred times its size; it was not opened."
NONE = "is not an .xlsx workbook, or was not copied completely."
OUTSIDE = f"cannot be read: a cell in row 1 is out of order or outside every sheet{DAMAGED}"
ENTITIES = f"cannot be read: the part {SHEET} declares entities, which no workbook does{DAMAGED}"
TITLE = f"cannot be read: the title of a tab has more than 255 characters or a line break; rename it{DAMAGED}"
UNREADABLE = f"cannot be read: a part is not well-formed{DAMAGED}"

HOSTILE: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", NONE),
    "csv": (lambda: b"Name;Art\n", NONE),
    "truncated": (lambda: workbook()[:-300], NONE),
    "half": (lambda: workbook()[: len(workbook()) // 2], NONE),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old .xls file; save it as .xlsx."),
    "encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "is protected by a password for opening; save it without one.",
    ),
    "another zip": (lambda: zipped({"readme.txt": b"hello"}), "is not an .xlsx workbook."),
    "opendocument": (lambda: zipped({"content.xml": b"<a/>", "mimetype": b"x"}), "is not an .xlsx workbook."),
    "huge": (
        lambda: b"PK\x03\x04" + b"\0" * 50_000_001,
        "is larger than 50 MB; if it is really yours, raise workbook_mb in config.toml.",
    ),
    "bomb of zeros": (lambda: workbook(sheet=b"\0" * 60_000_000), BOMB),
    "bomb of spaces": (lambda: workbook(sheet=sheet(" " * 20_000_000)), RATIO),
    "bomb that lies about its size": (lying, f"cannot be read: the part {SHEET} cannot be read{DAMAGED}"),
    "overlapping bomb": (overlapping, "holds more than 1000 parts, or one twice; that is no workbook."),
    "too many parts": (
        lambda: zipped({f"{number}": b"" for number in range(1_001)}),
        "holds more than 1000 parts, or one twice; that is no workbook.",
    ),
    "a part twice": (doubled, "holds more than 1000 parts, or one twice; that is no workbook."),
    "entities": (lambda: workbook(sheet=sheet(cells(1), LAUGHS)), ENTITIES),
    "entities in utf-16": (lambda: workbook(sheet=sheet(cells(1), LAUGHS).decode().encode("utf-16")), ENTITIES),
    "external entity": (
        lambda: workbook(book=b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><workbook/>"),
        f"cannot be read: the part xl/workbook.xml declares entities, which no workbook does{DAMAGED}",
    ),
    "a million columns": (lambda: workbook(sheet=sheet(f"<row>{cells(1_000_000)}</row>")), OUTSIDE),
    "column AAAAAAAA": (lambda: workbook(sheet=sheet('<row><c r="AAAAAAAA1"><v>1</v></c></row>')), OUTSIDE),
    "column of two million letters": (
        lambda: workbook(sheet=sheet(f'<row><c r="{noise(2_000_000).upper()}A"/></row>')),
        OUTSIDE,
    ),
    "far right in many rows": (
        lambda: workbook(
            sheet=sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>{n}</v></c></row>' for n in range(1, 3_000)))
        ),
        f"cannot be read: a tab is wider than 5,000,000 cells; delete what stands far right of the table{DAMAGED}",
    ),
    "row ten million": (
        lambda: workbook(sheet=sheet('<row r="10000000"><c><v>1</v></c></row>')),
        f"cannot be read: row 10000000 is out of order or outside every sheet{DAMAGED}",
    ),
    "row of four thousand digits": (
        lambda: workbook(sheet=sheet(f'<row r="{"9" * 4_000}"/>')),
        f"cannot be read: row {'9' * 200}… is out of order or outside every sheet{DAMAGED}",
    ),
    "row of ten thousand digits": (lambda: workbook(sheet=sheet(f'<row r="{"9" * 9_999}"/>')), UNREADABLE),
    "not well-formed": (lambda: workbook(sheet=b"<worksheet><sheetData>"), UNREADABLE),
    "no number": (lambda: workbook(sheet=table('<row r="2"><c><v>nan</v></c></row>')), ""),
    "endless number": (lambda: workbook(sheet=table('<row r="2"><c><v>1e999</v></c></row>')), ""),
    "string that is not there": (lambda: workbook(sheet=sheet('<row><c t="s"><v>9</v></c></row>')), UNREADABLE),
    "endless styles": (
        lambda: workbook(
            sheet=sheet(cells(1)), styles=f'<styleSheet xmlns="{MAIN}">{cells(250_000)}</styleSheet>'.encode()
        ),
        f"cannot be read: the part xl/styles.xml is larger than that of any workbook{DAMAGED}",
    ),
    "deeply nested list of tabs": (
        lambda: workbook(book=f'<workbook xmlns="{MAIN}">{nested(100_000)}<!--{noise(20_000)}--></workbook>'.encode()),
        f"cannot be read: the part xl/workbook.xml is not well-formed{DAMAGED}",
    ),
    "endless children of a cell": (lambda: workbook(sheet=sheet(f"<row><c>{cells(500_000)}</c></row>")), OUTSIDE),
    "missing sheet": (lambda: workbook(sheet=None), f"cannot be read: the part {SHEET} cannot be read{DAMAGED}"),
    "no sheet": (
        lambda: workbook(book=f'<workbook xmlns="{MAIN}"/>'.encode()),
        f"cannot be read: it has no worksheet{DAMAGED}",
    ),
    "a cell in the last row": (lambda: workbook(sheet=table(text_row(1_048_576, "x"))), ""),
    "a cell of 10 MB": (lambda: workbook(sheet=table(text_row(2, noise(10_000_000)))), ""),
    "a string of 10 MB a hundred thousand times": (
        lambda: with_strings(
            "".join(f'<row r="{n}"><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(2, 100_002)), noise(10_000_000)
        ),
        "",
    ),
    "many rows": (
        lambda: workbook(sheet=table("".join(text_row(n, f"A{n}") for n in range(2, 100_002)))),
        "lists 100,000 actors: with a row on Auswertung for each it would unpack to more than 50 MB; delete those that "
        "are none, or raise workbook_mb in config.toml.",
    ),
    "deeply nested tab": (
        lambda: workbook(sheet=table(text_row(2, "A"), after=nested(500_000) + noise(60_000))),
        f"cannot be read: the elements of a tab are nested deeper than in any worksheet{DAMAGED}",
    ),
    "columns by the hundred thousand": (
        lambda: workbook(
            sheet=table(text_row(2, "A")).replace(b"<sheetData>", columns(300_000).encode() + b"<sheetData>")
        ),
        f"cannot be read: a tab defines more columns than a sheet has{DAMAGED}",
    ),
    "a comment of formulas that never end": (
        lambda: workbook(
            sheet=table(f'<row r="2"><c r="A2">{formulas(200_000)}<v>1</v></c></row>', after=formulas(200_000))
        ),
        "",
    ),
    "numbers at the edge": (
        lambda: workbook(
            sheet=table(
                "".join(
                    f'<row r="{n}"><c r="A{n}"><v>{number}</v></c><c r="B{n}"><v>{number}</v></c></row>'
                    for n, number in enumerate(("1.79e308", "-1.79e308", "5e-324", "-0", "9" * 300), 2)
                )
            )
        ),
        "",
    ),
    "a title of a million letters": (lambda: titled(noise(1_000_000)), TITLE),
    "a title of two lines": (lambda: titled("A&#10;B"), TITLE),
    "a part of a million letters and a line break": (
        lambda: workbook(
            links=plain_parts()[NAMES["links"]].replace(b"sheet1.xml", b"&#10;" + noise(1_000_000).encode())
        ),
        f"cannot be read: the part xl/worksheets/?{noise(400)[:185]}… cannot be read{DAMAGED}",
    ),
    "a tab that is the list of tabs": (circular, ""),
    "parts that climb out of the folder": (climbing, ""),
}
