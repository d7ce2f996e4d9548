"""Where a table stands: titles, header rows, layouts that people make, notes about headers."""

import itertools
import random
import time

import pytest

from scoring.columns import NUMERIC, Column, TabSpec
from scoring.domain import Severity
from scoring.memory import Memory
from scoring.messages import Note, NoteCode
from scoring.parsing.headers import Header, find_header, header_notes, is_rearranged, spellings, tab_name
from scoring.parsing.parse import parse
from scoring.snapshot import Cell, Snapshot, Tab
from scoring.tabs import ACTORS, CONTACTS, LETTERS, MEETINGS, PEOPLE_TABS, SECTORS, SETTINGS_ROWS
from scoring.text import squeeze

TABS = (*PEOPLE_TABS, CONTACTS)


def tab(*rows: tuple[Cell, ...], title: str = "Akteure") -> Tab:
    return Tab(id="7", title=title, cells=rows)


def columns(spec: TabSpec, *rows: tuple[Cell, ...]) -> dict[str, int] | None:
    header = find_header(spec, tab(*rows))
    return None if header is None else dict(header.columns)


def notes(*rows: tuple[Cell, ...], spec: TabSpec = ACTORS) -> list[Note]:
    header = find_header(spec, tab(*rows))
    assert header is not None
    return header_notes(spec, tab(*rows), header, "de")


@pytest.mark.parametrize(
    ("title", "name"),
    [("Akteure", "actors"), (" akteure\n", "actors"), ("Actors", "actors"), ("LoI", "letters"), ("Akteure 2", "")],
)
def test_a_tab_is_found_by_its_whole_title(title: str, name: str) -> None:
    assert tab_name(title) == name


def test_a_service_tab_of_an_earlier_version_is_not_rearranged() -> None:
    now = tuple(column.de for column in SECTORS.columns)
    headers: dict[str, tuple[Cell, ...]] = {
        "now": now,
        "five columns, the last called otherwise": (*now[:4], "Anteil (%)"),
        "the same in English": (*(column.en for column in SECTORS.columns[:4]), "Share (%)"),
        "two exchanged": (now[1], now[0], *now[2:]),
        "something of people's behind": (*now[:5], "Bemerkung"),
    }
    assert {what: is_rearranged(SECTORS, (row,)) for what, row in headers.items()} == {
        "now": False,
        "five columns, the last called otherwise": False,
        "the same in English": False,
        "two exchanged": True,
        "something of people's behind": True,
    }


@pytest.mark.parametrize("spec", TABS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_header_of_the_column_table_is_found(spec: TabSpec, language: str) -> None:
    row = tuple(column.de if language == "de" else column.en for column in spec.typed)
    assert columns(spec, row) == {column.field: index for index, column in enumerate(spec.typed)}


@pytest.mark.parametrize("spec", TABS, ids=lambda spec: spec.name)
def test_no_two_columns_of_a_tab_share_a_spelling(spec: TabSpec) -> None:
    def own(column: Column) -> set[str]:
        return set(spellings((column,))) | {squeeze(column.de), squeeze(column.en)}

    rows = (*spec.columns, *SETTINGS_ROWS) if spec.name == "settings" else spec.columns
    shared = [(a.field, b.field) for a, b in itertools.combinations(rows, 2) if own(a) & own(b)]
    assert shared == []


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("  BEZIEHUNG \n (0–5) ", "relationship"),
        ("Beziehung (0-5)", "relationship"),
        ("Beziehung", "relationship"),
        ("Umsatz", "revenue"),
        ("CO2", "emissions"),
        ("THG", "emissions"),
        ("THG (t CO₂e/a)", "emissions"),
        ("Nächster\nSchritt", "next_step"),
        ("Mitarbeitende", "jobs"),
        ("Zuständig", "owner"),
        ("Stand (manuell)", "stage_override"),
        ("Brennstoffe", "fuels"),
        ("Relationship", "relationship"),
    ],
)
def test_a_header_is_found_whatever_its_case_spaces_dashes_or_unit(header: str, field: str) -> None:
    assert columns(ACTORS, ("Name", header)) == {"name": 0, field: 1}


@pytest.mark.parametrize("header", ["Stand", "Stage", "Rang", "Beziehung zum Ort", "Name der Firma", "Bezieh", "(0–5)"])
def test_a_header_is_never_found_by_part_and_grey_columns_are_not_read(header: str) -> None:
    assert columns(ACTORS, ("Name", header)) == {"name": 0}


@pytest.mark.parametrize("alias", ["Akteur", "Organisation", "Firma", "Unternehmen", "Actor"])
def test_the_name_column_has_aliases(alias: str) -> None:
    assert columns(ACTORS, (alias,)) == {"name": 0}


def test_the_header_row_is_the_first_with_the_key_and_another_known_header() -> None:
    title: tuple[Cell, ...] = ("Akteur",)
    assert find_header(ACTORS, tab(title, (), ("Art", "Name"), ("Firma", "Art"))) == Header(
        row=2, columns={"name": 1, "kind": 0}, texts={"name": "Name", "kind": "Art"}
    )


def test_the_header_row_is_else_the_first_with_the_key_alone() -> None:
    assert find_header(ACTORS, tab(("Liste",), ("x", "Name"), ("Firma",))) == Header(
        row=1, columns={"name": 1}, texts={"name": "Name"}, unknown=(0,)
    )


def test_the_header_row_is_one_of_the_first_ten() -> None:
    blank: tuple[Cell, ...] = ()
    assert columns(ACTORS, *[blank] * 9, ("Name", "Art")) == {"name": 0, "kind": 1}
    assert columns(ACTORS, *[blank] * 10, ("Name", "Art")) is None


def test_a_name_header_counts_before_its_alias() -> None:
    assert columns(ACTORS, ("Firma", "Name")) == {"name": 1}
    assert notes(("Firma", "Name")) == [
        Note(
            code=NoteCode.HEADER_DOUBLED,
            severity=Severity.WARNING,
            tab="Akteure",
            cell="A1",
            args={"column": "Name", "first": "B1"},
        )
    ]


def test_a_doubled_header_is_noted_and_the_first_counts() -> None:
    assert columns(ACTORS, ("Name", "THG", "CO2")) == {"name": 0, "emissions": 1}
    assert notes(("Name", "THG", "CO2")) == [
        Note(
            code=NoteCode.HEADER_DOUBLED,
            severity=Severity.WARNING,
            tab="Akteure",
            cell="C1",
            args={"column": "THG", "first": "B1"},
        )
    ]


def test_a_header_that_is_nearly_known_is_noted_with_the_nearest_name() -> None:
    assert notes(("Name", "Beschäftigten vor Ort", "Lieblingsfarbe", None, 2026)) == [
        Note(
            code=NoteCode.HEADER_SIMILAR,
            severity=Severity.WARNING,
            tab="Akteure",
            cell="B1",
            args={"found": "Beschäftigten vor Ort", "suggestion": "Beschäftigte vor Ort"},
        )
    ]


def test_the_teams_own_column_may_be_called_like_a_grey_one() -> None:
    assert notes(("Name", "Rang", "Rang (berechnet)", "Stand", "Rank (computed)", "Rang")) == []


def test_a_blocked_lookup_names_the_cell_in_its_way() -> None:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Name", "Stand", "#REF!", "Schlüsselakteur", "Empfehlung", "Hinweise"),
        ("Stadtwerke",),
        ("Klinikum", "x", "wichtig"),
    )
    assert notes(*rows) == [
        Note(code=NoteCode.LOOKUP_BLOCKED, severity=Severity.WARNING, tab="Akteure", cell="C3", args={"column": "Rang"})
    ]


def test_a_lookup_that_nothing_blocks_has_lost_its_reference() -> None:
    found = notes(("Name", "Stand", "#REF!", "Schlüsselakteur", "Empfehlung", "Hinweise"), ("Stadtwerke",))
    assert found == [
        Note(code=NoteCode.LOOKUP_BROKEN, severity=Severity.WARNING, tab="Akteure", cell="C1", args={"column": "Rang"})
    ]


def test_a_dead_lookup_that_nobody_can_tell_is_called_by_its_letter() -> None:
    assert [(note.cell, note.args) for note in notes(("Name", "#REF!"), ("a",))] == [("B1", {"column": "B"})]


def test_columns_that_the_service_fills_itself_are_not_the_teams() -> None:
    filled = Tab(id="7", title="Akteure", cells=(("Name", "Art", "Art"),), lookups={"stage": 1})
    header = find_header(ACTORS, filled)
    assert header is not None
    assert header.columns == {"name": 0, "kind": 2}


ROWS: dict[str, tuple[tuple[str, Cell], ...]] = {
    "letters": (
        ("actor", "Stadtwerke"),
        ("status", "unterzeichnet"),
        ("signed_on", "01.03.2026"),
        ("authority", "ja"),
        ("target_year", 2035),
        ("publication", "nur Name"),
        ("quote", "Wir sind dabei"),
        ("withdrawn_on", None),
    ),
    "meetings": (
        ("date", "01.03.2026"),
        ("time", "18:00"),
        ("actors", "Stadtwerke"),
        ("kind", "Gespräch"),
        ("status", "stattgefunden"),
        ("result", "Zusage"),
        ("done", True),
    ),
}


@pytest.mark.parametrize("spec", [LETTERS, MEETINGS], ids=lambda spec: spec.name)
def test_all_swaps_of_two_columns_give_the_same_table(spec: TabSpec) -> None:
    row = ROWS[spec.name]
    expected = read_back(spec, row)
    pairs = list(itertools.combinations(range(len(row)), 2))
    for a, b in pairs:
        swapped = list(row)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        assert read_back(spec, tuple(swapped)) == expected
    assert len(pairs) == len(row) * (len(row) - 1) // 2


def read_back(spec: TabSpec, row: tuple[tuple[str, Cell], ...]) -> list[dict[str, object]]:
    cells = (tuple(spec.column(field).de for field, _ in row), tuple(cell for _, cell in row))
    return table(spec, cells, 0)


def table(spec: TabSpec, cells: tuple[tuple[Cell, ...], ...], moved_by: int) -> list[dict[str, object]]:
    """The parsed table as records, its row numbers as if nothing stood above."""
    actors = Tab(id="1", title="Akteure", cells=(("Name",), ("Stadtwerke",)))
    alliance, _ = parse(Snapshot(tabs=(Tab(id="2", title=spec.en, cells=cells), actors)), Memory())
    frame = alliance.letters if spec is LETTERS else alliance.meetings
    return [{"row": int(str(index)) - moved_by, **record} for index, record in records(frame)]


def records(frame: object) -> list[tuple[object, dict[str, object]]]:
    text = frame.astype(str)  # type: ignore[attr-defined]
    return list(zip(text.index, text.to_dict("records"), strict=True))


def random_layout(spec: TabSpec, rng: random.Random) -> tuple[tuple[tuple[Cell, ...], ...], int]:
    """The same rows as people lay them out: permuted, between columns of their own, below a title, in two languages."""
    row = [*ROWS[spec.name]]
    rng.shuffle(row)
    header: list[Cell] = [disguise(spec.column(field), rng) for field, _ in row]
    values: list[Cell] = [cell for _, cell in row]
    for number in range(rng.randint(0, 4)):
        position = rng.randint(0, len(header))
        header.insert(position, rng.choice([None, f"Eigene Spalte {number}", 2026 + number]))
        values.insert(position, rng.choice([None, "egal", 5, True]))
    above = rng.choice([(), (("Unsere Liste",),), (("",), ()), ((None, "Stand: 2026"), (), ("bitte ausfüllen",))])
    return (*above, tuple(header), tuple(values)), len(above)


def disguise(column: Column, rng: random.Random) -> str:
    names = [column.de, column.en, *column.aliases]
    if column.kind in NUMERIC:
        names += [name.split(" (")[0] for name in names]
    name = rng.choice(names)
    name = rng.choice([name, name.upper(), name.lower(), name.replace("-", "–")])
    return (
        rng.choice(["", " ", "\n"]) + name.replace(" ", rng.choice([" ", "  ", "\n", "\u00a0"])) + rng.choice(["", " "])
    )


def check_layouts(count: int, seed: int, stop: float) -> int:
    rng, done = random.Random(seed), 0
    expected = {spec.name: read_back(spec, ROWS[spec.name]) for spec in (LETTERS, MEETINGS)}
    while done < count and time.monotonic() < stop:
        spec = (LETTERS, MEETINGS)[done % 2]
        cells, moved_by = random_layout(spec, rng)
        assert table(spec, cells, moved_by) == expected[spec.name], cells
        done += 1
    return done


def test_100_random_layouts_give_the_same_table() -> None:
    assert check_layouts(100, 1, float("inf")) == 100


@pytest.mark.campaign
def test_500_random_layouts_give_the_same_table(minutes: float, seed: int) -> None:
    start = time.monotonic()
    done = check_layouts(500, seed, start + 60 * minutes)
    print(f"\n{done} layouts, 0 read differently, seed {seed}, {time.monotonic() - start:.0f} s")
    assert done > 0


def test_a_kind_of_actor_among_the_data_is_no_header() -> None:
    cells = (("Bezeichner", "Art"), ("Stadtwerke", "Energieversorger"), ("Brauerei", "Unternehmen"))
    assert find_header(ACTORS, Tab(id="1", title="Akteure", cells=cells)) is None
    numbered = (("Nr.", None, "Art"), (4711.0, None, "Unternehmen", 12.0))
    assert find_header(ACTORS, Tab(id="1", title="Akteure", cells=numbered)) is None
    nameless = (("Stand", None, "Art"), (None, None, "Unternehmen", 12.0))
    assert find_header(ACTORS, Tab(id="1", title="Akteure", cells=nameless)) is None


def test_an_alias_alone_is_a_header_where_its_row_begins() -> None:
    header = find_header(ACTORS, Tab(id="1", title="Akteure", cells=(("Unsere Liste",), ("Firma",), ("Brauerei",))))
    assert header is not None
    assert (header.row, header.texts) == (1, {"name": "Firma"})


def test_what_stands_in_grey_columns_below_the_header_is_no_header() -> None:
    cells = (("Bezeichner", "Stand", "Art"), ("Stadtwerke", "überzeugt", "Unternehmen"))
    grey = Tab(id="1", title="Akteure", cells=cells, lookups={"stage": 1})
    assert find_header(ACTORS, grey) is None
