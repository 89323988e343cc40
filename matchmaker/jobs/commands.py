"""``matchmaker jobs``: what is due once a day, run from the shell."""

from datetime import datetime

import click

from matchmaker import clock, jobs
from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer
from matchmaker.errors import Busy
from matchmaker.jobs import running
from matchmaker.settings import settings


@click.group(name="jobs")
def group() -> None:
    """Work that is due once a day. A serving site does it by itself."""


@group.command(name="list")
def list_() -> None:
    """Name the jobs."""
    running.load()
    for name in jobs.registered():
        click.echo(name)


@group.command()
@click.argument("names", nargs=-1)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to run for; today in Shanghai by default.")
def run(names: tuple[str, ...], on: datetime | None) -> None:
    """Run the jobs, or those NAMED, that have not run on the day."""
    running.load()
    unknown = set(names) - jobs.registered().keys()
    if unknown:
        raise click.UsageError(f"There is no job called {', '.join(sorted(unknown))}.")
    recording.listen("command jobs")
    url = settings().database_url
    try:
        with sole_writer.claim(url):
            for name, outcome in running.run_due(
                create_engine(url), on=on.date() if on else clock.today(), names=names
            ):
                click.echo(f"{name}: {outcome}")
    except Busy as error:
        raise click.ClickException(str(error)) from error
