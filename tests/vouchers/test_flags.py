"""Flags in the database: raised at filing and at night, shown to reviewers, answered, never a refusal."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.jobs import running
from matchmaker.vouchers.flags import operations, reading
from matchmaker.vouchers.flags.models import Flag, PaperText
from matchmaker.vouchers.flags.rules import Rule, Shared
from matchmaker.vouchers.redemptions import seams
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from tests.support import cast, claims, factories, money, papers
from tests.support.databases import Database


def flags(database: Database) -> dict[Rule, Flag]:
    with database.reading() as session:
        return {flag.rule: flag for flag in session.scalars(select(Flag).order_by(Flag.id))}


def relate(session: Session) -> None:
    """Note that the enterprise and the complex have one legal representative."""
    with money.acting(session, money.FIRST):
        for role in ("enterprise", "complex"):
            operations.note_fact(
                session,
                cast.organisation_of(session, role).id,
                kind=Shared.LEGAL_PERSON,
                value="诸葛明远",
                source="企业信用信息公示系统",
            )


def test_a_claim_between_related_parties_is_flagged_when_it_is_filed_and_filed_all_the_same(
    either_database: Database,
) -> None:
    with either_database.writing() as session:
        relate(session)
        redemption = claims.filed(session)
        assert redemption.state is RedemptionState.FILED

    found = flags(either_database)
    assert set(found) == {Rule.RELATED} and "诸葛明远" in str(found[Rule.RELATED].sentence)
    with either_database.reading() as session:
        (alert,) = seams.alerts_of(session, [redemption.id])[redemption.id]
    assert alert.id == found[Rule.RELATED].id and not alert.is_overridden


def test_a_claim_about_which_nothing_is_odd_has_no_flag(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.filed(session)

    assert flags(either_database) == {}


def test_two_parts_of_one_contract_are_flagged_on_the_second(either_database: Database) -> None:
    with either_database.writing() as session:
        scheme = money.scheme(session, several_vouchers_per_contract=True, publicity_days=0)
        voucher = money.voucher(session, scheme)
        filed = []
        for part in ("一", "二"):
            under = money.contract(
                session, title=f"花型设计第{part}部分", contract_amount_fen=3 * money.WAN, technology_amount_fen=0
            )
            use = money.use(session, voucher, under, 3 * money.WAN, life="served")
            filed.append(claims.filed(session, use).id)

    found = flags(either_database)
    assert found[Rule.SPLIT].redemption_id == filed[1]
    assert found[Rule.SPLIT].evidence["claims"] == [filed[0]]


def test_what_the_night_finds_is_raised_once_and_lapses_when_it_no_longer_holds(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.filed(session)
        relate(session)
    running.load()

    def night(day: int) -> str:
        on = clock.today() + timedelta(days=day)
        (outcome,) = dict(running.run_due(either_database.engine, on=on, names=("flag-redemptions",))).values()
        return outcome

    assert "1 claims looked through, 1 flags raised" in night(0)
    assert "0 flags raised, 0 no longer hold" in night(1)
    with either_database.writing() as session:
        for fact in session.scalars(select(operations.PartyFact)):
            operations.forget_fact(session, fact)
    assert "1 no longer hold" in night(2)
    assert not flags(either_database)[Rule.RELATED].stands
    with either_database.writing() as session:
        relate(session)
    night(3)
    assert flags(either_database)[Rule.RELATED].stands


def test_an_answer_needs_a_reason_and_stays_and_the_flag_is_not_raised_again(either_database: Database) -> None:
    with either_database.writing() as session:
        relate(session)
        redemption_id = claims.filed(session).id
    flag = flags(either_database)[Rule.RELATED]
    with pytest.raises(Invalid), either_database.writing() as session, money.acting(session, money.FIRST):
        operations.override(session, session.get_one(Flag, flag.id), " 好 ")
    with either_database.writing() as session, money.acting(session, money.FIRST):
        operations.override(session, session.get_one(Flag, flag.id), "同名不同人，已核对身份证。")
    with pytest.raises(Conflict), either_database.writing() as session, money.acting(session, money.SECOND):
        operations.override(session, session.get_one(Flag, flag.id), "我也核对过，没有问题。")
    with either_database.writing() as session:
        operations.examine_filed(session, session.get_one(Redemption, redemption_id))

    answered = flags(either_database)[Rule.RELATED]
    assert answered.overridden_reason == "同名不同人，已核对身份证。" and not answered.stands
    with either_database.reading() as session:
        assert len(session.scalars(select(Flag)).all()) == 1


def test_nobody_of_either_side_answers(either_database: Database) -> None:
    with either_database.writing() as session:
        relate(session)
        claims.filed(session)
        reviewer = cast.person_of(session, money.FIRST)
        factories.accounts.put_person(
            session,
            email=reviewer.email,
            name=reviewer.name,
            password=cast.PASSWORD,
            organisation=cast.organisation_of(session, "complex"),
        )
    flag = flags(either_database)[Rule.RELATED]

    with pytest.raises(Forbidden), either_database.writing() as session, money.acting(session, money.FIRST):
        operations.override(session, session.get_one(Flag, flag.id), "没有问题，已核对。")


def test_papers_are_read_once_and_far_enough_to_compare(either_database: Database) -> None:
    with either_database.writing() as session:
        claims.filed(session)
    with Session(either_database.engine, expire_on_commit=False) as session:
        seen = operations.look(session)
    with either_database.writing() as session:
        operations.keep(session, seen)
    assert len(seen.read) == 4
    with Session(either_database.engine) as session:
        assert operations.look(session).read == {}
        assert len(session.scalars(select(PaperText)).all()) == 4


def test_a_pdf_is_read_and_a_damaged_one_is_not_and_does_not_stop_anything() -> None:
    whole = papers.pdf("检测报告 色牢度四级")

    assert reading.text_of(io.BytesIO(b"%PDF-1.4\nstream\nBT (abc) Tj ET\nendstream"), "application/pdf") == "abc"
    assert isinstance(reading.text_of(io.BytesIO(whole[: len(whole) // 2]), "application/pdf"), str)
    assert reading.text_of(io.BytesIO(b"PK\x03\x04 broken"), "application/zip") == ""
    assert reading.text_of(io.BytesIO(b"\x89PNG\r\n"), "image/png") == ""
