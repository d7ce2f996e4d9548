"""Single values by name, the rows of `meta`: what belongs to no table of its own."""

from sqlalchemy import Connection, delete, insert, select

from sync.state import tables

ADDRESS_KEY = "address_key"
"""Hex; made with the store, never changes."""

FIRST_COMMIT = "first_commit"
"""ISO moment of the first that was no baseline; until then everything found is one."""

INVENTORY = "inventory"
LAST_NUMBER = "last_number"
"""The highest number of a mail that the sheet ever showed, or a state that was replaced ever had."""

PAUSE = "pause"
SILENT_WEEK = "silent_week"
TURN = "turn"
"""The number of the newest run."""


def read_value(connection: Connection, name: str) -> str | None:
    """Return the value of that name, None when there is none."""
    return connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == name))


def write_value(connection: Connection, name: str, value: str | None) -> None:
    """Give the name that value instead of its former one, or none any more (None)."""
    connection.execute(delete(tables.meta).where(tables.meta.c.name == name))
    if value is not None:
        connection.execute(insert(tables.meta), {"name": name, "value": value})
