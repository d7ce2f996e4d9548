"""The tables of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "actor",
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(128), nullable=False),
        sa.Column("filled", sa.Integer, nullable=False),
        sa.Column("evidence", sa.String(32), nullable=False),
        sa.Column("evidence_since", sa.Date),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_actor"),
    )
    op.create_table(
        "alias",
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("uid", "position", name="pk_alias"),
    )
    op.create_table(
        "stage_history",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("uid", sa.String(64), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("seen_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_stage_history"),
    )
    op.create_index("ix_stage_history_uid", "stage_history", ["uid"])
    op.create_table(
        "step_history",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("seen_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_step_history"),
    )
    op.create_table(
        "coverage_history",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("coverage_min", sa.Float),
        sa.Column("coverage_mid", sa.Float),
        sa.Column("coverage_max", sa.Float),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("restatement", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_coverage_history"),
    )
    op.create_table(
        "note_seen",
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("identity", name="pk_note_seen"),
    )
    op.create_table(
        "sheet_tab",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("tab_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sheet_tab"),
    )
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("recipient_name", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("preview", sa.Text, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
        sa.PrimaryKeyConstraint("number", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "run",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reads", sa.Integer, nullable=False),
        sa.Column("writes", sa.Integer, nullable=False),
        sa.Column("cells_written", sa.Integer, nullable=False),
        sa.Column("mails_queued", sa.Integer, nullable=False),
        sa.Column("notes", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_run"),
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
