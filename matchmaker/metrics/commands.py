"""``matchmaker metrics``: the figures' cells, counted anew and compared."""

import sys

import click
from sqlalchemy.orm import Session

from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer, transaction
from matchmaker.errors import Busy
from matchmaker.metrics import rebuilding
from matchmaker.settings import settings


@click.group(name="metrics")
def group() -> None:
    """Figures and the records they are counted from."""


@group.command()
@click.option("--check", "only_check", is_flag=True, help="Only say which cells differ. Works beside a serving site.")
def rebuild(only_check: bool) -> None:
    """Count every figure anew from its records. With --check, exits with 1 when something differs."""
    url = settings().database_url
    recording.listen("command metrics rebuild")
    with Session(create_engine(url), expire_on_commit=False) as session:
        differing = rebuilding.disagreements(session)
        if not only_check:
            try:
                with sole_writer.claim(url), transaction(session):
                    cells = rebuilding.rebuild(session)
            except Busy as error:
                raise click.ClickException(f"{error} To look without writing: --check") from error
    for one in differing:
        click.echo(str(one))
    click.echo(f"{len(differing)} cells did not agree with the records.")
    if only_check:
        sys.exit(1 if differing else 0)
    click.echo(f"{cells} cells were counted anew.")
