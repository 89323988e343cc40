"""What becomes of a claim when its voucher ends, its papers are corrected or its contract changes meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Membership, Person
from matchmaker.contracts.agreements.models import ContractState
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.vouchers import endings
from matchmaker.vouchers import operations as vouchers
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.clearing import queries as batches
from matchmaker.vouchers.models import Use, UseState, Voucher, VoucherState
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.redemptions import operations, queries, recalls, returns
from matchmaker.vouchers.redemptions.models import Evidence, Redemption, RedemptionState
from matchmaker.vouchers.redemptions.operations import ClaimText
from matchmaker.vouchers.review import operations as review
from matchmaker.vouchers.schemes.rules import EvidenceKind
from tests.support import cast, claims, factories, money
from tests.support.databases import Database
from tests.support.money import WAN, acting


def said(session: Session, redemption: Redemption) -> ClaimText:
    """What the enterprise writes of all papers that the claim has."""
    papers = session.scalars(select(Evidence).where(Evidence.redemption_id == redemption.id).order_by(Evidence.id))
    return claims.text(redemption, list(papers))


def returned(session: Session) -> tuple[Redemption, ClaimText]:
    """A claim that was filed and given back, and what was written of it."""
    redemption = claims.written(session, claims.use(session))
    text = said(session, redemption)
    with acting(session, money.APPLICANT):
        operations.write(session, redemption, text)
        operations.file(session, redemption)
    with acting(session, money.FIRST):
        review.return_(session, redemption, {"papers": "发票号码写错"})
    return redemption, text


def again(session: Session, **differences: Any) -> Use:
    """A use of another voucher."""
    return claims.use(session, money.scheme(session, key="second", **differences))


def changed(text: ClaimText, **differences: object) -> ClaimText:
    """The same text with another invoice."""
    return replace(
        text,
        papers={
            key: replace(paper, **differences) if paper.kind is EvidenceKind.INVOICE else paper  # type: ignore[arg-type]  # any of its fields
            for key, paper in text.papers.items()
        },
    )


def test_a_voucher_is_not_handed_back_before_what_was_approved_on_it_is_paid(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.payable(session)
        batch = claims.exported(session)
    with pytest.raises(Conflict), book.writing() as session, acting(session, money.APPLICANT):
        endings.hand_back(session, session.get_one(Voucher, redemption.voucher_id))
    with book.writing() as session, acting(session, money.FIRST):
        (item,) = session.scalars(batches.items_of(batch.id))
        clearing.settle(session, session.merge(batch), failed={item.id: "账号有误"}, on=clock.today())
        review.reject(session, session.get_one(Redemption, redemption.id), "账户与开票单位不符")
    with book.writing() as session, acting(session, money.APPLICANT):
        endings.hand_back(session, session.get_one(Voucher, redemption.voucher_id))
    with book.reading() as session:
        assert session.get_one(Voucher, redemption.voucher_id).state is VoucherState.HANDED_BACK
        assert not checking.look(session).kept


def test_a_voucher_is_handed_back_once_its_claims_are_paid(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.paid(session)
    with book.writing() as session, acting(session, money.APPLICANT):
        endings.hand_back(session, session.get_one(Voucher, redemption.voucher_id))
    with book.reading() as session:
        assert not checking.look(session).kept


def test_a_wrong_invoice_number_is_corrected_and_lets_the_other_one_go(book: Database) -> None:
    with book.writing() as session:
        redemption, text = returned(session)
        (wrong,) = [paper.number for paper in text.papers.values() if paper.kind is EvidenceKind.INVOICE]
        with acting(session, money.APPLICANT):
            operations.write(session, redemption, changed(text, number=claims.invoice_number()))
            operations.file(session, redemption)
        assert redemption.state is RedemptionState.FILED
        assert claims.filed(session, again(session), invoice=wrong).state is RedemptionState.FILED


def test_a_paper_that_is_no_invoice_after_all_holds_no_number(book: Database) -> None:
    with book.writing() as session:
        redemption, text = returned(session)
        with acting(session, money.APPLICANT):
            operations.write(session, redemption, changed(text, kind=EvidenceKind.OTHER))
        held = select(Evidence.held_key).where(Evidence.redemption_id == redemption.id)
        assert set(session.scalars(held)) == {None}


def test_two_numbers_that_were_mixed_up_change_places(book: Database) -> None:
    with book.writing() as session:
        only_invoices = money.scheme(session, evidence=(EvidenceKind.INVOICE,))
        redemption = claims.written(session, claims.use(session, only_invoices))
        text = said(session, redemption)
        number = claims.invoice_number()
        (first,) = [key for key, paper in text.papers.items() if paper.kind is EvidenceKind.INVOICE]
        second = max(text.papers)
        one = text.papers[first]
        papers = dict(text.papers) | {second: replace(one, number=number)}
        with acting(session, money.APPLICANT):
            operations.write(session, redemption, replace(text, papers=papers))
            operations.file(session, redemption)
        with acting(session, money.FIRST):
            review.return_(session, redemption, {"papers": "两张发票号码写反"})
        swapped = papers | {first: papers[second], second: papers[first]}
        with acting(session, money.APPLICANT):
            operations.write(session, redemption, replace(text, papers=swapped))
            operations.file(session, redemption)
        held = dict(session.execute(select(Evidence.id, Evidence.held_key)).all())
        assert (held[first], held[second]) == (number, one.number)


def test_the_scheme_takes_over_its_share_of_what_was_invoiced(book: Database) -> None:
    with book.writing() as session:
        use = claims.use(session, fen=2 * WAN)
        redemption = claims.written(session, use)
        text = said(session, redemption)
        assert (use.rate_bp, redemption.claimed_fen) == (5_000, WAN)
        with acting(session, money.APPLICANT):
            operations.write(session, redemption, changed(text, amount_fen=WAN))
            with pytest.raises(Invalid) as refused:
                operations.file(session, redemption)
            assert refused.value.field == "claimed_fen"
            operations.write(session, redemption, replace(changed(text, amount_fen=WAN), claimed_fen=WAN // 2))
            operations.file(session, redemption)
        assert redemption.state is RedemptionState.FILED


def test_a_contract_that_was_lowered_or_terminated_pays_for_no_more_than_it_is(book: Database) -> None:
    with book.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        contract = money.contract(session)
        uses = [money.use(session, voucher, contract, 2 * WAN, life="served") for _one in range(2)]
        waiting = claims.agreed(session, uses[0])
        contract.contract_amount_fen = contract.technology_amount_fen = 3 * WAN
        session.flush()
        with pytest.raises(Invalid, match="registered under it"):
            claims.filed(session, uses[1])
        with acting(session, money.SECOND), pytest.raises(Invalid, match="registered under it"):
            review.approve(session, waiting, waiting.claimed_fen)
        contract.contract_amount_fen, contract.state, contract.ended_at = (
            10 * WAN,
            ContractState.TERMINATED,
            clock.now(),
        )
        session.flush()
        with pytest.raises(Invalid, match="terminated"):
            claims.filed(session, uses[1])


def test_what_a_revoked_voucher_held_for_a_claim_is_freed_with_the_claim(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.filed(session)
        voucher, use = session.get_one(Voucher, redemption.voucher_id), session.get_one(Use, redemption.use_id)
        with acting(session, money.FIRST):
            endings.revoke(session, voucher, "违规")
        assert use.state is UseState.CLAIMED
        with acting(session, money.APPLICANT):
            operations.withdraw(session, redemption)
            with pytest.raises(Conflict):
                operations.begin(session, use)
        assert use.state is UseState.RELEASED
    with book.reading() as session:
        assert not checking.look(session).kept


def test_a_claim_that_is_not_corrected_in_time_is_closed_and_frees_its_invoice(book: Database) -> None:
    with book.writing() as session:
        redemption, text = returned(session)
        last = returns.correct_until(session, redemption)
        assert last is not None
        assert last >= clock.today() + timedelta(days=30)
        assert returns.end_returned(session, on=last) == 0
        assert redemption.state is RedemptionState.RETURNED
        assert returns.end_returned(session, on=last + timedelta(days=1)) == 1
        assert redemption.state is RedemptionState.WITHDRAWN
        assert session.scalars(queries.last_move(redemption, "lapse")).one().person_id is None
        (number,) = [paper.number for paper in text.papers.values() if paper.kind is EvidenceKind.INVOICE]
        assert claims.filed(session, again(session), invoice=number).state is RedemptionState.FILED
        endings.expire_due(session, on=last + timedelta(days=1))
        assert session.get_one(Use, redemption.use_id).state is UseState.RELEASED
    with book.reading() as session:
        assert not checking.look(session).kept


def kin_of_the_enterprise(session: Session) -> Person:
    """The third reviewer, who also acts for the enterprise that claims."""
    third = claims.third(session)
    enterprise = cast.organisation_of(session, money.APPLICANT)
    session.add(Membership(created_at=clock.now(), person_id=third.id, organisation_id=enterprise.id))
    session.flush()
    return third


def test_whoever_acts_for_a_side_approves_no_batch_and_takes_nothing_back(book: Database) -> None:
    with book.writing() as session:
        claims.paid(session)
        redemption = claims.approved(session, again(session, publicity_days=0))
        batch, third = claims.sealed(session), kin_of_the_enterprise(session)
        with claims.acting_as(session, third), pytest.raises(Forbidden, match="also act for"):
            clearing.approve(session, batch)
        (paid,) = session.scalars(select(Redemption).where(Redemption.state == RedemptionState.PAID))
        with claims.acting_as(session, third), pytest.raises(Forbidden, match="also act for"):
            recalls.ask_back(session, paid, "多付")
        with acting(session, money.FIRST):
            recalls.ask_back(session, paid, "多付")
        with claims.acting_as(session, third), pytest.raises(Forbidden, match="also act for"):
            recalls.claw_back(session, paid)
        assert redemption.state is RedemptionState.BATCHED


@pytest.mark.parametrize("why", ["kin", "recused", "reviewed"])
def test_an_objection_is_answered_by_somebody_who_has_no_part_in_it(book: Database, why: str) -> None:
    with book.writing() as session:
        third = claims.third(session)
        redemption = claims.filed(session)
        if why == "recused":
            with claims.acting_as(session, third):
                review.recuse(session, redemption, "亲属")
        if why == "reviewed":
            with claims.acting_as(session, third):
                review.return_(session, redemption, {"papers": "看不清"})
            with acting(session, money.APPLICANT):
                operations.file(session, redemption)
        with acting(session, money.FIRST):
            review.agree(session, redemption)
        with acting(session, money.SECOND):
            review.approve(session, redemption, redemption.claimed_fen)
        with acting(session, "complex"):
            objection = operations.object_to(session, redemption, "虚假服务")
        if why == "kin":
            kin_of_the_enterprise(session)
        with claims.acting_as(session, third), pytest.raises(Forbidden):
            operations.answer(session, objection, "不成立", is_upheld=False)


def test_whoever_moved_to_the_bureau_decides_nothing_of_what_they_asked_for(book: Database) -> None:
    with book.writing() as session:
        asked = money.voucher(session, money.scheme(session, key="moved"), issued=False)
        redemption, _text = returned(session)
        person = cast.person_of(session, money.APPLICANT)
        colleague = factories.person(
            session, organisation=cast.organisation_of(session, money.APPLICANT), email="q@example.test", name="新人"
        )
        with claims.acting_as(session, colleague, role=money.APPLICANT):
            operations.file(session, redemption)
        asked.applied_by_id = colleague.id
        for membership in session.scalars(select(Membership).where(Membership.person_id == person.id)):
            session.delete(membership)
        session.flush()
        with claims.acting_as(session, person), pytest.raises(Forbidden, match="filed a claim"):
            review.agree(session, redemption)
        with claims.acting_as(session, person), pytest.raises(Forbidden):
            vouchers.approve(session, asked)


def test_the_file_of_a_batch_is_not_made_of_what_was_changed_after_the_seal(book: Database) -> None:
    with book.writing() as session:
        redemption = claims.payable(session)
        batch = claims.exported(session)
        items = session.scalars(batches.items_of(batch.id)).all()
        clearing.check_file(batch, items)
        account, redemption.payee_account = redemption.payee_account, "6222021305001234999"
        session.flush()
        with pytest.raises(Conflict, match="changed after it was sealed"):
            clearing.check_file(batch, items)
        redemption.payee_account = account  # or the night would find it, as it should
