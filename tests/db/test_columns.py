"""What the columns that all tables share take and give back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError, StatementError

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.catalogue.needs.models import Need
from matchmaker.clock import CIVIL_ZONE
from matchmaker.db.base import UtcDateTime
from tests.support import cast, factories
from tests.support.databases import Database

DIALECT = sqlite.dialect()


def test_an_instant_comes_back_as_the_same_instant_in_utc(either_database: Database) -> None:
    instant = datetime(2026, 3, 1, 0, 30, tzinfo=CIVIL_ZONE)
    with either_database.writing() as session:
        need_id = factories.need(session, "enterprise").id
        session.get_one(Need, need_id).updated_at = instant

    with either_database.reading() as session:
        stored = session.get_one(Need, need_id).updated_at
    assert stored == instant
    assert stored.utcoffset() == timedelta(0) and stored.day == 28


def test_a_naive_instant_is_refused(either_database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), either_database.writing() as session:
        factories.need(session, "enterprise").updated_at = datetime(2026, 3, 1)  # noqa: DTZ001 - the fault at hand
        session.flush()


@given(
    st.datetimes(
        min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        timezones=st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours))),
    )
)
def test_any_aware_instant_survives_sqlite_which_forgets_zones(instant: datetime) -> None:
    column = UtcDateTime()
    bound = column.process_bind_param(instant, DIALECT)
    assert bound is not None and bound.tzinfo is UTC

    assert column.process_result_value(bound.replace(tzinfo=None), DIALECT) == instant


def test_no_instant_stays_none() -> None:
    column = UtcDateTime()

    assert column.process_bind_param(None, DIALECT) is None
    assert column.process_result_value(None, DIALECT) is None


def test_a_state_is_stored_by_its_value(either_database: Database) -> None:
    with either_database.reading() as session:
        kinds = session.execute(text("SELECT DISTINCT kind FROM organisation")).scalars().all()
        assert set(kinds) == {kind.value for kind in OrganisationKind}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE organisation SET kind = 'guild'",
        "UPDATE organisation SET credit_code = '123'",
        "UPDATE need SET state = 'lost'",
        "UPDATE need SET state = 'draft'",
        "UPDATE need SET published_at = NULL",
        "UPDATE need SET budget_fen = -1",
        "UPDATE need SET trl = 10",
        "UPDATE need SET trl = 0",
        "UPDATE offering SET price_min_fen = 2, price_max_fen = 1",
        "UPDATE offering SET price_min_fen = -2, price_max_fen = -1",
        "UPDATE offering SET delivery_days = 0",
        "UPDATE offering SET kind = 'instrument', model = ''",
    ],
)
def test_the_database_keeps_what_the_rules_promise(either_database: Database, change: str) -> None:
    with either_database.writing() as session:
        factories.need(session, "enterprise")
        factories.offering(session, "complex")

    with pytest.raises(DBAPIError, match=r"(?i)check"), either_database.writing() as session:
        session.execute(text(change))


def test_what_belongs_to_a_row_is_never_loaded_unasked(database: Database) -> None:
    with database.writing() as session:
        need_id = factories.need(session, "enterprise").id

    with database.reading() as session, pytest.raises(Exception, match="lazy='raise'"):
        print(session.get_one(Need, need_id).organisation)  # noqa: T201 - looking at it is what is refused


def test_one_person_belongs_to_an_organisation_once(either_database: Database) -> None:
    with either_database.writing() as session:
        person = cast.person_of(session, "enterprise")
        organisation = cast.organisation_of(session, "enterprise")
        factories.person(session, organisation=organisation, email=person.email)

    with either_database.reading() as session:
        rows = session.execute(text("SELECT count(*) FROM membership WHERE person_id = :id"), {"id": person.id})
        assert rows.scalar() == 1
        assert session.query(Organisation).count() == 8
