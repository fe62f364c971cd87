"""The unit of a teacher who takes one session in place of the course's own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table("sessions") as batch:
        batch.add_column(sa.Column("teacher_unit", sa.Text(), nullable=True))
