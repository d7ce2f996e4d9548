"""The sample alliance: it holds what it promises, every planted mistake is found, and its year tells a story."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from openpyxl.utils import get_column_letter

from scoring.assess import assess
from scoring.assessment import Assessment
from scoring.columns import Kind
from scoring.domain import Light, Severity, Stage, StepStatus
from scoring.memory import Memory
from scoring.messages import NoteCode
from scoring.parsing.parse import parse
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import PEOPLE_TABS, SETTINGS_ROWS, TABS
from sync.sample import ANCHOR, Value, sample_content

Content = Mapping[str, Sequence[Mapping[str, Value]]]
CONTENT = sample_content(ANCHOR)
FIRST_ROW = 2
YEAR = tuple(ANCHOR - timedelta(days=days) for days in range(360, -1, -30))


def as_read(value: Value) -> Cell:
    return value.isoformat() if isinstance(value, date) else value


def tab(name: str, content: Content) -> Tab:
    columns = TABS[name].typed
    rows = (tuple(as_read(row.get(column.field)) for column in columns) for row in content[name])
    return Tab(id=name, title=TABS[name].de, cells=(tuple(column.de for column in columns), *rows))


def snapshot(content: Content) -> Snapshot:
    return Snapshot(tabs=tuple(tab(spec.name, content) for spec in PEOPLE_TABS))


def assessed(today: date, content: Content = CONTENT) -> Assessment:
    alliance, notes = parse(snapshot(content), Memory(), "de")
    return assess(alliance, Memory(), today, notes)


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return assessed(ANCHOR)


@pytest.fixture(scope="module")
def months() -> tuple[Assessment, ...]:
    """Thirty days apart, the last one on the day that the sample is written for."""
    return tuple(assessed(day) for day in YEAR)


def values(tab_name: str, field: str) -> list[Value]:
    return [row[field] for row in CONTENT[tab_name] if row[field] is not None]


def cell(tab_name: str, field: str, key: str) -> tuple[str, str]:
    """Return tab title and address of that field in the only row whose text holds the key."""
    (number,) = (
        number
        for number, row in enumerate(CONTENT[tab_name], FIRST_ROW)
        if any(key in value for value in row.values() if isinstance(value, str))
    )
    column = [column.field for column in TABS[tab_name].typed].index(field) + 1
    return TABS[tab_name].de, f"{get_column_letter(column)}{number}"


def test_sample_has_the_promised_size() -> None:
    assert {name: len(rows) for name, rows in CONTENT.items()} == {
        "actors": 54,
        "meetings": 91,
        "letters": 12,
        "measures": 15,
        "press": 9,
        "recipients": 6,
        "overlaps": 1,
        "settings": 33,
    }


def test_letters_stand_in_every_state() -> None:
    assert Counter(values("letters", "status")) == {
        "angefragt": 1,
        "zugesagt": 1,
        "unterzeichnet": 8,
        "zurückgezogen": 1,
        "abgelehnt": 1,
    }


def test_volunteers_leave_about_a_third_blank() -> None:
    fields = ("owner", "attitude", "relationship", "jobs", "publicity", "emissions", "industry", "sector")
    cells = [row[field] for row in CONTENT["actors"] for field in fields]
    assert 0.28 < cells.count(None) / len(cells) < 0.38


LISTS = [
    (spec.name, column.field)
    for spec in PEOPLE_TABS
    for column in spec.typed
    if column.choices is not None and column.choices is not Stage
]


@pytest.mark.parametrize(("tab_name", "field"), LISTS)
def test_every_value_of_a_list_is_used(tab_name: str, field: str) -> None:
    choices = TABS[tab_name].column(field).choices
    assert choices is not None
    unused = {choice.de for choice in choices} - set(values(tab_name, field))
    assert unused == set()


def test_inventory_adds_up() -> None:
    settings = {row["setting"]: row["value"] for row in CONTENT["settings"]}
    sectors = [settings.get(column.de) for column in SETTINGS_ROWS if column.de.startswith("Emissionen ")]
    assert sum(sector for sector in sectors if isinstance(sector, int)) == settings["Gesamtemissionen (t CO2e/a)"]


def test_settings_are_called_as_setup_calls_them() -> None:
    names = {row["setting"] for row in CONTENT["settings"]}
    assert names - {column.de for column in SETTINGS_ROWS} == {"Einwohnerzahlen"}


def test_all_names_resolve_except_the_planted_ones() -> None:
    people, actors = set(values("recipients", "name")), set(values("actors", "name"))
    unknown = {
        name
        for spec in PEOPLE_TABS
        for column in spec.typed
        if column.kind in {Kind.ACTOR, Kind.ACTORS, Kind.PERSON}
        for value in values(spec.name, column.field)
        for name in str(value).split("; ")
        if name not in (people if column.kind is Kind.PERSON else actors)
    }
    assert unknown == {"Stadtwerke Musterstat", "Sabine"}


def test_addresses_lead_nowhere() -> None:
    links = [
        str(value)
        for spec in PEOPLE_TABS
        for column in spec.typed
        if column.kind in {Kind.LINK, Kind.EMAIL}
        for value in values(spec.name, column.field)
    ]
    assert [link for link in links if not link.startswith("https://example.org/") and "@example.org" not in link] == []


@pytest.mark.parametrize("days", range(7))
def test_days_move_by_whole_weeks_and_stay_on_their_weekday(days: int) -> None:
    moved = sample_content(ANCHOR + timedelta(weeks=30, days=days))
    shift = timedelta(weeks=30)
    assert moved == {
        name: tuple(
            {field: value + shift if isinstance(value, date) else value for field, value in row.items()} for row in rows
        )
        for name, rows in CONTENT.items()
    }


def test_an_earlier_today_moves_days_back() -> None:
    kickoff = sample_content(date(2026, 11, 23))["meetings"][0]
    assert kickoff["date"] == date(2025, 11, 6)


def test_cells_are_text_numbers_days_or_blank() -> None:
    settings = {row["setting"]: row["value"] for row in CONTENT["settings"]}
    assert (settings["AGS"], settings["Einwohnerzahlen"]) == ("08999001", 85_000)
    assert (settings["Gewicht THG"], settings["Allianz gegründet am"]) == (0.4, date(2026, 3, 21))
    assert CONTENT["actors"][0]["fuels"] is None


PLANTED = (
    (NoteCode.SETTING_UNKNOWN, "settings", "setting", "Einwohnerzahlen"),
    (NoteCode.ACTOR_DOUBLED, "actors", "name", "sparkasse  Musterstadt"),
    (NoteCode.NUMBER_POINT_THOUSANDS, "actors", "emissions", "Backhaus Kornblum"),
    (NoteCode.NUMBER_WRONG_UNIT, "actors", "emissions", "Kreisbauernverband"),
    (NoteCode.NUMBER_IS_DATE, "actors", "revenue", "Sensorik Blauwald"),
    (NoteCode.ERROR_CELL, "actors", "revenue", "Bauunternehmung Steinhuber"),
    (NoteCode.NUMBER_OUT_OF_RANGE, "actors", "jobs", "Musterarkaden"),
    (NoteCode.NUMBER_OUT_OF_RANGE, "actors", "relationship", "Buchhandlung Lesezeit"),
    (NoteCode.CHOICE_UNKNOWN, "actors", "kind", "Möbelhaus Wohnwelt"),
    (NoteCode.INDUSTRY_UNKNOWN, "actors", "industry", "Kreishandwerkerschaft"),
    (NoteCode.PERSON_UNKNOWN, "actors", "owner", "Hotel Mustertor"),
    (NoteCode.STAGE_ABOVE_EVIDENCE, "actors", "stage_override", "Sparkasse Musterstadt"),
    (NoteCode.SPLIT_DIFFERS, "actors", "emissions", "Maschinenfabrik"),
    (NoteCode.SPLIT_NEEDED, "actors", "emissions", "Abfallwirtschaft"),
    (NoteCode.SPLIT_NEEDED, "actors", "emissions", "Gießerei"),
    (NoteCode.SPLIT_NEEDED, "actors", "emissions", "Biohof"),
    (NoteCode.EMISSIONS_YEAR_FAR, "actors", "emissions_year", "Spedition Weitblick"),
    (NoteCode.EMISSIONS_YEAR_OLD, "actors", "emissions_year", "Molkerei Kuhglück"),
    (NoteCode.CHILD_ABOVE_PARENT, "actors", "parent", "Kita Arche"),
    (NoteCode.REFERENCE_UNKNOWN, "meetings", "actors", "Stadtwerke Musterstat"),
    (NoteCode.DATE_AMBIGUOUS, "meetings", "due_on", "03/04/26"),
    (NoteCode.TIME_UNREADABLE, "meetings", "time", "abends"),
    (NoteCode.MEETING_OUTCOME_MISSING, "meetings", "result", "Molkerei Kuhglück"),
    (NoteCode.SIGNATURE_UNDATED, "letters", "signed_on", "Hochschule"),
    (NoteCode.AUTHORITY_UNCLEAR, "letters", "authority", "Klinikum"),
    (NoteCode.PERCENT_AS_SHARE, "measures", "completion", "Sanierung Schulzentrum Ost"),
    (NoteCode.TEXT_TOO_LONG, "measures", "title", "Klinikum"),
)


def test_each_planted_mistake_gives_its_note_and_no_other_cell_does(assessment: Assessment) -> None:
    codes = {code for code, *_ in PLANTED}
    found = {(note.code, note.tab, note.cell) for note in assessment.notes if note.code in codes}
    assert found == {(code, *cell(tab_name, field, key)) for code, tab_name, field, key in PLANTED}


def test_no_mistake_stops_the_public_figure(assessment: Assessment) -> None:
    assert [note for note in assessment.notes if note.severity is Severity.BLOCKING] == []
    assert assessment.coverage.publishable


def test_alliance_stands_in_step_four_with_its_letter_published(assessment: Assessment) -> None:
    done, running = StepStatus.DONE, StepStatus.RUNNING
    assert assessment.current_step == 4
    assert [step.status for step in assessment.steps] == [done, done, done, done, *[running] * 5]


def test_every_stage_and_every_light_occurs(assessment: Assessment) -> None:
    assert set(assessment.actors["stage"]) == set(Stage)
    assert set(assessment.measures["light"]) == set(Light)


def test_one_of_three_new_members_is_not_yet_celebrated(assessment: Assessment) -> None:
    actors = assessment.actors
    new = set(actors.loc[actors["new_member"], "name"])
    celebrated = {row["actor"] for row in CONTENT["press"] if row["occasion"] == "Neuaufnahme"}
    assert new - celebrated == {"Lindwurmbräu KG"}
    assert len(new) == 3


def test_share_and_step_grow_month_by_month(months: tuple[Assessment, ...]) -> None:
    assert [month.current_step for month in months] == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4]
    assert [month.coverage.signatories for month in months] == [0, 0, 0, 0, 0, 0, 1, 4, 5, 5, 6, 6, 7]
    assert [month.coverage.percent for month in months] == [*[None] * 7, 5, 7, 7, 14, 14, 15]


def test_no_step_falls_back_within_the_year(months: tuple[Assessment, ...]) -> None:
    done = [{step.number for step in month.steps if step.status is StepStatus.DONE} for month in months]
    assert [earlier - later for earlier, later in pairwise(done)] == [set()] * 12


@pytest.mark.parametrize("days", [1, 6])
def test_story_holds_on_each_day_of_the_week(assessment: Assessment, days: int) -> None:
    later = assessed(ANCHOR + timedelta(days=days))
    assert list(later.actors["stage"]) == list(assessment.actors["stage"])
    assert (later.current_step, later.coverage) == (assessment.current_step, assessment.coverage)
