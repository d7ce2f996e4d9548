"""Who is who over several runs: keys, doubled rows, renames, former names, references, lasting ids."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alliance import Alliance
from scoring.domain import Severity, Stage
from scoring.memory import Memory
from scoring.messages import Argument, Note, NoteCode
from scoring.parsing.identity import Directory, fingerprints, key, remember_actors, resolve
from scoring.parsing.parse import parse
from scoring.snapshot import Cell, Snapshot, Tab

Row = tuple[Cell, ...]
HEADER: Row = ("Name", "Art", "Beschäftigte", "Teil von", "ID")
STADTWERKE: Row = ("Stadtwerke", "Energieversorger", 500)
KLINIKUM: Row = ("Klinikum", "Gesundheit", 2500)
VEREIN: Row = ("Sportverein", "Verein", 3)


def read(memory: Memory, *rows: Row, meetings: tuple[Row, ...] = ()) -> tuple[Alliance, list[Note]]:
    tabs = (
        Tab(id="1", title="Akteure", cells=(HEADER, *rows)),
        Tab(id="2", title="Termine", cells=(("Datum", "Akteur"), *meetings)),
        Tab(id="3", title="Einstellungen", cells=()),
    )
    alliance, notes = parse(Snapshot(tabs=tabs), memory)
    return alliance, [note for note in notes if note.tab in ("Akteure", "Termine")]


def after(memory: Memory, *rows: Row) -> Memory:
    """What is remembered once a run has read these rows."""
    alliance, _ = read(memory, *rows)
    return replace(memory, actors=remember_actors(alliance, memory))


def uids(memory: Memory, *rows: Row) -> dict[str, str]:
    actors = read(memory, *rows)[0].actors
    return dict(zip(actors["name"], actors["uid"], strict=True))


def actor_note(code: NoteCode, cell: str, actor: str, severity: Severity = Severity.HINT, **args: Argument) -> Note:
    return Note(code=code, severity=severity, tab="Akteure", cell=cell, actor=actor, args=args)


@pytest.mark.parametrize(
    "spelling",
    ["Bürger*innen-Energie", "  bürger*innen-ENERGIE\n", "Bu\u0308rger*innen-Energie", "Bürger*innen-Energie\x00"],
)
def test_a_key_folds_unicode_case_and_white_space(spelling: str) -> None:
    assert key(spelling) == "bürger*innen-energie"


def test_a_key_keeps_what_makes_names_different() -> None:
    assert len({key(name) for name in ("Müller", "Mueller", "Muller", "Müller 2", "007", "7")}) == 6


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=30))
def test_a_key_is_its_own_key(name: str) -> None:
    assert key(key(name)) == key(name)
    assert key(unicodedata.normalize("NFD", name)) == key(name)


def test_of_two_rows_with_one_key_the_first_counts_and_the_other_is_noted() -> None:
    alliance, notes = read(Memory(), STADTWERKE, (), (" STADTWERKE ", "Verein", "viele"), KLINIKUM)
    assert alliance.actors[["name", "jobs"]].to_dict("index") == {
        2: {"name": "Stadtwerke", "jobs": 500.0},
        5: {"name": "Klinikum", "jobs": 2500.0},
    }
    assert notes == [actor_note(NoteCode.ACTOR_DOUBLED, "A4", "STADTWERKE", Severity.WARNING, first="A2")]


def test_ids_depend_on_the_key_alone() -> None:
    assert uids(Memory(), STADTWERKE, KLINIKUM) == uids(Memory(), KLINIKUM, ("stadtwerke".title(), "Verein", 1))


def test_a_deleted_and_re_added_row_is_the_same_actor() -> None:
    first = after(Memory(), STADTWERKE, KLINIKUM)
    gone = after(first, STADTWERKE)
    assert gone.actors[uids(first, KLINIKUM)["Klinikum"]].present is False
    assert uids(gone, STADTWERKE, ("KLINIKUM", "Bildung", 7))["KLINIKUM"] == uids(Memory(), KLINIKUM)["Klinikum"]


def test_a_rename_is_recognised_by_equal_cells_and_noted() -> None:
    memory = after(Memory(), STADTWERKE, KLINIKUM)
    alliance, notes = read(memory, ("Stadtwerke Bonn", "Energieversorger", 500), KLINIKUM)
    assert alliance.actors["uid"].tolist() == list(uids(memory, STADTWERKE, KLINIKUM).values())
    assert notes == [
        actor_note(NoteCode.ACTOR_RENAMED, "A2", "Stadtwerke Bonn", old="Stadtwerke", name="Stadtwerke Bonn")
    ]


def test_a_rename_is_recognised_by_the_id_column_alone() -> None:
    memory = after(Memory(), ("Stadtwerke", None, None, None, "17"), KLINIKUM)
    renamed = uids(memory, ("SWB", "Energieversorger", 9, None, 17), KLINIKUM)
    assert renamed["SWB"] == uids(Memory(), STADTWERKE)["Stadtwerke"]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param([("A", "Verein")], [("B", "Verein")], id="one filled cell is too few"),
        pytest.param([("A", "Verein", 3)], [("B", "Verein", 4)], id="the cells differ"),
        pytest.param(
            [("A", "Verein", 3), ("B", "Verein", 3)], [("C", "Verein", 3), ("D", "Verein", 3)], id="two at once"
        ),
        pytest.param([("A", "Verein", 3)], [("A", "Verein", 3), ("B", "Verein", 3)], id="nobody vanished"),
        pytest.param([("A", "Verein", 3, None, "1")], [("B", "Verein", 3, None, "2")], id="the IDs differ"),
    ],
)
def test_anything_less_is_a_new_actor(before: list[Row], now: list[Row]) -> None:
    memory = after(Memory(), *before)
    alliance, notes = read(memory, *now)
    known = set(memory.actors)
    new = alliance.actors[~alliance.actors["key"].isin(["a"])]["uid"]
    assert (known & set(new), notes) == (set(), [])


def test_a_parent_written_under_a_former_name_does_not_hide_a_rename() -> None:
    memory = after(Memory(), STADTWERKE, ("Netz", "Verein", 3, "Stadtwerke"))
    memory = after(memory, ("SWB", "Energieversorger", 500), ("Netz", "Verein", 3, "Stadtwerke"))
    renamed = uids(memory, ("SWB", "Energieversorger", 500), ("Netze", "Verein", 3, "Stadtwerke"))
    assert renamed["Netze"] == uids(Memory(), ("Netz",))["Netz"]


def test_a_former_name_keeps_working_with_a_note() -> None:
    memory = after(after(Memory(), STADTWERKE, KLINIKUM), ("SWB", "Energieversorger", 500), KLINIKUM)
    alliance, notes = read(
        memory,
        ("SWB", "Energieversorger", 500),
        (*KLINIKUM, "Stadtwerke"),
        meetings=(("2026-03-01", "stadtwerke; Klinikum; SWB"),),
    )
    assert alliance.actors["parent"].tolist() == ["", "swb"]
    assert alliance.meetings["actors"].tolist() == [("swb", "klinikum")]
    assert notes == [
        actor_note(NoteCode.ALIAS_USED, "D3", "Klinikum", found="Stadtwerke", name="SWB"),
        Note(
            code=NoteCode.ALIAS_USED,
            severity=Severity.HINT,
            tab="Termine",
            cell="B2",
            args={"found": "stadtwerke", "name": "SWB"},
        ),
    ]


def test_a_row_that_takes_its_former_name_again_is_the_same_actor() -> None:
    memory = after(after(Memory(), STADTWERKE), ("SWB", "Energieversorger", 500))
    assert uids(memory, ("Stadtwerke", "Verein", 1)) == uids(Memory(), STADTWERKE)


def test_a_new_actor_under_a_former_name_gets_an_id_of_its_own() -> None:
    memory = after(after(Memory(), STADTWERKE), ("SWB", "Energieversorger", 500))
    both = uids(memory, ("SWB", "Energieversorger", 500), STADTWERKE)
    assert both["SWB"] == uids(Memory(), STADTWERKE)["Stadtwerke"]
    assert both["Stadtwerke"] not in memory.actors
    later = after(memory, ("SWB", "Energieversorger", 500), STADTWERKE)
    assert uids(later, STADTWERKE, ("SWB", "Energieversorger", 500)) == both


def test_a_former_name_of_two_actors_names_nobody() -> None:
    memory = after(after(Memory(), STADTWERKE), ("SWB", "Energieversorger", 500))
    memory = after(memory, ("SWB", "Energieversorger", 500), ("Stadtwerke", "Verein", 7))
    rows: list[Row] = [("SWB", "Energieversorger", 500), ("Stadtwerke-Verein", "Verein", 7)]
    alliance, _ = read(memory, *rows, meetings=(("2026-03-01", "Stadtwerke"),))
    assert set(alliance.actors["uid"]) == set(memory.actors)
    assert alliance.meetings["actors"].tolist() == [()]


def test_a_reference_to_nobody_is_noted_with_the_nearest_name() -> None:
    alliance, notes = read(
        Memory(), STADTWERKE, (*VEREIN, "Stadtwerkee"), meetings=(("2026-03-01", "Klinik; Stadtwerke"),)
    )
    assert alliance.actors["parent"].tolist() == ["", ""]
    assert alliance.meetings["actors"].tolist() == [("stadtwerke",)]
    assert [(note.cell, note.actor, note.severity, note.args) for note in notes] == [
        (
            "D3",
            "Sportverein",
            Severity.BLOCKING,
            {"found": "Stadtwerkee", "suggestion": "Stadtwerke", "column": "Teil von"},
        ),
        ("B2", "Stadtwerke", Severity.WARNING, {"found": "Klinik", "suggestion": "", "column": "Akteur"}),
    ]


def severities(notes: tuple[Note, ...]) -> dict[str, Severity]:
    """Cell → severity of each reference to nobody."""
    return {note.cell: note.severity for note in notes if note.code is NoteCode.REFERENCE_UNKNOWN}


def test_a_name_of_nobody_blocks_where_tonnes_would_count_twice_and_nowhere_else() -> None:
    actors = (("Name", "Teil von"), ("Stadtwerke", None), ("Netz", "Stadtwerkee"), ("Zoo", "Konzern in Übersee"))
    overlaps = (
        ("Akteur A", "Akteur B", "t"),
        ("Stadtwerke", "Net", 5),
        ("Stadtwerkee", "Zoo", 5),
        ("Stadtwerke", "Konzern in Übersee", 5),
        ("Konzern in Übersee", "Zoo", 5),
    )
    meetings = (("Datum", "Akteur"), ("2026-03-01", "Stadtwerkee"))
    tabs = {"Akteure": actors, "Überschneidungen": overlaps, "Termine": meetings}
    snapshot = Snapshot(tabs=tuple(Tab(id=title, title=title, cells=cells) for title, cells in tabs.items()))
    _, notes = parse(snapshot, Memory())
    assert severities(tuple(note for note in notes if note.tab == "Akteure")) == {
        "B3": Severity.BLOCKING,
        "B4": Severity.BLOCKING,
    }
    assert severities(tuple(note for note in notes if note.tab == "Überschneidungen")) == {
        "B2": Severity.BLOCKING,
        "A3": Severity.BLOCKING,
        "B4": Severity.BLOCKING,
        "A5": Severity.BLOCKING,
    }
    assert severities(tuple(note for note in notes if note.tab == "Termine")) == {"B2": Severity.WARNING}


def test_only_so_many_unknown_names_get_a_suggestion() -> None:
    directory = Directory(names={"stadtwerke": "Stadtwerke"})
    references = resolve([f"Stadtwerke {number}" for number in range(150)], directory)
    suggestions = [args["suggestion"] for reference in references.values() for _, args in reference.notes]
    assert suggestions == ["Stadtwerke"] * 100 + [""] * 50


def test_fingerprints_count_filled_cells_and_ignore_name_and_row() -> None:
    one = fingerprints(read(Memory(), STADTWERKE, KLINIKUM)[0].actors)
    two = fingerprints(read(Memory(), VEREIN, ("Andere Stadtwerke", "energieversorger", "500"))[0].actors)
    assert one["filled"].tolist() == [2, 2]
    assert one["fingerprint"].iloc[0] == two["fingerprint"].iloc[1]
    assert len({*one["fingerprint"], *two["fingerprint"]}) == 3


def test_evidence_is_carried_over() -> None:
    memory = after(Memory(), STADTWERKE)
    (uid,) = memory.actors
    evident = replace(memory.actors[uid], evidence=Stage.SIGNED, evidence_since=date(2026, 3, 1))
    memory = after(replace(memory, actors={uid: evident}), ("SWB", "Energieversorger", 500))
    assert memory.actors == {
        uid: replace(evident, key="swb", name="SWB", aliases=("stadtwerke",), present=True),
    }


def test_an_empty_sheet_remembers_everyone_as_absent() -> None:
    memory = after(after(Memory(), STADTWERKE, KLINIKUM))
    assert [(actor.name, actor.present) for actor in memory.actors.values()] == [
        ("Stadtwerke", False),
        ("Klinikum", False),
    ]


def test_erased_actor_that_comes_back_has_its_former_id() -> None:
    """Whatever it was announced for then is known by this id, so nothing is announced again."""
    empty = Memory(address_key=b"secret")
    erased = replace(empty, erased={empty.name_id("klinikum"): "u-then", empty.name_id("krankenhaus"): "u-then"})
    assert uids(erased, STADTWERKE, KLINIKUM)["Klinikum"] == "u-then"
    assert uids(erased, ("Krankenhaus", "Gesundheit", 9))["Krankenhaus"] == "u-then"
    assert uids(erased, STADTWERKE) == uids(empty, STADTWERKE)
    assert uids(replace(erased, address_key=b"another"), KLINIKUM) == uids(empty, KLINIKUM)


def test_erased_actor_that_comes_back_with_two_names_has_its_id_once() -> None:
    empty = Memory(address_key=b"secret")
    erased = replace(empty, erased={empty.name_id("klinikum"): "u-then", empty.name_id("krankenhaus"): "u-then"})
    rows = KLINIKUM, ("Krankenhaus", "Gesundheit", 9)
    assert uids(erased, *rows) == uids(erased, *reversed(rows))
    assert [uid for uid in uids(erased, *rows).values() if uid == "u-then"] == ["u-then"]


def test_erased_actor_that_came_back_keeps_its_id_under_a_new_name() -> None:
    empty = Memory(address_key=b"secret")
    memory = after(replace(empty, erased={empty.name_id("klinikum"): "u-then"}), KLINIKUM)
    renamed = after(memory, ("Uniklinik", *KLINIKUM[1:]))
    assert uids(renamed, ("Uniklinik", *KLINIKUM[1:])) == {"Uniklinik": "u-then"}
    with_namesake = uids(renamed, ("Uniklinik", *KLINIKUM[1:]), KLINIKUM)
    assert (with_namesake["Uniklinik"], with_namesake["Klinikum"] == "u-then") == ("u-then", False)


def test_erased_actor_is_not_taken_for_a_renamed_one() -> None:
    """The row of the Klinikum vanished and an erased actor's came, alike in every cell: still two actors."""
    memory = after(Memory(address_key=b"secret"), STADTWERKE, KLINIKUM)
    erased = replace(memory, erased={memory.name_id("poliklinik"): "u-then"})
    assert uids(erased, STADTWERKE, ("Poliklinik", *KLINIKUM[1:]))["Poliklinik"] == "u-then"
