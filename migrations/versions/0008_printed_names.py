"""Whose names stood on each print, to find the sheets to replace when a name turns out to be misspelt."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("print_log") as batch:
        batch.add_column(sa.Column("names", sa.Text(), nullable=False, server_default=""))
