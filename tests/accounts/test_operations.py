"""Adding people and organisations twice changes nothing; correcting them is noticed by the search."""

import pytest

from matchmaker.accounts import operations, queries
from matchmaker.accounts.models import OrganisationKind
from matchmaker.errors import Invalid
from tests.support import cast, factories
from tests.support.databases import Database


def test_an_organisation_put_twice_is_one(either_database: Database) -> None:
    values = {"key": "same", "kind": OrganisationKind.COMPLEX, "name": "新材料综合体", "district_code": cast.HERE}
    with either_database.writing() as session:
        first = operations.put_organisation(session, **values).revision
    with either_database.writing() as session:
        again = operations.put_organisation(session, **values)
        assert again.revision == first
        corrected = operations.put_organisation(session, **values | {"name": "新材料产业综合体"})
        assert corrected.id == again.id and corrected.revision == first + 1


def test_a_wrong_credit_code_is_refused_and_nothing_is_kept(database: Database) -> None:
    before = database.dump()
    with pytest.raises(Invalid), database.writing() as session:
        factories.organisation(session, credit_code="123456789012345670")

    assert database.dump() == before


def test_a_person_put_again_keeps_their_password(database: Database) -> None:
    with database.writing() as session:
        person = cast.person_of(session, "enterprise")
        hashed = person.password_hash
        operations.put_person(session, email=person.email, name="别名", password="another password", organisation=None)

        assert person.password_hash == hashed and person.name == cast.ROLES["enterprise"].person


def test_a_short_password_is_refused(database: Database) -> None:
    with pytest.raises(Invalid), database.writing() as session:
        factories.person(session, organisation=None, password="too short")


def test_changes_are_numbered_without_gap_or_repetition(either_database: Database) -> None:
    with either_database.writing() as session:
        assert [operations.next_revision(session, "test") for _ in range(5)] == [1, 2, 3, 4, 5]
        position = queries.stream_positions(session)["test"]
        assert position.revision == 5 and len(position.epoch) == 16


def test_a_change_that_fails_takes_no_number(either_database: Database) -> None:
    with either_database.writing() as session:
        operations.next_revision(session, "test")
    with pytest.raises(ZeroDivisionError), either_database.writing() as session:
        operations.next_revision(session, "test")
        raise ZeroDivisionError

    with either_database.reading() as session:
        assert queries.stream_positions(session)["test"].revision == 1
