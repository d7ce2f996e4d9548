"""The LoI letter as files: a PDF to sign and a draft mail. The one home of WeasyPrint, which is an extra.

What belongs here: HTML to PDF, and where both files go. What stands in them is `reports.letter`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sync.errors import SetupError

if TYPE_CHECKING:
    from reports.letter import Letter

INSTALL = (
    "The letter needs WeasyPrint: pip install 'klima-allianz[pdf]', and the Pango library of the system "
    "(Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango)."
)


def as_pdf(html: str) -> bytes:
    """Return the page as PDF; nothing is ever loaded for it, neither from the net nor from a file.

    Raises `SetupError` with what to install when WeasyPrint or Pango is missing.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415  # heavy, and an extra
        from weasyprint.urls import URLFetcher  # noqa: PLC0415  # as above
    except (ImportError, OSError):  # the library is missing, or it finds no Pango
        raise SetupError(INSTALL) from None
    return bytes(HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf())


def write_letter(folder: Path, letter: "Letter", pdf: bytes, draft: bytes) -> tuple[Path, Path]:
    """Write the PDF and the draft, readable by their owner alone, and return where they are.

    Files of an earlier letter to the same actor are replaced. Raises `SetupError` when the folder cannot be written.
    """
    paths = folder / f"{letter.stem}.pdf", folder / f"{letter.stem}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, (pdf, draft), strict=True):
            _write(path, content)
    except OSError as error:
        raise SetupError(f"The folder {folder} cannot be written: {error.strerror}.") from None
    return paths


def _write(path: Path, content: bytes) -> None:
    """Put the file in its place whole or not at all; the draft may hold an address."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)
