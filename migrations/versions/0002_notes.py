"""Notes of the clerks."""

from alembic import op
import sqlalchemy as sa


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step."""
    op.create_table('notes',
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('school', sa.Text(), nullable=True),
    sa.Column('teacher', sa.Text(), nullable=True),
    sa.Column('due', sa.Text(), nullable=True),
    sa.Column('is_done', sa.Integer(), nullable=True),
    sa.Column('uid', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('changed_at', sa.Text(), nullable=False),
    sa.Column('changed_by', sa.Text(), nullable=False),
    sa.Column('deleted_at', sa.Text(), nullable=True),
    sa.Column('extras', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('uid', name=op.f('pk_notes')),
    sqlite_strict=True
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index('ix_notes_school', ['school'], unique=False)
        batch_op.create_index('ix_notes_teacher', ['teacher'], unique=False)
