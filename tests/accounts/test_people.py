"""The admin's list of people."""

from sqlalchemy import select

from matchmaker.accounts.models import Person
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database


def test_the_admin_sees_everybody_with_what_they_act_for(client_for: ClientFor) -> None:
    page = client_for("admin").get("/people")

    for role in cast.ROLES.values():
        assert role.person in page.main and role.email in page.main and role.organisation in page.main


def test_the_admin_shuts_somebody_out_and_lets_them_in_again(client_for: ClientFor, database: Database) -> None:
    admin = client_for("admin")
    with database.reading() as session:
        person_id = cast.person_of(session, "complex").id
    assert f"/people/{person_id}/disable" in admin.get("/people").actions

    admin.post(f"/people/{person_id}/disable")
    page = admin.get("/people")
    assert page.flashes == [
        words.said("%(name)s can no longer sign in, and every session of theirs has ended.", name="王主任")
    ]
    assert f"/people/{person_id}/enable" in page.actions

    admin.post(f"/people/{person_id}/enable")
    assert admin.get("/people").flashes == [words.said("%(name)s can sign in again.", name="王主任")]


def test_the_admin_is_offered_no_way_to_shut_themselves_out(client_for: ClientFor, database: Database) -> None:
    with database.reading() as session:
        person_id = cast.person_of(session, "admin").id

    page = client_for("admin").get("/people")
    assert not [action for action in page.actions if action.startswith(f"/people/{person_id}/")]
    assert words.said("You") in page.main


def test_many_people_come_on_pages(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(15):
            factories.person(session, organisation=None)
        total = len(session.scalars(select(Person.id)).all())
    admin = client_for("admin")

    pages = [admin.get(f"/people?page={number}") for number in (1, 2)]
    rows = [row for page in pages for body in page.all("tbody") for row in body.iter("tr")]
    assert len(rows) == total == 25
