"""The tab Kontakte of a second sheet → the table of contacts, with the actors of the alliance.

What belongs here: contacts that stand apart from the team's sheet. Those in the same file are read by `parsing.parse`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import Language
from scoring.memory import Memory
from scoring.messages import Note
from scoring.parsing.headers import find_header
from scoring.parsing.identity import Directory, directory_of
from scoring.parsing.references import names_by_row, refer
from scoring.parsing.tab_search import find_people_tabs
from scoring.parsing.tables import is_blank, notes_of, read_table
from scoring.remember import objections
from scoring.snapshot import Snapshot
from scoring.tabs import CONTACTS

_BY_ADDRESS = replace(CONTACTS, key="email")
"""The same tab, of which no row with an address is dropped: an objection holds also where Akteur is blank."""


@dataclass(frozen=True, kw_only=True)
class ReadContacts:
    """Contacts as read: `frame` as `Alliance.contacts`, `objected` the address ids of all who objected, and notes."""

    frame: pd.DataFrame
    objected: frozenset[str]
    notes: tuple[Note, ...] = ()


def parse_contacts(snapshot: Snapshot, alliance: Alliance, memory: Memory, language: Language) -> ReadContacts | None:
    """Return the contacts of a sheet that may hold nothing else; None when it has no tab Kontakte that can be read.

    `actor` is the key of an actor of this alliance, or "" (noted) for a reference to nobody.
    """
    tab = find_people_tabs(snapshot, {}).tabs.get(CONTACTS.name)
    if tab is None or not (is_blank(tab) or find_header(CONTACTS, tab)):
        return None
    directory = directory_of_alliance(alliance, memory)
    table = refer(read_table(CONTACTS, tab, language), directory, language)
    return ReadContacts(
        frame=table.frame,
        objected=objections(read_table(_BY_ADDRESS, tab, language).frame, memory),
        notes=tuple(notes_of(table, names_by_row(table, directory))),
    )


def directory_of_alliance(alliance: Alliance, memory: Memory) -> Directory:
    """Return who is meant by which name in this alliance, former names included."""
    actors = alliance.actors
    names: Mapping[str, str] = dict(zip(actors["key"], actors["name"], strict=True))
    return directory_of(names, dict(zip(actors["key"], actors["uid"], strict=True)), memory)
