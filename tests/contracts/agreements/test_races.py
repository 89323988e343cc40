"""Two people at once, on both databases: one step is taken, the other person is told, and the trail knows of both."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from matchmaker.audit.models import AuditRow
from matchmaker.contracts.agreements.models import Contract, ContractState, FormerContract, Proposal
from matchmaker.contracts.services.models import ServiceMove, ServiceRecord, ServiceState
from tests.conftest import MakeApp
from tests.contracts.introductions.test_races import colleague, count, sender
from tests.support import deals
from tests.support.databases import Database
from tests.support.racing import at_once

TRIALS = 4


@pytest.fixture
def app(make_app: MakeApp, either_database: Database) -> Flask:
    return make_app(either_database)


def test_of_two_colleagues_who_answer_a_correction_at_once_one_is_too_late(
    app: Flask, either_database: Database
) -> None:
    first, second = sender(app, "enterprise"), sender(app, "enterprise", email=colleague(either_database, "enterprise"))
    for trial in range(TRIALS):
        with either_database.writing() as session:
            contract = deals.contract(session, "asked")
            question = session.scalars(select(Proposal.id).where(Proposal.contract_id == contract.id)).one()
        path = f"/contracts/{contract.id}/proposals/{question}"
        answers = at_once(lambda: first(f"{path}/accept", {}), lambda: second(f"{path}/refuse", {"answer": "还没有。"}))  # noqa: B023 - run within the turn

        assert sorted(answer.status for answer in answers) == [303, 409], trial
        with either_database.reading() as session:
            accepted = answers[0].status == 303
            state = session.get_one(Contract, contract.id).state
            assert state is (ContractState.TERMINATED if accepted else ContractState.SIGNED)
    refused = select(func.count(AuditRow.id)).where(AuditRow.act.like("contracts.%.refused"))
    assert count(either_database, refused) == TRIALS


def test_of_two_colleagues_who_confirm_and_dispute_at_once_one_is_too_late(
    app: Flask, either_database: Database
) -> None:
    first, second = sender(app, "enterprise"), sender(app, "enterprise", email=colleague(either_database, "enterprise"))
    for trial in range(TRIALS):
        with either_database.writing() as session:
            path = f"/services/{deals.service(session).id}"
        answers = at_once(lambda: first(f"{path}/confirm", {}), lambda: second(f"{path}/dispute", {"reason": "不对。"}))  # noqa: B023 - run within the turn
        # Whoever disputed can still be outvoted by a confirmation that came second; never the other way round.
        assert [answer.status for answer in answers] in ([303, 409], [303, 303]), trial
    with either_database.reading() as session:
        states = set(session.scalars(select(ServiceRecord.state)))
        assert states == {ServiceState.CONFIRMED}
        assert session.scalar(select(func.count(ServiceMove.id))) >= 2 * TRIALS


def test_one_form_sent_twice_at_once_writes_one_contract_and_one_service(app: Flask, either_database: Database) -> None:
    send, again = sender(app, "complex"), sender(app, "complex", email=colleague(either_database, "complex"))
    for trial in range(TRIALS):
        name = {"form_id": f"form{trial}", "party": "锦程"}
        contract, service = deals.contract_form(**name), deals.service_form(**name)
        for path, form in (("/contracts/", contract), ("/services/", service)):
            answers = at_once(lambda: send(path, form), lambda: again(path, form))  # noqa: B023 - run within the turn
            assert {answer.status for answer in answers} == {303}
            assert len({answer.location for answer in answers}) == 1
    assert count(either_database, select(func.count(Contract.id))) == TRIALS
    assert count(either_database, select(func.count(ServiceRecord.id))) == TRIALS
    assert count(either_database, select(func.count(FormerContract.id))) == 0
