"""The tables of the state, as SQLAlchemy Core describes them: what the store keeps between runs.

The same tables work on SQLite and on PostgreSQL, so only portable types stand here. A change here needs a migration in
`sync/state/migrations/versions`; a test holds both against each other. What does not belong here: reading and writing
them (`sync.state.store`), opening the file (`sync.state.database`).
"""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"})


class Moment(TypeDecorator[datetime]):
    """A moment, kept as UTC without a zone (SQLite has no zones) and always given back with UTC as its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn a moment with any zone into UTC; ValueError for one without, which could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value.isoformat()}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


actor = Table(
    "actor",
    metadata,
    Column("uid", String(64), primary_key=True),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("fingerprint", String(128), nullable=False),
    Column("filled", Integer, nullable=False),
    Column("evidence", String(32), nullable=False),
    Column("evidence_since", Date),
    Column("present", Boolean, nullable=False),
)
"""Every actor ever seen, as the last run saw it. `key` is not unique: two actors may swap their names in one run."""

alias = Table(
    "alias",
    metadata,
    Column("uid", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("key", Text, nullable=False),
)
"""Former keys of an actor, in the order in which they were given up."""

stage_history = Table(
    "stage_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("uid", String(64), nullable=False),
    Column("stage", String(32), nullable=False),
    Column("since", Date),
    Column("seen_on", Date, nullable=False),
    Index("ix_stage_history_uid", "uid"),
)
"""One row whenever an actor was seen in another stage, or since another day. Append-only."""

step_history = Table(
    "step_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("status", String(32), nullable=False),
    Column("seen_on", Date, nullable=False),
)
"""One row whenever a step of the alliance counted as done for the first time. The last row of a step holds."""

coverage_history = Table(
    "coverage_history",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("coverage_min", Float),
    Column("coverage_mid", Float),
    Column("coverage_max", Float),
    Column("members", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("restatement", Text, nullable=False),
)
"""The rows of Verlauf. Append-only."""

note_seen = Table(
    "note_seen",
    metadata,
    Column("identity", Text, primary_key=True),
    Column("since", Date, nullable=False),
)
"""Since when each open note stands."""

sheet_tab = Table(
    "sheet_tab",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("tab_id", Text, nullable=False),
)
"""By which id the sheet knows each tab."""

known_tab = Table(
    "known_tab",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("tab_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("seen_on", Date, nullable=False),
)
"""The tabs that a Google Sheet listed last, so that a run need not ask for the list first."""

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("preview", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("needs_release", Boolean, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("fingerprint", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),
    Column("expires_at", Moment),
    Column("dot_at", Moment),
    Column("problem", Text, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice, even after an erased mail
)
"""Every mail. `recipient` and `message` are emptied once it is over: the state keeps no contact data of the past."""

event = Table(
    "event",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("day", Date, nullable=False),
    Column("uid", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("silent", Boolean, nullable=False),
)
"""Everything that ever happened. Append-only: its key is what makes an announcement unique."""

pending = Table(
    "pending",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("first_seen", Moment, nullable=False),
)
"""Signatures and withdrawals that one read saw and no second one confirmed yet."""

objection = Table(
    "objection",
    metadata,
    Column("address_id", String(64), primary_key=True),
)
"""Who must never be mailed, as keyed hashes. Append-only: it holds also after the row in the sheet is gone."""

erased = Table(
    "erased",
    metadata,
    Column("name_id", String(64), primary_key=True),
    Column("uid", String(64), nullable=False),
)
"""Actors that were forgotten, as keyed hashes: one who comes back is not announced again."""

episode = Table(
    "episode",
    metadata,
    Column("cause", String(64), primary_key=True),
    Column("since", Moment, nullable=False),
)
"""What is failing now, and since when: the operator hears of it once, and once when it is over."""

run = Table(
    "run",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("trigger", String(16), nullable=False),
    Column("reads", Integer, nullable=False),
    Column("writes", Integer, nullable=False),
    Column("cells_written", Integer, nullable=False),
    Column("mails_queued", Integer, nullable=False),
    Column("notes", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("problem", Text, nullable=False),
)
"""The run history."""

slot = Table(
    "slot",
    metadata,
    Column("job", String(16), primary_key=True),
    Column("slot_at", Moment, primary_key=True),
)
"""The slots of the timetable that are done: its key is what makes each one unique."""

meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Single values by name: see `sync.state.store`."""
