"""Alembic's entry: runs migrations on the connection it is given. Used through ``matchmaker db``."""

from alembic import context

from matchmaker.db import Base, tables

tables.load()

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter a table in place; Alembic then copies it.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
