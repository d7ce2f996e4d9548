"""Files that are no workbook, or one made to hurt: each refused in one sentence, before it costs time or memory."""

import io
import resource
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import Workbook

from scoring.snapshot import Snapshot
from sync.errors import SetupError
from sync.ports import RowWrite, WritePlan
from sync.workbook import WorkbookSheet, extend_workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DAMAGED = ". Open it in LibreOffice or Excel and save it again as .xlsx."


def workbook(**parts: bytes | None) -> bytes:
    """A workbook of one sheet; `parts` replace, add or (None) remove parts, named with _ for / and without .xml."""
    buffer = io.BytesIO()
    Workbook().save(buffer)
    with zipfile.ZipFile(buffer) as package:
        content: dict[str, bytes | None] = {name: package.read(name) for name in package.namelist()}
    content |= {
        {"sheet": SHEET, "book": "xl/workbook.xml", "styles": "xl/styles.xml"}[name]: new for name, new in parts.items()
    }
    return zipped({name: new for name, new in content.items() if new is not None})


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return buffer.getvalue()


def sheet(data: str, before: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'.encode()


def cells(count: int) -> str:
    return "".join(f"<c><v>{number}</v></c>" for number in range(count))


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


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
BOMB = "unpacks to more than 50 MB; it was not opened."
RATIO = "holds a part that unpacks to more than a hundred times its size; it was not opened."
NONE = "is not an .xlsx workbook, or was not copied completely."

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", NONE),
    "text": (lambda: b"Name;Art\n", NONE),
    "truncated": (lambda: workbook()[:-300], NONE),
    "half": (lambda: workbook()[: len(workbook()) // 2], NONE),
    "old xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old .xls file; save it as .xlsx."),
    "encrypted": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "is protected by a password for opening; save it without one.",
    ),
    "another zip": (lambda: zipped({"readme.txt": b"hello"}), "is not an .xlsx workbook."),
    "opendocument": (lambda: zipped({"content.xml": b"<a/>", "mimetype": b"x"}), "is not an .xlsx workbook."),
    "huge": (lambda: b"PK\x03\x04" + b"\0" * 50_000_001, "is larger than 50 MB; that is no team's workbook."),
    "bomb of zeros": (lambda: workbook(sheet=b"\0" * 60_000_000), BOMB),
    "bomb of spaces": (lambda: workbook(sheet=sheet(" " * 20_000_000)), RATIO),
    "overlapping bomb": (overlapping, "holds more than 1000 parts, or one twice; that is no workbook."),
    "too many parts": (
        lambda: zipped({f"{number}": b"" for number in range(1_001)}),
        "holds more than 1000 parts, or one twice; that is no workbook.",
    ),
    "entities": (
        lambda: workbook(sheet=sheet(cells(1), LAUGHS)),
        f"cannot be read: the part {SHEET} declares entities, which no workbook does{DAMAGED}",
    ),
    "entities in utf-16": (
        lambda: workbook(sheet=sheet(cells(1), LAUGHS).decode().encode("utf-16")),
        f"cannot be read: the part {SHEET} declares entities, which no workbook does{DAMAGED}",
    ),
    "external entity": (
        lambda: workbook(book=b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><workbook/>"),
        f"cannot be read: the part xl/workbook.xml declares entities, which no workbook does{DAMAGED}",
    ),
    "a million columns": (
        lambda: workbook(sheet=sheet(f"<row>{cells(1_000_000)}</row>")),
        f"cannot be read: a cell in row 1 is out of order or outside every sheet{DAMAGED}",
    ),
    "column AAAAAAAA": (
        lambda: workbook(sheet=sheet('<row><c r="AAAAAAAA1"><v>1</v></c></row>')),
        f"cannot be read: a cell in row 1 is out of order or outside every sheet{DAMAGED}",
    ),
    "far right in many rows": (
        lambda: workbook(
            sheet=sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>{n}</v></c></row>' for n in range(1, 3_000)))
        ),
        f"cannot be read: a tab is wider than 3,000,000 cells; delete what stands far right of the table{DAMAGED}",
    ),
    "row ten million": (
        lambda: workbook(sheet=sheet('<row r="10000000"><c><v>1</v></c></row>')),
        f"cannot be read: row 10000000 is out of order or outside every sheet{DAMAGED}",
    ),
    "not well-formed": (
        lambda: workbook(sheet=b"<worksheet><sheetData>"),
        f"cannot be read: a part is not well-formed{DAMAGED}",
    ),
    "no number": (
        lambda: workbook(sheet=sheet("<row><c><v>nan</v></c></row>")),
        f"cannot be read: a part is not well-formed{DAMAGED}",
    ),
    "string that is not there": (
        lambda: workbook(sheet=sheet('<row><c t="s"><v>9</v></c></row>')),
        f"cannot be read: a part is not well-formed{DAMAGED}",
    ),
    "endless styles": (
        lambda: workbook(
            sheet=sheet(cells(1)), styles=f'<styleSheet xmlns="{MAIN}">{cells(250_000)}</styleSheet>'.encode()
        ),
        f"cannot be read: the part xl/styles.xml is larger than that of any workbook{DAMAGED}",
    ),
    "endless children of a cell": (
        lambda: workbook(sheet=sheet(f"<row><c>{cells(500_000)}</c></row>")),
        f"cannot be read: a cell in row 1 is out of order or outside every sheet{DAMAGED}",
    ),
    "missing sheet": (lambda: workbook(sheet=None), f"cannot be read: the part {SHEET} cannot be read{DAMAGED}"),
    "no sheet": (
        lambda: workbook(book=f'<workbook xmlns="{MAIN}"/>'.encode()),
        f"cannot be read: it has no worksheet{DAMAGED}",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_in_one_sentence_at_once(tmp_path: Path, name: str) -> None:
    make, sentence = HOSTILE[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    started, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for use in (WorkbookSheet(path, "de").read, lambda: extend_workbook(path, "de")):
        with pytest.raises(SetupError) as caught:
            use()
        assert caught.value.problems == (f"{path} {sentence}",)
    assert time.process_time() - started < 4, "two attempts may take 2 s of work each"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 256_000, "kB"


def test_missing_file_names_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with pytest.raises(SetupError) as caught:
        WorkbookSheet(path, "de").read()
    assert caught.value.problems == (f"{path} does not exist; `klima-allianz setup` creates it.",)


def test_folder_is_no_workbook(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as caught:
        WorkbookSheet(tmp_path, "de").read()
    assert caught.value.problems == (f"{tmp_path} is a folder, not a workbook.",)


@pytest.mark.parametrize("position", range(0, 6_000, 240))
def test_damaged_byte_is_refused_or_harmless_and_never_a_traceback(tmp_path: Path, position: int) -> None:
    path = tmp_path / "a.xlsx"
    data = bytearray(workbook())
    data[position % len(data)] ^= 0xFF
    path.write_bytes(data)
    with suppress(SetupError):
        WorkbookSheet(path, "de").read()


def test_write_refuses_what_read_refuses(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"nothing")
    plan = WritePlan(new_tabs=("results",), rows=(RowWrite(tab="results", row=2, column=0, values=("a",)),))
    with pytest.raises(SetupError, match=r"is not an \.xlsx workbook"):
        WorkbookSheet(path, "de").write(plan, Snapshot(tabs=()))
    assert path.read_bytes() == b"nothing"
