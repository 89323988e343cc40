"""The life of a service record: recorded, confirmed or disputed, rated, corrected in the open, taken back."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.contracts.agreements.models import ContractSource
from matchmaker.contracts.services import operations, rules
from matchmaker.contracts.services.models import PaidBy, ServiceMove, ServiceRecord, ServiceState
from matchmaker.contracts.services.operations import Line, Link, Rating
from matchmaker.db import transaction
from matchmaker.errors import Conflict, Invalid
from matchmaker.letters.models import Letter
from tests.support import cast, deals, factories
from tests.support.databases import Database


def states(session: Session) -> list[ServiceState]:
    return list(session.scalars(select(ServiceRecord.state).order_by(ServiceRecord.id)))


def test_a_service_under_a_contract_from_an_introduction_comes_of_a_match(either_database: Database) -> None:
    with either_database.writing() as session:
        introduction = factories.introduction(session, life="talking")
        contract = deals.contract(session, introduction=introduction)
        record = deals.service(session, "confirmed", under=contract)
        assert (record.source, record.introduction_id) == (ContractSource.MATCH, introduction.id)
        assert record.confirmed_at and (record.satisfaction, record.effect) == (4, 4)


def test_a_service_without_a_match_says_so(database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session)
        assert deals.service(session).source is ContractSource.OFF_PLATFORM
        assert deals.service(session, under=contract).source is ContractSource.OFF_PLATFORM


def test_a_correction_replaces_the_record_and_leaves_it_readable(either_database: Database) -> None:
    with either_database.writing() as session:
        record = deals.service(session, "confirmed")
        corrected = operations.correct(session, record, deals.service_text(amount_fen=90_000), "只做了三个样品。")

        assert states(session) == [ServiceState.SUPERSEDED, ServiceState.RECORDED]
        assert (record.amount_fen, record.effect) == (120_000, 4), "nothing is edited in place"
        assert (corrected.supersedes_id, corrected.confirmed_at, corrected.effect) == (record.id, None, None)
        with pytest.raises(Conflict):
            operations.correct(session, record, deals.service_text(amount_fen=1), "又改。")


def test_a_correction_says_why_and_differs(database: Database) -> None:
    with database.writing() as session:
        record = deals.service(session)
        with pytest.raises(Invalid) as silent:
            operations.correct(session, record, deals.service_text(amount_fen=1), "")
        with pytest.raises(Invalid) as same:
            operations.correct(session, record, deals.service_text(), "没有变。")
    assert (silent.value.field, same.value.field) == ("words", "description")


def test_a_disputed_record_can_be_confirmed_after_all_but_not_the_other_way(database: Database) -> None:
    with database.writing() as session:
        record = deals.service(session, "disputed")
        operations.confirm(session, record)
        assert record.state is ServiceState.CONFIRMED
        with pytest.raises(Conflict):
            operations.dispute(session, record, "还是不对。")


def test_many_are_confirmed_at_once_and_what_was_answered_meanwhile_stays(database: Database) -> None:
    with database.writing() as session:
        waiting = [deals.service(session) for _ in range(3)]
        disputed = deals.service(session, "disputed")
        assert operations.confirm_many(session, [*waiting, disputed], Rating(5, 4)) == 3
        assert states(session) == [ServiceState.CONFIRMED] * 3 + [ServiceState.DISPUTED]
        assert operations.confirm_many(session, waiting) == 0


def test_a_rating_is_changed_in_the_open(database: Database) -> None:
    with database.writing() as session:
        record = deals.service(session, "confirmed")
        operations.rate(session, record, Rating(2, 1, "没有用。"))
        said = [move.words for move in session.scalars(select(ServiceMove).order_by(ServiceMove.id))]
        assert (record.effect, said[-1]) == (1, "没有用。")
        for marks in (Rating(0, 3), Rating(3, 6)):
            with pytest.raises(Invalid):
                operations.rate(session, record, marks)


def test_the_same_number_is_recorded_once_until_it_is_taken_back(either_database: Database) -> None:
    with either_database.writing() as session:
        first = deals.service(session, reference="FW-1")
        with pytest.raises(Invalid) as refusal:
            deals.service(session, reference="FW-1")
        assert refusal.value.field == "reference"
        deals.service(session, provider="institute", reference="FW-1")
        operations.take_back(session, first, "重复。")
        deals.service(session, reference="FW-1")


def test_all_of_many_are_recorded_or_none_and_each_enterprise_gets_one_letter(database: Database) -> None:
    with database.writing() as session:
        here, there = (cast.organisation_of(session, name) for name in ("enterprise", "far-enterprise"))
        provider_id = cast.organisation_of(session, "complex").id
        lines = [Line(deals.service_text(), one) for one in (here, there, here)]
        assert len(operations.record_many(session, lines, provider_id=provider_id)) == 3
        letters = session.scalars(select(Letter).order_by(Letter.recipient)).all()
        assert [letter.recipient for letter in letters] == ["enterprise@example.test", "far-enterprise@example.test"]
    with Session(database.engine) as session, pytest.raises(Invalid), transaction(session):
        wrong = Line(deals.service_text(amount_fen=0), here)
        operations.record_many(session, [lines[0], wrong], provider_id=provider_id)
    with database.reading() as session:
        assert len(states(session)) == 3


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("description", {"description": ""}),
        ("served_on", {"served_on": deals.day(1)}),
        ("served_on", {"served_on": deals.day(-366 * 6)}),
        ("amount_fen", {"amount_fen": 0}),
        ("amount_fen", {"paid_by": PaidBy.FREE}),
        ("with_voucher", {"paid_by": PaidBy.VOUCHER}),
        ("with_voucher", {"paid_by": PaidBy.FREE, "amount_fen": 0, "with_voucher": True}),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        deals.service_text(**wrong).check(on=deals.day(0))
    assert refusal.value.field == field


def test_a_service_fits_its_contract(database: Database) -> None:
    with database.writing() as session:
        contract, draft = deals.contract(session), deals.contract(session, "shared")
        for wrong in ({"amount_fen": 1_200_001}, {"served_on": deals.day(-21)}):
            with pytest.raises(Invalid):
                deals.service(session, under=contract, **wrong)
        with pytest.raises(Conflict):
            deals.service(session, under=draft)
        with pytest.raises(Invalid):
            deals.service(session, under=contract, enterprise="far-enterprise")


@pytest.mark.parametrize(
    "change",
    [
        "state = 'confirmed'",
        "satisfaction = 6",
        "effect = 3",
        "amount_fen = 0",
        "paid_by = 'free'",
        "paid_by = 'voucher'",
        "source = 'match'",
        "instrument_minutes = 0",
    ],
)
def test_the_database_refuses_what_the_rules_refuse(either_database: Database, change: str) -> None:
    with either_database.writing() as session:
        deals.service(session)
    with pytest.raises(IntegrityError), either_database.writing() as session:
        session.execute(text(f"UPDATE service_record SET {change}"))  # noqa: S608 - the test's own words


@pytest.mark.parametrize(("text_", "minutes"), [("1.5", 90), ("", None), ("0.25", 15), ("100", 6000)])
def test_hours_are_kept_in_minutes(text_: str, minutes: int | None) -> None:
    assert rules.minutes(text_) == minutes


@pytest.mark.parametrize("text_", ["0", "-1", "nan", "1.001", "9999", "两小时"])
def test_what_are_no_hours_is_refused(text_: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        rules.minutes(text_)


def test_a_link_tells_what_a_service_came_of() -> None:
    assert Link().columns()["source"] is ContractSource.OFF_PLATFORM
