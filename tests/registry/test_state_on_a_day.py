"""What holds on a day: the latest statement that holds from then, whatever the order in which they came in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from matchmaker.db.engines import WRITING
from matchmaker.registry import operations as registry
from matchmaker.registry.models import DatePrecision, Level, Statement, Status
from matchmaker.registry.profiles import queries
from matchmaker.registry.profiles.models import Fact, Proposal, Topic
from tests.support import cast, databases, profiles
from tests.support.databases import Database

CITED = {"source_key": "test", "quote": "原文", "note": "", "date_precision": DatePrecision.DAY}
FIRST = date(2020, 1, 1)
LEVELS = ["provincial", "city", "county"]


def held(session: Session, topic: Topic, on: date) -> str | None:
    """Return what holds of the complex."""
    state = queries.state_of(session, cast.organisation_of(session, "complex"), on=on)
    return state[topic].value if topic in state else None


def stated(day: date, level: str) -> Statement:
    return Statement(level=Level(level), status=None, remark="", on_date=day, **CITED)


#: By the body: day, when it was confirmed, level. By documents: day, level. Days are numbers from the first.
_OWN = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 9), st.sampled_from(LEVELS)),
    max_size=6,
    unique_by=lambda said: said[:2],
)
_DOCUMENTS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(LEVELS)), max_size=3, unique_by=lambda said: said[0])


def expected(own: list[tuple[int, int, str]], documents: list[tuple[int, str]], day: int) -> str | None:
    """Say in plain Python what holds: the later day; then the body's own; then what was confirmed later."""
    said = [(number, 1, at, level) for number, at, level in own if number <= day]
    said += [(number, 0, 0, level) for number, level in documents if number <= day]
    return max(said)[3] if said else None


@pytest.fixture(scope="module")
def shared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database for all examples."""
    folder = tmp_path_factory.mktemp("days")
    with databases.sqlite_copy(sqlite_template, folder / "matchmaker.db") as lent:
        yield lent


@given(own=_OWN, documents=_DOCUMENTS, order=st.randoms(use_true_random=False), day=st.integers(0, 5))
def test_the_order_of_recording_makes_no_difference(
    shared: Database,
    own: list[tuple[int, int, str]],
    documents: list[tuple[int, str]],
    order: Random,
    day: int,
) -> None:
    shuffled = list(own)
    order.shuffle(shuffled)
    with Session(shared.engine, expire_on_commit=False) as session, undone(session):
        complex_ = cast.organisation_of(session, "complex")
        registry.put_statements(session, complex_, [
            with_body(stated(FIRST + timedelta(days=number), level), complex_.id) for number, level in documents
        ])  # fmt: skip
        for number, at, level in shuffled:
            made = profiles.fact(session, "complex", {Topic.LEVEL: level}, FIRST + timedelta(days=number))
            made.decided_at = datetime(2022, 1, 1 + at, tzinfo=UTC)
        session.flush()

        assert held(session, Topic.LEVEL, FIRST + timedelta(days=day)) == expected(own, documents, day)


def with_body(statement: Statement, organisation_id: int) -> Statement:
    statement.organisation_id = organisation_id
    return statement


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Let the session write, and take all of it back."""
    session.connection(execution_options={WRITING: True})
    yield
    session.rollback()


def test_a_later_change_leaves_the_earlier_day_as_it_was(either_database: Database) -> None:
    with either_database.writing() as session:
        profiles.fact(session, "complex", {Topic.LEVEL: "county", Topic.STAFF: "20"}, date(2020, 5, 1))
        profiles.fact(session, "complex", {Topic.LEVEL: "city"}, date(2022, 7, 1))

    with either_database.reading() as session:
        assert held(session, Topic.LEVEL, date(2020, 4, 30)) is None
        assert held(session, Topic.LEVEL, date(2021, 6, 30)) == "county"
        assert held(session, Topic.LEVEL, date(2022, 7, 1)) == "city"
        assert held(session, Topic.STAFF, date(2022, 7, 1)) == "20", "what did not change still holds"


def test_a_document_and_the_body_stand_side_by_side_and_the_body_goes_first_on_the_same_day(
    either_database: Database,
) -> None:
    day = date(2021, 1, 1)
    with either_database.writing() as session:
        complex_ = cast.organisation_of(session, "complex")
        registry.put_statements(session, complex_, [with_body(stated(day, "provincial"), complex_.id)])
        profiles.fact(session, "complex", {Topic.LEVEL: "city"}, day)

    with either_database.reading() as session:
        assert held(session, Topic.LEVEL, day) == "city"
        assert len(session.query(Statement).all()) == 1, "the document's statement is still there"


def test_a_later_document_goes_before_an_older_word_of_the_body(either_database: Database) -> None:
    with either_database.writing() as session:
        complex_ = cast.organisation_of(session, "complex")
        profiles.fact(session, "complex", {Topic.LEVEL: "city"}, date(2020, 1, 1))
        later = stated(date(2022, 12, 31), "provincial")
        later.status = Status.CREATING
        registry.put_statements(session, complex_, [with_body(later, complex_.id)])

    with either_database.reading() as session:
        assert held(session, Topic.LEVEL, date(2022, 12, 31)) == "provincial"
        assert held(session, Topic.STATUS, date(2022, 12, 31)) == "creating"
        assert held(session, Topic.LEVEL, date(2022, 12, 30)) == "city"


def test_only_what_was_confirmed_holds(either_database: Database) -> None:
    with either_database.writing() as session:
        profiles.proposal(session, "complex", {Topic.LEVEL: "city"})

    with either_database.reading() as session:
        assert held(session, Topic.LEVEL, profiles.LONG_AGO) is None


def test_the_industry_of_the_entry_holds_until_the_body_says_otherwise(either_database: Database) -> None:
    with either_database.writing() as session:
        profiles.fact(session, "complex", {Topic.INDUSTRIES: "dyeing,machinery"}, date(2022, 1, 1))

    with either_database.reading() as session:
        assert held(session, Topic.INDUSTRIES, date(2021, 12, 31)) == cast.TEXTILES
        assert held(session, Topic.INDUSTRIES, date(2022, 1, 1)) == "dyeing,machinery"


def test_a_fact_cannot_be_rewritten_or_removed(either_database: Database) -> None:
    with either_database.writing() as session:
        number = profiles.fact(session, "complex", {Topic.STAFF: "20"}).id
    for statement in (
        "UPDATE registry_fact SET value = '9'",
        "DELETE FROM registry_fact",
    ):
        with pytest.raises(Exception, match="append-only"), either_database.writing() as session:
            session.execute(text(statement))
    with pytest.raises(Exception, match="append-only"), either_database.writing() as session:
        session.execute(delete(Fact))

    with either_database.reading() as session:
        assert [fact.value for fact in session.query(Fact).filter(Fact.proposal_id == number)] == ["20"]
        assert session.query(Proposal).count() == 1
