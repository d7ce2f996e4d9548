"""The tab Einstellungen → `Settings`: each row is read like a column, what is blank gets its default, and says so.

What belongs here: defaults that depend on each other, the weights, and what is missing for a public share. The defaults
themselves stand in `scoring.alliance`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import fsum

from scoring.alliance import (
    DEFAULT_POPULATION,
    DEFAULT_WEIGHTS,
    JOBS_PER_INHABITANT,
    REVENUE_PER_JOB,
    Place,
    Settings,
)
from scoring.columns import Column
from scoring.domain import InventoryMethod, Language, LegalForm, Sector, Severity
from scoring.messages import Argument, Note, NoteCode
from scoring.parsing.cells import is_filled, read_cell
from scoring.parsing.headers import find_header, header_notes, nearest_header, spellings
from scoring.parsing.tables import place_of, unread
from scoring.snapshot import Cell, Tab
from scoring.tabs import SETTINGS, SETTINGS_ROWS
from scoring.text import squeeze, tidy

LATEST_TARGET_YEAR = 2035
"""Klimaneutral by 2035 at the latest: the guide's definition of the goal."""

SMALLEST_TOWN = 100.0
"""Fewer people are no town: 23.4 is 23.400 read by a program that takes the point for a decimal one."""

LEAST_PER_HEAD = 1.0
"""t CO2e a year: a town's inventory with less per head is not in tonnes (Germany 2021: 9.13)."""

ROUNDED_SECTORS = 1.005
"""So much may the sectors exceed the total by rounding."""

_WEIGHTS = ("weight_emissions", "weight_jobs", "weight_structural", "weight_publicity")  # in the order of `Factor`
_TOTALS = ("population", "jobs_total", "revenue_total", "inventory_total")
"""What other figures are divided by: a total below 1 is no total."""

_ROWS: Mapping[str, Column] = {column.field: column for column in SETTINGS_ROWS}
_SPELLINGS = spellings(SETTINGS_ROWS)
_LONGEST = 200  # characters; no setting's name is longer


@dataclass(kw_only=True)
class _Rows:
    """The rows of the tab as read so far: what is given by field (absent: blank or unreadable), and the notes."""

    place: Place
    language: Language
    given: dict[str, str | float | date] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def text(self, name: str) -> str:
        value = self.given.get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> float | None:
        value = self.given.get(name)
        return value if isinstance(value, float) else None

    def whole(self, name: str) -> int | None:
        value = self.number(name)
        return None if value is None else int(value)

    def day(self, name: str) -> date | None:
        value = self.given.get(name)
        return value if isinstance(value, date) else None

    def note(self, code: NoteCode, severity: Severity, name: str = "", **args: Argument) -> None:
        """Add a note at the value of that setting; without a cell where the tab has no such row."""
        cell = self.place.cell(self.rows[name], "value") if name in self.rows else ""
        self.notes.append(Note(code=code, severity=severity, tab=self.place.title, cell=cell, args=args))

    def name_note(self, code: NoteCode, row: int, **args: Argument) -> None:
        """Add a warning at the name of the setting in that row."""
        cell = self.place.cell(row, "setting")
        self.notes.append(Note(code=code, severity=Severity.WARNING, tab=self.place.title, cell=cell, args=args))

    def column_note(self, code: NoteCode, severity: Severity, name: str, **args: Argument) -> None:
        """Add a note that names the setting as its column."""
        self.note(code, severity, name, column=_ROWS[name].header(self.language), **args)


def read_settings(tab: Tab | None, language: Language) -> tuple[Settings, Place, tuple[Note, ...]]:
    """Return the team's settings, where they stand, and what is to be said. Without a tab all are defaults."""
    rows = _read_rows(tab, language)
    _check_totals(rows)
    _check_inventory(rows)
    _say_what_is_missing(rows)
    weights = _weights(rows)
    population = _assumed(rows, "population", DEFAULT_POPULATION)
    jobs_total = _assumed(rows, "jobs_total", population * JOBS_PER_INHABITANT)
    revenue_total = _assumed(rows, "revenue_total", jobs_total * REVENUE_PER_JOB)
    method, legal_form = rows.text("inventory_method"), rows.text("legal_form")
    default = Settings()
    settings = Settings(
        municipality=rows.text("municipality"),
        municipality_key=rows.text("municipality_key"),
        population=population,
        jobs_total=jobs_total,
        revenue_total=revenue_total,
        assumed=frozenset(name for name in _TOTALS[:3] if rows.number(name) is None),
        resolution_date=rows.day("resolution_date"),
        target_year=rows.whole("target_year"),
        inventory_method=InventoryMethod(method) if method else None,
        inventory_year=rows.whole("inventory_year"),
        inventory_total=rows.number("inventory_total"),
        inventory_by_sector=_by_sector(rows),
        inventory_source=rows.text("inventory_source"),
        weights=weights,
        top_n=rows.whole("top_n") or default.top_n,
        step2_pledges=rows.whole("step2_pledges") or default.step2_pledges,
        step6_share=_or(rows.number("step6_share"), default.step6_share),
        coverage_goal=rows.number("coverage_goal"),
        goal_date=rows.day("goal_date"),
        weekly_hours=_or(rows.number("weekly_hours"), default.weekly_hours),
        founded_on=rows.day("founded_on"),
        legal_form=LegalForm(legal_form) if legal_form else None,
        institutionalised_on=rows.day("institutionalised_on"),
        loi_published_on=rows.day("loi_published_on"),
        loi_version=rows.text("loi_version"),
        loi_link=rows.text("loi_link"),
        success_reported_on=rows.day("success_reported_on"),
        success_report_to=rows.text("success_report_to"),
        review_months=rows.whole("review_months") or default.review_months,
    )
    return settings, rows.place, tuple(rows.notes)


def _read_rows(tab: Tab | None, language: Language) -> _Rows:
    rows = _Rows(place=Place(title=tab.title if tab else "", key=SETTINGS.key), language=language)
    header = find_header(SETTINGS, tab) if tab else None
    if tab is None or header is None or "value" not in header.columns:
        missing = SETTINGS.column("setting" if header is None else "value")
        rows.notes += unread(tab, missing, language) if tab else ()
        return rows
    rows.place = place_of(SETTINGS, tab, header)
    rows.notes += header_notes(SETTINGS, tab, header, language)
    setting, value = header.columns["setting"], header.columns["value"]
    for number, row in enumerate(tab.cells[header.row + 1 :], start=header.row + 2):
        blanks: tuple[Cell, ...] = (None,) * (max(setting, value) + 1 - len(row))
        _read_row(rows, number, (*row, *blanks)[setting], (*row, *blanks)[value])
    return rows


def _read_row(rows: _Rows, row: int, cell: Cell, value: Cell) -> None:
    name = tidy(cell[:_LONGEST]) if isinstance(cell, str) else ""
    column = _SPELLINGS.get(squeeze(name))
    if column is None:
        _note_unknown(rows, row, name, value)
    elif column.field in rows.rows:
        rows.name_note(NoteCode.SETTING_DOUBLED, row, column=name)
    else:
        rows.rows[column.field] = row
        _read_value(rows, column, name, value)


def _read_value(rows: _Rows, column: Column, name: str, cell: Cell) -> None:
    value, finding = read_cell(column, cell, rows.language, header=name)
    if value is not None and value != "":
        rows.given[column.field] = value
    if finding is None:
        return
    if column.field in _WEIGHTS and finding.code is NoteCode.NUMBER_OUT_OF_RANGE:
        default = DEFAULT_WEIGHTS[_WEIGHTS.index(column.field)]
        rows.note(NoteCode.WEIGHT_NEGATIVE, finding.severity, column.field, column=name, value=default)
    else:
        rows.note(finding.code, finding.severity, column.field, **finding.args)


def _note_unknown(rows: _Rows, row: int, name: str, value: Cell) -> None:
    """A name without a value is a heading of the team's own; with one, something that they expect to work."""
    if is_filled([value]).any():
        suggestion = nearest_header(name, SETTINGS_ROWS, rows.language) if name else ""
        rows.name_note(NoteCode.SETTING_UNKNOWN, row, found=name, suggestion=suggestion)


def _check_totals(rows: _Rows) -> None:
    for name in _TOTALS:
        value, low = rows.number(name), SMALLEST_TOWN if name == "population" else 1.0
        if value is not None and value < low:
            del rows.given[name]
            rows.column_note(NoteCode.NUMBER_OUT_OF_RANGE, Severity.WARNING, name, found=value, low=low, high="")


def _check_inventory(rows: _Rows) -> None:
    """Note, blocking, a total that cannot be right: every share would be too large."""
    total, population = rows.number("inventory_total"), rows.number("population")
    sectors = fsum(_by_sector(rows).values())
    if total is None:
        return
    if sectors > total * ROUNDED_SECTORS:
        args = {"value": sectors, "total": total}
        rows.note(NoteCode.SECTORS_EXCEED_TOTAL, Severity.BLOCKING, "inventory_total", **args)
    if population is not None and total < population * LEAST_PER_HEAD:
        args = {"value": total, "population": population}
        rows.note(NoteCode.INVENTORY_IMPLAUSIBLE, Severity.BLOCKING, "inventory_total", **args)


def _say_what_is_missing(rows: _Rows) -> None:
    if not rows.text("municipality"):
        rows.note(NoteCode.MUNICIPALITY_MISSING, Severity.HINT, "municipality")
    year = rows.whole("target_year")
    if year is not None and year > LATEST_TARGET_YEAR:
        rows.note(NoteCode.TARGET_YEAR_LATE, Severity.WARNING, "target_year", year=year)
    for name in ("inventory_method", "inventory_year", "inventory_total"):
        if name not in rows.given:
            rows.column_note(NoteCode.INVENTORY_INCOMPLETE, Severity.HINT, name)


def _assumed(rows: _Rows, name: str, default: float) -> float:
    """Return the given total, or the default with a note that it is assumed."""
    given = rows.number(name)
    if given is None:
        rows.column_note(NoteCode.SETTING_ASSUMED, Severity.HINT, name, value=default)
        return default
    return given


def _weights(rows: _Rows) -> tuple[float, float, float, float]:
    """Return the four weights in the order of `Factor`, adding up to 1; a zero sum means the defaults."""
    given = [_or(rows.number(name), default) for name, default in zip(_WEIGHTS, DEFAULT_WEIGHTS, strict=True)]
    total = fsum(given)
    if total == 0:
        rows.note(NoteCode.WEIGHTS_ALL_ZERO, Severity.WARNING, _WEIGHTS[0])
        return DEFAULT_WEIGHTS
    emissions, jobs, structural, publicity = (weight / total for weight in given)
    return emissions, jobs, structural, publicity


def _by_sector(rows: _Rows) -> Mapping[Sector, float]:
    totals = {sector: rows.number(f"inventory_{sector.value}") for sector in Sector}
    return {sector: total for sector, total in totals.items() if total is not None}


def _or(value: float | None, default: float) -> float:
    return default if value is None else value
