"""Alembic's environment: runs on the connection that the store hands over, inside its transaction."""

from alembic import context

from desktop.fields import KindType
from desktop.models import Base, local

assert local.LOCAL_TABLES


def render_item(type_: str, item: object, _context: object) -> str | bool:
    """Write a kind as the plain SQL type it is stored as, so that old migrations need none of today's code."""
    if type_ == "type" and isinstance(item, KindType):
        return "sa.Integer()" if item.kind.storage == "INTEGER" else "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    render_item=render_item,
)
context.run_migrations()
