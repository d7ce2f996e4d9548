"""What `setup` adds to people's tabs that are there: columns and settings in lines of its own, and the grey columns.

Nobody can have typed into a line that is inserted by the very request that fills it. The only other cells that are
written are header cells that hold exactly one of our formulas. What is missing is decided in `sync.layout.gaps`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring.addresses import column_letter
from scoring.columns import Column, Owner
from scoring.domain import Language
from scoring.parsing.headers import find_header
from scoring.tabs import ACTORS, SETTINGS
from sync.google.api_requests import (
    Json,
    Request,
    fold_columns,
    insert_columns,
    insert_rows,
    put_cell,
    put_formula,
)
from sync.google.look import Names, cell_format, text, validation
from sync.google.new_tab import dress_column
from sync.google.protection import WARNING_FIELDS, lookup_warning, warns
from sync.google.setup.part import Part
from sync.google.setup.state import GoogleState, GoogleTab, OwnHeader
from sync.layout.colours import GREY
from sync.layout.gaps import Gap
from sync.layout.lookup_formula import BROKEN, SYNTAX_ERROR, Lookup, lookup
from sync.layout.titles import free_header


@dataclass(frozen=True, kw_only=True)
class LookupSource:
    """Where the grey columns find their values: the title of Auswertung, and the key column of the actors.

    `key_column` is 0-based, `header_row` 1-based. `is_new` says that Auswertung is only just being added.
    """

    title: str
    key_column: int
    header_row: int
    separator: str
    is_new: bool

    def lookup(self, field: str, header: str, separator: str | None = None) -> Lookup:
        """Return the formula of one grey column; its separator is the locale's unless another one is given."""
        return lookup(
            field,
            header=header,
            key_column=self.key_column,
            header_row=self.header_row,
            title=self.title,
            separator=separator or self.separator,
        )


def gap_part(
    tab: GoogleTab, gap: Gap, language: Language, names: Names, source: LookupSource | None, state: GoogleState
) -> Part:
    """Return what fills the gaps of one people's tab."""
    first = tab.used_columns
    titles = _titles(gap, language)
    requests: list[Request] = []
    if gap.columns:
        requests.append(insert_columns(tab.id, first, len(gap.columns), at_end=first >= tab.columns))
        for index, column in enumerate(gap.columns, first):
            title, row = titles[column.field], gap.row - 1
            header: Json = {"stringValue": title}
            if column.owner is Owner.SERVICE and source:
                header = {"formulaValue": source.lookup(column.field, title).formula}
                requests.append(put_warning(column.field, tab.id, row, index, state))
            requests += dress_column(
                gap.spec, column, language, tab.id, row=row, index=index, header=header, names=names
            )
        requests += _folded(tab, gap, first)
    if gap.settings:
        requests += _settings(tab, gap, first, language)
    settings = [setting.header(language) for setting in gap.settings]
    return Part(requests=tuple(requests), added=f"{tab.title}: {', '.join([*titles.values(), *settings])}")


def _titles(gap: Gap, language: Language) -> dict[str, str]:
    """Return the headers of the new columns by field; a grey one whose title people use is marked as computed."""
    row = gap.tab.cells[gap.row - 1] if gap.row <= len(gap.tab.cells) else ()
    taken = [str(cell) for cell in row if cell is not None]
    return {
        column.field: free_header(column, taken, language) if column.owner is Owner.SERVICE else column.header(language)
        for column in gap.columns
    }


def _folded(tab: GoogleTab, gap: Gap, first: int) -> list[Request]:
    """Fold the minor columns, unless a group of people's begins or ends there: Google would make one of both."""
    end = first + len(gap.columns)
    begin = end - sum(not column.front for column in gap.columns)
    groups = [group["range"] for group in tab.json.get("columnGroups", [])]
    touched = any(group.get("startIndex", 0) <= end and group["endIndex"] >= begin for group in groups)
    return fold_columns(tab.id, begin, end) if gap.spec is ACTORS and begin < end and not touched else []


def _settings(tab: GoogleTab, gap: Gap, first_column: int, language: Language) -> Iterator[Request]:
    """Yield what inserts rows below everything and writes the settings into them."""
    new = {column.field: place for place, column in enumerate(gap.columns, first_column)}
    first = max(tab.used_rows, gap.row)
    yield insert_rows(tab.id, first, len(gap.settings), at_end=first >= tab.rows)
    for row, setting in enumerate(gap.settings, first):
        yield from setting_row(tab.id, row, {**gap.places, **new}, setting, language)


def setting_row(
    sheet_id: int, row: int, places: Mapping[str, int], setting: Column, language: Language
) -> Iterator[Request]:
    """Yield what writes one blank row (0-based) of Einstellungen; `places` are the 0-based columns by field."""
    value = cell_format(SETTINGS, setting, language) | {"horizontalAlignment": "LEFT", "wrapStrategy": "WRAP"}
    remark = cell_format(SETTINGS, SETTINGS.column("remark"), language) | {"textFormat": text(GREY, italic=True)}
    name = cell_format(SETTINGS, SETTINGS.column("setting"), language) | {"textFormat": text(bold=True)}
    rule = validation(setting, language, {})
    cells: dict[str, dict[str, object]] = {
        "setting": {"userEnteredValue": {"stringValue": setting.header(language)}, "userEnteredFormat": name},
        "value": {"userEnteredFormat": value, **({"dataValidation": rule} if rule else {})},
        "remark": {"userEnteredValue": {"stringValue": setting.help(language)}, "userEnteredFormat": remark},
    }
    for field, column in places.items():
        yield put_cell(sheet_id, row, column, cells[field])


def grey_parts(
    tab: GoogleTab, source: LookupSource | None, state: GoogleState, retried: frozenset[str]
) -> Iterator[Part]:
    """Yield what puts the grey columns right that are there; without Auswertung or a key column nothing can be."""
    header = find_header(ACTORS, tab.tab)
    if source is None or header is None:
        return
    for field, own in tab.own_headers.items():
        repaired = _repaired(field, own, source, retried)
        if repaired is not None:
            formula = put_formula(tab.id, own.row, own.column, repaired.formula)
            again = field if own.shown == SYNTAX_ERROR else ""
            yield Part(requests=(formula,), added=f"{tab.title}: {own.lookup.header} (repaired)", retried=again)
        elif own.shown == BROKEN:
            yield Part(todo=_blocked(tab, own))
        elif own.shown == SYNTAX_ERROR:
            cell = f"{column_letter(own.column)}{own.row + 1}"
            yield Part(todo=f"{tab.title}!{cell}: Google reads the formula of {own.lookup.header} in neither spelling.")
        wanted = lookup_warning(field, tab.id, own.row, own.column)
        there = _protection(state, wanted["protectedRangeId"])
        if there is None or not warns(there, wanted):
            warning = put_warning(field, tab.id, own.row, own.column, state)
            yield Part(requests=(warning,), added=f"warning on {tab.title}: {own.lookup.header}")


def _repaired(field: str, own: OwnHeader, source: LookupSource, retried: frozenset[str]) -> Lookup | None:
    """Return what the header cell should hold instead, None when it is right."""
    there = own.lookup
    flips = own.shown == SYNTAX_ERROR and field not in retried
    spelled = there.with_other_separator() if flips else there
    wanted = source.lookup(field, there.header, spelled.separator)
    return wanted if flips or source.is_new or not there.looks_up_as(wanted) else None


def _blocked(tab: GoogleTab, own: OwnHeader) -> str:
    """Return the sentence about the first filled cell below a header that cannot spill."""
    filled = (
        row
        for row in range(own.row + 1, len(tab.cells))
        if own.column < len(tab.cells[row]) and tab.cells[row][own.column] is not None
    )
    row = next(filled, None)
    name = f"the grey column {own.lookup.header}"
    if row is None:
        return f"{tab.title}!{column_letter(own.column)}{own.row + 1}: {name} cannot spill; nothing may stand below it."
    return f"{tab.title}!{column_letter(own.column)}{row + 1} blocks {name}; clear that cell."


def put_warning(field: str, sheet_id: int, row: int, column: int, state: GoogleState) -> Request:
    """Return what puts the warning on a grey column, wherever it was before."""
    wanted = lookup_warning(field, sheet_id, row, column)
    if _protection(state, wanted["protectedRangeId"]) is None:
        return {"addProtectedRange": {"protectedRange": wanted}}
    return {"updateProtectedRange": {"protectedRange": wanted, "fields": WARNING_FIELDS}}


def _protection(state: GoogleState, number: int) -> Json | None:
    return next((found for tab in state.tabs if (found := tab.protection(number)) is not None), None)
