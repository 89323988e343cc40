"""``matchmaker db``: the schema of this host's database."""

import click
from alembic import command

from matchmaker.db import schema, sole_writer
from matchmaker.db.engines import WRITING, create_engine
from matchmaker.settings import settings


@click.group()
def db() -> None:
    """Bring the database's schema up to date."""


@db.command()
def upgrade() -> None:
    """Run the migrations that have not run yet."""
    url = settings().database_url
    with sole_writer.claim(url):
        was_due = schema.upgrade(create_engine(url))
    click.echo("The schema was brought up to date." if was_due else "The schema is up to date.")


@db.command()
@click.argument("message")
def revision(message: str) -> None:
    """Write a migration for what changed in the models (for developers)."""
    engine = create_engine(settings().database_url)
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        command.revision(schema.config(connection), message=message, autogenerate=True)
