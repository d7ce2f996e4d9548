"""Who is who: the key of an actor, its lasting internal id, former names, and what a reference to a name means.

What belongs here: keys, ids, renames, aliases, suggestions. What does not: reading cells, or what is remembered besides
identity (evidence is carried over untouched).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import islice

import pandas as pd

from scoring.alliance import Alliance
from scoring.domain import Stage
from scoring.memory import Memory, RememberedActor
from scoring.messages import Argument, NoteCode
from scoring.tabs import ACTORS
from scoring.text import fold, nearest

MAX_SUGGESTIONS = 100
"""How many unknown names of one tab get a "Meinten Sie": enough for people to work off, bounded for a broken tab."""

_FEWEST_CELLS = 2  # equal filled cells that make a rename believable
_COMPARED = [column.field for column in ACTORS.typed if column.field != "name"]


def key(name: str) -> str:
    """Return the key of an actor's name: Unicode NFKC, case and white space folded."""
    return fold(name)


@dataclass(frozen=True, kw_only=True)
class Directory:
    """All actors of one read: `names` by key, and `aliases` from a former key to the key of today."""

    names: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def find(self, name: str) -> str:
        """Return the key of the actor that a reference means, or "" for nobody."""
        folded = key(name)
        return folded if folded in self.names else self.aliases.get(folded, "")

    def suggest(self, name: str) -> str:
        """Return the name that is most like it, or ""."""
        return nearest(name, self.names)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a text that names actors means: their keys ("" left out), and a note's code and arguments per name noted."""

    keys: tuple[str, ...] = ()
    notes: tuple[tuple[NoteCode, Mapping[str, Argument]], ...] = ()


def resolve(texts: Iterable[str], directory: Directory, separator: str = "") -> dict[str, Reference]:
    """Return what each distinct text refers to, in their order; with a separator a text may name several."""
    parts = {text: _parts(text, separator) for text in dict.fromkeys(texts)}
    unknown = dict.fromkeys(part for names in parts.values() for part in names if not directory.find(part))
    nearest_names = {part: directory.suggest(part) for part in islice(unknown, MAX_SUGGESTIONS)}
    return {text: _reference(names, directory, nearest_names) for text, names in parts.items()}


def _parts(text: str, separator: str) -> list[str]:
    parts = [part.strip() for part in text.split(separator)] if separator else [text]
    return [part for part in parts if part]


def _reference(parts: Sequence[str], directory: Directory, nearest_names: Mapping[str, str]) -> Reference:
    keys, notes = dict[str, None](), []
    for part in parts:
        found = directory.find(part)
        if not found:
            args = {"found": part, "suggestion": nearest_names.get(part, "")}
            notes.append((NoteCode.REFERENCE_UNKNOWN, args))
            continue
        keys[found] = None
        if found != key(part):
            notes.append((NoteCode.ALIAS_USED, {"found": part, "name": directory.names[found]}))
    return Reference(keys=tuple(keys), notes=tuple(notes))


@dataclass(frozen=True, kw_only=True)
class Identities:
    """The internal id of each key, and the actor that was recognised under a new name in this run (None: none)."""

    uids: Mapping[str, str]
    renamed: RememberedActor | None = None
    new_key: str = ""


def identify(actors: pd.DataFrame, memory: Memory) -> Identities:
    """Return the id of each actor (`actors` has unique `key`s and the typed columns, `parent` as people wrote it).

    In this order: the key is known; it is a former key of somebody who is not in the sheet under another; it is that of
    an erased actor; exactly one key vanished and one appeared and the row is recognised; else the actor is new.
    """
    keys = actors["key"].tolist()
    uids = _known_uids(keys, memory)
    uids |= _erased_uids([name for name in keys if name not in uids], uids, memory)
    seen = set(uids.values())
    vanished = [actor for uid, actor in memory.actors.items() if actor.present and uid not in seen]
    appeared = [name for name in keys if name not in uids]
    if len(vanished) == len(appeared) == 1 and _is_same(_row(actors, appeared[0], uids, memory), vanished[0]):
        return Identities(uids={**uids, appeared[0]: vanished[0].uid}, renamed=vanished[0], new_key=appeared[0])
    taken = {*memory.actors, *seen}
    for name in appeared:
        uid = uids[name] = _new_uid(name, taken)
        taken.add(uid)
    return Identities(uids=uids)


def directory_of(names: Mapping[str, str], uids: Mapping[str, str], memory: Memory) -> Directory:
    """Return the directory of today's actors with all their former keys. A former key that two share names nobody."""
    former: dict[str, str] = {}
    for name, uid in uids.items():
        remembered = memory.actors.get(uid)
        for alias in (remembered.key, *remembered.aliases) if remembered else ():
            if alias not in names:
                former[alias] = name if former.get(alias, name) == name else ""
    return Directory(names=names, aliases=former)


def fingerprints(actors: pd.DataFrame) -> pd.DataFrame:
    """Return per actor `fingerprint`, a hash of all filled cells except Name, and `filled`, their number."""
    cells = actors[_COMPARED]
    filled = (cells.notna() & (cells != "")).sum(axis=1)
    hashes = pd.util.hash_pandas_object(cells, index=False)
    return pd.DataFrame(
        {
            "fingerprint": pd.Series([f"{value:016x}" for value in hashes], index=cells.index, dtype=object),
            "filled": filled,
        }
    )


def remember_actors(alliance: Alliance, memory: Memory) -> Mapping[str, RememberedActor]:
    """Return all actors to remember, by id: those of this read as they stand, the others as no longer present.

    The evidence fields are those of the memory; the caller updates them. An erased actor who is still, or again, in the
    sheet stays remembered by the pseudonym.
    """
    actors = alliance.actors.join(fingerprints(alliance.actors))
    remembered = {uid: replace(actor, present=False) for uid, actor in memory.actors.items()}
    for row in actors[["uid", "key", "name", "id", "fingerprint", "filled"]].itertuples(index=False, name=None):
        uid, name_key, name, external_id, fingerprint, filled = row
        old = memory.actors.get(uid)
        if old is not None and memory.erased and memory.name_id(name_key) in memory.erased:
            name_key, name, external_id = old.key, old.name, old.external_id
        remembered[uid] = RememberedActor(
            uid=uid,
            key=name_key,
            name=name,
            aliases=_aliases(old, name_key),
            external_id=external_id,
            fingerprint=fingerprint,
            filled=int(filled),
            evidence=old.evidence if old else Stage.IDENTIFIED,
            evidence_since=old.evidence_since if old else None,
        )
    return remembered


def _known_uids(keys: Sequence[str], memory: Memory) -> dict[str, str]:
    """Return the ids of the keys that the memory knows, as current keys first, then as former ones, newest first."""
    by_presence = sorted(memory.actors.values(), key=lambda actor: actor.present)
    current = {actor.key: actor.uid for actor in by_presence}
    uids = {name: current[name] for name in keys if name in current}
    missing = set(keys).difference(uids)
    taken = set(uids.values())
    for actor in memory.actors.values():
        former = next((alias for alias in reversed(actor.aliases) if alias in missing), None)
        if former is not None and actor.uid not in taken:
            uids[former] = actor.uid
            missing.remove(former)
    return uids


def _erased_uids(new: Sequence[str], known: Mapping[str, str], memory: Memory) -> dict[str, str]:
    """Return the former ids of the new keys that were erased: what happened to them then is not news again.

    An actor may have been erased with several names; in whatever order they come back, one of them has the id.
    """
    if not memory.erased:
        return {}
    taken, uids = set(known.values()), dict[str, str]()
    for name in sorted(new):
        uid = memory.erased.get(memory.name_id(name))
        if uid is not None and uid not in taken:
            uids[name] = uid
            taken.add(uid)
    return uids


def _row(actors: pd.DataFrame, name: str, uids: Mapping[str, str], memory: Memory) -> pd.DataFrame:
    """Return one actor's row as `remember_actors` will see it: with its parent's key."""
    row = actors[actors["key"] == name]
    directory = directory_of(dict.fromkeys(actors["key"], ""), uids, memory)
    return row.assign(parent=row["parent"].map(directory.find).astype(object))


def _is_same(row: pd.DataFrame, actor: RememberedActor) -> bool:
    """Say whether a row with a new name is that actor: its ID says so, or all filled cells, at least two, are equal."""
    if actor.external_id and actor.external_id == row["id"].iloc[0]:
        return True
    shape = fingerprints(row).iloc[0]
    return bool(shape["filled"] >= _FEWEST_CELLS and shape["fingerprint"] == actor.fingerprint)


def _new_uid(name: str, taken: set[str]) -> str:
    """Return an id that depends on the key alone, unless a renamed actor still holds it."""
    uid, number = blake2b(name.encode(), digest_size=8).hexdigest(), 0
    while uid in taken:
        number += 1
        uid = blake2b(name.encode(), digest_size=8, salt=number.to_bytes(4, "big")).hexdigest()
    return uid


def _aliases(old: RememberedActor | None, name: str) -> tuple[str, ...]:
    former = (*old.aliases, old.key) if old else ()
    return tuple(alias for alias in dict.fromkeys(former) if alias != name)
