"""The letter as a PDF of one page, made from nothing but its own text, and the command that writes it."""

import email
import os
import shutil
import stat
import subprocess
import sys
from email import policy
from pathlib import Path

import pytest
from openpyxl import Workbook

from reports.letter import Letter
from scoring.alliance import Settings
from scoring.domain import Language
from sync.cli import main
from sync.errors import SetupError
from sync.letter_files import as_pdf, write_letter
from tests.reports.test_letter import TOWN, written

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is missing")
PLAIN = Letter(stem="verein", html="<p>Hallo</p>", subject="s", text="t")


def poppler(program: str, pdf: bytes, *options: str) -> str:
    done = subprocess.run(
        [program, *options, "-", *(["-"] if program == "pdftotext" else [])], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def pages(pdf: bytes) -> list[str]:
    """The number of pages and their size."""
    facts = poppler("pdfinfo", pdf).splitlines()
    return [line.split(":")[1].strip() for line in facts if line.startswith(("Pages", "Page size"))]


@needs_poppler
@pytest.mark.parametrize(("language", "name"), [("de", "Stadtwerke"), ("de", "W" * 15), ("en", "W" * 200)])
def test_letter_is_one_page_of_a4(language: Language, name: str) -> None:
    settings = TOWN if name == "Stadtwerke" else Settings(municipality=name, loi_version=name)
    pdf = as_pdf(written(name, settings, language=language).html)
    assert pages(pdf) == ["1", "595.276 x 841.89 pts (A4)"]
    ends = {"de": "Unterschrift", "en": "Signature"}
    assert poppler("pdftotext", pdf).split().count(ends[language]) == 2


@needs_poppler
def test_letter_shows_a_hostile_name_as_text() -> None:
    text = poppler("pdftotext", as_pdf(written("<script>x</script> {{ 7*7 }}").html))
    assert "<script>x</script> {{ 7*7 }} und die Klima-Allianz Musterstadt" in " ".join(text.split())


@needs_poppler
def test_page_loads_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    breaks = "p { break-after: page }"
    (tmp_path / "breaks.css").write_text(breaks, encoding="utf-8")
    file, data = (tmp_path / "breaks.css").as_uri(), "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="
    remote = "http://127.0.0.1:9/breaks.css"
    links = "".join(f'<link rel="stylesheet" href="{address}">' for address in (file, remote))
    assert pages(as_pdf(f"<style>{breaks}</style><p>a</p><p>b</p>"))[0] == "2"
    assert pages(as_pdf(f'{links}<p>a</p><img src="{data}"><p>b</p>'))[0] == "1"
    refused = [record.getMessage().partition(": ValueError: ")[0] for record in caplog.records]
    assert refused == [
        f"Failed to load stylesheet at {file}",
        f"Failed to load stylesheet at {remote}",
        f"Failed to load image at {data!r}",
    ]


def test_missing_weasyprint_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')", encoding="utf-8")
    program = "from sync.letter_files import as_pdf\nas_pdf('')"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "pip install 'klima-allianz[pdf]'" in done.stderr
    assert "Pango" in done.stderr


def test_files_are_for_their_owner_alone_and_replace_older_ones(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "letters"
    write_letter(folder, PLAIN, b"old", b"old")
    paths = write_letter(folder, PLAIN, b"pdf", b"eml")
    assert paths == (folder / "verein.pdf", folder / "verein.eml")
    assert [path.read_bytes() for path in paths] == [b"pdf", b"eml"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in paths] == [0o600, 0o600]
    assert sorted(path.name for path in folder.iterdir()) == ["verein.eml", "verein.pdf"]


def test_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SetupError) as caught:
        write_letter(tmp_path / "file", PLAIN, b"", b"")
    assert str(caught.value) == f"The folder {tmp_path / 'file'} cannot be written: File exists."


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(
        '[sheet]\nworkbook = "a.xlsx"\ncontacts = "kontakte.xlsx"\n', encoding="utf-8"
    )
    workbook(
        tmp_path / "a.xlsx", "Akteure", ("Name", "Art"), ("Stadtwerke Süd", "Energieversorger"), ("Verein", "Verein")
    )
    workbook(
        tmp_path / "kontakte.xlsx",
        "Kontakte",
        ("Akteur", "Anrede", "Name", "E-Mail", "Mails"),
        ("Stadtwerke Süd", "Frau", "Eva Lang", "lang@example.org", "ja"),
        ("Verein", "Herr", "Ole Meer", "meer@example.org", "widersprochen"),
    )
    return tmp_path


def workbook(path: Path, title: str, *rows: tuple[object, ...]) -> None:
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)


def command(folder: Path, actor: str) -> int:
    into, config = str(folder / "letters"), str(folder / "config.toml")
    return main(["letter", actor, "--into", into, "--config", config, "--today", "2026-11-24"])


def test_command_writes_page_and_draft_and_sends_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, " stadtwerke  süd") == 0
    letters = folder / "letters"
    said = capsys.readouterr().out
    assert said.splitlines() == [
        str(letters / "stadtwerke-sued.pdf"),
        str(letters / "stadtwerke-sued.eml"),
        "Nothing was sent. Open the draft in a mail program, read it, send it yourself.",
    ]
    draft = email.message_from_bytes((letters / "stadtwerke-sued.eml").read_bytes(), policy=policy.default)
    assert draft["To"] == "Eva Lang <lang@example.org>"
    assert (letters / "stadtwerke-sued.pdf").read_bytes().startswith(b"%PDF")
    assert not (folder / "state.db").exists()


def test_command_addresses_nobody_who_objected(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "Verein") == 0
    assert "nobody on the tab Kontakte may be mailed" in capsys.readouterr().out
    draft = (folder / "letters" / "verein.eml").read_text(encoding="ascii")
    assert [text for text in ("\nTo:", "meer", "Meer") if text in draft.partition("%PDF")[0]] == []


def test_command_makes_the_letter_also_when_contacts_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "kontakte.xlsx").unlink()
    assert command(folder, "Verein") == 0
    assert capsys.readouterr().err.startswith("The draft has no recipient: contacts: ")


def test_command_names_the_nearest_actor(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "Stadtwerk Süd") == 2
    assert capsys.readouterr().err == "✗ No actor of that name is in the sheet. Did you mean „Stadtwerke Süd“?\n"
    assert command(folder, "../../etc/passwd") == 2
