"""Lists of money in memory: what they hold is what was committed, in whatever order transactions end."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, case, delete, inspect, or_, select, text, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.db import copies, following
from matchmaker.db.engines import WRITING
from matchmaker.db.pages import counts_by, page_of
from matchmaker.vouchers import queries
from matchmaker.vouchers.models import WAITING, Voucher, VoucherState
from matchmaker.vouchers.redemptions.models import Redemption
from tests.support import cast, claims, money
from tests.support.databases import Database

#: States in which a voucher has no account yet, so that a test can move it about.
STATES = (*WAITING, VoucherState.RETURNED, VoucherState.WITHDRAWN, VoucherState.REJECTED)
EVERY = select(Voucher).order_by(Voucher.id)
STATEMENTS = (
    EVERY,
    select(Voucher).where(Voucher.district_code == cast.HERE).order_by(Voucher.id.desc()),
    select(Voucher)
    .where(Voucher.state.in_(WAITING), or_(Voucher.reviewed_by_id.is_(None), Voucher.reviewed_by_id != 1))
    .order_by(Voucher.applied_at, Voucher.id),
    select(Voucher).order_by(
        case((Voucher.state == STATES[0], 0), (Voucher.state.in_(STATES[1:3]), 1), else_=2), Voucher.id.desc()
    ),
    select(Voucher).order_by(
        case((Voucher.state == STATES[0], 1), (Voucher.is_suspended, 1), else_=0).desc(), Voucher.id
    ),
)


def enter(session: Session, count: int) -> None:
    """Write applications as the years leave them: more than a page."""
    scheme = money.scheme(session)
    enterprise = cast.organisation_of(session, "enterprise")
    session.add_all(
        Voucher(
            number=f"T{number}", scheme_id=scheme.id, enterprise_id=enterprise.id, district_code=cast.HERE,
            state=STATES[number % len(STATES)], face_fen=100, applied_at=clock.now(),
        )
        for number in range(count)
    )  # fmt: skip


def change(session: Session, step: int) -> None:
    """Move some vouchers on, one by one, all at once, and past the program."""
    vouchers = session.scalars(EVERY).all()
    vouchers[step % len(vouchers)].state = STATES[step % len(STATES)]
    vouchers[step * 7 % len(vouchers)].district_code = (cast.HERE, cast.ELSEWHERE)[step % 2]
    session.flush()
    session.execute(update(Voucher).where(Voucher.id == vouchers[step % 5].id).values(state=STATES[step % 3]))
    session.connection().execute(
        text("UPDATE voucher SET staff = :staff, district_code = :code WHERE id = :id"),
        {"staff": step, "code": (cast.HERE, cast.ELSEWHERE)[step % 3 == 0], "id": vouchers[step * 3 % 11].id},
    )
    if step % 4 == 0:
        session.add(
            Voucher(
                number=f"N{len(vouchers)}", scheme_id=vouchers[0].scheme_id, enterprise_id=vouchers[0].enterprise_id,
                district_code=cast.ELSEWHERE, face_fen=200, applied_at=clock.now(),
            )
        )  # fmt: skip


def seen(session: Session, statement: Select[Any], number: int) -> tuple[Any, ...]:
    """Return a page and all its counts."""
    page = page_of(session, statement, number=number, size=7)
    counted = [counts_by(session, statement, column) for column in (Voucher.state, Voucher.district_code)]
    return (page.total, page.number, [row.id for row in page.rows], *counted)


def by_the_database(ask: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(copies, "answered", lambda *_arguments: None)
        return ask()


@pytest.fixture
def filled(either_database: Database) -> Database:
    with either_database.writing() as session:
        enter(session, 23)
    return either_database


# One database for all examples: what is held follows the changes from one example to the next.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 60), max_size=3), st.sampled_from(STATEMENTS), st.integers(1, 5))
def test_pages_and_counts_are_what_the_database_says_after_any_steps(
    filled: Database, monkeypatch: pytest.MonkeyPatch, steps: list[int], statement: Select[Any], number: int
) -> None:
    for step in steps:
        with filled.writing() as session:
            change(session, step)
    with filled.reading() as session:
        assert copies.answered(session, statement, lambda _selection: True), "it is answered in memory"
        ours = seen(session, statement, number)
        assert ours == by_the_database(lambda: seen(session, statement, number), monkeypatch)
        assert sum(ours[3].values()) == ours[0]


@pytest.mark.postgres
def test_what_began_earlier_and_ends_later_is_not_missed(postgresql_database: Database) -> None:
    """Broken on purpose, the mark being the newest transaction read: the first change was never seen."""
    with postgresql_database.writing() as session:
        enter(session, 4)
    here = EVERY.where(Voucher.state == VoucherState.REJECTED)

    def rejected() -> int:
        with postgresql_database.reading() as session:
            return page_of(session, here, number=1).total

    first, second, third, _fourth = _ids(postgresql_database)
    before = rejected()
    with Session(postgresql_database.engine) as early, Session(postgresql_database.engine) as late:
        for session, number in ((early, first), (late, second)):
            session.connection(execution_options={WRITING: True})
            session.execute(update(Voucher).where(Voucher.id == number).values(state=VoucherState.REJECTED))
        assert rejected() == before, "nothing of it is committed"
        late.commit()
        assert rejected() == before + 1
        assert rejected() == before + 1, "the same is read again and changes nothing"
        early.commit()
    assert rejected() == before + 2
    with Session(postgresql_database.engine) as undone:
        undone.connection(execution_options={WRITING: True})
        undone.execute(update(Voucher).where(Voucher.id == third).values(state=VoucherState.REJECTED))
        undone.rollback()
    assert rejected() == before + 2


@pytest.mark.postgres
def test_a_change_waits_for_no_other_change(postgresql_database: Database) -> None:
    with postgresql_database.writing() as session:
        enter(session, 2)
    first, second = _ids(postgresql_database)
    with Session(postgresql_database.engine) as one, postgresql_database.writing() as other:
        one.connection(execution_options={WRITING: True})
        other.execute(text("SET LOCAL lock_timeout = 200"))
        for session, number in ((one, first), (other, second)):
            session.get_one(Voucher, number).district_code = cast.ELSEWHERE
            session.flush()
        one.rollback()


@pytest.mark.postgres
def test_numbers_of_a_server_from_which_it_was_restored_are_not_read_each_time(postgresql_database: Database) -> None:
    with postgresql_database.writing() as session:
        enter(session, 3)
    with postgresql_database.writing() as session:
        session.execute(text("ALTER TABLE voucher DISABLE TRIGGER voucher_changed"))
        session.execute(text("UPDATE voucher SET changed_in = 9000000000"))
        session.execute(text("ALTER TABLE voucher ENABLE TRIGGER voucher_changed"))
    with postgresql_database.reading() as session:
        assert page_of(session, EVERY, number=1).total == 3
    with postgresql_database.writing() as session:
        session.get_one(Voucher, session.scalars(select(Voucher.id)).first()).district_code = cast.ELSEWHERE
    with postgresql_database.reading() as session:
        table = inspect(Voucher).local_table
        _mark, rows = following.changes(session, table, ["district_code"], since=1)
        assert [row[1] for row in rows] == [cast.ELSEWHERE], "of the others only the number is old"
        statement = EVERY.where(Voucher.district_code == cast.ELSEWHERE)
        assert page_of(session, statement, number=1).total == 1


def test_removed_rows_are_not_counted_any_more(either_database: Database) -> None:
    with either_database.writing() as session:
        enter(session, 9)

    def total() -> int:
        with either_database.reading() as session:
            return page_of(session, EVERY, number=1).total

    assert total() == 9
    first, second, *_rest = _ids(either_database)
    with either_database.writing() as session:
        session.delete(session.get_one(Voucher, first))
    assert total() == 8
    with either_database.writing() as session:
        session.execute(delete(Voucher).where(Voucher.id == second))
    assert total() == 7


def test_claims_are_followed_through_their_lives(either_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    statement = select(Redemption).order_by(Redemption.filed_at.asc().nulls_last(), Redemption.id)

    def compare() -> dict[Any, int]:
        with either_database.reading() as session:
            assert copies.answered(session, statement, lambda _selection: True)
            ours = counts_by(session, statement, Redemption.state)
            assert ours == by_the_database(lambda: counts_by(session, statement, Redemption.state), monkeypatch)
            return ours

    assert compare() == {}
    with either_database.writing() as session:
        scheme = money.scheme(session)
        filed = claims.filed(session, claims.use(session, scheme))
    assert list(compare()) == [filed.state]
    with either_database.writing() as session:
        claims.approved(session, claims.use(session, scheme))
    assert sum(compare().values()) == 2


def test_what_a_reader_may_see_is_answered_in_memory(either_database: Database) -> None:
    with either_database.writing() as session:
        enter(session, 3)
    with either_database.reading() as session:
        for role in ("bureau-city", "bureau-district", "enterprise"):
            body = cast.organisation_of(session, role)
            reader = Reader(1, organisation_id=body.id, organisation_kind=body.kind, district_code=body.district_code)
            listed = queries.listed(reader, {"state": "applied", "district": cast.HERE})
            for statement in (listed, *([queries.queue(reader)] if reader.is_bureau else [])):
                assert copies.answered(session, statement, lambda kept: kept.ids(start=0, stop=5)) is not None, role


def _ids(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Voucher.id).order_by(Voucher.id)))
