"""The whole sheet → alliance and notes: tabs, rows, private tabs, garbage."""

import contextlib
import random
from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Alliance, Place
from scoring.columns import NUMERIC, Kind, TabSpec
from scoring.domain import Severity
from scoring.memory import Memory
from scoring.messages import Message, Note, NoteCode
from scoring.parsing.identity import key
from scoring.parsing.parse import Problem, UnreadableSheetError, parse
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS, CONTACTS, PEOPLE_TABS, SETTINGS

Row = tuple[Cell, ...]
TABLES = tuple(spec for spec in (*PEOPLE_TABS, CONTACTS) if spec is not SETTINGS)
NAMES: tuple[Row, ...] = (("Name",), ("Stadtwerke",), ("Klinikum",))


def sheet(tabs: Mapping[str, tuple[Row, ...]]) -> Snapshot:
    return Snapshot(tabs=tuple(Tab(id=f"id {title}", title=title, cells=cells) for title, cells in tabs.items()))


def read(tabs: Mapping[str, tuple[Row, ...]], memory: Memory | None = None) -> tuple[Alliance, list[Note]]:
    """The alliance, and the notes that are not about settings."""
    alliance, notes = parse(sheet(tabs), memory or Memory())
    about_settings = {NoteCode.SETTING_ASSUMED, NoteCode.INVENTORY_INCOMPLETE, NoteCode.MUNICIPALITY_MISSING}
    return alliance, [note for note in notes if note.code not in about_settings]


def frame(alliance: Alliance, spec: TabSpec) -> pd.DataFrame:
    table = getattr(alliance, spec.name)
    assert isinstance(table, pd.DataFrame)
    return table


def assert_typed(alliance: Alliance) -> None:
    """Every table has exactly the people's columns with their dtypes and the sheet's rows as its index."""
    for spec in TABLES:
        table = frame(alliance, spec)
        own = ["key", "uid"] if spec is ACTORS else []
        assert list(table.columns) == [column.field for column in spec.typed] + own
        for column in spec.typed:
            expected = (
                "float64" if column.kind in NUMERIC else "datetime64[s]" if column.kind is Kind.DATE else "object"
            )
            assert table[column.field].dtype == expected, (spec.name, column.field)
            if expected == "object":
                kinds = {tuple} if column.kind is Kind.ACTORS else {str}
                assert set(table[column.field].map(type)) <= kinds
        assert table.index.name == "row"
        assert table.index.is_unique
    assert alliance.actors["key"].is_unique
    assert alliance.actors["uid"].is_unique


def missing(*titles: str) -> list[Note]:
    return [Note(code=NoteCode.TAB_MISSING, severity=Severity.HINT, args={"tab": title}) for title in titles]


def test_a_sheet_with_only_names_parses() -> None:
    alliance, notes = read({"Akteure": NAMES})
    assert_typed(alliance)
    assert alliance.actors["name"].to_dict() == {2: "Stadtwerke", 3: "Klinikum"}
    assert alliance.places == {"actors": Place(title="Akteure", header_row=1, letters={"name": "A"}, key="name")}
    assert notes == missing("Einstellungen", "Termine")


def test_names_and_meetings_parse() -> None:
    alliance, notes = read({"Termine": (("Akteur", "Datum"), ("klinikum", "01.03.2026")), "Akteure": NAMES})
    assert_typed(alliance)
    assert alliance.meetings[["date", "actors"]].to_dict("index") == {
        2: {"date": pd.Timestamp("2026-03-01"), "actors": ("klinikum",)}
    }
    assert alliance.has_status_column is False
    assert notes == missing("Einstellungen")


@pytest.mark.parametrize("cells", [(), ((),), ((None, ""), (" ",))], ids=["nothing", "an empty row", "blank cells"])
def test_empty_tabs_give_empty_tables_without_notes(cells: tuple[Row, ...]) -> None:
    alliance, notes = read({spec.de: cells for spec in (*TABLES, SETTINGS)})
    assert_typed(alliance)
    assert [len(frame(alliance, spec)) for spec in TABLES] == [0] * len(TABLES)
    assert notes == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_tabs_with_only_headers_give_empty_tables(language: str) -> None:
    def header(spec: TabSpec) -> Row:
        return tuple(column.de if language == "de" else column.en for column in spec.columns)

    alliance, notes = read({spec.de: (header(spec),) for spec in (*TABLES, SETTINGS)})
    assert_typed(alliance)
    assert [len(frame(alliance, spec)) for spec in TABLES] == [0] * len(TABLES)
    assert alliance.has_status_column is True
    assert notes == []


def test_without_an_actors_tab_the_titles_are_named() -> None:
    with pytest.raises(UnreadableSheetError) as raised:
        parse(sheet({"Akteurs": NAMES, "Termine": (), "Erika Akteure": ()}), Memory())
    args = {"title": "Akteure", "found": "Akteurs, Termine", "count": 3, "suggestion": "Akteurs"}
    assert raised.value.problems == (Message(code=Problem.ACTORS_TAB_MISSING, args=args),)
    with pytest.raises(UnreadableSheetError):
        parse(Snapshot(tabs=()), Memory())


def test_without_a_name_column_the_headers_are_named() -> None:
    with pytest.raises(UnreadableSheetError) as raised:
        parse(sheet({"Akteure": (("Unsere Liste",), ("Namen", "Art"), ("Stadtwerke", "Verein"))}), Memory())
    args = {"tab": "Akteure", "column": "Name", "found": "Namen, Art", "count": 2, "suggestion": "Namen"}
    assert raised.value.problems == (Message(code=Problem.NAME_COLUMN_MISSING, args=args),)


def test_row_of_data_in_place_of_the_headers_is_counted_and_not_quoted() -> None:
    row = ("Erika Canary", "Verein", "Name: Erika, 0170 4711", "canary@example.org", "Sektor")
    with pytest.raises(UnreadableSheetError) as raised:
        parse(sheet({"Akteure": (row,)}), Memory())
    args = {"tab": "Akteure", "column": "Name", "found": "Sektor", "count": 5, "suggestion": ""}
    assert raised.value.problems == (Message(code=Problem.NAME_COLUMN_MISSING, args=args),)


def test_two_name_columns_are_named() -> None:
    with pytest.raises(UnreadableSheetError) as raised:
        parse(sheet({"Akteure": ((), ("Name", "Art", "name "))}), Memory())
    args = {"tab": "Akteure", "column": "Name", "first": "A2", "second": "C2"}
    assert raised.value.problems == (Message(code=Problem.NAME_COLUMN_DOUBLED, args=args),)


def test_service_tabs_are_never_peoples_tabs() -> None:
    tabs = (
        Tab(id="1", title="Akteure", cells=(("Name",), ("Falsch",)), service="results"),
        Tab(id="2", title="Actors", cells=NAMES),
    )
    alliance, _ = parse(Snapshot(tabs=tabs), Memory())
    assert alliance.actors["name"].tolist() == ["Stadtwerke", "Klinikum"]


def test_of_two_tabs_with_one_meaning_the_first_is_read() -> None:
    alliance, notes = read({"AKTEURE": NAMES, "Actors": (("Name",), ("Falsch",)), "Termine": (), "Settings": ()})
    assert alliance.actors["name"].tolist() == ["Stadtwerke", "Klinikum"]
    assert notes == [
        Note(code=NoteCode.TAB_DOUBLED, severity=Severity.WARNING, tab="Actors", args={"first": "AKTEURE"})
    ]


def test_a_renamed_tab_is_found_by_its_remembered_id() -> None:
    memory = Memory(tab_ids={"actors": "id Alle", "meetings": "id Presse"})
    alliance, notes = read({"Alle": NAMES, "Presse": (), "Einstellungen": ()}, memory)
    assert alliance.places["actors"].title == "Alle"
    assert notes == missing("Termine")


def test_a_tab_without_its_key_column_is_unread_and_said_to_be() -> None:
    alliance, notes = read({"Akteure": NAMES, "Maßnahmen": (("Titel",), ("Solar",)), "Termine": (), "Settings": ()})
    assert len(alliance.measures) == 0
    args = {"column": "Akteur"}
    assert notes == [Note(code=NoteCode.KEY_COLUMN_MISSING, severity=Severity.WARNING, tab="Maßnahmen", args=args)]


def test_blank_rows_are_not_the_end_and_ticks_that_are_off_are_no_data() -> None:
    rows: tuple[Row, ...] = (
        ("Datum", "Akteur", "Erledigt"),
        (),
        ("2026-03-01", "Klinikum", True),
        (None, "", False),
        (),
    )
    alliance, notes = read({"Akteure": NAMES, "Termine": (*rows, ("2026-03-02",)), "Settings": ()})
    assert alliance.meetings["done"].to_dict() == {3: "yes", 6: ""}
    assert notes == []


def test_rows_of_a_long_tab_may_end_anywhere() -> None:
    whole: Row = ("Zoo", 5, "Verein", 7)
    rows = tuple((f"Zoo {number}", *whole[1 : 1 + number // 200]) for number in range(1_000))
    alliance, notes = read(
        {"Akteure": (("Name", "THG", "Art", "Beschäftigte", "Umsatz"), *rows), "Termine": (), "Settings": ()}
    )
    filled = alliance.actors[["name", "emissions", "kind", "jobs", "revenue"]].replace("", None).notna()
    assert filled.sum().tolist() == [1_000, 800, 600, 400, 0]
    assert filled["jobs"].tolist() == [number >= 600 for number in range(1_000)]
    assert notes == []


def test_a_row_without_a_name_is_noted_and_no_actor() -> None:
    alliance, notes = read(
        {"Akteure": (("Art", "Name"), ("Verein", None), ("Zoo", "–"), ("Verein", "Zoo")), "Termine": (), "Settings": ()}
    )
    assert alliance.actors["name"].to_dict() == {4: "Zoo"}
    assert notes == [
        Note(
            code=NoteCode.ROW_WITHOUT_KEY, severity=Severity.WARNING, tab="Akteure", cell=cell, args={"column": "Name"}
        )
        for cell in ("B2", "B3")
    ]


def test_required_cells_are_noted_and_a_row_is_dropped_only_without_its_key() -> None:
    alliance, notes = read(
        {
            "Akteure": NAMES,
            "Maßnahmen": (
                ("Akteur", "Titel"),
                ("Klinikum", None),
                (None, "Solar"),
                ("#REF!", "Gas"),
                ("Klinikum", "Rad"),
            ),
            "Termine": (("Datum", "Akteur"), ("bald", "Klinikum"), (None, "Klinikum")),
            "Überschneidungen": (("Akteur A", "Akteur B", "t"), ("Klinikum", "Stadtwerke", None)),
            "Settings": (),
        }
    )
    assert alliance.measures[["actor", "title"]].to_dict("index") == {
        2: {"actor": "klinikum", "title": ""},
        5: {"actor": "klinikum", "title": "Rad"},
    }
    assert len(alliance.meetings) == 0
    assert alliance.overlaps["tonnes"].isna().tolist() == [True]
    assert [(note.tab, note.cell, note.code, note.severity) for note in notes] == [
        ("Termine", "A2", NoteCode.DATE_UNREADABLE, Severity.WARNING),
        ("Termine", "A3", NoteCode.REQUIRED_MISSING, Severity.WARNING),
        ("Maßnahmen", "B2", NoteCode.REQUIRED_MISSING, Severity.WARNING),
        ("Maßnahmen", "A3", NoteCode.REQUIRED_MISSING, Severity.WARNING),
        ("Maßnahmen", "A4", NoteCode.ERROR_CELL, Severity.WARNING),
        ("Überschneidungen", "C2", NoteCode.REQUIRED_MISSING, Severity.WARNING),
    ]


def test_a_note_says_tab_cell_actor_what_was_found_and_what_was_expected() -> None:
    _, notes = read(
        {
            " akteure ": (("Liste",), (), ("THG", "Name"), ("12.5.2026", "Stadtwerke")),
            "Termine": (),
            "Settings": (),
        }
    )
    assert notes == [
        Note(
            code=NoteCode.NUMBER_IS_DATE,
            severity=Severity.WARNING,
            tab=" akteure ",
            cell="A4",
            actor="Stadtwerke",
            args={"column": "THG", "found": "12.5.2026", "suggestion": "12,5"},
        )
    ]


def test_notes_stand_in_the_order_of_rows() -> None:
    header: Row = ("THG", "Name", "Beschäftigte")
    rows: tuple[Row, ...] = (header, ("x", "A", "y"), (1, "A", 1), ("x", "B", "y"))
    _, notes = read({"Akteure": rows, "Termine": (), "Settings": ()})
    assert [note.cell for note in notes] == ["A2", "C2", "B3", "A4", "C4"]


def test_an_english_sheet_is_read_alike() -> None:
    german, _ = read({"Akteure": (("Name", "Art", "THG"), ("Zoo", "Verein", 5)), "Termine": (("Datum",), ("1.3.26",))})
    english, _ = read(
        {"Meetings": (("Date",), ("2026-03-01",)), "Actors": (("Name", "GHG", "Kind"), ("Zoo", 5, "association"))}
    )
    for spec in TABLES:
        pd.testing.assert_frame_equal(frame(german, spec), frame(english, spec))


def test_an_unreadable_kind_of_meeting_is_an_event() -> None:
    alliance, _ = read({"Akteure": NAMES, "Termine": (("Datum", "Art"), ("2026-03-01", "Zoom"), ("2026-03-02", None))})
    assert alliance.meetings["kind"].tolist() == ["event", ""]


def test_an_owner_who_is_not_in_the_mailing_list_is_noted() -> None:
    actors: tuple[Row, ...] = (("Name", "Betreuung"), ("Zoo", "anna"), ("Klinikum", "Bert"), ("Verein", None))
    people: tuple[Row, ...] = (("Name", "E-Mail"), ("Anna", "anna@example.org"))
    rest: dict[str, tuple[Row, ...]] = {"Termine": (), "Settings": ()}
    assert read({"Akteure": actors, **rest})[1] == []
    assert read({"Akteure": actors, "Verteiler": people, **rest})[1] == [
        Note(
            code=NoteCode.PERSON_UNKNOWN,
            severity=Severity.HINT,
            tab="Akteure",
            cell="B3",
            actor="Klinikum",
            args={"found": "Bert", "column": "Betreuung"},
        )
    ]


SECRETS = ("Geheim-Person", "geheim@example.org", "0228 geheim", "Geheimes Wort")


def test_nothing_from_contacts_and_mailing_list_is_ever_quoted() -> None:
    contacts = tuple((*(secret for _ in CONTACTS.typed),) for secret in SECRETS)
    recipients = tuple((secret,) * 6 for secret in SECRETS)
    alliance, notes = read(
        {
            "Akteure": (("Name", "Notiz", "Notitz"), ("Zoo", "#REF!", SECRETS[0])),
            "Kontakte": (tuple(column.de for column in CONTACTS.typed), *contacts),
            "Verteiler": (("Name", "E-Mail", "Rolle", "Wochenbericht", "LoI-Meldungen", "Erinnerungen"), *recipients),
        }
    )
    assert len(alliance.contacts) == len(alliance.recipients) == len(SECRETS)
    assert len(notes) > 20
    assert [secret for secret in SECRETS for note in notes if secret in repr(note)] == []


GARBAGE: tuple[Cell, ...] = (
    *(None, "", " ", "–", "?", "#REF!", "#NICHT BERECHNET!", "Loading…", True, False, 0, -1, 1, 0.5, 5, 46150, 1e308),
    *(
        float("nan"),
        float("inf"),
        10**400,
        "1.234,5",
        "12.5",
        "03/04/26",
        "2026-03-01",
        "ja",
        "nein",
        "x" * 50_000,
        "\x00",
    ),
    *("=1+1", "<script>", "😀", "\ud800", "a;b;;", ";", "Name", "Akteur", "Datum", "k. A.", "1" * 5_000, "\u202eabc"),
)


def garbage_row(rng: random.Random, width: int) -> Row:
    return tuple(rng.choice(GARBAGE) for _ in range(rng.randint(0, width)))


@pytest.mark.parametrize("seed", range(30))
def test_garbage_never_raises_and_never_costs_a_good_row(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"Akteur {seed}-{number}" for number in range(rng.randint(1, 8))]
    header = ["Name", *rng.sample([column.de for column in ACTORS.typed[1:]], 12)]
    rng.shuffle(header)
    place = header.index("Name")
    rows: list[Row] = []
    for name in names:
        row = list(garbage_row(rng, 20))
        row += [None] * (place + 1 - len(row))
        row[place] = name
        rows += [tuple(row), *(garbage_row(rng, place) for _ in range(rng.randint(0, 2)))]
    others = {
        spec.de: (tuple(column.de for column in spec.typed), *(garbage_row(rng, 14) for _ in range(10)))
        for spec in (*TABLES, SETTINGS)
        if spec is not ACTORS
    }
    settings_rows = tuple((column.de, rng.choice(GARBAGE)) for column in SETTINGS.typed)
    tabs = {"Akteure": (tuple(header), *rows), **others, "Unsinn": tuple(garbage_row(rng, 30) for _ in range(20))}
    alliance, notes = parse(sheet({**tabs, "Einstellungen": (*others["Einstellungen"], *settings_rows)}), Memory())
    assert_typed(alliance)
    assert {key(name) for name in names} <= set(alliance.actors["key"])
    assert {note.code for note in notes} <= set(NoteCode)


cells = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.sampled_from(GARBAGE))
grids = st.lists(st.lists(cells, max_size=6).map(tuple), max_size=6).map(tuple)


@settings(max_examples=150, deadline=None)
@given(grids, grids)
def test_random_cells_below_headers_never_raise(actors: tuple[Row, ...], other: tuple[Row, ...]) -> None:
    header: Row = ("Akteur", "Datum", "Status", "Titel", "Name", "Zieljahr")
    titles = [spec.de for spec in TABLES if spec is not ACTORS]
    tabs = {"Akteure": (("Name", "THG", "Fällig am", "Art", "Teil von", "ID"), *actors)}
    settings_tab = {"Einstellungen": (("Einstellung", "Wert"), *other)}
    assert_typed(parse(sheet({**tabs, **settings_tab, **dict.fromkeys(titles, (header, *other))}), Memory())[0])


@settings(max_examples=50, deadline=None)
@given(grids)
def test_random_grids_raise_nothing_but_that_the_sheet_is_unreadable(grid: tuple[Row, ...]) -> None:
    snapshot = sheet({spec.de: grid for spec in (*TABLES, SETTINGS)})
    with contextlib.suppress(UnreadableSheetError):
        assert_typed(parse(snapshot, Memory())[0])
