"""A claim from its draft to its payment: what it must have, who decides, what moves, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Membership
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger.queries import account_by_code
from matchmaker.letters.models import Letter
from matchmaker.vouchers import accounts
from matchmaker.vouchers.models import Use, UseState
from matchmaker.vouchers.redemptions import operations, queries
from matchmaker.vouchers.redemptions.models import Evidence, Redemption, RedemptionState
from matchmaker.vouchers.review import operations as review
from matchmaker.vouchers.schemes.rules import EvidenceKind, Payee
from tests.support import cast, claims, money
from tests.support.databases import Database
from tests.support.money import WAN, acting

At = Callable[[str], None]


def balances(session: Session, code: str) -> tuple[int, int]:
    """Return what an account holds and what of it is free."""
    found = session.scalars(account_by_code(code)).one_or_none()
    return (found.posted_fen, found.available_fen) if found else (0, 0)


def payable_of(session: Session, redemption: Redemption) -> int:
    scheme = session.get_one(type(redemption).scheme.property.mapper.class_, redemption.scheme_id)
    return balances(session, accounts.payable_code(scheme.code, redemption.district_code))[0]


def test_a_claim_is_filled_in_from_its_use_and_contract(book: Database) -> None:
    with book.writing() as session:
        use = claims.use(session)
        with acting(session, money.APPLICANT):
            redemption = operations.begin(session, use)
            again = operations.begin(session, use)

    assert redemption.id == again.id
    assert (redemption.claimed_fen, redemption.payee) == (1 * WAN, Payee.ENTERPRISE)
    assert redemption.payee_name == "绍兴锦程印染有限公司"
    assert redemption.number == f"R{clock.today().year}-{redemption.id:06d}"


def test_the_account_of_the_last_claim_is_proposed_again(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        claims.filed(session, claims.use(session, scheme))
        with acting(session, money.APPLICANT):
            redemption = operations.begin(session, claims.use(session, scheme))

    assert redemption.payee_account == claims.ACCOUNT.replace(" ", "")
    assert redemption.masked_account == "•••• 4567"


def test_what_is_missing_is_said_before_a_claim_is_filed(book: Database) -> None:
    with book.writing() as session, acting(session, money.APPLICANT):
        redemption = operations.begin(session, claims.use(session))
    with pytest.raises(Invalid) as refused, book.writing() as session, acting(session, money.APPLICANT):
        operations.file(session, session.get_one(Redemption, redemption.id))

    assert refused.value.field == "payee_bank"
    with book.reading() as session:
        assert session.get_one(Redemption, redemption.id).state is RedemptionState.DRAFT
        assert session.get_one(Use, redemption.use_id).state is UseState.SERVED


def test_two_people_approve_and_the_amount_leaves_the_voucher(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.agreed(session)
        assert balances(session, accounts.voucher_code(redemption.voucher_id)) == (5 * WAN, 4 * WAN)
        with acting(session, money.SECOND):
            review.approve(session, redemption, 9_000_00, "按合同核减")
    with book.reading() as session:
        found = session.get_one(Redemption, redemption.id)
        assert found.state is RedemptionState.PUBLIC
        assert (found.public_until - found.public_from).days == 4  # type: ignore[operator]  # both are set
        assert balances(session, accounts.voucher_code(found.voucher_id)) == (4 * WAN + 1_000_00, 4 * WAN + 1_000_00)
        assert payable_of(session, found) == 9_000_00
        assert [move.step for move in session.scalars(queries.moves(found))] == [
            "publish", "approve", "review", "file", "write",
        ]  # fmt: skip
        assert session.get_one(Use, found.use_id).state is UseState.SETTLED


@pytest.mark.parametrize(("granted", "reason", "field"), [(0, "x", "approved_fen"), (1 * WAN + 1, "x", "approved_fen"), (5, "", "reason")])  # fmt: skip # noqa: E501 - a table
def test_no_more_than_was_claimed_is_granted_and_less_only_with_a_reason(
    book: Database, granted: int, reason: str, field: str
) -> None:
    with book.writing() as session:
        redemption = claims.agreed(session)
    with pytest.raises(Invalid) as refused, book.writing() as session, acting(session, money.SECOND):
        review.approve(session, session.get_one(Redemption, redemption.id), granted, reason)

    assert refused.value.field == field


def decide(name: str) -> Callable[[Session, Redemption], None]:
    """Return one of the decisions as it is made."""
    acts: dict[str, Callable[[Session, Redemption], None]] = {
        "agree": review.agree,
        "approve": lambda session, one: review.approve(session, one, one.claimed_fen),
        "return": lambda session, one: review.return_(session, one, {"papers": "发票不清楚"}),
        "reject": lambda session, one: review.reject(session, one, "不属于支持范围"),
    }
    return acts[name]


def test_the_same_reviewer_cannot_decide_twice(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.filed(session)
        with acting(session, money.SECOND):
            review.agree(session, redemption)
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.SECOND):
        decide("approve")(session, session.get_one(Redemption, redemption.id))


def test_by_a_scheme_of_two_levels_the_city_decides_second(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.agreed(session)
        third = claims.third(session)
    with pytest.raises(Forbidden), book.writing() as session, claims.acting_as(session, third):
        decide("approve")(session, session.get_one(Redemption, redemption.id))


def test_by_a_scheme_of_one_level_two_people_of_the_district_suffice(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.agreed(session, claims.use(session, money.scheme(session, reviews=1)))
        with claims.acting_as(session, claims.third(session)):
            decide("approve")(session, redemption)

    assert redemption.state is RedemptionState.PUBLIC


@pytest.mark.parametrize("name", ["agree", "return", "reject"])
@pytest.mark.parametrize("side", ["enterprise", "complex"])
def test_nobody_decides_on_what_their_own_organisation_takes_part_in(book: Database, name: str, side: str) -> None:
    with book.writing() as session:
        redemption = claims.filed(session)
        person, body = cast.person_of(session, money.FIRST), cast.organisation_of(session, side)
        session.add(Membership(person_id=person.id, organisation_id=body.id, created_at=clock.now()))
    with pytest.raises(Forbidden), book.writing() as session, acting(session, money.FIRST):
        decide(name)(session, session.get_one(Redemption, redemption.id))
    with book.reading() as session:
        assert session.get_one(Redemption, redemption.id).state is RedemptionState.FILED


def test_whoever_filed_does_not_decide(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.filed(session)
    for name in ("agree", "return", "reject"):
        with pytest.raises(Forbidden), book.writing() as session, acting(session, money.APPLICANT):
            decide(name)(session, session.get_one(Redemption, redemption.id))


def test_a_rejected_claim_frees_its_amount_and_its_invoice(book: Database) -> None:
    number = claims.invoice_number()
    with book.writing() as session:
        scheme = money.scheme(session)
        redemption = claims.filed(session, claims.use(session, scheme), invoice=number)
        with acting(session, money.FIRST):
            decide("reject")(session, redemption)
        assert balances(session, accounts.voucher_code(redemption.voucher_id)) == (5 * WAN, 5 * WAN)
        again = claims.filed(session, claims.use(session, scheme), invoice=number)

    assert again.state is RedemptionState.FILED


def test_a_returned_claim_keeps_its_amount_and_can_be_filed_after_the_last_day(book: Database, at: At) -> None:
    at("2026-12-30T10:00")
    with book.writing() as session:
        scheme = money.scheme(session, redeem_by=clock.today().replace(day=31))
        redemption = claims.filed(session, claims.use(session, scheme))
        with acting(session, money.FIRST):
            decide("return")(session, redemption)
    at("2027-01-20T10:00")
    with book.writing() as session, acting(session, money.APPLICANT):
        operations.file(session, session.get_one(Redemption, redemption.id))
    with book.reading() as session:
        assert session.get_one(Redemption, redemption.id).state is RedemptionState.FILED
        assert balances(session, accounts.voucher_code(redemption.voucher_id))[1] == 4 * WAN


def test_a_claim_filed_in_time_is_paid_though_the_voucher_has_expired(book: Database, at: At) -> None:
    from matchmaker.vouchers import endings

    at("2026-12-31T23:59:59")
    with book.writing() as session:
        redemption = claims.filed(session)
    at("2027-01-01T00:00:00")
    with book.writing() as session:
        endings.expire_due(session, on=clock.today())
    with book.writing() as session:
        found = session.get_one(Redemption, redemption.id)
        with acting(session, money.FIRST):
            decide("agree")(session, found)
        with acting(session, money.SECOND):
            decide("approve")(session, found)
        assert payable_of(session, found) == 1 * WAN
        assert balances(session, accounts.voucher_code(found.voucher_id)) == (0, 0), "the rest expired"


def test_nothing_is_filed_after_the_last_day(book: Database, at: At) -> None:
    at("2026-12-31T23:59:59")
    with book.writing() as session:
        redemption = claims.written(session, claims.use(session, money.scheme(session, redeem_by=clock.today())))
    at("2027-01-01T00:00:00")
    with pytest.raises((Invalid, Conflict)), book.writing() as session, acting(session, money.APPLICANT):
        operations.file(session, session.get_one(Redemption, redemption.id))


def test_one_invoice_is_claimed_with_once_however_it_is_typed(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        claims.filed(session, claims.use(session, scheme), invoice="26332000000000012340")
        other = claims.written(session, claims.use(session, scheme), invoice=" ２６3320OO 0000000 1234O")
    with pytest.raises(Invalid) as refused, book.writing() as session, acting(session, money.APPLICANT):
        operations.file(session, session.get_one(Redemption, other.id))

    assert refused.value.field.startswith("number-")
    with book.reading() as session:
        assert session.get_one(Redemption, other.id).state is RedemptionState.DRAFT


def test_the_database_refuses_the_same_invoice_whatever_program_asks(book: Database) -> None:
    from sqlalchemy.exc import IntegrityError

    with book.writing() as session:
        scheme = money.scheme(session)
        claims.filed(session, claims.use(session, scheme), invoice="26332000000000099999")
        claims.written(session, claims.use(session, scheme), invoice="26332000000000099999")
    with pytest.raises(IntegrityError), book.writing() as session:
        for paper in session.scalars(select(Evidence).where(Evidence.kind == EvidenceKind.INVOICE)):
            paper.held_key = paper.invoice_key
        session.flush()


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        ({"claimed_fen": 1 * WAN + 1}, "held"),
        ({"payee_bank": ""}, "bank"),
        ({"claimed_fen": 3 * WAN}, "held"),
    ],
)
def test_what_is_more_than_may_be_is_refused_in_words(book: Database, differences: dict[str, Any], said: str) -> None:
    with book.writing() as session:
        redemption = claims.written(session, claims.use(session), **differences)
    with pytest.raises(Invalid) as refused, book.writing() as session, acting(session, money.APPLICANT):
        operations.file(session, session.get_one(Redemption, redemption.id))

    assert said in str(refused.value.message)


def test_no_more_than_the_invoices_is_claimed(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.written(session, claims.use(session))
        for paper in session.scalars(select(Evidence).where(Evidence.kind == EvidenceKind.INVOICE)):
            paper.invoice_amount_fen = 9_999_99
    refusal = pytest.raises(Invalid, match="invoices add up")
    with refusal as refused, book.writing() as session, acting(session, money.APPLICANT):
        operations.file(session, session.get_one(Redemption, redemption.id))

    assert refused.value.field == "claimed_fen"


def test_a_notice_ends_by_itself_and_an_objection_keeps_the_money(book: Database, at: At) -> None:
    at("2026-11-02T10:00")
    with book.writing() as session:
        redemption = claims.approved(session)
        with acting(session, "other-enterprise"):
            objection = operations.object_to(session, redemption, "发票与我公司项目重复")
    at("2026-11-09T08:00")
    with book.writing() as session:
        assert operations.end_notices(session, on=clock.today()) == 0
    with pytest.raises(Forbidden), book.writing() as session, acting(session, money.SECOND):
        operations.answer(session, session.merge(objection), "不成立", is_upheld=False)
    with book.writing() as session, claims.acting_as(session, claims.third(session)):
        operations.answer(session, session.merge(objection), "经核实，不重复。", is_upheld=False)
        assert operations.end_notices(session, on=clock.today()) == 1
    with book.reading() as session:
        assert session.get_one(Redemption, redemption.id).state is RedemptionState.PAYABLE


def test_a_notice_lasts_through_its_last_day(book: Database, at: At) -> None:
    at("2026-11-02T10:00")
    with book.writing() as session:
        redemption = claims.approved(session)
    at("2026-11-06T23:59:59")
    with book.writing() as session:
        assert operations.end_notices(session, on=clock.today()) == 0
    at("2026-11-07T00:00:00")
    with book.writing() as session:
        assert operations.end_notices(session, on=clock.today()) == 1
        assert session.get_one(Redemption, redemption.id).state is RedemptionState.PAYABLE


def test_an_objection_that_is_upheld_holds_the_amount_again(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.approved(session, approved_fen=9_000_00)
        with acting(session, "complex"):
            objection = operations.object_to(session, redemption, "服务尚未完成")
        with claims.acting_as(session, claims.third(session)):
            operations.answer(session, objection, "属实，退回复核。", is_upheld=True)
        found = session.get_one(Redemption, redemption.id)
        assert (found.state, found.approved_fen, found.claimed_fen) == (RedemptionState.FILED, None, 9_000_00)
        assert payable_of(session, found) == 0
        assert balances(session, accounts.voucher_code(found.voucher_id)) == (5 * WAN, 4 * WAN + 1_000_00)
        with acting(session, money.FIRST):
            decide("agree")(session, found)
        with acting(session, money.SECOND):
            decide("approve")(session, found)

    assert found.state is RedemptionState.PAYABLE, "the same amount was on notice already"


def test_a_withdrawn_claim_leaves_the_use_as_it_was(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.filed(session)
        with acting(session, money.APPLICANT):
            operations.withdraw(session, redemption)
            again = operations.begin(session, session.get_one(Use, redemption.use_id))

    assert redemption.state is RedemptionState.WITHDRAWN
    assert again.id != redemption.id and again.state is RedemptionState.DRAFT


def test_what_was_filed_cannot_be_rewritten(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.filed(session)
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.APPLICANT):
        operations.write(session, session.get_one(Redemption, redemption.id), claims.text(redemption, []))


def test_the_enterprise_is_told_by_mail_without_amounts(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.approved(session)
        letters = session.scalars(select(Letter)).all()

    assert [letter.recipient for letter in letters] == ["enterprise@example.test"]
    assert redemption.number in letters[0].body and "10000" not in letters[0].body.replace(",", "")
