"""How many records of each entity a package held; lines of the exchange are found by their record."""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('counts', sa.Text(), nullable=True))

    for table in ('conflict_values', 'handover_items'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(f'ix_{table}_record', ['record_uid'], unique=False)
