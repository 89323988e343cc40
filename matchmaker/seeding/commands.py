"""``matchmaker seed``: load the seed files, or check them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from matchmaker.audit import recording
from matchmaker.db import create_engine, transaction
from matchmaker.db.engines import sqlite_path
from matchmaker.errors import Busy
from matchmaker.metrics import recording as counting
from matchmaker.resources import SEEDS
from matchmaker.seeding import check, demo, reference
from matchmaker.seeding.files import Problem
from matchmaker.settings import settings

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--demo", "with_demo", is_flag=True, help="Load the invented organisations, offerings and needs too.")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; say what is wrong with the files.")
@click.option("--sources", type=_FOLDER, help="With --check: the documents' texts, in which quotes are looked up.")
@click.option("--seeds", type=_FOLDER, default=SEEDS, help="Another folder of seed files.")
def seed(*, with_demo: bool, only_check: bool, sources: Path | None, seeds: Path) -> None:
    """Load the reference data: rows that are missing are added, rows that differ are corrected."""
    if sources is not None and not only_check:
        raise click.UsageError("--sources goes with --check.")
    with _database() as engine:
        if only_check:
            _check(seeds, engine, sources=sources)
        elif engine is None:
            raise click.ClickException("The database has no tables yet: run `matchmaker db upgrade` first.")
        else:
            _load(seeds, engine, with_demo=with_demo)


def _load(folder: Path, engine: Engine, *, with_demo: bool) -> None:
    """Load each part in one transaction, so that it is there as a whole or not at all."""
    recording.listen("command seed")
    counting.listen()
    seeds = check.read(folder)
    _refuse(check.reference_problems(seeds) + (check.demo_problems(seeds) if with_demo else []))
    try:
        with Session(engine, expire_on_commit=False) as session:
            with transaction(session):
                changed = reference.load(session, seeds.reference)
            click.echo(f"reference: {len(seeds.reference)} rows, {changed} changed")
            if with_demo:
                with transaction(session):
                    changed = demo.load(session, seeds.demo)
                click.echo(f"demo: {len(seeds.demo)} rows, {changed} changed")
    except Busy as error:
        raise click.ClickException(str(error)) from error


def _check(folder: Path, engine: Engine | None, *, sources: Path | None) -> None:
    seeds = check.read(folder)
    if engine is None:
        found = check.problems(seeds, sources=sources, session=None)
    else:
        with Session(engine, expire_on_commit=False) as session:
            found = check.problems(seeds, sources=sources, session=session)
    _refuse(found)
    click.echo(f"reference: {len(seeds.reference)} rows, demo: {len(seeds.demo)} rows; nothing is wrong.")


def _refuse(problems: list[Problem]) -> None:
    """End the command with one line for each problem, if there are any."""
    for problem in problems:
        click.echo(problem)
    if problems:
        counted = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise click.ClickException(f"{counted}; nothing was changed.")


@contextmanager
def _database() -> Iterator[Engine | None]:
    """Open the database if it has its tables. Does not make a file where there is none."""
    url = settings().database_url
    path = sqlite_path(url)
    if path is not None and not path.exists():
        yield None
        return
    engine = create_engine(url)
    try:
        yield engine if _has_tables(engine) else None
    finally:
        engine.dispose()


def _has_tables(engine: Engine) -> bool:
    try:
        return inspect(engine).has_table("district")
    except OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from error
