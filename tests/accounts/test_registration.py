"""An organisation registers, the bureau decides, and nothing is published before."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from matchmaker.accounts.links.models import Link
from matchmaker.accounts.models import Membership, Organisation, OrganisationState, Person, Role
from matchmaker.accounts.registration import operations
from matchmaker.errors import Conflict
from matchmaker.jobs import running
from tests.conftest import ClientFor
from tests.support import cast, factories, mail, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

PASSWORD = "four quiet looms hum"
NAME = "绍兴云锦丝绸有限公司"


def form(**differences: str) -> dict[str, str]:
    return {
        "kind": "enterprise",
        "name": NAME,
        "credit_code": factories.credit_code(),
        "district_code": cast.HERE,
        "industry_code": cast.TEXTILES,
        "size": "small",
        "types": "tech_sme",
        "about": "织造真丝面料。",
        "person_name": "许师傅",
        "email": "weaver@example.test",
        "password": PASSWORD,
    } | differences


def confirm(visitor: Visitor, database: Database, email: str = "weaver@example.test") -> Page:
    link = mail.link_in(mail.letters_to(database, email)[0])
    page = visitor.get(link)
    return visitor.submit(page, link)


def organisation(database: Database, name: str = NAME) -> Organisation:
    with database.reading() as session:
        return session.scalars(select(Organisation).where(Organisation.name == name)).one()


def test_a_newcomer_registers_and_is_its_manager(visitor: Visitor, database: Database) -> None:
    visitor.get("/register")
    assert visitor.post("/register", form()).location == "/register/sent"
    visitor.get("/register/sent")
    done = confirm(visitor, database)

    made = organisation(database)
    assert done.location == f"/registrations/{made.id}"
    assert made.state is OrganisationState.PENDING and made.size == "small" and made.key is None
    page = visitor.get(done.location)
    assert page.h1 == NAME and words.said("Technology-based SME") in page.main
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == "weaver@example.test")).one()
        held = session.get_one(Membership, (person.id, made.id))
        assert held.roles == {Role.MANAGER} and person.language == "zh"


def test_nothing_is_registered_before_the_link_is_followed(visitor: Visitor, database: Database) -> None:
    visitor.post("/register", form())
    with database.reading() as session:
        assert session.scalars(select(Organisation).where(Organisation.name == NAME)).first() is None
        assert session.scalars(select(Person).where(Person.email == "weaver@example.test")).first() is None

    link = mail.link_in(mail.letters_to(database, "weaver@example.test")[0])
    visitor.get(link)
    with database.reading() as session:
        assert session.scalars(select(Organisation).where(Organisation.name == NAME)).first() is None


def test_the_link_works_once(visitor: Visitor, database: Database) -> None:
    visitor.post("/register", form())
    link = mail.link_in(mail.letters_to(database, "weaver@example.test")[0])
    confirm(visitor, database)

    assert visitor.get(link, expect=404).main.count("404") == 1
    visitor.post(link, expect=404)


def test_an_unconfirmed_registration_is_forgotten(
    visitor: Visitor, database: Database, at: Callable[[str], None]
) -> None:
    at("2026-03-01T08:00")
    visitor.post("/register", form())
    link = mail.link_in(mail.letters_to(database, "weaver@example.test")[0])
    at("2026-03-08T08:01")
    visitor.get(link, expect=404)

    running.load()
    dict(running.run_due(database.engine, on=factories.civil_day("2026-03-08"), names=("forget-registrations",)))
    assert "许师傅" not in str(database.dump()["link"])
    with database.reading() as session:
        assert session.scalars(select(Link)).all() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"credit_code": "91330602MA2D0000"}, "credit_code"),
        ({"credit_code": "91330602MA2D0000O1"}, "credit_code"),
        ({"name": "锦"}, "name"),
        ({"name": "锦" * 101}, "name"),
        ({"kind": "bureau"}, "kind"),
        ({"district_code": "330600"}, "district_code"),
        ({"industry_code": ""}, "industry_code"),
        ({"types": "famous"}, "types"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.test\nBcc: c@d.test"}, "email"),
        ({"person_name": ""}, "person_name"),
        ({"password": "short"}, "password"),
        ({"password": "weaver@example.test"}, "password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    visitor: Visitor, database: Database, wrong: dict[str, str], field: str
) -> None:
    before = database.dump()
    page = visitor.post("/register", form() | wrong, expect=422)

    assert page.error(field), page.main
    assert page.typed("/register").get("about") == "织造真丝面料。" and PASSWORD not in page.text
    assert database.dump() == before


def test_a_code_that_is_registered_leads_to_its_organisation_without_naming_people(
    visitor: Visitor, database: Database
) -> None:
    code = factories.credit_code()
    with database.writing() as session:
        held = factories.organisation(session, credit_code=code)
        factories.person(session, organisation=held, name="柳厂长")
    page = visitor.post("/register", form(credit_code=code.lower()), expect=422)

    assert page.error("credit_code").endswith(
        words.said("An organisation with this code is registered already. Ask its manager to invite you.")
    )
    assert f"/organisations/{held.id}/join" in page.links and "柳厂长" not in page.text


def test_the_name_of_one_that_waits_is_not_told_to_others(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        held = factories.registration(session, cast.person_of(session, "unattached"), name="绍兴秘密筹建有限公司")
    page = visitor.post("/register", form(credit_code=str(held.credit_code)), expect=422)
    also = visitor.post("/register", form(name="秘密筹建厂"))

    assert "秘密筹建" not in page.main and also.location == "/register/sent"


def test_likely_twins_are_shown_and_may_be_passed_by(visitor: Visitor, database: Database) -> None:
    page = visitor.post("/register", form(name="锦程印染厂"), expect=422)
    assert cast.ROLES["enterprise"].organisation in page.main
    assert words.said("The names differ only in place, form of company or spelling.") in page.main

    visitor.post("/register", form(name="锦程印染厂", is_different="1"))
    assert mail.letters_to(database, "weaver@example.test")


def test_an_address_with_an_account_gets_the_same_answer(visitor: Visitor, database: Database) -> None:
    email = cast.ROLES["unattached"].email
    assert visitor.post("/register", form(email=email)).location == "/register/sent"

    link = mail.link_in(mail.letters_to(database, email)[0])
    assert (
        words.said("This address has an account already. Sign in with it, and then confirm.") in visitor.get(link).main
    )
    assert visitor.post(link).location.startswith("/sign-in?next=/register/")
    visitor.sign_in(email)
    visitor.submit(visitor.get(link), link)
    with database.reading() as session:
        person = cast.person_of(session, "unattached")
        assert session.get(Membership, (person.id, organisation(database).id)) is not None
        assert not session.scalars(select(Person).where(Person.name == "许师傅")).all()


def test_who_is_signed_in_registers_at_once_and_acts_for_both(client_for: ClientFor, database: Database) -> None:
    client = client_for("enterprise")
    page = client.get("/register")
    assert page.by_id("password") is None
    done = client.post("/register", form())

    made = organisation(database)
    assert done.location == f"/registrations/{made.id}"
    assert f"/organisations/{made.id}/people" in client.get("/account").links
    with database.reading() as session:
        person = cast.person_of(session, "enterprise")
        assert len(session.scalars(select(Membership).where(Membership.person_id == person.id)).all()) == 2


@pytest.fixture
def pending(database: Database) -> Organisation:
    with database.writing() as session:
        person = cast.person_of(session, "unattached")
        return factories.registration(session, person, name=NAME)


def test_the_bureau_approves_and_the_manager_hears_of_it(
    client_for: ClientFor, database: Database, pending: Organisation
) -> None:
    bureau = client_for("bureau-district")
    assert f"/registrations/{pending.id}" in bureau.get("/registrations/").links
    bureau.post(f"/registrations/{pending.id}/approve")

    assert organisation(database).state is OrganisationState.APPROVED
    letter = mail.letters_to(database, cast.ROLES["unattached"].email)[0]
    assert mail.link_in(letter) == f"/registrations/{pending.id}" and NAME in letter.subject
    assert f"/registrations/{pending.id}" not in bureau.get("/registrations/").links
    bureau.post(f"/registrations/{pending.id}/reject", {"reason": "改主意了，先不批。"}, expect=409)


def test_the_bureau_rejects_with_a_reason_and_the_registrant_corrects(
    client_for: ClientFor, database: Database, pending: Organisation
) -> None:
    bureau = client_for("bureau-city")
    bureau.post(f"/registrations/{pending.id}/reject", {"reason": ""}, expect=422)
    bureau.post(f"/registrations/{pending.id}/reject", {"reason": "名称与营业执照不一致。"})
    assert "名称与营业执照不一致" in mail.letters_to(database, cast.ROLES["unattached"].email)[0].body

    owner = client_for("unattached")
    assert "名称与营业执照不一致" in owner.get(f"/registrations/{pending.id}").main
    edit = owner.get(f"/registrations/{pending.id}/edit")
    owner.submit(edit, f"/registrations/{pending.id}", name="绍兴云锦真丝有限公司")
    assert organisation(database, "绍兴云锦真丝有限公司").state is OrganisationState.PENDING
    assert words.said("Corrected and handed in again") in bureau.get(f"/registrations/{pending.id}").main


def test_the_bureau_sees_twins_that_wait_themselves(
    client_for: ClientFor, database: Database, pending: Organisation
) -> None:
    with database.writing() as session:
        factories.registration(session, cast.person_of(session, "admin"), name="云锦丝绸厂")
    bureau = client_for("bureau-district")

    assert bureau.get("/registrations/").main.count(NAME) == 2
    assert "云锦丝绸厂" in bureau.get(f"/registrations/{pending.id}").main


def test_an_approved_organisation_keeps_its_name_and_changes_the_rest(
    client_for: ClientFor, database: Database
) -> None:
    with database.reading() as session:
        key = cast.organisation_of(session, "enterprise").id
    client = client_for("enterprise")
    edit = client.get(f"/registrations/{key}/edit")
    assert edit.by_id("name") is None
    client.submit(edit, f"/registrations/{key}", about="专做数码印花。", size="medium", name="改名公司", state="x")

    with database.reading() as session:
        row = session.get_one(Organisation, key)
        assert (row.about, row.size, row.name) == ("专做数码印花。", "medium", cast.ROLES["enterprise"].organisation)


def test_two_who_register_one_code_make_one_organisation(either_database: Database) -> None:
    facts = factories.facts()
    with either_database.writing() as session:
        operations.register(session, facts, person=cast.person_of(session, "unattached"))
    with pytest.raises(Conflict), either_database.writing() as session:
        operations.register(session, facts, person=cast.person_of(session, "admin"))


def test_one_that_waits_is_told_so_on_every_page(client_for: ClientFor, pending: Organisation) -> None:
    page = client_for("unattached").get("/needs/")

    assert f"/registrations/{pending.id}" in page.links
