"""How a workbook made by `setup` looks: colours, number formats, dropdowns, notes, widths, print.

What stands in the cells is decided in `sync.workbook.setup.create` and `sync.workbook.setup.extend`; tabs and columns
come from the one column table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from scoring.columns import NUMERIC, Column, Kind, Owner, TabSpec
from scoring.domain import Choice, Language, Light, Severity, Stage, StepStatus
from scoring.tabs import ACTORS, NOTES
from sync.layout.colours import FILLS, GREEN, GREY, GREY_CELL, GREY_HEADER, HAIRLINE, INK, LIGHT_YELLOW, LINK, MID_GREY
from sync.layout.numbers import SCORES
from sync.layout.titles import OUT_OF_SCALE, UNLISTED
from sync.layout.widths import SIZE, characters, wraps
from sync.workbook.book import LAST_ROW
from sync.workbook.widths import LINE, PADDING, lines

DATE_FORMAT: Mapping[Language, str] = {"de": "DD.MM.YYYY", "en": "YYYY-MM-DD"}
GROUPED = "[<10]General;#,##0"  # 12345 with a separator, 0.4 as it is


NO_BORDER = Border()


@dataclass(frozen=True, kw_only=True)
class Look:
    """The style of cells."""

    font: Font
    fill: PatternFill
    alignment: Alignment
    number_format: str = "General"
    border: Border = NO_BORDER
    locked: bool = True

    def on(self, thing: Cell | MergedCell | ColumnDimension) -> None:
        """Give the style to a cell, or to the empty cells of a column."""
        thing.font = self.font
        thing.fill = self.fill
        thing.alignment = self.alignment
        thing.number_format = self.number_format
        thing.border = self.border
        thing.protection = Protection(locked=self.locked)


def fill(colour: str) -> PatternFill:
    """Return a plain fill."""
    return PatternFill(fill_type="solid", start_color=colour, end_color=colour)


def font(
    colour: str = INK, *, size: int = SIZE, bold: bool = False, italic: bool = False, underline: bool = False
) -> Font:
    """Return the workbook's one typeface; Arial or its twin is on every machine."""
    line: Literal["single"] | None = "single" if underline else None
    return Font(name="Arial", size=size, bold=bold, italic=italic, underline=line, color=colour)


PLAIN = PatternFill()
HEADER_LINE = Border(bottom=Side(style="thin", color=HAIRLINE), right=Side(style="thin", color=HAIRLINE))


def header_look(spec: TabSpec, column: Column) -> Look:
    """Return the look of a header: green where people write, grey where the service does."""
    grey = column.owner is Owner.SERVICE
    return Look(
        font=font(INK if grey else "FFFFFF", bold=True, italic=grey and spec.owner is Owner.PEOPLE),
        fill=fill(GREY_HEADER if grey else GREEN),
        alignment=Alignment(vertical="center", wrap_text=True),
        border=HEADER_LINE,
    )


def cell_look(spec: TabSpec, column: Column, language: Language) -> Look:
    """Return the look of the cells below a header; grey and italic in a lookup column."""
    grey = column.owner is Owner.SERVICE and spec.owner is Owner.PEOPLE
    return Look(
        font=_cell_font(spec, column, grey=grey),
        fill=fill(GREY_CELL) if grey else PLAIN,
        alignment=_alignment(spec, column),
        number_format=number_format(column, language),
        locked=column.owner is Owner.SERVICE,
    )


def _cell_font(spec: TabSpec, column: Column, *, grey: bool) -> Font:
    if spec is NOTES and column.field == "cell":
        return font(LINK, underline=True)
    return font(GREY, italic=True) if grey else font()


def _alignment(spec: TabSpec, column: Column) -> Alignment:
    """Return where text stands in a cell: numbers never touch what follows, days stand like text."""
    if column.kind in {Kind.SCALE, Kind.YEAR, Kind.COUNT} or column.field == "rank":
        return Alignment(vertical="top", horizontal="center")
    if column.kind in NUMERIC:
        return Alignment(vertical="top", horizontal="right", indent=1)
    return Alignment(vertical="top", horizontal="left", wrap_text=wraps(spec, column))


def number_format(column: Column, language: Language) -> str:
    """Return the number format of a column's cells; text wherever a number would lose its leading zeros."""
    if column.field == "id":
        return "@"
    match column.kind:
        case Kind.NUMBER if column.owner is Owner.SERVICE:
            return "#,##0.0" if column.field in SCORES else "#,##0"
        case Kind.NUMBER:
            return GROUPED
        case Kind.PERCENT if column.owner is Owner.SERVICE:
            return "0.0"
        case Kind.COUNT | Kind.YEAR:
            return "0"
        case Kind.DATE if column.owner is Owner.PEOPLE:
            return DATE_FORMAT[language]
        case Kind.TIME:
            return "HH:MM"
        case Kind.MUNICIPALITY_KEY | Kind.INDUSTRY:
            return "@"
    return "General"


def dress_column(
    sheet: Worksheet, spec: TabSpec, column: Column, header: Cell, language: Language, lists: Mapping[Kind, str]
) -> None:
    """Give a column its header's look and note, its cells' look, its dropdown and its colours.

    `header` is the filled header cell. `lists` holds the formula of the cell range that offers the names of a kind.
    """
    header_look(spec, column).on(header)
    if column.help(language):
        header.comment = note(column.help(language))
    dimension = sheet.column_dimensions[header.column_letter]
    dimension.width = characters(spec, column, language)
    cell_look(spec, column, language).on(dimension)
    cells = f"{header.column_letter}{header.row + 1}:{header.column_letter}{LAST_ROW}"
    if column.owner is Owner.PEOPLE:
        add_dropdown(sheet, column, cells, language, lists)
    if column.choices:
        add_fills(sheet, column.choices, cells, language)


def note(text: str) -> Comment:
    """Return a cell note that is as high as its text."""
    return Comment(text, "Klima-Allianz", width=270, height=20 + 18 * lines(text, 38))


def add_dropdown(sheet: Worksheet, column: Column, cells: str, language: Language, lists: Mapping[Kind, str]) -> None:
    """Offer a column's list on these cells. Anything else is warned about, never blocked."""
    rule = _rule(column, language, lists)
    if rule is None:
        return
    rule.errorStyle = "warning"
    rule.showErrorMessage = column.kind is not Kind.ACTORS  # several names are none of the list
    rule.add(cells)
    sheet.add_data_validation(rule)


def _rule(column: Column, language: Language, lists: Mapping[Kind, str]) -> DataValidation | None:
    if column.choices:
        labels = ",".join(choice.label(language) for choice in column.choices)
        return DataValidation(type="list", formula1=f'"{labels}"', allow_blank=True, error=UNLISTED[language])
    if column.kind is Kind.SCALE:
        return DataValidation(
            type="decimal",
            operator="between",
            formula1="0",
            formula2="5",
            allow_blank=True,
            error=OUT_OF_SCALE[language],
        )
    names = lists.get(Kind.ACTOR if column.kind is Kind.ACTORS else column.kind)
    if names is None:
        return None
    return DataValidation(type="list", formula1=names, allow_blank=True, error=UNLISTED[language])


def add_fills(sheet: Worksheet, choices: type[Choice], cells: str, language: Language) -> None:
    """Colour cells by the list value that stands in them."""
    for choice in choices:
        if choice in FILLS and type(choice) in {Stage, Light, Severity, StepStatus}:
            label = f'"{choice.label(language)}"'
            rule = Rule(
                type="cellIs", operator="equal", formula=[label], dxf=DifferentialStyle(fill=fill(FILLS[choice]))
            )
            sheet.conditional_formatting.add(cells, rule)


def dress_tab(sheet: Worksheet, spec: TabSpec) -> None:
    """Give a tab its colour, frozen header, protection and print setup; the header is row 1."""
    service = spec.owner is Owner.SERVICE
    sheet.sheet_properties.tabColor = MID_GREY if service else GREEN
    sheet.freeze_panes = "B2" if spec is ACTORS else "A2"
    sheet.row_dimensions[1].height = 34
    if spec is ACTORS:
        sheet.sheet_format.defaultRowHeight = 2 * LINE + PADDING  # a recommendation takes two lines
        sheet.sheet_format.customHeight = True
    if service:
        protect(sheet)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.8, footer=0.4)
    footer = HeaderFooterItem()
    footer.left.text, footer.right.text = "&A", "&P / &N"
    sheet.HeaderFooter.oddFooter = footer


def protect(sheet: Worksheet) -> None:
    """Protect a tab without a password: people notice, and can lift it. Widths, sorting and filters stay theirs."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.sort = False
    sheet.protection.autoFilter = False


def unlocked(look: Look) -> Look:
    """Return the look of a cell that people fill on a protected tab."""
    return replace(look, fill=fill(LIGHT_YELLOW), locked=False)
