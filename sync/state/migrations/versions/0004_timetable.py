"""Slots of the timetable that are done, and why a run was made."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "slot",
        sa.Column("job", sa.String(16), nullable=False),
        sa.Column("slot_at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("job", "slot_at", name="pk_slot"),
    )
    with op.batch_alter_table("run") as run:
        run.add_column(sa.Column("trigger", sa.String(16), nullable=False, server_default="hand"))
    with op.batch_alter_table("run") as run:
        run.alter_column("trigger", server_default=None)
