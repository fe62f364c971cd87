"""The day on which a certificate was first printed: a later print is a reprint and marked so."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("certificates") as batch:
        batch.add_column(sa.Column("printed_on", sa.Text(), nullable=True))
