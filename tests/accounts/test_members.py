"""Colleagues are invited, get roles, hand over and leave; somebody is always left to manage."""

import pytest
from sqlalchemy import select

from matchmaker.accounts.members import operations
from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, Person, Role
from matchmaker.errors import Conflict, Forbidden, Invalid
from tests.conftest import ClientFor
from tests.support import cast, factories, mail, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

PASSWORD = "four quiet looms hum"


def own(database: Database, role: str = "enterprise") -> Organisation:
    with database.reading() as session:
        return cast.organisation_of(session, role)


def roles(database: Database, email: str, organisation: Organisation) -> frozenset[Role] | None:
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        held = session.get(Membership, (person.id, organisation.id))
        return held.roles if held else None


def invite(client: Visitor, organisation: Organisation, email: str = "dyer@example.test", **more: str) -> None:
    page = client.get(f"/organisations/{organisation.id}/people")
    client.submit(page, f"/organisations/{organisation.id}/people/invite", email=email, **more)


def test_an_invited_colleague_comes_in_by_the_letter(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    organisation = own(database)
    invite(client_for("enterprise"), organisation, email=" Dyer@Example.test ")
    letter = mail.letters_to(database, "dyer@example.test")[0]
    link = mail.link_in(letter)
    assert cast.ROLES["enterprise"].person in letter.body

    page = visitor.get(link)
    assert organisation.name in page.main
    assert visitor.submit(page, link, person_name="许师傅", password="short", expect=422).error("password")
    visitor.submit(page, link, person_name="许师傅", password=PASSWORD)
    assert organisation.name in visitor.get("/").words
    assert roles(database, "dyer@example.test", organisation) == frozenset()
    visitor.get(link, expect=404)


def test_an_invitation_is_in_the_language_of_who_invites(client_for: ClientFor, database: Database) -> None:
    invite(client_for("enterprise", language="en"), own(database))

    assert "invites you to act for" in mail.letters_to(database, "dyer@example.test")[0].subject


def test_somebody_with_an_account_accepts_as_themselves(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    organisation, email = own(database), cast.ROLES["far-enterprise"].email
    invite(client_for("enterprise"), organisation, email=email)
    link = mail.link_in(mail.letters_to(database, email)[0])
    assert visitor.post(link).location.startswith("/sign-in?next=/invitations/")

    client = client_for("far-enterprise")
    client.submit(client.get(link), link)
    assert roles(database, email, organisation) == frozenset()
    assert organisation.name in client.get("/").words


def test_one_person_switches_between_organisations_in_the_header(client_for: ClientFor, database: Database) -> None:
    organisation = own(database)
    with database.writing() as session:
        person = cast.person_of(session, "far-enterprise")
        session.add(Membership(person_id=person.id, organisation_id=organisation.id, created_at=person.created_at))
    client, elsewhere = client_for("far-enterprise"), client_for("far-enterprise")
    home = client.get("/")
    assert "/account/organisation" in home.actions
    client.post("/account/organisation", {"organisation": str(own(database, "far-enterprise").id)})

    client.get(f"/organisations/{organisation.id}/people", expect=403)
    elsewhere.get(f"/organisations/{organisation.id}/people")
    client.post("/account/organisation", {"organisation": str(own(database, "complex").id)}, expect=403)
    client.post("/account/organisation", {"organisation": "9" * 30}, expect=403)


def test_a_withdrawn_or_repeated_invitation_opens_nothing(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    organisation, manager = own(database), client_for("enterprise")
    invite(manager, organisation)
    first = mail.link_in(mail.letters_to(database, "dyer@example.test")[0])
    invite(manager, organisation)
    second = mail.link_in(mail.letters_to(database, "dyer@example.test")[0])
    visitor.get(first, expect=404)
    visitor.get(second)

    page = manager.get(f"/organisations/{organisation.id}/people")
    manager.post(next(action for action in page.actions if action.endswith("/withdraw")))
    visitor.get(second, expect=404)


def test_who_is_there_already_is_not_invited_again(client_for: ClientFor, database: Database) -> None:
    organisation = own(database)
    page = client_for("enterprise").post(
        f"/organisations/{organisation.id}/people/invite", {"email": cast.ROLES["enterprise"].email}, expect=422
    )

    assert page.error("email")


def test_one_that_awaits_approval_invites_nobody(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        pending = factories.registration(session, cast.person_of(session, "unattached"))
    client = client_for("unattached")
    client.post(f"/organisations/{pending.id}/people/invite", {"email": "dyer@example.test"}, expect=403)

    assert "/invite" not in " ".join(client.get(f"/organisations/{pending.id}/people").actions)


@pytest.fixture
def colleague(database: Database) -> Person:
    with database.writing() as session:
        return factories.person(session, organisation=cast.organisation_of(session, "enterprise"))


def test_the_last_manager_cannot_leave_before_handing_over(
    client_for: ClientFor, database: Database, colleague: Person
) -> None:
    organisation, manager = own(database), client_for("enterprise")
    base = f"/organisations/{organisation.id}"
    assert words.said("Nobody else manages this organisation. Hand over to a colleague first.") in (
        manager.post(f"{base}/leave", expect=409).main
    )
    manager.post(f"{base}/people/{colleague.id}/hand-over")
    assert roles(database, colleague.email, organisation) == {Role.MANAGER}
    assert roles(database, cast.ROLES["enterprise"].email, organisation) == frozenset()

    manager.post(f"{base}/people/{colleague.id}/hand-over", expect=403)
    manager.post(f"{base}/leave")
    assert roles(database, cast.ROLES["enterprise"].email, organisation) is None
    manager.get("/needs/new", expect=403)


def test_a_colleague_who_is_removed_stops_acting_at_once(
    client_for: ClientFor, visitor: Visitor, database: Database, colleague: Person
) -> None:
    visitor.sign_in(colleague.email)
    visitor.get("/needs/new")
    client_for("enterprise").post(f"/organisations/{own(database).id}/people/{colleague.id}/remove")

    visitor.get("/needs/new", expect=403)


def test_a_colleague_sees_the_others_addresses_masked(visitor: Visitor, database: Database, colleague: Person) -> None:
    visitor.sign_in(colleague.email)
    page = visitor.get(f"/organisations/{own(database).id}/people")

    assert "e***e@example.test" in page.main and cast.ROLES["enterprise"].email not in page.text
    assert not [action for action in page.actions if action.endswith(("/remove", "/roles", "/invite"))]


def test_giving_a_role_is_told_to_its_holder_and_stands_in_the_trail(
    client_for: ClientFor, database: Database, colleague: Person
) -> None:
    organisation = own(database)
    client_for("enterprise").post(f"/organisations/{organisation.id}/people/{colleague.id}/roles", {"roles": "manager"})

    assert words.said("Manager") in mail.letters_to(database, colleague.email)[0].body
    page = client_for("admin").get(f"/audit?table=membership&key={colleague.id}-{organisation.id}")
    assert words.said("Manager") in page.main and cast.ROLES["enterprise"].person in page.main


def test_roles_of_a_bureau_are_given_by_its_administrators_but_not_to_themselves(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    bureau = own(database, "bureau-district")
    with database.writing() as session:
        head = factories.person(session, organisation=bureau, roles=frozenset({Role.ADMIN}))
        reviewer = cast.person_of(session, "bureau-district")
    visitor.sign_in(head.email)
    base = f"/organisations/{bureau.id}/people"
    visitor.get("/bureaus")
    visitor.post(f"{base}/{reviewer.id}/roles", {"roles": ["auditor", "reviewer"]})
    assert roles(database, reviewer.email, bureau) == {Role.AUDITOR, Role.REVIEWER}

    visitor.post(f"{base}/{head.id}/roles", {"roles": ["admin", "reviewer"]}, expect=403)
    visitor.post(f"{base}/{head.id}/roles", {"roles": []}, expect=409)
    visitor.post(f"{base}/{head.id}/remove", expect=409)
    elsewhere = own(database, "bureau-elsewhere")
    visitor.get(f"/organisations/{elsewhere.id}/people", expect=403)
    client_for("bureau-district").post(f"{base}/{head.id}/roles", {"roles": []}, expect=403)


def test_the_citys_administrators_look_after_every_bureau(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        city = cast.organisation_of(session, "bureau-city")
        head = factories.person(session, organisation=city, roles=frozenset({Role.ADMIN}))
    visitor.sign_in(head.email)

    assert visitor.get("/bureaus").main.count("科技局") >= 3
    visitor.get(f"/organisations/{own(database, 'bureau-elsewhere').id}/people")
    visitor.get(f"/organisations/{own(database).id}/people", expect=403)


def test_a_role_takes_effect_with_the_next_page(client_for: ClientFor, visitor: Visitor, database: Database) -> None:
    bureau, auditor = own(database, "bureau-district"), client_for("bureau-district")
    auditor.get("/audit", expect=403)
    with database.reading() as session:
        person_id = cast.person_of(session, "bureau-district").id
    admin = client_for("admin")
    admin.post(f"/organisations/{bureau.id}/people/{person_id}/roles", {"roles": "auditor"})

    auditor.get("/audit")
    with database.writing() as session:
        pending = factories.registration(session, cast.person_of(session, "unattached"))
    auditor.get(f"/registrations/{pending.id}")
    auditor.post(f"/registrations/{pending.id}/approve", expect=403)


def test_asking_to_be_invited_writes_to_the_managers_or_else_to_the_bureau(
    visitor: Visitor, database: Database
) -> None:
    with database.writing() as session:
        nobodys = factories.organisation(session)
    for organisation in (own(database), nobodys):
        path = f"/organisations/{organisation.id}/join"
        visitor.submit(visitor.get(path), path, person_name="许师傅", email="dyer@example.test")

    letter = mail.letters_to(database, cast.ROLES["enterprise"].email)[0]
    assert "dyer@example.test" in letter.body and "email=dyer" in mail.link_in(letter)
    assert nobodys.name in mail.letters_to(database, cast.ROLES["bureau-district"].email)[0].body


def test_two_managers_cannot_both_leave_the_others_behind(either_database: Database) -> None:
    with either_database.writing() as session:
        organisation = cast.organisation_of(session, "enterprise")
        other = factories.person(session, organisation=organisation, roles=frozenset({Role.MANAGER}))
        factories.person(session, organisation=organisation)
        operations.leave(session, organisation, person_id=other.id)
    with pytest.raises(Conflict), either_database.writing() as session:
        person = cast.person_of(session, "enterprise")
        operations.leave(session, cast.organisation_of(session, "enterprise"), person_id=person.id)


def test_an_enterprise_gives_no_roles_of_a_bureau(database: Database, colleague: Person) -> None:
    with database.writing() as session:
        held = session.get_one(Membership, (colleague.id, cast.organisation_of(session, "enterprise").id))
        with pytest.raises(Invalid):
            operations.set_roles(session, held, frozenset({Role.REVIEWER}), by=None)
        with pytest.raises(Forbidden):
            operations.set_roles(session, held, frozenset({Role.MANAGER}), by=colleague.id)


def test_every_kind_of_organisation_has_a_head() -> None:
    from matchmaker.accounts.members import rules

    assert all(rules.head_of(kind) in rules.roles_of(kind) for kind in OrganisationKind)
