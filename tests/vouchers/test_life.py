"""A voucher from its application to its end: who may, what moves, and what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.orm import Session

from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger.queries import account_by_code
from matchmaker.vouchers import accounts, endings, operations, queries
from matchmaker.vouchers.models import Voucher, VoucherState
from matchmaker.vouchers.schemes.models import Scheme
from tests.support import cast, money
from tests.support.databases import Database
from tests.support.money import WAN, YUAN, acting

At = Callable[[str], None]


def balance(session: object, code: str) -> int:
    """What an account holds that is free, 0 when it is not there."""
    found = session.scalars(account_by_code(code)).one_or_none()  # type: ignore[attr-defined]  # a session
    return found.available_fen if found else 0


def test_a_voucher_is_issued_from_the_pool_and_from_the_quota_at_once(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme)
        enterprise_id = voucher.enterprise_id
    with book.reading() as session:
        assert balance(session, accounts.pool_code(scheme.code, cast.HERE)) == 95 * WAN
        assert balance(session, accounts.voucher_code(voucher.id)) == 5 * WAN
        assert balance(session, accounts.quota_code(scheme.code, enterprise_id)) == 5 * WAN
        assert session.get_one(Voucher, voucher.id).state is VoucherState.ISSUED
        steps = [move.step for move in session.scalars(queries.moves(voucher))]
    assert steps == ["issue", "approve", "apply"]


def test_whoever_reviewed_first_cannot_issue(book: Database) -> None:
    with book.writing() as session:
        voucher = money.voucher(session, money.scheme(session), issued=False)
        with acting(session, money.FIRST):
            operations.approve(session, voucher)
    with pytest.raises(Forbidden), book.writing() as session, acting(session, money.FIRST):
        operations.issue(session, session.get_one(Voucher, voucher.id))
    with book.reading() as session:
        assert session.get_one(Voucher, voucher.id).state is VoucherState.DISTRICT_APPROVED


def test_nobody_decides_on_what_they_applied_for(book: Database) -> None:
    with book.writing() as session:
        voucher = money.voucher(session, money.scheme(session), issued=False)
    for decide in (
        operations.approve,
        lambda session, one: operations.reject(session, one, "不行"),
        lambda session, one: operations.return_(session, one, "改一下"),
    ):
        with pytest.raises(Forbidden), book.writing() as session, acting(session, money.APPLICANT):
            decide(session, session.get_one(Voucher, voucher.id))


def test_an_empty_pool_issues_nothing_and_says_what_is_left(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session, pools_fen={cast.HERE: 4 * WAN})
        voucher = money.voucher(session, scheme, issued=False)
        with acting(session, money.FIRST):
            operations.approve(session, voucher)
    with pytest.raises(Conflict, match="40,000"), book.writing() as session, acting(session, money.SECOND):
        operations.issue(session, session.get_one(Voucher, voucher.id))
    with book.reading() as session:
        assert balance(session, accounts.pool_code(scheme.code, cast.HERE)) == 4 * WAN
        assert session.get_one(Voucher, voucher.id).account_id is None


def test_no_more_than_the_quota_can_be_asked_for(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        money.voucher(session, scheme, face_fen=7 * WAN)
    with pytest.raises(Invalid, match="30,000") as refused, book.writing() as session:
        money.voucher(session, scheme, face_fen=3 * WAN + 1, issued=False)
    assert refused.value.field == "face_fen"


def test_applications_that_wait_count_against_the_quota(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        money.voucher(session, scheme, face_fen=6 * WAN, issued=False)
    with pytest.raises(Invalid), book.writing() as session:
        money.voucher(session, scheme, face_fen=5 * WAN, issued=False)


def test_a_returned_application_is_changed_and_reviewed_anew(book: Database) -> None:
    with book.writing() as session:
        voucher = money.voucher(session, money.scheme(session), issued=False)
        with acting(session, money.FIRST):
            operations.approve(session, voucher)
        with acting(session, money.SECOND):
            operations.return_(session, voucher, "请写明检测项目")
        with acting(session, money.APPLICANT):
            operations.apply_again(session, voucher, money.application(face_fen=4 * WAN, purpose="检测三项色牢度"))
        assert voucher.reviewed_by_id is None
        money.issue(session, voucher)
    with book.reading() as session:
        assert balance(session, accounts.voucher_code(voucher.id)) == 4 * WAN


def test_what_is_handed_back_is_in_the_pool_and_may_be_asked_for_again(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme, face_fen=10 * WAN)
        with acting(session, money.APPLICANT):
            assert endings.hand_back(session, voucher) == 10 * WAN
        money.voucher(session, scheme, face_fen=10 * WAN)
    with book.reading() as session:
        assert balance(session, accounts.pool_code(scheme.code, cast.HERE)) == 90 * WAN


def test_a_voucher_with_a_use_that_holds_an_amount_cannot_be_handed_back(book: Database) -> None:
    with book.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        money.use(session, voucher, money.contract(session))
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.APPLICANT):
        endings.hand_back(session, session.get_one(Voucher, voucher.id))


def test_revoking_takes_back_the_rest_and_what_was_not_claimed(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme)
        contract = money.contract(session)
        money.use(session, voucher, contract)
        claimed = money.use(session, voucher, contract, life="claimed")
        with acting(session, money.SECOND):
            assert endings.revoke(session, voucher, "资质造假") == 4 * WAN
    with book.reading() as session:
        assert balance(session, accounts.pool_code(scheme.code, cast.HERE)) == 99 * WAN
        # The quota stays used: a revoked voucher is not given a second time.
        assert balance(session, accounts.quota_code(scheme.code, voucher.enterprise_id)) == 5 * WAN
    with book.writing() as session, acting(session, money.SECOND):
        money.uses.refuse(session, session.get_one(money.Use, claimed.id), "发票不符")
    with book.reading() as session:
        assert balance(session, accounts.pool_code(scheme.code, cast.HERE)) == 100 * WAN


def test_a_suspended_voucher_is_not_used_until_it_is_resumed(book: Database) -> None:
    with book.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        contract = money.contract(session)
        with acting(session, money.SECOND):
            operations.suspend(session, voucher, "核查中")
    with pytest.raises(Conflict, match="suspended"), book.writing() as session:
        money.use(session, session.get_one(Voucher, voucher.id), contract)
    with book.writing() as session:
        with acting(session, money.SECOND):
            operations.resume(session, session.get_one(Voucher, voucher.id), "核查完毕")
        money.use(session, session.get_one(Voucher, voucher.id), contract)


def test_a_voucher_expires_at_midnight_in_shanghai_and_not_before(book: Database, at: At) -> None:
    at("2026-11-20T10:00")
    with book.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme)
        contract = money.contract(session)
    at("2026-12-31T23:59:59")
    with book.writing() as session:
        assert endings.expire_due(session, on=money.clock.today()) == (0, 0)
        claimed = money.use(session, session.get_one(Voucher, voucher.id), contract, life="claimed")
        money.use(session, session.get_one(Voucher, voucher.id), contract)
    at("2027-01-01T00:00:00")
    with pytest.raises(Conflict, match="2026-12-31"), book.writing() as session:
        # Before any job has run: the day alone decides.
        money.use(session, session.get_one(Voucher, voucher.id), contract, 100 * YUAN)
    with book.writing() as session:
        assert endings.expire_due(session, on=money.clock.today()) == (1, 0)
    with book.reading() as session:
        assert session.get_one(Voucher, voucher.id).state is VoucherState.EXPIRED
        assert balance(session, accounts.expired_code(scheme.code, cast.HERE)) == 3 * WAN
    at("2027-04-01T00:00:00")
    with book.writing() as session:
        # The claim filed in time keeps its reservation; what was not claimed lapses.
        assert endings.expire_due(session, on=money.clock.today()) == (0, 1)
        with acting(session, money.SECOND):
            money.uses.settle(session, session.get_one(money.Use, claimed.id), approved_fen=6_000 * YUAN)
    with book.reading() as session:
        assert balance(session, accounts.expired_code(scheme.code, cast.HERE)) == 4 * WAN + 4_000 * YUAN
        assert balance(session, accounts.payable_code(scheme.code, cast.HERE)) == 6_000 * YUAN


def test_what_is_used_up_says_so_and_opens_again_when_a_payment_fails(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme, face_fen=1 * WAN)
        use = money.use(session, voucher, money.contract(session), life="settled")
        assert voucher.state is VoucherState.EXHAUSTED
        with acting(session, money.SECOND):
            money.uses.unsettle(session, use, reason="账号有误")
        assert voucher.state is VoucherState.ISSUED
        with acting(session, money.SECOND):
            money.uses.settle(session, use, approved_fen=9_000 * YUAN)
        assert voucher.state is VoucherState.ISSUED
    with book.reading() as session:
        assert balance(session, accounts.voucher_code(voucher.id)) == 1_000 * YUAN


def test_the_last_voucher_of_a_limited_number_is_the_last(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session, most_vouchers=1)
        money.voucher(session, scheme, face_fen=1 * WAN)
    with pytest.raises(Invalid) as refused, book.writing() as session:
        money.voucher(session, scheme, face_fen=1 * WAN, issued=False)
    assert refused.value.field == "face_fen"


def test_a_quota_filled_twice_at_once_is_filled_once(book: Database) -> None:
    with book.writing() as session:
        made = money.voucher(session, money.scheme(session))
        scheme_id, enterprise_id = made.scheme_id, made.enterprise_id

    def fill(session: Session) -> None:
        scheme = session.get_one(Scheme, scheme_id)
        quota = accounts.quota(session, scheme, enterprise_id)
        operations.bring_to(session, scheme, quota, 15 * WAN)

    def elsewhere() -> None:
        with book.writing() as session:
            fill(session)

    with ThreadPoolExecutor(1) as pool:
        with book.writing() as session:
            fill(session)
            other = pool.submit(elsewhere)
            # The other one has read by now that the quota lacks an amount, or waits for SQLite's one writer.
            with pytest.raises(TimeoutError):
                other.result(timeout=0.5)
        other.result(timeout=30)
    with book.reading() as session:
        scheme = session.get_one(Scheme, scheme_id)
        quota, source = accounts.quota(session, scheme, enterprise_id), accounts.quota_source(session, scheme)
        assert queries.filled(session, quota, source) == 15 * WAN
