"""The list of tabs of a Google Sheet."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "known_tab",
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("tab_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("seen_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_known_tab"),
    )
