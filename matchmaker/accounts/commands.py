"""``matchmaker person``: the first people of a site that starts without the demo."""

import click
from sqlalchemy.orm import Session

from matchmaker.accounts import operations, queries
from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer, transaction
from matchmaker.errors import DomainError
from matchmaker.settings import settings


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="How the person is greeted.")
@click.option("--admin", "is_admin", is_flag=True, help="May manage people.")
@click.option("--organisation", "key", help="The seeds' key of the organisation the person acts for.")
@click.password_option(help="Asked for when it is not given.")
def person(*, email: str, name: str, is_admin: bool, key: str | None, password: str) -> None:
    """Add a person who signs in with EMAIL."""
    recording.listen("command person")
    url = settings().database_url
    try:
        with (
            sole_writer.claim(url),
            Session(create_engine(url), expire_on_commit=False) as session,
            transaction(session),
        ):
            organisation = session.scalars(queries.organisation_by_key(key)).one_or_none() if key else None
            if key and organisation is None:
                raise click.ClickException(f"There is no organisation with the key {key!r}.")
            if queries.emails_of_people(session, [email.lower()]):
                raise click.ClickException(f"{email} can sign in already.")
            operations.put_person(
                session, email=email.lower(), name=name, password=password, organisation=organisation, is_admin=is_admin
            )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} can sign in.")
