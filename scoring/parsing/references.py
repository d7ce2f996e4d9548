"""Names in the tables → actors: keys and ids, doubled rows, references to actors and to the team's own people.

What belongs here: joining the tables as read (`parsing.tables`) with who is who (`parsing.identity`), and saying what
does not fit. What does not: reading cells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from scoring.columns import Column, Kind
from scoring.domain import Language, Severity
from scoring.memory import Memory
from scoring.messages import NoteCode
from scoring.parsing.identity import Directory, Identities, Reference, directory_of, identify, key, resolve
from scoring.parsing.tables import Remark, Table
from scoring.tabs import ACTORS
from scoring.text import fold


def identify_actors(table: Table, memory: Memory, language: Language) -> tuple[Table, Directory]:
    """Return the actors with `key`, `uid` and `parent` as a key, without rows whose key stands further up."""
    table = _without_doubles(table)
    frame = table.frame
    identities = identify(frame, memory)
    keys = frame["key"].tolist()
    directory = directory_of(dict(zip(keys, frame["name"].tolist(), strict=True)), identities.uids, memory)
    uids = _objects([identities.uids[name] for name in keys], frame.index)
    table = _say_renamed(replace(table, frame=frame.assign(uid=uids)), identities)
    return refer(table, directory, language), directory


def _without_doubles(table: Table) -> Table:
    """Add `key`; of rows with one key the first counts, and of the others only that is said."""
    keys = [key(name) for name in table.frame["name"].tolist()]
    frame = table.frame.assign(key=_objects(keys, table.frame.index))
    if len(set(keys)) == len(keys):
        return replace(table, frame=frame)
    doubled = frame[frame["key"].duplicated()]
    first = frame.drop_duplicates("key").reset_index().set_index("key")["row"]
    said = tuple(
        Remark(
            row=row,
            field="name",
            code=NoteCode.ACTOR_DOUBLED,
            severity=Severity.WARNING,
            args={"first": table.place.cell(first[folded], "name")},
            actor=name,
        )
        for row, folded, name in zip(doubled.index.tolist(), doubled["key"], doubled["name"], strict=True)
    )
    dropped = set(doubled.index)
    kept = tuple(remark for remark in table.remarks if remark.row not in dropped)
    return replace(table, frame=frame.drop(index=doubled.index), remarks=(*kept, *said))


def _say_renamed(table: Table, identities: Identities) -> Table:
    if identities.renamed is None:
        return table
    renamed = table.frame[table.frame["key"] == identities.new_key]
    row, name = renamed.index.tolist()[0], renamed["name"].iloc[0]
    args = {"old": identities.renamed.name, "name": name}
    remark = Remark(row=row, field="name", code=NoteCode.ACTOR_RENAMED, severity=Severity.HINT, args=args)
    return replace(table, remarks=(*table.remarks, remark))


def refer(table: Table, directory: Directory, language: Language) -> Table:
    """Return the table with every name of an actor turned into its key; a reference to nobody is noted and blank."""
    frame, remarks = table.frame, list(table.remarks)
    for column in table.spec.typed:
        if column.kind not in (Kind.ACTOR, Kind.ACTORS):
            continue
        several = column.kind is Kind.ACTORS
        texts = frame[column.field].tolist()
        references = resolve(texts, directory, ";" if several else "")
        keys = {text: found.keys if several else "".join(found.keys) for text, found in references.items()}
        frame = frame.assign(**{column.field: _objects([keys[text] for text in texts], frame.index)})
        header = table.header(column.field, language)
        noted = {text: found for text, found in references.items() if found.notes}
        rows = zip(frame.index.tolist(), texts, strict=True) if noted else ()
        for row, reference in ((row, noted[text]) for row, text in rows if text in noted):
            remarks += _reference_remarks(table, row, column, header, reference)
    return replace(table, frame=frame, remarks=tuple(remarks))


def _reference_remarks(table: Table, row: int, column: Column, header: str, reference: Reference) -> Iterator[Remark]:
    for code, args in reference.notes:
        said = {**args, "found": ""} if table.is_private else dict(args)
        severity = Severity.HINT
        if code is NoteCode.REFERENCE_UNKNOWN:
            said["column"] = header
            severity = Severity.BLOCKING if column.blocks else Severity.WARNING
        yield Remark(row=row, field=column.field, code=code, severity=severity, args=said)


def check_owners(actors: Table, recipients: Table, language: Language) -> Table:
    """Return the actors with a note for each Betreuung that is no name in Verteiler (unless Verteiler is empty)."""
    people = {fold(name) for name in recipients.frame["name"]}
    owners = actors.frame["owner"]
    strangers = {owner for owner in owners.unique() if owner and people and fold(owner) not in people}
    unknown = owners[owners.isin(strangers)]
    column = actors.header("owner", language)
    said = tuple(
        Remark(
            row=row,
            field="owner",
            code=NoteCode.PERSON_UNKNOWN,
            severity=Severity.HINT,
            args={"found": owner, "column": column},
        )
        for row, owner in zip(unknown.index.tolist(), unknown, strict=True)
    )
    return replace(actors, remarks=(*actors.remarks, *said))


def names_by_row(table: Table, directory: Directory) -> Mapping[int, str]:
    """Return the name of the one actor that each row is about, as it stands in Akteure."""
    column = next((column for column in table.spec.typed if column.kind in (Kind.ACTOR, Kind.ACTORS)), None)
    if table.spec is ACTORS:
        return dict(zip(table.frame.index.tolist(), table.frame["name"].tolist(), strict=True))
    if column is None:
        return {}
    keys = [keys if isinstance(keys, tuple) else (keys,) for keys in table.frame[column.field].tolist()]
    rows = zip(table.frame.index.tolist(), keys, strict=True)
    return {row: directory.names.get(keys[0], "") for row, keys in rows if len(keys) == 1}


def _objects(values: Sequence[object], index: pd.Index) -> pd.Series:
    return pd.Series(values, index=index, dtype=object)
