"""The day on which each expert gave his word on the plan of a class."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("class_plan_experts") as batch:
        batch.add_column(sa.Column("date", sa.Text(), nullable=True))
