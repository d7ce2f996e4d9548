"""The memory as rows: reads it whole, writes only what differs.

Every function takes the connection of a transaction that `sync.state.store` holds.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from scoring.domain import Stage, StepStatus
from scoring.memory import HistoryRow, Memory, RememberedActor, StageSeen
from sync.state import tables

# The names in `meta`
_ADDRESS_KEY = "address_key"  # hex; made with the store, never changes
_FIRST_COMMIT = "first_commit"  # ISO moment; until then everything found is a baseline
_INVENTORY = "inventory"

Values = Mapping[str, Any]
"""One row to write: column → value, as SQLAlchemy takes it."""

_Value = TypeVar("_Value")


def load_memory(connection: Connection) -> Memory:
    """Return the memory as it is stored."""
    keys = connection.scalars(select(tables.outbox.c.key).where(tables.outbox.c.kind == "digest"))
    return Memory(
        actors=_load_actors(connection),
        steps_done=_load_steps_done(connection),
        history=_load_history(connection),
        inventory=_value(connection, _INVENTORY) or "",
        notes_since=_load_mapping(connection, tables.note_seen),
        tab_ids=_load_mapping(connection, tables.sheet_tab),
        reported_weeks=frozenset(key.removeprefix("digest:").partition(":")[0] for key in keys),
        is_baseline=_value(connection, _FIRST_COMMIT) is None,
        stages=_load_stages(connection),
        address_key=bytes.fromhex(_value(connection, _ADDRESS_KEY) or ""),
    )


def facts(memory: Memory) -> Memory:
    """Return the memory without what the store itself keeps and derives, so that two can be compared."""
    return replace(memory, reported_weeks=frozenset(), is_baseline=False, stages=(), address_key=b"")


def write_memory(connection: Connection, stored: Memory, after: Memory, now: datetime) -> None:
    """Write what differs between what is stored and what the run found out on `now`."""
    day = now.date()
    if stored.is_baseline:
        _set_value(connection, _FIRST_COMMIT, now.isoformat())
    if after.inventory != stored.inventory:
        _set_value(connection, _INVENTORY, after.inventory)
    _write_actors(connection, stored.actors, after.actors)
    _insert(connection, tables.stage_history, _new_stages(stored.actors, after.actors, day))
    _insert(connection, tables.step_history, _new_steps(stored.steps_done, after.steps_done, day))
    _insert(connection, tables.coverage_history, map(asdict, _new_history(stored.history, after.history)))
    _write_rows(connection, tables.note_seen, stored.notes_since, after.notes_since, _pair("identity", "since"))
    _write_rows(connection, tables.sheet_tab, stored.tab_ids, after.tab_ids, _pair("name", "tab_id"))


def make_address_key(connection: Connection) -> None:
    """Make the key that mail addresses are hashed with, once for the life of the store."""
    if _value(connection, _ADDRESS_KEY) is None:
        _set_value(connection, _ADDRESS_KEY, secrets.token_hex(32))


def _load_actors(connection: Connection) -> Mapping[str, RememberedActor]:
    aliases: dict[str, tuple[str, ...]] = {}
    former = select(tables.alias).order_by(tables.alias.c.uid, tables.alias.c.position)
    for row in connection.execute(former):
        aliases[row.uid] = (*aliases.get(row.uid, ()), row.key)
    return {
        row["uid"]: RememberedActor(
            **{**row, "evidence": Stage(row["evidence"]), "aliases": aliases.get(row["uid"], ())}
        )
        for row in connection.execute(select(tables.actor).order_by(tables.actor.c.uid)).mappings()
    }


def _load_steps_done(connection: Connection) -> frozenset[int]:
    rows = connection.execute(select(tables.step_history).order_by(tables.step_history.c.number))
    last = {row.step: row.status for row in rows}
    return frozenset(step for step, status in last.items() if status == StepStatus.DONE)


def _load_history(connection: Connection) -> tuple[HistoryRow, ...]:
    columns = [tables.coverage_history.c[field.name] for field in fields(HistoryRow)]
    rows = connection.execute(select(*columns).order_by(tables.coverage_history.c.number))
    return tuple(HistoryRow(**row) for row in rows.mappings())


def _load_stages(connection: Connection) -> tuple[StageSeen, ...]:
    rows = connection.execute(select(tables.stage_history).order_by(tables.stage_history.c.number))
    return tuple(StageSeen(uid=row.uid, stage=Stage(row.stage), since=row.since, seen_on=row.seen_on) for row in rows)


def _load_mapping(connection: Connection, table: Table) -> dict[str, Any]:
    return {name: value for name, value in connection.execute(select(table))}  # noqa: C416  rows become plain pairs


def _write_actors(
    connection: Connection, stored: Mapping[str, RememberedActor], after: Mapping[str, RememberedActor]
) -> None:
    """Write what changed. An actor that is gone from the memory was erased: its history goes too."""
    gone = [uid for uid in stored if uid not in after]
    moved = [uid for uid, actor in after.items() if uid in stored and actor.aliases != stored[uid].aliases]
    new = [uid for uid in after if uid not in stored]
    _write_rows(connection, tables.actor, stored, after, _actor_row)
    _delete(connection, tables.alias, (*gone, *moved))
    _delete(connection, tables.stage_history, gone)
    _insert(
        connection,
        tables.alias,
        (
            {"uid": uid, "position": position, "key": key}
            for uid in (*moved, *new)
            for position, key in enumerate(after[uid].aliases)
        ),
    )


def _actor_row(uid: str, actor: RememberedActor) -> Values:
    row = asdict(actor)
    del row["aliases"]
    return row | {"uid": uid, "evidence": actor.evidence.value}


def _pair(name: str, value: str) -> Callable[[str, object], Values]:
    return lambda key, content: {name: key, value: content}


def _new_stages(
    stored: Mapping[str, RememberedActor], after: Mapping[str, RememberedActor], day: date
) -> Iterator[Values]:
    for uid, actor in after.items():
        known = stored.get(uid)
        if known is None or (known.evidence, known.evidence_since) != (actor.evidence, actor.evidence_since):
            yield {"uid": uid, "stage": actor.evidence.value, "since": actor.evidence_since, "seen_on": day}


def _new_steps(stored: frozenset[int], after: frozenset[int], day: date) -> Iterator[Values]:
    for step in sorted(after ^ stored):
        status = StepStatus.DONE if step in after else StepStatus.OPEN
        yield {"step": step, "status": status.value, "seen_on": day}


def _new_history(stored: Sequence[HistoryRow], after: Sequence[HistoryRow]) -> Sequence[HistoryRow]:
    if tuple(after[: len(stored)]) != tuple(stored):
        raise ValueError("the history only grows: its old rows may not change")
    return after[len(stored) :]


def _write_rows(
    connection: Connection,
    table: Table,
    stored: Mapping[str, _Value],
    after: Mapping[str, _Value],
    as_row: Callable[[str, _Value], Values],
) -> None:
    """Make the table hold `after`, by its first column: deletes, replaces and inserts only the rows that differ."""
    changed = [name for name, value in after.items() if name not in stored or stored[name] != value]
    _delete(connection, table, [name for name in stored if name not in after or stored[name] != after[name]])
    _insert(connection, table, (as_row(name, after[name]) for name in changed))


def _insert(connection: Connection, table: Table, rows: Iterable[Values]) -> None:
    if values := list(rows):
        connection.execute(insert(table), values)


def _delete(connection: Connection, table: Table, names: Iterable[str]) -> None:
    """Delete the rows whose uid or, without one, first column is one of the names."""
    key = table.c.get("uid", next(iter(table.c)))
    if values := [{"gone": name} for name in names]:
        connection.execute(delete(table).where(key == bindparam("gone")), values)


def _value(connection: Connection, name: str) -> str | None:
    return connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == name))


def _set_value(connection: Connection, name: str, value: str) -> None:
    connection.execute(delete(tables.meta).where(tables.meta.c.name == name))
    connection.execute(insert(tables.meta), {"name": name, "value": value})
