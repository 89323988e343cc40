"""``matchmaker letters``: sending from the shell what a site that does not run has left in its outbox."""

import click

from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer
from matchmaker.errors import Busy
from matchmaker.letters import delivery
from matchmaker.letters.transports import transport_of
from matchmaker.settings import settings


@click.group()
def letters() -> None:
    """Mail. A serving site sends it by itself."""


@letters.command()
def send() -> None:
    """Send what lies in the outbox."""
    recording.listen("command letters")
    url = settings().database_url
    try:
        with sole_writer.claim(url):
            sent = delivery.deliver(create_engine(url), transport_of(settings()))
    except Busy as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{sent} sent.")
