"""What may stand on the platform twice is offered to whoever may decide, and never decided by the site."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.catalogue.needs.models import Confidentiality, Ending, Need, NeedState
from matchmaker.catalogue.offerings.models import Offering, OfferingState
from matchmaker.catalogue.twins import jobs, operations
from matchmaker.catalogue.twins.models import Twin, TwinState
from matchmaker.errors import Conflict
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import factories
from tests.support.databases import Database

AGAIN = "涤纶面料高温高压染色缸差较大"


@pytest.fixture(autouse=True)
def _instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MATCHMAKER_INSTANCE", str(tmp_path))


def night(database: Database, *, days: int = 0) -> str:
    on = clock.today() + timedelta(days=days)
    with database.reading() as session:
        found = jobs.look(session, on=on)
    with database.writing() as session:
        return jobs.keep(session, on=on, prepared=found)


def twins(database: Database) -> list[Twin]:
    with database.reading() as session:
        return list(session.scalars(select(Twin).order_by(Twin.id)))


def post_twice(session: Session) -> tuple[int, int]:
    return factories.need(session, "enterprise").id, factories.need(session, "enterprise", title=AGAIN).id


def test_needs_and_offerings_posted_twice_are_found_with_what_speaks_for_it(database: Database) -> None:
    with database.writing() as session:
        needs = post_twice(session)
        offerings = [factories.offering(session, "complex").id, factories.offering(session, "complex").id]
        factories.need(
            session, "other-enterprise", title="袜子卖不动", problem="直播没有人看。", target="", keywords=[]
        )

    assert night(database) == "2 new pairs, 0 no longer alike"
    found = twins(database)
    assert [(row.first_need_id, row.second_need_id) for row in found if row.is_of_needs] == [needs]
    assert [(row.first_offering_id, row.second_offering_id) for row in found if not row.is_of_needs] == [
        tuple(offerings)
    ]
    assert {"text", "title", "owner"} <= set(found[0].signs)


def test_a_decision_is_remembered_and_not_offered_again(database: Database, client_for: ClientFor) -> None:
    with database.writing() as session:
        post_twice(session)
    night(database)
    enterprise = client_for("enterprise")
    page = enterprise.get("/twins/")
    (action,) = (action for action in page.actions if action.endswith("/apart"))
    enterprise.submit(page, action)

    assert night(database, days=1) == "0 new pairs, 0 no longer alike"
    assert [row.state for row in twins(database)] == [TwinState.DIFFERENT]
    assert not any(action.startswith("/twins/") for action in enterprise.get("/twins/").actions)


def test_what_is_alike_no_more_is_forgotten(database: Database) -> None:
    with database.writing() as session:
        _first, second = post_twice(session)
    night(database)
    with database.writing() as session:
        factories.lead(session, session.get_one(Need, second), "close")

    assert night(database, days=1) == "0 new pairs, 1 no longer alike"
    assert twins(database) == []


def test_merging_keeps_the_one_that_was_chosen_and_closes_the_other(database: Database) -> None:
    with database.writing() as session:
        first, second = post_twice(session)
        offered = [factories.offering(session, "complex").id for _ in range(2)]
    night(database)
    with database.writing() as session:
        for row in session.scalars(select(Twin)):
            load(session, row)
            operations.merge(session, row, kept=row.postings[1])

    with database.reading() as session:
        ended = session.get_one(Need, first)
        assert (ended.state, ended.ending) == (NeedState.CLOSED, Ending.OTHER)
        assert session.get_one(Need, second).state is NeedState.PUBLISHED
        assert session.get_one(Offering, offered[0]).state is OfferingState.CLOSED
        assert session.get_one(Offering, offered[1]).state is OfferingState.PUBLISHED


def load(session: Session, row: Twin) -> None:
    session.refresh(row, ["first_need", "second_need", "first_offering", "second_offering"])


def test_a_pair_is_decided_once(database: Database) -> None:
    with database.writing() as session:
        needs = post_twice(session)
        row = factories.twin(session, needs=needs)
        operations.keep_apart(session, row)
        load(session, row)

        with pytest.raises(Conflict):
            operations.merge(session, row, kept=row.postings[0])


def test_the_bureau_asks_the_owners_by_a_letter_that_names_nothing(database: Database) -> None:
    with database.writing() as session:
        needs = post_twice(session)
        row = factories.twin(session, needs=needs)
        load(session, row)
        assert operations.ask(session, row) == 1
        letter = session.scalars(select(Letter)).one()

    assert row.state is TwinState.ASKED
    assert "/twins/" in letter.body and AGAIN not in letter.body


def test_nobody_learns_of_a_need_that_is_not_theirs(database: Database, client_for: ClientFor) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.need(session, "far-enterprise", title=AGAIN, confidentiality=Confidentiality.MEMBERS)
    night(database)

    assert len(twins(database)) == 1
    for role in ("enterprise", "other-enterprise", "complex", "bureau-district", "bureau-elsewhere"):
        assert AGAIN not in client_for(role).get("/twins/").text, role
    assert AGAIN in client_for("bureau-city").get("/twins/").text
