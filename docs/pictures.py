"""Makes the pictures of docs/handbuch.md anew from the sample alliance: `python -m docs.pictures`.

The service runs three times on the sample: as it is, with a new signature and somebody to write to, and with many rows
of actors gone; each time some tabs are photographed. Needs LibreOffice, pdftoppm (poppler) and chromium on the PATH.
The pictures are to be looked at before they are committed: no test compares them.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image, ImageChops, ImageOps
from playwright.sync_api import sync_playwright

from reports.desk import Desk
from reports.mail import MailKind
from reports.message import parts
from reports.pages import team_page
from sync.config import Config, load_config
from sync.decision import Decision
from sync.demo import prepare_demo
from sync.preview import preview, sample_stage
from sync.progress import PlainProgress
from sync.run import Outcome
from sync.service import run_once, run_options

FOLDER = Path(__file__).with_name("handbuch")
NOW = datetime(2026, 11, 24, 8, 15, tzinfo=ZoneInfo("Europe/Berlin"))
WIDTH = 1300
"""Pictures of tabs are so wide at most, px: twice what a page of text is, so that they are crisp on any screen."""

DOTS = 200
RESOLUTION = 1.25
COLOURS = 128
MARGIN = 8
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """Part of a tab: the cells `area` of the tab `title`, without the hidden `rows` and `columns`."""

    name: str
    title: str
    area: str
    rows: tuple[int, ...] = ()
    columns: str = ""


AS_IT_IS = (
    Shot(name="uebersicht", title="Übersicht", area="A1:B15"),
    Shot(name="akteure", title="Akteure", area="A1:N10", columns="BCDEF"),
    Shot(name="graue-spalten", title="Akteure", area="A1:F9"),
    Shot(name="termine", title="Termine", area="A1:G12", rows=tuple(range(2, 6))),
    Shot(name="einstellungen", title="Einstellungen", area="A1:C13"),
    Shot(name="hinweise", title="Hinweise", area="A1:F8"),
)
RELEASE = (
    Shot(name="postausgang", title="Postausgang", area="A1:I15", rows=(*range(2, 10), *range(11, 14)), columns="BI"),
)
FUSE = (
    Shot(name="sicherung", title="Postausgang", area="A1:I16", rows=tuple(range(2, 16)), columns="BDI"),
    Shot(name="angehalten", title="Übersicht", area="A1:B5"),
)


def main() -> None:
    """Write all pictures into docs/handbuch."""
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        config = load_config(prepare_demo(Path(folder), NOW.date(), PlainProgress()))
        found = _run(config, NOW)
        _photograph(config, AS_IT_IS)
        _photograph_pages(config, found.decision)
        _change(config, _sign)
        _run(config, NOW + timedelta(hours=1), confirm=True)
        _photograph(config, RELEASE)
        _change(config, _lose)
        _run(config, NOW + timedelta(hours=2))
        _photograph(config, FUSE)


def _run(config: Config, now: datetime, *, confirm: bool = False) -> Outcome:
    return run_once(config, run_options(config, now, confirm=confirm), PlainProgress())


def _change(config: Config, change: Callable[[Workbook], None]) -> None:
    book = load_workbook(config.sheet.workbook)
    change(book)
    book.save(config.sheet.workbook)


def _sign(book: Workbook) -> None:
    """Let the Hochschule's signature have its day, and somebody there whom we may write to."""
    letters = book["LoI"]
    header = [cell.value for cell in letters[1]]
    row = next(row for row in letters.iter_rows(min_row=2) if row[0].value == "Hochschule Musterstadt")
    row[header.index("Unterzeichnet am")].value = date(2026, 11, 23)
    contacts = book.create_sheet("Kontakte")
    contacts.append(["Akteur", "Anrede", "Name", "E-Mail", "Rechtsgrundlage", "Einwilligung am", "Mails"])
    person = ["Frau", "Ruth Beispiel", "ruth.beispiel@example.org", "Einwilligung", date(2026, 11, 20), "ja"]
    contacts.append(["Hochschule Musterstadt", *person])


def _lose(book: Workbook) -> None:
    book["Akteure"].delete_rows(20, 15)


def _photograph(config: Config, shots: tuple[Shot, ...]) -> None:
    for shot in shots:
        with TemporaryDirectory() as folder:
            copy = Path(folder, f"{shot.name}.xlsx")
            _cut(config.sheet.workbook, shot, copy)
            _finish(_printed(copy), shot.name)


def _cut(workbook: Path, shot: Shot, copy: Path) -> None:
    """Save a copy that prints nothing but the part, on one page with row numbers and column letters."""
    book = load_workbook(workbook)
    for sheet in list(book):
        if sheet.title != shot.title:
            book.remove(sheet)
    book.defined_names.clear()
    sheet = book[shot.title]
    for row in shot.rows:
        sheet.row_dimensions[row].hidden = True
    for letter in shot.columns:
        sheet.column_dimensions[letter].hidden = True
    _lay_out(sheet, shot.area)
    book.save(copy)


def _lay_out(sheet: Worksheet, area: str) -> None:
    sheet.print_title_rows = sheet.print_title_cols = None
    sheet.print_area = area
    sheet.print_options.headings = sheet.print_options.gridLines = True
    sheet.oddFooter.left.text = sheet.oddFooter.center.text = sheet.oddFooter.right.text = None
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1


def _printed(workbook: Path) -> Image.Image:
    """Return the first page as LibreOffice prints it."""
    folder = workbook.parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    office = [_found("soffice"), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    german = {**os.environ, "LC_ALL": "de_DE.UTF-8"}  # numbers as the team writes them
    subprocess.run(office, check=True, capture_output=True, env=german)  # noqa: S603  # arguments of our own
    page = folder / "page"
    pdf = str(workbook.with_suffix(".pdf"))
    drawn = [_found("pdftoppm"), "-r", str(DOTS), "-singlefile", "-png", pdf, str(page)]
    subprocess.run(drawn, check=True)  # noqa: S603  # arguments of our own
    with Image.open(page.with_suffix(".png")) as printed:
        return printed.convert("RGB")


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise SystemExit(f"{program} is missing: install it first.")
    return path


def _photograph_pages(config: Config, decision: Decision) -> None:
    """Photograph a mail, and how the team's page shows where the share comes from."""
    options = run_options(config, NOW)
    stage = sample_stage(options)
    desk = Desk(sender=config.mail.sender, language="de", now=NOW, sheet_link="https://example.org/tabelle")
    _, html = parts(preview(MailKind.LOI_UPDATE, stage, desk).message)
    _photograph_page(html, "body", 640, "loi-meldung")
    team = team_page(decision.alliance, decision.assessment, decision.memory, "de")
    _photograph_page(team, "section[aria-labelledby=trace]", 1120, "nachweis")


def _photograph_page(html: str, selector: str, width: int, name: str) -> None:
    with TemporaryDirectory() as folder, sync_playwright() as player:
        page = Path(folder, "page.html")
        page.write_text(html, encoding="utf-8")
        browser = player.chromium.launch(executable_path=_found("chromium"), args=list(CHROMIUM))
        tab = browser.new_page(viewport={"width": width, "height": 900}, device_scale_factor=RESOLUTION)
        tab.goto(page.as_uri())
        tab.locator(selector).screenshot(path=str(Path(folder, "page.png")))
        browser.close()
        with Image.open(Path(folder, "page.png")) as seen:
            _finish(seen.convert("RGB"), name)


def _finish(picture: Image.Image, name: str) -> None:
    """Cut off the blank margin, keep few colours and save it."""
    blank = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    cut = ImageOps.expand(picture.crop(ImageChops.difference(picture, blank).getbbox()), MARGIN, "white")
    if cut.width > WIDTH:
        cut = cut.resize((WIDTH, round(cut.height * WIDTH / cut.width)), Image.Resampling.LANCZOS)
    cut.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
