"""Runs migrations on the connection it is handed: one transaction, on either database."""

from alembic import context

from bot.tables.base import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
)
context.run_migrations()
