"""Which attachments the upper office said in its last receipt it holds: they need not travel again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table(
        "held_attachments",
        sa.Column("office_code", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office_code", "sha256", name=op.f("pk_held_attachments")),
        sqlite_strict=True,
    )
