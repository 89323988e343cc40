"""What the pool's page holds in memory is what the transfers add up to, whichever were written when and by whom."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import Select, func, insert, select, text
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.db.engines import WRITING
from matchmaker.ledger.models import Phase, Transfer
from matchmaker.vouchers import endings
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.pool import queries, tallies
from matchmaker.vouchers.pool.queries import BY, Narrowed
from matchmaker.vouchers.pool.rules import FIGURES, Figure
from matchmaker.vouchers.schemes.models import Scheme
from tests.support import cast, claims, money
from tests.support.databases import Database

TALLIED = [figure for figure in FIGURES.values() if set(figure.purposes) <= set(tallies.PURPOSES)]


def reader(session: Session, role: str) -> Reader:
    body = cast.organisation_of(session, role)
    return Reader(1, organisation_id=body.id, organisation_kind=body.kind, district_code=body.district_code)


def narrowings() -> Iterator[Narrowed]:
    first = clock.today().replace(day=1)
    code = f"{money.year()}-city"
    yield from (
        Narrowed(),
        Narrowed(since=date(2025, 12, 1)),
        Narrowed(since=first),
        Narrowed(until=date(2025, 12, 31)),
    )
    yield from (Narrowed(district=cast.HERE), Narrowed(district=cast.ELSEWHERE, scheme=code), Narrowed(type="none"))
    yield from (Narrowed(scheme="nothing"), Narrowed(type="high_tech", district="nowhere"))


def days() -> Iterator[Narrowed]:
    today = clock.today()
    yield from (Narrowed(since=today, until=today), Narrowed(since=today + timedelta(days=1)))
    yield Narrowed(until=today - timedelta(days=1))


def by_the_database(session: Session, who: Reader, figure: Figure, narrowed: Narrowed, *, by: str) -> dict[str, int]:
    """Add the transfers themselves up, as the list behind the figure shows them."""
    summed: Select[tuple[str, int]] = (
        queries.transfers(who, figure, narrowed)
        .with_only_columns(BY[by], func.sum(queries._signed(figure)), maintain_column_froms=True)
        .order_by(None)
        .group_by(BY[by])
    )
    return {str(value): int(fen) for value, fen in session.execute(summed)}


def agrees(database: Database) -> dict[str, int]:
    """Compare every figure with the database's own, and return what the city sees of each."""
    with database.reading() as session:
        for role, figure, narrowed, by in product(("bureau-city", "bureau-elsewhere"), TALLIED, narrowings(), BY):
            who = reader(session, role)
            ours = queries.sums(session, who, figure, narrowed, by=by)
            assert dict(ours) == by_the_database(session, who, figure, narrowed, by=by), (figure.name, narrowed)
            assert queries.total(session, who, figure, narrowed) == sum(ours.values())
        for role, figure, narrowed in product(("bureau-city", "bureau-elsewhere"), TALLIED, [*narrowings(), *days()]):
            who = reader(session, role)
            listed = session.scalars(queries.transfers(who, figure, narrowed)).all()
            pages = [queries.page(session, who, figure, narrowed, number=number) for number in (1, 2, 99)]
            assert {page.total for page in pages} == {len(listed)}
            assert list(pages[0].rows) == listed[:20] and list(pages[1].rows) == (listed[20:] or listed)
        city = reader(session, "bureau-city")
        return {one.name: queries.total(session, city, one, Narrowed()) for one in TALLIED}


def test_figures_follow_every_step_of_vouchers(either_database: Database) -> None:
    assert set(agrees(either_database).values()) == {0}
    with either_database.writing() as session:
        scheme = money.scheme(session, publicity_days=0, quota_fen=20 * money.WAN)
        first, second = (money.voucher(session, scheme) for _ in range(2))
    assert agrees(either_database)["issued"] == 2 * first.face_fen
    with either_database.writing() as session:
        money.use(session, session.get_one(Voucher, first.id), money.contract(session), life="settled")
        with money.acting(session, money.APPLICANT):
            endings.hand_back(session, session.get_one(Voucher, second.id))
    with either_database.writing() as session:
        claims.approved(session, claims.use(session, session.get_one(Scheme, scheme.id)))
        batch = claims.exported(session)
        with money.acting(session, money.FIRST):
            clearing.settle(session, batch, failed={}, on=clock.today())
        session.connection().execute(insert(Transfer), [_issued(session, first, fen=100 + n) for n in range(15)])
    seen = agrees(either_database)
    assert seen["paid"] > 0
    assert seen["used"] > 0 and seen["returned"] == second.face_fen
    with either_database.writing() as session:
        session.connection().execute(insert(Transfer), [_issued(session, first, at="2025-12-31 16:00:01+00:00", fen=5)])
        session.connection().execute(insert(Transfer), [_issued(session, first, at="2025-12-31 15:59:59+00:00", fen=7)])
    assert agrees(either_database)["issued"] == seen["issued"] + 12


def test_what_is_written_and_not_committed_is_not_held(either_database: Database) -> None:
    with either_database.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        city = reader(session, "bureau-city")
    before = agrees(either_database)["issued"]
    with pytest.raises(RuntimeError), either_database.writing() as session:
        session.connection().execute(insert(Transfer), [_issued(session, voucher, fen=9)])
        assert queries.total(session, city, FIGURES["issued"], Narrowed()) == before + 9, "who writes sees their own"
        raise RuntimeError
    assert agrees(either_database)["issued"] == before


def test_what_draws_its_id_before_it_locks_is_not_held() -> None:
    """``reserve_last`` may have an id without having a transaction's number: it would be missed."""
    assert Purpose.RESERVE not in tallies.PURPOSES


@pytest.mark.postgres
def test_a_lower_id_that_is_committed_later_is_not_missed(postgresql_database: Database) -> None:
    """Broken on purpose, everything up to the highest id being added up at once: the lower one was never counted."""
    with postgresql_database.writing() as session:
        scheme = money.scheme(session)
        first, second = (money.voucher(session, scheme) for _ in range(2))
        # The two must not wait for each other's pool: what is tried is the order of ids alone.
        session.execute(text("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_moves"))
    before = agrees(postgresql_database)["issued"]
    with Session(postgresql_database.engine) as early, Session(postgresql_database.engine) as late:
        for session, voucher, fen in ((early, first, 3), (late, second, 4)):
            session.connection(execution_options={WRITING: True})
            session.execute(select(Voucher.id).where(Voucher.id == voucher.id).with_for_update())
            session.connection().execute(insert(Transfer), [_issued(session, voucher, fen=fen)])
        late.commit()
        assert agrees(postgresql_database)["issued"] == before + 4
        early.commit()
    assert agrees(postgresql_database)["issued"] == before + 7


def _issued(session: Session, voucher: Voucher, *, fen: int, at: str = "") -> dict[str, object]:
    issued = select(Transfer).where(Transfer.purpose == Purpose.ISSUE, Transfer.credit_account_id == voucher.account_id)
    model = session.scalars(issued).first()
    assert model is not None
    return {
        "debit_account_id": model.debit_account_id, "credit_account_id": model.credit_account_id, "amount_fen": fen,
        "phase": Phase.POST, "purpose": Purpose.ISSUE, "reference": model.reference,
        "at": clock.now() if not at else clock.now().fromisoformat(at),
    }  # fmt: skip
