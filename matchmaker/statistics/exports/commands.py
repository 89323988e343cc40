"""``matchmaker exports``: writing files of tables from the shell that a site which does not run was asked for."""

import click

from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer
from matchmaker.errors import Busy
from matchmaker.settings import settings
from matchmaker.statistics.exports import making


@click.group(name="exports")
def group() -> None:
    """Files of tables. A serving site writes them by itself."""


@group.command()
def make() -> None:
    """Write the files that wait."""
    recording.listen("command exports")
    url = settings().database_url
    try:
        with sole_writer.claim(url):
            count = making.make_due(create_engine(url), settings().files)
    except Busy as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} taken up.")
