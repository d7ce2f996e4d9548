"""Alembic's entry point: runs the migrations inside the transaction of the connection that it is given."""

from alembic import context

from sync.state.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
