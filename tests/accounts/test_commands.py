"""``matchmaker person``: how a site without the demo gets its first people."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from matchmaker.accounts import commands
from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, Person, Role
from matchmaker.settings import Settings
from tests.support import cast
from tests.support.databases import Database

Add = Callable[..., Result]


@pytest.fixture
def add(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Add:
    """Run the command on the test's database."""
    held = Settings(instance=tmp_path, database_url=database.url, secret_key="x")  # type: ignore[arg-type]  # a path
    monkeypatch.setattr(commands, "settings", lambda: held)

    def run(email: str, *more: str) -> Result:
        arguments = [email, "--name", "新人", "--password", "a long enough password", *more]
        return CliRunner().invoke(commands.person, arguments)

    return run


def membership(database: Database, email: str) -> tuple[Organisation, frozenset[Role]]:
    with database.reading() as session:
        found = session.execute(
            select(Organisation, Membership.roles)
            .join(Membership, Membership.organisation_id == Organisation.id)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.email == email)
        ).one()
        return found[0], found[1]


def test_the_first_person_of_a_district_opens_its_bureau(database: Database, add: Add) -> None:
    assert add("first@example.test", "--bureau", cast.HERE).exit_code == 0
    assert add("second@example.test", "--bureau", cast.HERE, "--role", "auditor").exit_code == 0

    bureau, roles = membership(database, "first@example.test")
    assert (bureau.kind, bureau.name, bureau.district_code) == (OrganisationKind.BUREAU, "越城区科学技术局", cast.HERE)
    assert roles == {Role.REVIEWER, Role.STATISTICS, Role.ADMIN}
    same, auditor = membership(database, "second@example.test")
    assert (same.id, auditor) == (bureau.id, {Role.AUDITOR})


def test_who_is_added_to_an_enterprise_manages_it(database: Database, add: Add) -> None:
    assert add("boss@example.test", "--organisation", "enterprise").exit_code == 0

    assert membership(database, "boss@example.test")[1] == {Role.MANAGER}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--bureau", "999999"), "no district"),
        (("--organisation", "nobody"), "no organisation"),
        (("--role", "reviewer"), "goes with"),
        (("--bureau", cast.HERE, "--organisation", "enterprise"), "exclude"),
        (("--bureau", cast.HERE, "--role", "king"), "king"),
    ],
)
def test_what_cannot_be_is_refused_and_adds_nobody(
    database: Database, add: Add, more: tuple[str, ...], said: str
) -> None:
    result = add("new@example.test", *more)

    assert result.exit_code != 0
    assert said in result.output
    with database.reading() as session:
        assert session.scalars(select(Person).where(Person.email == "new@example.test")).one_or_none() is None


def test_an_address_is_added_once(add: Add) -> None:
    assert add("boss@example.test").exit_code == 0
    assert "already" in add("Boss@example.test").output
