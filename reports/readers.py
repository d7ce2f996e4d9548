"""Who in Verteiler wants a mail, and whom a cell that names people means.

What belongs here: the one reading of the tab Verteiler and of the names in Betreuung, Team and Verantwortlich. What is
written to whom is decided by the module of each kind of mail.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from reports.message import is_mailable
from reports.week import Task
from scoring.alliance import Alliance
from scoring.domain import YesNo
from scoring.memory import Memory

Wish = Literal["weekly_report", "letter_news", "reminders"]
"""The columns of Verteiler that say ja or nein to a kind of mail."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One who is written to; `id` stands for the address where the address must not stand."""

    name: str
    address: str
    id: str


def readers(alliance: Alliance, memory: Memory, wish: Wish) -> tuple[Reader, ...]:
    """Return each address with a ja in that column once, in the sheet's order.

    Left out is what cannot be mailed to, and who objected to mails.
    """
    people = alliance.recipients
    wanted = people.loc[people[wish] == YesNo.YES, ["name", "email"]]
    found: dict[str, Reader] = {}
    for name, address in wanted.itertuples(index=False, name=None):
        address_id = memory.address_id(address)
        if is_mailable(address) and address_id not in memory.objections:
            found.setdefault(address_id, Reader(name=name, address=address, id=address_id))
    return tuple(found.values())


def names_in(owners: str) -> tuple[str, ...]:
    """Return the people whom a cell names: "Jörg, Ayşe  Kaya" is two."""
    parts = owners.replace(";", ",").replace("/", ",").split(",")
    return tuple(name for part in parts if (name := " ".join(part.split())))


def is_owner(person: str, owners: str) -> bool:
    """Say whether a cell that names people names this one, by whole or first name."""
    name = person.casefold().split()
    named = [owner.casefold() for owner in names_in(owners)]
    return bool(name) and (" ".join(name) in named or name[0] in named)


def in_charge(alliance: Alliance, tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return the tasks with whom in the team they are: those named beside them, else whoever looks after the actor.

    Beside a measure often stands somebody of the actor's own, whom nobody here can ask. Who is named stays the owner
    when nobody looks after the actor.
    """
    team = tuple(alliance.recipients["name"])
    carers = dict(zip(alliance.actors["name"], alliance.actors["owner"], strict=True))
    return tuple(
        task
        if any(is_owner(person, task.owners) for person in team)
        else replace(task, owners=carers.get(task.actor) or task.owners)
        for task in tasks
    )
