"""``matchmaker person``: the first people of a site that starts without the demo."""

import click
from sqlalchemy.orm import Session

from matchmaker.accounts import operations, queries
from matchmaker.accounts.models import BUREAU_ROLES, Organisation, OrganisationKind, Role
from matchmaker.audit import recording
from matchmaker.db import create_engine, sole_writer, transaction
from matchmaker.errors import DomainError
from matchmaker.reference.models import District
from matchmaker.settings import settings


@click.command()
@click.argument("email")
@click.option("--name", required=True, help="How the person is greeted.")
@click.option("--admin", "is_admin", is_flag=True, help="May manage people.")
@click.option("--organisation", "key", help="The seeds' key of the organisation the person acts for, as its manager.")
@click.option("--bureau", "district", help="Code of the district (the city's, too) whose bureau the person acts for.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in BUREAU_ROLES]),
    help="With --bureau, as often as needed; all but auditor when none is named.",
)
@click.password_option(help="Asked for when it is not given.")
def person(
    *,
    email: str,
    name: str,
    is_admin: bool,
    key: str | None,
    district: str | None,
    roles: tuple[str, ...],
    password: str,
) -> None:
    """Add a person who signs in with EMAIL. A district's first person opens its bureau."""
    if key and district:
        raise click.UsageError("--organisation and --bureau exclude each other.")
    if roles and not district:
        raise click.UsageError("--role goes with --bureau.")
    recording.listen("command person")
    url = settings().database_url
    try:
        with (
            sole_writer.claim(url),
            Session(create_engine(url), expire_on_commit=False) as session,
            transaction(session),
        ):
            if queries.emails_of_people(session, [email.lower()]):
                raise click.ClickException(f"{email} can sign in already.")
            organisation = _bureau(session, district) if district else _organisation(session, key) if key else None
            operations.put_person(
                session,
                email=email.lower(),
                name=name,
                password=password,
                organisation=organisation,
                is_admin=is_admin,
                roles=_roles(organisation, roles),
            )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} can sign in.")


def _organisation(session: Session, key: str) -> Organisation:
    found = session.scalars(queries.organisation_by_key(key)).one_or_none()
    if found is None:
        raise click.ClickException(f"There is no organisation with the key {key!r}.")
    return found


def _bureau(session: Session, district_code: str) -> Organisation:
    """Return the bureau of a district, opened when it has none yet; an invented one of the demo is not it."""
    district = session.get(District, district_code)
    if district is None:
        raise click.ClickException(f"There is no district with the code {district_code!r}.")
    return operations.put_organisation(
        session,
        key=f"bureau-{district_code}",
        kind=OrganisationKind.BUREAU,
        name=f"{district.name}科学技术局",
        name_en=f"{district.name_en} Science and Technology Bureau",
        district_code=district_code,
    )


def _roles(organisation: Organisation | None, named: tuple[str, ...]) -> frozenset[Role]:
    if organisation is None:
        return frozenset()
    if organisation.kind is not OrganisationKind.BUREAU:
        return frozenset({Role.MANAGER})
    return frozenset(map(Role, named)) or frozenset(BUREAU_ROLES) - {Role.AUDITOR}
