"""Alembic runs this file; the connection and its transaction belong to the caller."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
