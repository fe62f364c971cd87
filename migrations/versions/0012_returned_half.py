"""The half-day from which somebody who was on leave is back."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("leaves") as batch:
        batch.add_column(sa.Column("returned_half", sa.Text(), nullable=True))
