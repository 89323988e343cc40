"""What is counted and sorted in memory is what the database would count and sort, through every change."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, case, delete, false, func, insert, or_, select, text, true, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.catalogue.needs.models import Confidentiality, Need, NeedState
from matchmaker.db import copies
from matchmaker.db.pages import by_ids, counts_by, page_of
from tests.support import cast, factories
from tests.support.databases import Database

DAY = date(2027, 1, 1)

CONDITIONS = st.deferred(
    lambda: (
        st.sampled_from(
            [
                lambda: Need.state == NeedState.PUBLISHED,
                lambda: Need.state.in_([NeedState.DRAFT, NeedState.CLOSED]),
                lambda: Need.state.not_in([NeedState.DRAFT]),
                lambda: Need.confidentiality != Confidentiality.MEMBERS,
                lambda: Need.district_code == cast.HERE,
                lambda: Need.district_code == "nowhere",
                lambda: Need.organisation_id == 1,
                lambda: Need.budget_fen > 2_000_000,
                lambda: Need.budget_fen.is_(None),
                lambda: Need.needed_by.is_not(None),
                lambda: Need.needed_by <= DAY,
                lambda: Need.needed_by.between(DAY - timedelta(days=3), DAY + timedelta(days=3)),
                lambda: ~(Need.budget_fen == 3_000_000),
                lambda: Need.trl != 5,
                true,
                false,
            ]
        ).map(lambda make: make())
        | st.builds(and_, CONDITIONS, CONDITIONS)
        | st.builds(or_, CONDITIONS, CONDITIONS)
        | st.builds(lambda condition: ~condition, CONDITIONS)
    )
)
ORDERS = st.sampled_from(
    [
        (Need.published_at.desc().nulls_first(), Need.id.desc()),
        (Need.needed_by.asc().nulls_last(), Need.id.desc()),
        (Need.budget_fen.desc().nulls_last(), Need.id.desc()),
        (case((Need.confidentiality == Confidentiality.PUBLIC, Need.budget_fen)).desc().nulls_last(), Need.id.desc()),
        (case((Need.organisation_id == 1, Need.needed_by)).asc().nulls_first(), Need.id.asc()),
        (Need.state, Need.district_code, Need.id),
    ]
)


def by_the_database(session: Session, ask: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(copies, "answered", lambda *_arguments: None)
        return ask()


def fill(session: Session) -> None:
    for number in range(24):
        need = factories.need(
            session,
            ("enterprise", "other-enterprise", "far-enterprise")[number % 3],
            ("draft", "published", "closed", "withdrawn")[number % 4],
            budget_fen=None if number % 5 == 0 else number % 4 * 1_000_000,
            needed_by=None if number % 3 == 0 else clock.today() + timedelta(days=number % 6),
            confidentiality=list(Confidentiality)[number % 3],
            trl=None if number % 2 else 5,
        )
        need.needed_by = None if number % 3 == 0 else DAY + timedelta(days=number % 6 - 3)


def change(session: Session, step: int) -> None:
    needs = list(session.scalars(select(Need).order_by(Need.id)))
    needs[step % len(needs)].budget_fen = step * 1_000_000
    needs[(step * 7) % len(needs)].district_code = (cast.HERE, cast.ELSEWHERE)[step % 2]
    if step % 2:
        factories.need(session, "enterprise", budget_fen=step * 500_000)


@pytest.fixture
def filled(either_database: Database) -> Database:
    with either_database.writing() as session:
        fill(session)
    return either_database


# One database for all examples: what is held follows the changes from one example to the next.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CONDITIONS, max_size=2), ORDERS, st.integers(1, 4), st.integers(0, 50))
def test_pages_and_counts_are_what_the_database_says(
    filled: Database, monkeypatch: pytest.MonkeyPatch, conditions: list[Any], order: Any, number: int, step: int
) -> None:
    with filled.writing() as session:
        change(session, step)
    statement = select(Need).where(*conditions).order_by(*order)
    with filled.reading() as session:
        assert copies.answered(session, statement, lambda selection: True), "it is answered in memory"
        ours = page_of(session, statement, number=number, size=7)
        theirs = by_the_database(session, lambda: page_of(session, statement, number=number, size=7), monkeypatch)
        assert (ours.total, ours.number) == (theirs.total, theirs.number)
        assert [row.id for row in ours.rows] == [row.id for row in theirs.rows]
        for column in (Need.state, Need.district_code, Need.industry_code):
            counts = counts_by(session, statement, column)
            assert counts == by_the_database(
                session, lambda column=column: counts_by(session, statement, column), monkeypatch
            )
            assert sum(counts.values()) == ours.total


def test_what_is_rolled_back_is_never_counted(either_database: Database) -> None:
    statement = select(Need).order_by(Need.id)
    with either_database.reading() as session:
        before = page_of(session, statement, number=1).total
    with pytest.raises(RuntimeError), either_database.writing() as session:
        factories.need(session, "enterprise")
        assert page_of(session, statement, number=1).total == before + 1, "who writes sees their own"
        raise RuntimeError
    with either_database.writing() as session:
        factories.need(session, "enterprise")
        factories.need(session, "enterprise")
    with either_database.reading() as session:
        assert page_of(session, statement, number=1).total == before + 2


def test_statements_over_many_rows_are_followed_too(either_database: Database) -> None:
    with either_database.writing() as session:
        first = factories.need(session, "enterprise")
    statement = select(Need).where(Need.trl == 9).order_by(Need.id)

    def total() -> int:
        with either_database.reading() as session:
            return page_of(session, statement, number=1).total

    assert total() == 0
    with either_database.writing() as session:
        session.execute(update(Need).where(Need.id == first.id).values(trl=9))
    assert total() == 1
    with either_database.writing() as session:
        values = {column.key: getattr(first, column.key) for column in Need.__table__.columns if column.key != "id"}
        session.execute(insert(Need), [values | {"key": None, "trl": 9}])
    assert total() == 2
    with either_database.writing() as session:
        session.execute(delete(Need).where(Need.trl == 9, Need.id != first.id))
    assert total() == 1


def test_another_process_sees_a_commit_at_its_next_request(either_database: Database) -> None:
    statement = select(Need).order_by(Need.id)
    with either_database.reading() as session:
        before = page_of(session, statement, number=1).total
    # What a second process writes reaches this one's memory by the numbers alone.
    with either_database.writing() as session:
        factories.need(session, "enterprise")
    with either_database.reading() as session:
        page = page_of(session, statement, number=1)
        assert page.total == before + 1 == session.scalar(select(func.count()).select_from(Need))


def test_joins_and_searched_words_are_left_to_the_database(database: Database) -> None:
    with database.reading() as session:
        for statement in (
            select(Need).join(Need.organisation).order_by(Need.id),
            select(Need).where(Need.title.contains("染")).order_by(Need.id),
            select(Need).where(Need.id.in_(select(Need.id))).order_by(Need.id),
            select(Need.id).order_by(Need.id),
            select(Need).order_by(func.length(Need.title), Need.id),
        ):
            assert copies.answered(session, statement, lambda selection: selection.ids(start=0, stop=5)) is None
            page_of(session, statement, number=1)


def test_names_sort_by_their_characters_and_new_ones_find_their_place(database: Database) -> None:
    statement = select(Organisation).where(Organisation.kind == OrganisationKind.ENTERPRISE)
    statement = statement.order_by(Organisation.name, Organisation.id)
    for name in ("丙厂", "甲厂", "乙厂", "A 厂"):
        with database.reading() as session:
            names = [row.name for row in page_of(session, statement, number=1, size=50).rows]
            assert names == sorted(names)
        with database.writing() as session:
            factories.organisation(session, name=name)


def test_the_rows_of_a_page_are_read_by_their_ids_alone(either_database: Database) -> None:
    statement = select(Need).where(Need.state == NeedState.PUBLISHED, Need.industry_code == cast.DYEING)
    statement = by_ids(statement.order_by(Need.id), [3, 1, 2])
    with either_database.reading() as session:
        compiled = statement.compile(session.connection(), compile_kwargs={"render_postcompile": True})
        kind = "EXPLAIN QUERY PLAN" if session.connection().dialect.name == "sqlite" else "EXPLAIN"
        if kind == "EXPLAIN":
            # A table of a few rows would be read whole.
            session.execute(text("SET LOCAL enable_seqscan = off"))
        lines = session.connection().exec_driver_sql(f"{kind} {compiled}", _parameters(compiled)).all()
        plan = " ".join(str(part) for line in lines for part in line)
    assert "pk_need" in plan or "INTEGER PRIMARY KEY" in plan, plan
    assert "ix_" not in plan and "Sort" not in plan and "TEMP B-TREE" not in plan


def _parameters(compiled: Any) -> Any:
    values = compiled.construct_params()
    return tuple(values[name] for name in compiled.positiontup) if compiled.positional else values


def test_a_row_that_left_the_scope_this_instant_is_not_shown(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
    statement = select(Need).where(Need.confidentiality == Confidentiality.PUBLIC).order_by(Need.id)
    with database.reading() as session:
        assert need.id in {row.id for row in page_of(session, statement, number=1).rows}
    # As if the change were committed between looking at the copy and reading the rows.
    position = copies._position
    with database.writing() as session:
        session.get_one(Need, need.id).confidentiality = Confidentiality.MEMBERS
    monkeypatch.setattr(copies, "_position", lambda session, name: (position(session, name)[0] - 1, 0))
    with database.reading() as session:
        assert need.id not in {row.id for row in page_of(session, statement, number=1).rows}
