"""Scanned files in the archive of a class."""

from alembic import op
import sqlalchemy as sa


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table('archive_scans',
    sa.Column('training_class', sa.Text(), nullable=False),
    sa.Column('item', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.Text(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', sa.Text(), nullable=True),
    sa.Column('extras', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('uid', name=op.f('pk_archive_scans')),
    sqlite_strict=True
    )
    with op.batch_alter_table('archive_scans', schema=None) as batch_op:
        batch_op.create_index('ix_archive_scans_training_class', ['training_class'], unique=False)
