"""The memory as rows: reads it whole, writes only what differs.

Every function takes the connection of a transaction that `sync.state.store` holds.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select

from scoring.domain import Stage, StepStatus
from scoring.memory import Event, EventKind, HistoryRow, Memory, RememberedActor, StageSeen
from sync.state import tables
from sync.state.meta_rows import (
    ADDRESS_KEY,
    FIRST_COMMIT,
    INVENTORY,
    LAST_NUMBER,
    SILENT_WEEK,
    read_value,
    write_value,
)

_SUCCESSES = select(tables.outbox.c.key, tables.outbox.c.state).where(tables.outbox.c.kind == "success")

_ACTOR_COLUMNS = tuple(tables.actor.c.keys())

Values = Mapping[str, Any]
"""One row to write: column → value, as SQLAlchemy takes it."""

_Value = TypeVar("_Value")


def load_memory(connection: Connection) -> Memory:
    """Return the memory as it is stored."""
    weekly = select(tables.outbox.c.key, tables.outbox.c.kind).where(tables.outbox.c.kind.in_(["digest", "reminder"]))
    keys = connection.execute(weekly).all()
    return Memory(
        actors=_load_actors(connection),
        steps_done=_load_steps_done(connection),
        history=_load_history(connection),
        inventory=read_value(connection, INVENTORY) or "",
        notes_since=_load_mapping(connection, tables.note_seen),
        tab_ids=_load_mapping(connection, tables.sheet_tab),
        reported_weeks=frozenset(key.split(":")[1] for key, kind in keys if kind == "digest"),
        last_report=_last_report(connection),
        reminded=frozenset(key for key, kind in keys if kind == "reminder"),
        success_reports={row.key: row.state == "cancelled" for row in connection.execute(_SUCCESSES)},
        silent_week=read_value(connection, SILENT_WEEK) or "",
        last_number=_last_number(connection),
        events=_load_events(connection),
        pending=_load_mapping(connection, tables.pending),
        objections=frozenset(connection.scalars(select(tables.objection.c.address_id))),
        erased=_load_mapping(connection, tables.erased),
        is_baseline=read_value(connection, FIRST_COMMIT) is None,
        stages=_load_stages(connection),
        address_key=bytes.fromhex(read_value(connection, ADDRESS_KEY) or ""),
    )


def facts(memory: Memory) -> Memory:
    """Return the memory without what the store itself keeps and derives, so that two can be compared."""
    kept = replace(memory, reported_weeks=frozenset(), reminded=frozenset(), success_reports={})
    kept = replace(kept, last_report=None, silent_week="", last_number=0)
    return replace(kept, is_baseline=False, stages=(), address_key=b"")


def write_memory(connection: Connection, stored: Memory, after: Memory, now: datetime) -> None:
    """Write what differs between what is stored and what the run found out on `now`."""
    day = now.date()
    if stored.is_baseline != after.is_baseline:
        write_value(connection, FIRST_COMMIT, None if after.is_baseline else now.isoformat())
    if after.silent_week != stored.silent_week:
        write_value(connection, SILENT_WEEK, after.silent_week)
    if after.inventory != stored.inventory:
        write_value(connection, INVENTORY, after.inventory)
    _write_actors(connection, stored.actors, after.actors)
    _insert(connection, tables.stage_history, _new_stages(stored.actors, after.actors, day))
    _insert(connection, tables.step_history, _new_steps(stored.steps_done, after.steps_done, day))
    _insert(connection, tables.coverage_history, map(asdict, _new_history(stored.history, after.history)))
    _write_rows(connection, tables.note_seen, stored.notes_since, after.notes_since, _pair("identity", "since"))
    _write_rows(connection, tables.sheet_tab, stored.tab_ids, after.tab_ids, _pair("name", "tab_id"))
    _insert(connection, tables.event, map(_event_row, _new_events(stored.events, after.events)))
    _write_rows(connection, tables.pending, stored.pending, after.pending, _pair("key", "first_seen"))
    _insert(connection, tables.objection, _new_objections(stored.objections, after.objections))
    _write_rows(connection, tables.erased, stored.erased, after.erased, _pair("name_id", "uid"))


def make_address_key(connection: Connection) -> None:
    """Make the key that mail addresses are hashed with, once for the life of the store."""
    if read_value(connection, ADDRESS_KEY) is None:
        write_value(connection, ADDRESS_KEY, secrets.token_hex(32))


def note_number(connection: Connection, number: int) -> None:
    """Remember that the sheet shows a mail of that number, which may be higher than any that is stored."""
    if number > _last_number(connection):
        write_value(connection, LAST_NUMBER, str(number))


def _last_number(connection: Connection) -> int:
    stored = connection.scalar(select(func.max(tables.outbox.c.number))) or 0
    return max(stored, int(read_value(connection, LAST_NUMBER) or 0))


def _last_report(connection: Connection) -> date | None:
    of_digests = select(func.max(tables.outbox.c.created_at)).where(tables.outbox.c.kind == "digest")
    written: datetime | None = connection.scalar(of_digests)
    return written.date() if written else None


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


def _load_events(connection: Connection) -> Mapping[str, Event]:
    rows = connection.execute(select(tables.event).order_by(tables.event.c.key)).mappings()
    return {row["key"]: Event(**{**row, "kind": EventKind(row["kind"])}) for row in rows}


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
    row = {name: getattr(actor, name) for name in _ACTOR_COLUMNS}
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


def _new_events(stored: Mapping[str, Event], after: Mapping[str, Event]) -> list[Event]:
    if any(after.get(key) != event for key, event in stored.items()):
        raise ValueError("events only grow: what happened may not change")
    return [event for key, event in after.items() if key not in stored]


def _event_row(event: Event) -> Values:
    return asdict(event) | {"kind": event.kind.value}


def _new_objections(stored: frozenset[str], after: frozenset[str]) -> Iterator[Values]:
    if not stored <= after:
        raise ValueError("objections only grow: one holds for good")
    yield from ({"address_id": identity} for identity in sorted(after - stored))


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
