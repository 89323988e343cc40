"""The life of an introduction: asked, answered, talked about, ended; the need follows, and times are measured."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit.models import AuditRow
from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.contracts.introductions import operations, rules
from matchmaker.contracts.introductions.models import (
    FailureReason,
    Introduction,
    IntroductionMove,
    IntroductionState,
    Side,
)
from matchmaker.contracts.introductions.response import response_times
from matchmaker.contracts.introductions.rules import ALLOWED
from matchmaker.db.actors import Actor, answer_for
from matchmaker.errors import Conflict, Invalid
from tests.support import cast, factories
from tests.support.databases import Database

At = Callable[[str], None]

#: What each step leads to, written by hand.
LEADS_TO = {
    "accept": IntroductionState.TALKING,
    "end": IntroductionState.FAILED,
    "sign": IntroductionState.SIGNED,
}


def take(session: Session, introduction: Introduction, step: str) -> None:
    if step == "end":
        operations.end(session, introduction, FailureReason.TIME, by=Side.ENTERPRISE)
    else:
        getattr(operations, step)(session, introduction)


def open_one(database: Database, life: str = "waiting", **differences: Any) -> int:
    with database.writing() as session:
        return factories.introduction(session, life=life, **differences).id


def found(database: Database, number: int) -> Introduction:
    with database.reading() as session:
        return session.get_one(Introduction, number)


def need_state(database: Database, number: int | None) -> NeedState:
    with database.reading() as session:
        return session.get_one(Need, number).state


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(LEADS_TO)), max_size=6))
def test_no_introduction_ever_moves_outside_the_table_and_each_move_is_kept(
    database: Database, steps: list[str]
) -> None:
    number = open_one(database)
    expected = [IntroductionState.WAITING]
    for step in steps:
        before, after = expected[-1], LEADS_TO[step]
        if after in ALLOWED[before]:
            with database.writing() as session:
                take(session, session.get_one(Introduction, number), step)
            expected.append(after)
        else:
            with pytest.raises(Conflict), database.writing() as session:
                take(session, session.get_one(Introduction, number), step)
        assert found(database, number).state is expected[-1]
    with database.reading() as session:
        moves = session.scalars(
            select(IntroductionMove).where(IntroductionMove.introduction_id == number).order_by(IntroductionMove.id)
        ).all()
    assert [move.from_state for move in moves] == expected[:-1]
    assert [move.to_state for move in moves] == expected[1:]


def test_the_first_talks_put_the_need_into_discussion_and_the_last_take_it_out(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        first = factories.introduction(session, provider="complex", about=need)
        second = factories.introduction(session, provider="institute", about=need)
        for one in (first, second):
            operations.accept(session, one)
    assert need_state(database, need.id) is NeedState.IN_DISCUSSION

    for one, state in ((first, NeedState.IN_DISCUSSION), (second, NeedState.PUBLISHED)):
        with database.writing() as session:
            operations.end(session, session.get_one(Introduction, one.id), FailureReason.PRICE, by=Side.PROVIDER)
        assert need_state(database, need.id) is state


def test_a_discussion_that_the_enterprise_began_itself_stays(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", "in_discussion")
        factories.introduction(session, life="failed", about=need)

    assert need_state(database, need.id) is NeedState.IN_DISCUSSION


def test_nobody_talks_about_a_need_that_has_ended(database: Database) -> None:
    number = open_one(database)
    with database.writing() as session:
        factories.lead(session, session.get_one(Need, found(database, number).need_id), "close")

    with pytest.raises(Conflict, match="not open any more"), database.writing() as session:
        operations.accept(session, session.get_one(Introduction, number))
    with pytest.raises(Conflict), database.writing() as session:
        factories.introduction(session, about=session.get_one(Need, found(database, number).need_id))


def test_one_is_open_between_two_about_a_need_and_a_new_one_after_its_end(either_database: Database) -> None:
    with either_database.writing() as session:
        need = factories.need(session, "enterprise")
        first = factories.introduction(session, about=need)
    with pytest.raises(IntegrityError), either_database.writing() as session:
        factories.introduction(session, about=session.get_one(Need, need.id))
    with either_database.writing() as session:
        operations.end(session, session.get_one(Introduction, first.id), FailureReason.PRICE, by=Side.PROVIDER)
        factories.introduction(session, about=session.get_one(Need, need.id))


def test_without_a_need_one_is_open_for_each_offering(database: Database) -> None:
    with database.writing() as session:
        one, other = (factories.offering(session, "complex") for _ in range(2))
        factories.introduction(session, offered=one, title="想做检测")
        factories.introduction(session, offered=other, title="想做检测")
    with pytest.raises(IntegrityError), database.writing() as session:
        factories.introduction(session, offered=one, title="还想做检测")


def test_an_introduction_is_about_something_and_about_an_offering_that_can_be_ordered(database: Database) -> None:
    with pytest.raises(Conflict), database.writing() as session:
        factories.introduction(session, offered=factories.offering(session, "complex", "paused"), title="检测")
    with pytest.raises(Invalid), database.writing() as session:
        enterprise, provider = (cast.organisation_of(session, name) for name in ("enterprise", "complex"))
        operations.open_(
            session, operations.Opening("检测", "谈谈"), by=Side.ENTERPRISE, enterprise=enterprise, provider=provider
        )


def test_the_database_refuses_an_end_without_a_reason(either_database: Database) -> None:
    number = open_one(either_database)
    with pytest.raises(IntegrityError), either_database.writing() as session:
        one = session.get_one(Introduction, number)
        one.state, one.ended_at, one.awaits_side, one.awaits_since = IntroductionState.FAILED, one.opened_at, None, None
        session.flush()


@pytest.mark.parametrize(
    ("step", "side"), [("accept", None), ("end", Side.PROVIDER), ("write", Side.PROVIDER)], ids=str
)
def test_the_first_word_of_the_other_side_is_the_answer(database: Database, at: At, step: str, side: Side) -> None:
    at("2026-03-02T09:00")
    number = open_one(database)
    at("2026-03-02T10:00")
    with database.writing() as session:
        operations.write(session, session.get_one(Introduction, number), "补充一句。", by=Side.ENTERPRISE)
    assert found(database, number).answered_at is None
    at("2026-03-04T09:00")
    with database.writing() as session:
        one = session.get_one(Introduction, number)
        if step == "accept":
            operations.accept(session, one)
        elif step == "end":
            operations.end(session, one, FailureReason.ABILITY, by=side)
        else:
            operations.write(session, one, "请问布重多少？", by=side)

    assert found(database, number).answered_at == datetime(2026, 3, 4, 1, tzinfo=UTC)


def test_response_times_are_those_of_the_asked_provider(database: Database, at: At) -> None:
    for hours in (1, 2, 3, 4, 5, 6, 7, 8, 9, 100):
        at("2026-03-02T08:00")
        number = open_one(database)
        at((datetime(2026, 3, 2, 8, tzinfo=clock.CIVIL_ZONE) + timedelta(hours=hours)).isoformat())
        with database.writing() as session:
            operations.accept(session, session.get_one(Introduction, number))
    at("2026-03-02T08:00")
    open_one(database)
    # What the provider asked itself says nothing of how soon it answers, nor does what came later.
    open_one(database, by=Side.PROVIDER, life="talking")
    at("2026-04-02T08:00")
    open_one(database, life="talking")

    since, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    with database.reading() as session:
        times = response_times(session, since=since, until=until)
        provider = cast.organisation_of(session, "complex").id
        none = response_times(session, Introduction.provider_id == 0, since=since, until=until)
    assert set(times) == {provider} and none == {}
    assert (times[provider].asked, times[provider].answered) == (11, 10)
    assert times[provider].median == timedelta(hours=5, minutes=30)
    assert times[provider].p90 == timedelta(hours=9)


def test_nobody_blames_a_reply_that_may_still_come_or_that_is_their_own(database: Database, at: At) -> None:
    at("2026-03-02T08:00")
    number = open_one(database)
    later = datetime(2026, 3, 9, tzinfo=UTC)
    one = found(database, number)

    def may_blame(side: Side | None, on: datetime) -> bool:
        return FailureReason.NO_REPLY in rules.reasons_open_to(side, one, on=on)

    assert not may_blame(Side.ENTERPRISE, datetime(2026, 3, 3, tzinfo=UTC))
    assert may_blame(Side.ENTERPRISE, later)
    assert not may_blame(Side.PROVIDER, later) and not may_blame(None, later)
    with pytest.raises(Invalid), database.writing() as session:
        operations.end(session, session.get_one(Introduction, number), FailureReason.NO_REPLY, by=Side.ENTERPRISE)
    at("2026-03-09T08:00")
    with database.writing() as session:
        operations.end(session, session.get_one(Introduction, number), FailureReason.NO_REPLY, by=Side.ENTERPRISE)
    assert found(database, number).failed_reason is FailureReason.NO_REPLY


def test_another_reason_needs_words(database: Database) -> None:
    number = open_one(database, life="talking")
    for reason, words in ((FailureReason.OTHER, ""), (None, ""), (FailureReason.PRICE, "长" * 1001)):
        with pytest.raises(Invalid), database.writing() as session:
            operations.end(session, session.get_one(Introduction, number), reason, words, by=Side.PROVIDER)
    assert found(database, number).state is IntroductionState.TALKING


def test_whoever_wrote_last_waits_for_the_other_until_that_is_settled(database: Database) -> None:
    number = open_one(database)
    assert found(database, number).awaits_side is Side.PROVIDER
    steps: list[tuple[Callable[[Session, Introduction], object], Side | None]] = [
        (operations.accept, None),
        (lambda session, one: operations.write(session, one, "报价两万元。", by=Side.PROVIDER), Side.ENTERPRISE),
        (lambda session, one: operations.write(session, one, "我来参考。", by=None), Side.ENTERPRISE),
        (lambda session, one: operations.settle(session, one, by=Side.PROVIDER), Side.ENTERPRISE),
        (lambda session, one: operations.settle(session, one, by=Side.ENTERPRISE), None),
        (lambda session, one: operations.write(session, one, "可以。", by=Side.ENTERPRISE), Side.PROVIDER),
        (operations.sign, None),
        (lambda session, one: operations.write(session, one, "合同已寄。", by=Side.ENTERPRISE), None),
    ]
    for act, awaited in steps:
        with database.writing() as session:
            act(session, session.get_one(Introduction, number))
        assert found(database, number).awaits_side is awaited


def test_the_number_is_of_the_civil_year(database: Database, at: At) -> None:
    at("2026-01-01T00:30")
    number = open_one(database)

    assert found(database, number).number == f"D2026-{number:06d}"


def test_a_clock_set_back_breaks_nothing(database: Database, at: At) -> None:
    at("2026-03-02T08:00")
    number = open_one(database)
    at("2025-03-02T08:00")
    with database.writing() as session:
        operations.accept(session, session.get_one(Introduction, number))
    one = found(database, number)

    assert one.answered_at == one.opened_at


def test_the_same_person_presses_twice_and_it_is_done_once_a_colleague_comes_too_late(database: Database) -> None:
    number = open_one(database)
    for name, is_late in (("complex", False), ("complex", False), ("institute", True)):
        with database.reading() as session:
            person = cast.person_of(session, name).id
        outcome = Late() if is_late else None
        try:
            with database.writing() as session:
                answer_for(session, lambda person=person: Actor("test", person_id=person))
                operations.accept(session, session.get_one(Introduction, number))
            assert outcome is None
        except Conflict:
            assert outcome is not None
    with database.reading() as session:
        assert len(session.scalars(select(IntroductionMove)).all()) == 1


class Late:
    """Somebody came second."""


def test_texts_of_messages_never_stand_in_the_trail(database: Database) -> None:
    number = open_one(database, text="配方是机密zqsecret")
    with database.writing() as session:
        operations.write(session, session.get_one(Introduction, number), "又一句zqsecret", by=Side.PROVIDER)

    with database.reading() as session:
        rows = session.scalars(select(AuditRow)).all()
    assert rows and not [row for row in rows if "zqsecret" in str(row.detail)]
