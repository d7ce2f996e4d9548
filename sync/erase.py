"""Forgetting a person or an actor: what leaves the memory, and what people still have to delete in their own cells.

What belongs here: whom a name means, and what stays of them. Rows of the state file are `sync.state.erasing`. The
service never changes people's cells, so the rest is said, by tab and row and never by content.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from scoring.memory import Memory, RememberedActor
from scoring.parsing.identity import key
from scoring.parsing.tab_search import find_people_tabs
from scoring.snapshot import Snapshot
from sync.state.erasing import Spellings


@dataclass(frozen=True, kw_only=True)
class Mentioned:
    """Rows of one tab of people (1-based, as people see them) in which the name stands."""

    tab: str
    rows: tuple[int, ...]


def erased(memory: Memory, name: str) -> Memory:
    """Return the memory without the actor that has or had this name; the same memory when it is nobody's.

    Name and key become a pseudonym; former names, ID, fingerprint and stage are gone. Events and the history of stages
    stay under the internal id, which `Memory.erased` keeps by keyed hashes of the names: who comes back is not news.
    """
    gone = remembered_as(memory, name)
    names = {folded for actor in gone for folded in (actor.key, *actor.aliases)} | {key(name)}
    if not gone:
        return memory
    kept = {uid: _without_aliases(actor, names) for uid, actor in memory.actors.items()}
    pseudonymous = {actor.uid: _pseudonymous(actor) for actor in gone}
    ids = {memory.name_id(folded): actor.uid for actor in gone for folded in (actor.key, *actor.aliases)}
    return replace(memory, actors={**kept, **pseudonymous}, erased={**memory.erased, **ids})


def remembered_as(memory: Memory, name: str) -> tuple[RememberedActor, ...]:
    """Return the actors of that name, or else those that had it formerly."""
    folded, actors = key(name), memory.actors.values()
    now = tuple(actor for actor in actors if folded in {actor.key, key(actor.name)})
    return now or tuple(actor for actor in actors if folded in actor.aliases)


def names_of(memory: Memory, name: str) -> tuple[str, ...]:
    """Return every name by which whoever is meant is known: the one given, and what the memory holds of an actor."""
    known = (text for actor in remembered_as(memory, name) for text in (actor.name, actor.key, *actor.aliases))
    return tuple(dict.fromkeys((name.strip(), *known)))


def pseudonym(memory: Memory, name: str) -> str:
    """Return what stands for the name from now on: the same for each of an actor's names, and at any time."""
    gone = remembered_as(memory, name)
    identity = memory.name_id(key(name))
    return _pseudonym(gone[0].uid if gone else memory.erased.get(identity, identity))


def mentions(snapshot: Snapshot, tab_ids: Mapping[str, str], names: Iterable[str]) -> tuple[Mentioned, ...]:
    """Return where in the people's tabs one of the names stands; `tab_ids` finds tabs that were renamed.

    Tabs that the service does not know are never read, so it cannot tell of them.
    """
    spellings = Spellings.of(names)
    found = (
        Mentioned(
            tab=tab.title,
            rows=tuple(
                number
                for number, row in enumerate(tab.cells, 1)
                if any(isinstance(cell, str) and spellings.stand_in(cell) for cell in row)
            ),
        )
        for tab in find_people_tabs(snapshot, tab_ids).tabs.values()
    )
    return tuple(mentioned for mentioned in found if mentioned.rows)


def _pseudonymous(actor: RememberedActor) -> RememberedActor:
    name = _pseudonym(actor.uid)
    return RememberedActor(uid=actor.uid, key=key(name), name=name, present=False)


def _without_aliases(actor: RememberedActor, names: set[str]) -> RememberedActor:
    """Return an actor that stays; one that had the erased name before loses that memory of it."""
    return replace(actor, aliases=tuple(alias for alias in actor.aliases if alias not in names))


def _pseudonym(identity: str) -> str:
    return f"gelöscht-{blake2b(identity.encode(), digest_size=4).hexdigest()}"
