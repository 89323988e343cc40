"""The life of a contract: written by one side, confirmed by both, corrected and ended with the other's consent."""

import io
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.contracts.agreements import operations, rules
from matchmaker.contracts.agreements.models import (
    Contract,
    ContractKind,
    ContractMove,
    ContractState,
    DevelopmentMode,
    FormerContract,
    Milestone,
    ProposalKind,
    ProposalState,
)
from matchmaker.contracts.agreements.rules import ContractText, MilestoneText
from matchmaker.contracts.introductions.models import Introduction, IntroductionState, Side
from matchmaker.db import transaction
from matchmaker.errors import Conflict, Invalid
from matchmaker.letters.models import Letter
from tests.support import deals, factories, papers
from tests.support.databases import Database


def again(session: Session, contract: Contract) -> Contract:
    return session.get_one(Contract, contract.id)


def test_the_second_confirmation_signs_the_contract_and_its_introduction(either_database: Database) -> None:
    with either_database.writing() as session:
        introduction = factories.introduction(session, life="talking")
        contract = deals.contract(session, "draft", introduction=introduction)
        operations.confirm(session, contract, by=Side.PROVIDER)
        assert contract.state is ContractState.DRAFT and contract.shared_at
    with either_database.writing() as session:
        contract = again(session, contract)
        operations.confirm(session, contract, by=Side.ENTERPRISE)

    with either_database.reading() as session:
        signed = again(session, contract)
        assert signed.state is ContractState.SIGNED and signed.signed_at
        assert signed.source.value == "match"
        assert session.get_one(Introduction, introduction.id).state is IntroductionState.SIGNED
        moves = session.scalars(select(ContractMove).order_by(ContractMove.id)).all()
        assert [(move.from_state, move.to_state) for move in moves] == [
            (None, ContractState.DRAFT),
            (ContractState.DRAFT, ContractState.SIGNED),
        ]


def test_confirming_twice_is_confirming_once(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session, "signed")
        operations.confirm(session, contract, by=Side.ENTERPRISE)
        assert len(session.scalars(select(ContractMove)).all()) == 2


def test_nobody_confirms_what_the_other_side_has_changed_meanwhile(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session, "shared")
    seen = contract.version
    with database.writing() as session:
        contract = again(session, contract)
        operations.rewrite(session, contract, deals.contract_text(contract_amount_fen=9_000_000))
        assert contract.confirmed_by_provider_at is None, "whoever confirmed it has to do so again"
    with database.writing() as session, pytest.raises(Conflict):
        operations.confirm(session, again(session, contract), by=Side.ENTERPRISE, version=seen)


def test_a_contract_comes_of_talks_and_only_once(database: Database) -> None:
    with database.writing() as session:
        waiting = factories.introduction(session, life="waiting")
        talking = factories.introduction(session, life="talking")
        deals.contract(session, "draft", introduction=talking)
        for introduction in (waiting, talking):
            with pytest.raises(Conflict):
                deals.contract(session, "draft", introduction=introduction)


def test_a_correction_counts_once_the_other_side_accepts_and_the_former_text_stays(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session)
        wanted = deals.contract_text(contract_amount_fen=1_500_000)
        asked = operations.propose(
            session, contract, ProposalKind.CORRECTION, by=Side.PROVIDER, words="补充协议。", text=wanted
        )
        assert contract.contract_amount_fen == 1_200_000
        with pytest.raises(Conflict):
            operations.accept(session, asked, by=Side.PROVIDER)
        operations.accept(session, asked, by=Side.ENTERPRISE)

        assert again(session, contract).contract_amount_fen == 1_500_000
        former = session.scalars(select(FormerContract)).one()
        assert (former.text["contract_amount_fen"], former.words) == (1_200_000, "补充协议。")
        assert ContractText.from_plain(former.text) == deals.contract_text()


def test_a_refused_question_leaves_the_contract_as_it_is(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session)
        asked = operations.propose(session, contract, ProposalKind.TERMINATION, by=Side.PROVIDER, words="做不了。")
        with pytest.raises(Conflict):
            operations.propose(session, contract, ProposalKind.COMPLETION, by=Side.ENTERPRISE, words="")
        with pytest.raises(Invalid):
            operations.refuse(session, asked, by=Side.ENTERPRISE, answer="")
        operations.refuse(session, asked, by=Side.ENTERPRISE, answer="先做完第一期。")
        assert (contract.state, asked.state) == (ContractState.SIGNED, ProposalState.REFUSED)


@pytest.mark.parametrize(
    ("life", "state"), [("completed", ContractState.COMPLETED), ("terminated", ContractState.TERMINATED)]
)
def test_a_contract_ends_when_both_say_so_and_stays_ended(database: Database, life: str, state: ContractState) -> None:
    with database.writing() as session:
        contract = deals.contract(session, life)
        assert contract.state is state and contract.ended_at
        with pytest.raises(Conflict):
            operations.propose(session, contract, ProposalKind.COMPLETION, by=Side.PROVIDER, words="")


def test_the_other_side_gets_a_letter_that_tells_numbers_only(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session, "shared", title="绝密配方转让")
        letters = session.scalars(select(Letter)).all()
        assert [letter.recipient for letter in letters] == ["enterprise@example.test"]
        assert contract.number in letters[0].subject
        assert "绝密" not in letters[0].subject + letters[0].body


def test_what_was_reached_stays_reached_when_the_milestones_are_rewritten(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session, "signed")
        first = contract.milestones[0]
        session.refresh(first, attribute_names=["contract"])
        operations.reach(session, first, deals.day(-1))
        text = ContractText.of(contract)
        more = (*text.milestones, MilestoneText("结题", deals.day(50)))
        asked = operations.propose(
            session, contract, ProposalKind.CORRECTION, by=Side.PROVIDER, words="加一项。",
            text=deals.contract_text(milestones=more),
        )  # fmt: skip
        operations.accept(session, asked, by=Side.ENTERPRISE)
        rows = session.scalars(select(Milestone).order_by(Milestone.due_on)).all()
        assert [(row.title, row.done_on) for row in rows] == [
            ("出具诊断报告", deals.day(-1)), ("结题", None), ("验收", None),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("title", {"title": ""}),
        ("mode", {"kind": ContractKind.DEVELOPMENT}),
        ("mode", {"mode": DevelopmentMode.JOINT}),
        ("contract_amount_fen", {"contract_amount_fen": 0, "technology_amount_fen": 0}),
        ("technology_amount_fen", {"technology_amount_fen": 1_200_001}),
        ("technology_amount_fen", {"technology_amount_fen": -1}),
        ("signed_on", {"signed_on": deals.day(1)}),
        ("signed_on", {"signed_on": deals.day(-366 * 21)}),
        ("ends_on", {"ends_on": deals.day(-30)}),
        ("ends_on", {"ends_on": deals.day(366 * 25)}),
        ("milestones", {"milestones": (MilestoneText("", deals.day(1)),)}),
        ("milestones", {"milestones": (MilestoneText("太晚", deals.day(900)),)}),
        ("milestones", {"milestones": (MilestoneText("太多", deals.day(1), 1_200_001),)}),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        deals.contract_text(**wrong).check(on=deals.day(0))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "change",
    [
        "technology_amount_fen = contract_amount_fen + 1",
        "contract_amount_fen = 0",
        "state = 'draft'",
        "confirmed_by_enterprise_at = NULL",
        "registration_number = '26330602000123'",
        "ends_on = '1999-01-01'",
    ],
)
def test_the_database_refuses_what_the_rules_refuse(either_database: Database, change: str) -> None:
    with either_database.writing() as session:
        deals.contract(session)
    with pytest.raises(IntegrityError), either_database.writing() as session:
        session.execute(text(f"UPDATE contract SET {change}"))  # noqa: S608 - the test's own words


@pytest.mark.parametrize(
    ("number", "field"),
    [
        ("2633060200012", "registration_number"),
        ("26A30602000123", "registration_number"),
        ("26030602000123", "registration_number"),
        ("25330602000123", "registration_number"),
    ],
)
def test_a_wrong_registration_number_is_refused_with_its_reason(number: str, field: str) -> None:
    on = factories.civil_day("2026-08-01")
    with pytest.raises(Invalid) as refusal:
        rules.check_registration(number, on, signed_on=on, on=on)
    assert refusal.value.field == field


def test_a_registration_number_is_kept_as_figures_and_belongs_to_one_contract(database: Database) -> None:
    year = deals.day(0).year
    number = f"{year} 3306-0200０123"
    with database.writing() as session:
        contract, other = deals.contract(session), deals.contract(session)
        operations.register(session, contract, number, deals.day(0))
        assert contract.registration_number == f"{year}330602000123"
        with pytest.raises(Invalid, match="Another contract"):
            operations.register(session, other, f"{year}330602000123", deals.day(0))
        operations.register(session, contract, f"{year}330602000124", deals.day(0))
        words = [move.words for move in session.scalars(select(ContractMove).order_by(ContractMove.id)) if move.words]
        assert words[-1] == f"{year}330602000124 ← {year}330602000123"


def test_a_draft_is_forgotten_with_its_milestones_and_a_signed_contract_stays(database: Database) -> None:
    with database.writing() as session:
        draft, signed = deals.contract(session, "draft"), deals.contract(session)
        operations.discard(session, draft)
        with pytest.raises(Conflict):
            operations.discard(session, signed)
        assert {row.contract_id for row in session.scalars(select(Milestone))} == {signed.id}


def test_files_belong_to_the_contract_and_are_told_by_their_bytes(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session)
        kept = operations.attach(session, contract, io.BytesIO(papers.pdf()), name="../合同 扫描件.pdf")
        assert kept.name == "合同 扫描件.pdf"
    with Session(database.engine) as session, pytest.raises(Invalid) as refusal, transaction(session):
        operations.attach(session, again(session, contract), io.BytesIO(b"<html>"), name="a.pdf")
    assert refusal.value.field == "file"
