"""``matchmaker index``: builds the search indexes' files."""

import time

import click
from sqlalchemy.orm import Session

from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.db import create_engine
from matchmaker.settings import settings


@click.command()
@click.option("--anew", is_flag=True, help="Build all of them, as after a change of how texts are read or weighted.")
def index(*, anew: bool) -> None:
    """Build the search indexes that lag behind the database."""
    host = settings()
    with Session(create_engine(host.database_url)) as session:
        for name, live in Indexes(host.indexes).all():
            started = time.perf_counter()
            was_due = live.rebuild(session, anew=anew)
            took_s = time.perf_counter() - started
            click.echo(f"{name}: {f'built in {took_s:.1f} s' if was_due else 'up to date'}")
