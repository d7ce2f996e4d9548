"""The tab Übersicht before the first sync: its title, its tick box, and the look of what a sync will say below."""

from openpyxl.styles import Alignment, Border, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reports.wording import words
from scoring.addresses import column_letter
from scoring.domain import Language, Release
from scoring.tabs import OVERVIEW
from sync.layout.colours import GREEN, GREY
from sync.layout.titles import TICK_HELP, TICK_LABEL
from sync.layout.widths import HEADLINE_SIZE, HEADLINES, characters
from sync.ownership import TICK_COLUMN, TICK_ROW
from sync.workbook.setup.look import PLAIN, Look, cell_look, font, note, unlocked


def lay_out_overview(sheet: Worksheet, language: Language) -> None:
    """Write the title and the tick box; what follows from row 4 on is the sync's. It prints on one page."""
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 1
    sheet.print_title_rows = None
    _dress_columns(sheet, language)
    title, help_ = sheet["A1"], sheet["B1"]
    title.value, title.font = OVERVIEW.columns[0].header(language), font(GREEN, size=20, bold=True)
    help_.value, help_.font = OVERVIEW.help(language), font(GREY, italic=True)
    title.alignment = help_.alignment = Alignment(vertical="center")
    _lay_out_tick(sheet, language)


_CENTRED = Alignment(vertical="center", wrap_text=True)


def _dress_columns(sheet: Worksheet, language: Language) -> None:
    """Give both columns their look, and what people show around a larger one; the first of it is for everybody."""
    label, large = font(GREY, bold=True), font(size=HEADLINE_SIZE, bold=True)
    for index, (column, usual, headline) in enumerate(
        zip(OVERVIEW.columns, (label, font()), (label, large), strict=True)
    ):
        alignment = cell_look(OVERVIEW, column, language).alignment
        dimension = sheet.column_dimensions[column_letter(index)]
        dimension.width = characters(OVERVIEW, column, language)
        Look(font=usual, fill=PLAIN, alignment=alignment).on(dimension)
        for row in HEADLINES:
            Look(font=headline, fill=PLAIN, alignment=_CENTRED).on(sheet.cell(row, index + 1))


def _lay_out_tick(sheet: Worksheet, language: Language) -> None:
    name = sheet.cell(TICK_ROW, TICK_COLUMN, words(language).text(TICK_LABEL))
    name.font = font(bold=True)
    tick = sheet.cell(TICK_ROW, TICK_COLUMN + 1)
    side = Side(style="thin", color=GREEN)
    unlocked(
        Look(
            font=font(GREEN, bold=True),
            fill=PLAIN,
            alignment=Alignment(horizontal="left"),
            border=Border(left=side, right=side, top=side, bottom=side),
        )
    ).on(tick)
    tick.comment = note(TICK_HELP[language])
    rule = DataValidation(type="list", formula1=f'"{Release.YES.label(language)}"', allow_blank=True)
    rule.add(tick.coordinate)
    sheet.add_data_validation(rule)
