"""``matchmaker vouchers``: reconciliation from the shell."""

import sys

import click
from sqlalchemy.orm import Session

from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer, transaction
from matchmaker.errors import Busy
from matchmaker.settings import settings
from matchmaker.vouchers.reconciliation import checking, operations


@click.group(name="vouchers")
def group() -> None:
    """Vouchers and their money."""


@group.command()
@click.option(
    "--dry", is_flag=True, help="Only look: write nothing down and seal nothing. Works beside a serving site."
)
def verify(dry: bool) -> None:
    """Recompute everything from the transfers. Exits with 1 when something does not agree, and clearing is stopped."""
    url = settings().database_url
    recording.listen("command vouchers verify")
    with Session(create_engine(url), expire_on_commit=False) as session:
        looked = checking.look(session)
        if not dry:
            try:
                with sole_writer.claim(url), transaction(session):
                    operations.keep(session, looked)
            except Busy as error:
                raise click.ClickException(f"{error} To look without writing: --dry") from error
    for mismatch in looked.kept:
        click.echo(f"{mismatch.place} {mismatch.name}: {mismatch.message}")
    told = ", ".join(f"{count} {name}" for name, count in looked.counted.items())
    click.echo(f"{looked.mismatches} places do not agree ({told}).")
    sys.exit(1 if looked.mismatches else 0)
