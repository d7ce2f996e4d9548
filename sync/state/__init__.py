"""What is remembered between runs, in a database: the Store port on SQLAlchemy Core, an SQLite file today."""

from sync.state.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
