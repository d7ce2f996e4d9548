"""Events, delivery, objections, and what the operator was told."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as outbox:
        outbox.add_column(sa.Column("needs_release", sa.Boolean, nullable=False, server_default=sa.false()))
        outbox.add_column(sa.Column("shown", sa.Boolean, nullable=False, server_default=sa.false()))
        outbox.add_column(sa.Column("fingerprint", sa.String(64), nullable=False, server_default=""))
        outbox.add_column(sa.Column("attempts", sa.Integer, nullable=False, server_default="0"))
        outbox.add_column(sa.Column("next_at", sa.DateTime))
        outbox.add_column(sa.Column("expires_at", sa.DateTime))
        outbox.add_column(sa.Column("dot_at", sa.DateTime))
        outbox.add_column(sa.Column("problem", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as outbox:
        for name in ("needs_release", "shown", "fingerprint", "attempts", "problem"):
            outbox.alter_column(name, server_default=None)
    op.create_table(
        "event",
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_event"),
    )
    op.create_table(
        "pending",
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("first_seen", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_pending"),
    )
    op.create_table(
        "objection",
        sa.Column("address_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("address_id", name="pk_objection"),
    )
    op.create_table(
        "erased",
        sa.Column("name_id", sa.String(64), nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name_id", name="pk_erased"),
    )
    # A state of before holds no events: without a new baseline all that is old would be news.
    op.execute("DELETE FROM meta WHERE name = 'first_commit'")
    op.create_table(
        "episode",
        sa.Column("cause", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("cause", name="pk_episode"),
    )
