"""An .xlsx file as a package of parts: vetted before anything in it is parsed, and rebuilt without touching the rest.

What the parts mean is decided in the modules beside this one. Nothing here writes to the disk.
"""

import hashlib
import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lxml import etree

from sync.errors import OutsideError, SetupError

MEGABYTE = 1_000_000
MOST_TREE_BYTES = 4_000_000  # of a list that is read as a whole: names, relationships, styles
MOST_ENTRIES = 1_000
MOST_RATIO = 100  # unpacked to packed, per entry
SMALL = 100_000  # bytes; an entry below this is harmless whatever its ratio
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old .xls, and the envelope of an encrypted .xlsx
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
WAY_OUT = "if it is really yours, raise workbook_mb in config.toml"
LONGEST_NAME = 200  # characters that are repeated of a path, or of what a file calls one of its parts
LOCAL_HEADER = 30  # bytes before the name of a local file header
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")


class DamagedError(Exception):
    """The package cannot be read as a workbook; the caller knows the file's name and says so."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """The bytes of one .xlsx file. `data` has passed `vet`."""

    data: bytes

    @property
    def version(self) -> str:
        """The SHA-256 of the bytes: it identifies the state that was read."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(io.BytesIO(self.data))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in their order."""
        return tuple(self._archive.namelist())

    @property
    def sizes(self) -> dict[str, int]:
        """How many bytes each part unpacks to, as the list of the file says."""
        return {entry.filename: entry.file_size for entry in self._archive.infolist()}

    def part(self, name: str) -> bytes:
        """Return the unpacked bytes of a part; `DamagedError` when it is missing, damaged or declares entities."""
        try:
            content = self._archive.read(name)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise DamagedError(f"the part {shown(name)} cannot be read") from error
        if b"<!DOCTYPE" in content.replace(b"\0", b""):
            raise DamagedError(f"the part {shown(name)} declares entities, which no workbook does")
        return content

    def tree(self, name: str) -> etree._Element:
        """Return the root element of an XML part; entities are never resolved and nothing is fetched."""
        content = self.part(name)
        if len(content) > MOST_TREE_BYTES:
            raise DamagedError(f"the part {shown(name)} is larger than that of any workbook")
        return self._parsed(name, content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))

    def require_well_formed(self, name: str) -> None:
        """Raise `DamagedError` unless an XML part, however large, is well-formed; no tree is built."""
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            target=_Nothing(),  # type: ignore[arg-type]  # its other methods are optional, and slow where they exist
        )
        self._parsed(name, self.part(name), parser)
        if parser.error_log.filter_from_errors():  # a prefix without a namespace does not raise when no tree is built
            raise DamagedError(f"the part {shown(name)} is not well-formed")

    def _parsed(self, name: str, content: bytes, parser: etree.XMLParser) -> etree._Element:
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise DamagedError(f"the part {shown(name)} is not well-formed") from error

    def related(self, source: str) -> dict[str, tuple[str, str]]:
        """Return the relationships of a part ("" for the package): id → (type, name of the target part)."""
        rels = rels_name(source)
        if rels not in self._archive.NameToInfo:
            return {}
        folder = posixpath.dirname(source)
        return {
            element.get("Id", ""): (element.get("Type", ""), _target(folder, element.get("Target", "")))
            for element in self.tree(rels)
            if element.get("TargetMode") != "External"
        }

    def targets(self, source: str, kind: str) -> tuple[str, ...]:
        """Return the names of the parts of a kind ("styles") that a part ("" for the package) refers to."""
        return tuple(target for type_, target in self.related(source).values() if type_.endswith(f"/{kind}"))

    def with_parts(self, changed: Mapping[str, bytes], without: Collection[str] = ()) -> bytes:
        """Return the bytes of the file with these parts changed or added and those of `without` left out.

        Every other entry keeps its place, its metadata and its packed bytes; no part is unpacked and packed again.
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
            out.comment = self._archive.comment
            for entry in zipfile.ZipFile(io.BytesIO(self.data)).infolist():
                if entry.filename in changed:
                    out.writestr(entry, changed[entry.filename], zipfile.ZIP_DEFLATED)
                elif entry.filename not in without:
                    self._copy(entry, out, buffer)
            for name in sorted(changed.keys() - set(self.names)):
                out.writestr(zipfile.ZipInfo(name), changed[name], zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def _copy(self, entry: zipfile.ZipInfo, out: zipfile.ZipFile, buffer: io.BytesIO) -> None:
        """Append an entry as it is packed. `zipfile` can only pack anew, so its list is continued by hand."""
        name_length, extra_length = struct.unpack_from("<HH", self.data, entry.header_offset + LOCAL_HEADER - 4)
        start = entry.header_offset + LOCAL_HEADER + name_length + extra_length
        entry.header_offset = buffer.seek(out.start_dir)
        entry.flag_bits &= ~0x08  # sizes stand in the header now, no data descriptor follows
        buffer.write(entry.FileHeader())
        buffer.write(self.data[start : start + entry.compress_size])
        out.filelist.append(entry)
        out.NameToInfo[entry.filename] = entry
        out.start_dir = buffer.tell()


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A package with the changes made so far: parts that are new or different, and the names of those dropped."""

    package: Package
    changed: dict[str, bytes] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)

    def part(self, name: str) -> bytes:
        """Return a part as it stands by now."""
        return self.changed[name] if name in self.changed else self.package.part(name)

    def packed(self) -> bytes:
        """Return the bytes of the changed file."""
        return self.package.with_parts(self.changed, self.dropped)


class _Nothing:
    """A target of a parser that keeps nothing."""

    def close(self) -> None:
        """End without a result."""


def rels_name(source: str) -> str:
    """Return the name of the part that holds the relationships of a part ("" for the package)."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def is_file(path: Path) -> bool:
    """Say whether there is a file; `SetupError` for what can be none: a folder, or a name that no disk takes."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file name holds such a character"
        raise SetupError(f"{shown(str(path))} cannot be a workbook: {reason}.") from None
    if stat.S_ISDIR(mode):
        raise SetupError(f"{path} is a folder, not a workbook.")
    if not stat.S_ISREG(mode):
        raise SetupError(f"{path} is no file.")
    return True


def whole_number(text: str) -> int:
    """Return a whole number that a file says of itself; `DamagedError` when it is none, or longer than any."""
    if not _WHOLE.fullmatch(text):
        raise DamagedError("something else stands where a number belongs")
    return int(text)


def shown(name: str) -> str:
    """Return a path or a name as it can be printed: without control characters, not longer than a sentence bears."""
    text = "".join(character if character.isprintable() else "?" for character in name[: LONGEST_NAME + 1])
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


def open_package(path: Path, most_mb: int) -> Package:
    """Return the vetted package of a file; `SetupError` says in one sentence what is wrong with it.

    `most_mb` is how many megabytes (of a million bytes) it may unpack to.
    """
    if not is_file(path):
        raise SetupError(f"{path} does not exist; `klima-allianz setup` creates it.")
    try:
        if path.stat().st_size > most_mb * MEGABYTE:
            raise SetupError(f"{path} is larger than {most_mb} MB; {WAY_OUT}.")
        data = path.read_bytes()
    except PermissionError:
        raise SetupError(f"{path} may not be read by this user.") from None
    except OSError as error:
        raise OutsideError(f"{path} cannot be read at the moment: {error.strerror}.") from None
    problem = vet(data, most_mb)
    if problem:
        raise SetupError(f"{path} {problem}.")
    return Package(data=data)


def vet(data: bytes, most_mb: int) -> str:
    """Return what forbids to unpack these bytes, as the end of a sentence; "" when nothing does."""
    if data.startswith(OLE_MAGIC):
        if ENCRYPTED in data:
            return "is protected by a password for opening; save it without one"
        return "is an old .xls file; save it as .xlsx"
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError):
        return "is not an .xlsx workbook, or was not copied completely"
    return _hostile(entries, most_mb)


def _hostile(entries: list[zipfile.ZipInfo], most_mb: int) -> str:
    names = {entry.filename for entry in entries}
    if len(entries) > MOST_ENTRIES or len(names) < len(entries):
        return f"holds more than {MOST_ENTRIES} parts, or one twice; that is no workbook"
    if sum(entry.file_size for entry in entries) > most_mb * MEGABYTE:
        return f"unpacks to more than {most_mb} MB; {WAY_OUT}"
    if any(entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size) for entry in entries):
        return "holds a part that unpacks to more than a hundred times its size; it was not opened"
    if any(entry.flag_bits & 0x1 for entry in entries):
        return "is protected by a password for opening; save it without one"
    if "[Content_Types].xml" not in names:
        return "is not an .xlsx workbook"
    return ""
