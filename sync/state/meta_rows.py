"""Single values by name, the rows of `meta`: what belongs to no table of its own."""

from sqlalchemy import Connection, delete, insert, select

from sync.state import tables


def read_value(connection: Connection, name: str) -> str | None:
    """Return the value of that name, None when there is none."""
    return connection.scalar(select(tables.meta.c.value).where(tables.meta.c.name == name))


def write_value(connection: Connection, name: str, value: str | None) -> None:
    """Give the name that value instead of its former one, or none any more (None)."""
    connection.execute(delete(tables.meta).where(tables.meta.c.name == name))
    if value is not None:
        connection.execute(insert(tables.meta), {"name": name, "value": value})
