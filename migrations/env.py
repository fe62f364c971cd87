"""Alembic's environment: runs on the connection that the store hands over, inside its transaction."""

from alembic import context

from desktop.store.tables import schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema(),
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
