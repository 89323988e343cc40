"""Brokers and contacts of a bureau: invited to one introduction, and to nothing else."""

import io
from typing import Any

from sqlalchemy import func, select

from matchmaker.contracts.introductions import inviting
from matchmaker.contracts.introductions.models import (
    Participant,
    ParticipantRole,
    ParticipantState,
)
from matchmaker.db.base import Base
from tests.conftest import ClientFor
from tests.support import cast, factories
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor


def count(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def message(text: str = "", *files: tuple[bytes, str], form_id: str = "") -> dict[str, Any]:
    return {"text": text, "form_id": form_id, "file": [(io.BytesIO(held), name) for held, name in files]}


def invite(visitor: Visitor, number: int, *, expect: int = 303, **form: str) -> Page:
    return visitor.post(f"/introductions/{number}/participants", {"contact": "", "email": ""} | form, expect=expect)


def test_a_broker_sees_the_one_introduction_and_joins_in(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking", text="只说给双方听")
        other = factories.introduction(session, "enterprise", "institute", "talking")
    enterprise, broker = client_for("enterprise"), client_for("unattached")
    path = f"/introductions/{one.id}"
    broker.get(path, expect=404)
    invite(enterprise, one.id, email="Unattached@example.test ")
    assert "/introductions/?invited=1" in broker.get("/").links
    assert "只说给双方听" not in broker.get(path).text

    broker.post(f"{path}/messages", message("我能说话吗？"), expect=403)
    broker.post(f"{path}/join")
    broker.post(f"{path}/messages", message("我是经纪人。"))
    assert "只说给双方听" in broker.get(path).main and "我是经纪人。" in client_for("complex").get(path).main
    assert len(broker.get("/introductions/").all("article")) == 1
    broker.get(f"/introductions/{other.id}", expect=404)
    for step in ("accept", "end", "settle", "share", "participants"):
        broker.post(f"{path}/{step}", expect=403)

    with database.reading() as session:
        participant = session.scalars(select(Participant)).one()
    broker.post(f"{path}/participants/{participant.id}/remove")
    broker.get(path, expect=404)


def test_a_contact_of_the_bureau_is_chosen_by_name(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking", text="只说给双方听")
        officer = cast.person_of(session, "bureau-district").id
    complex_, bureau = client_for("complex"), client_for("bureau-district")
    path = f"/introductions/{one.id}"
    assert "只说给双方听" not in bureau.get(path).text
    invite(complex_, one.id, contact=str(officer))
    bureau.post(f"{path}/join")

    assert "只说给双方听" in bureau.get(path).main
    with database.reading() as session:
        participant = session.scalars(select(Participant)).one()
    assert (participant.role, participant.state) == (ParticipantRole.BUREAU, ParticipantState.ACCEPTED)


def test_an_invitation_is_refused_with_its_reason(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        waiting = factories.introduction(session)
        talking = factories.introduction(session, life="talking")
    enterprise = client_for("enterprise")
    invite(enterprise, waiting.id, email="a@example.test", expect=409)
    for form in ({"email": "nobody"}, {}, {"contact": "987654"}):
        invite(enterprise, talking.id, expect=422, **form)
    for number in range(8):
        invite(enterprise, talking.id, email=f"a{number}@example.test")
    invite(enterprise, talking.id, email="a0@example.test")
    invite(enterprise, talking.id, email="a9@example.test", expect=422)

    assert count(database, Participant) == 8


def test_the_invited_address_is_not_told_whether_it_has_an_account(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
    enterprise = client_for("enterprise")
    answers = [invite(enterprise, one.id, email=email) for email in ("unattached@example.test", "nobody@example.test")]

    assert answers[0].location == answers[1].location
    page = enterprise.get(f"/introductions/{one.id}").main
    assert cast.ROLES["unattached"].person not in page and "nobody@example.test" in page


def test_who_was_let_go_can_be_invited_again(database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
        first = inviting.invite(session, one, role=ParticipantRole.BROKER, email="a@example.test")
        inviting.remove(session, first)
        again = inviting.invite(session, one, role=ParticipantRole.BROKER, email="A@example.test")
        assert again.id == first.id and again.is_live
