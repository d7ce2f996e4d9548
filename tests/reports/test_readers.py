"""Who in Verteiler wants a mail, and whom a cell that names people means."""

from dataclasses import replace
from datetime import date

import pytest

from reports.readers import Reader, in_charge, is_owner, readers
from reports.week import Task, TaskKind
from scoring.memory import Memory
from tests.scoring.build import alliance

MEMORY = Memory(address_key=b"secret")
CONTENT = alliance(
    recipients=[
        {"name": "Jörg Müller", "email": "joerg@example.org", "weekly_report": "yes", "reminders": "no"},
        {"name": "Ayşe Kaya", "email": "ayse@example.org", "weekly_report": "yes", "reminders": "yes"},
        {"name": "Jörg M.", "email": " Joerg@example.org", "weekly_report": "yes"},
        {"name": "Leer", "weekly_report": "yes"},
        {"name": "Ümlaut", "email": "jörg@example.org", "weekly_report": "yes"},
    ],
)


def test_readers_are_those_who_said_yes_and_can_be_mailed_to_each_address_once() -> None:
    joerg, ayse = (
        Reader(name=name, address=address, id=MEMORY.address_id(address))
        for name, address in (("Jörg Müller", "joerg@example.org"), ("Ayşe Kaya", "ayse@example.org"))
    )
    assert readers(CONTENT, MEMORY, "weekly_report") == (joerg, ayse)
    assert readers(CONTENT, MEMORY, "reminders") == (ayse,)
    assert readers(CONTENT, MEMORY, "letter_news") == ()


def test_who_objected_is_no_reader() -> None:
    objected = replace(MEMORY, objections=frozenset({MEMORY.address_id("JOERG@example.org")}))
    assert [reader.name for reader in readers(CONTENT, objected, "weekly_report")] == ["Ayşe Kaya"]


@pytest.mark.parametrize(
    ("person", "owners", "owns"),
    [
        ("Jörg Müller", "Jörg Müller", True),
        ("Jörg Müller", " jörg  müller ", True),
        ("Jörg Müller", "Ayşe, Jörg", True),
        ("Jörg Müller", "Ayşe/Jörg; Tom", True),
        ("Jörg Müller", "Jörgen", False),
        ("Jörg Müller", "Müller", False),
        ("Jörg Müller", "", False),
        ("", "", False),
    ],
)
def test_owner_is_known_by_whole_or_first_name(person: str, owners: str, owns: bool) -> None:
    assert is_owner(person, owners) == owns


def test_in_charge_is_who_is_named_if_in_the_team_else_who_looks_after_the_actor() -> None:
    content = alliance(
        actors=[{"name": "Werk", "owner": "Ayşe"}, {"name": "Bus"}], recipients=[{"name": "Ayşe Kaya"}, {"name": "Tom"}]
    )
    task = Task(kind=TaskKind.MEASURE_CHECK, actor="Werk", what="Dach", day=date(2026, 11, 1))
    cases = [("Werk", "Tom"), ("Werk", "Haustechnik"), ("Werk", ""), ("Bus", "Haustechnik"), ("Bus", ""), ("", "Tom")]
    found = in_charge(content, [replace(task, actor=actor, owners=owners) for actor, owners in cases])
    assert [task.owners for task in found] == ["Tom", "Ayşe", "Ayşe", "Haustechnik", "", "Tom"]
