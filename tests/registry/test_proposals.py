"""A body proposes what changed, its bureau confirms or returns it, and every earlier day stays as it was."""

from datetime import timedelta

from sqlalchemy import select

from matchmaker import clock
from matchmaker.audit.models import AuditRow
from matchmaker.reference.models import CategoryFunction
from matchmaker.registry.profiles.models import Fact, Proposal, ProposalState, Topic
from tests.conftest import ClientFor
from tests.support import cast, profiles, words
from tests.support.databases import Database
from tests.support.profiles import LONG_AGO, profile_form
from tests.support.visitor import Visitor

LAST_YEAR = clock.today() - timedelta(days=365)


def complex_id(database: Database) -> int:
    with database.reading() as session:
        return cast.organisation_of(session, "complex").id


def only_proposal(database: Database) -> Proposal:
    with database.reading() as session:
        return session.scalars(select(Proposal)).one()


def send(visitor: Visitor, number: int, expect: int = 303, **differences: object) -> str:
    page = visitor.post(f"/organisations/{number}/proposals", profile_form(**differences), expect=expect)
    return page.location if expect == 303 else page.main


def test_a_complex_changes_its_level_and_last_year_s_page_still_shows_the_old_one(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        number = cast.organisation_of(session, "complex").id
        before = profiles.fact(session, "complex", {Topic.LEVEL: "county", Topic.STATUS: "cultivating"}).id
    member, bureau = client_for("complex"), client_for("bureau-district")
    today = clock.today().isoformat()
    form = member.get(f"/organisations/{number}/profile/edit")
    sent = member.submit(form, f"/organisations/{number}/proposals", level="city", status="registered")
    waiting = bureau.get(sent.location).main

    assert all(words.said(text) in waiting for text in ("County level", "City level", "Being cultivated", "Registered"))
    assert words.said("City level") not in member.get(f"/organisations/{number}").main, "nobody confirmed it yet"

    assert sent.location in bureau.get("/organisations/proposals").links
    bureau.post(f"{sent.location}/confirm", {"comment": ""})

    assert words.said("City level") in member.get(f"/organisations/{number}").main
    old = bureau.get(f"/organisations/{number}?on={LAST_YEAR.isoformat()}").main
    assert words.said("County level") in old and words.said("City level") not in old
    history = bureau.get(f"/organisations/{number}/history").main
    assert today in history and "王主任" in history and "张科长" in history
    assert before != only_id(sent.location)


def only_id(path: str) -> int:
    return int(path.rpartition("/")[2])


def test_who_keeps_a_profile_is_not_the_public_s_to_know(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        number = cast.organisation_of(session, "complex").id
        profiles.fact(session, "complex", {Topic.STAFF: "20"})
    page = visitor.get(f"/organisations/{number}/history").main

    assert LONG_AGO.isoformat() in page and words.said("Staff") in page
    assert "王主任" not in page and "吴处长" not in page


def test_only_what_differs_is_proposed(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        profiles.fact(session, "complex", {Topic.LEVEL: "city", Topic.STAFF: "20"})
    member, number = client_for("complex"), complex_id(database)
    form = member.get(f"/organisations/{number}/profile/edit")
    sent = member.submit(form, f"/organisations/{number}/proposals", staff="24")

    with database.reading() as session:
        facts = session.scalars(select(Fact).where(Fact.proposal_id == only_id(sent.location))).all()
        assert {fact.topic: fact.value for fact in facts} == {Topic.STAFF: "24"}


def test_sending_what_holds_already_is_refused(client_for: ClientFor, database: Database) -> None:
    member, number = client_for("complex"), complex_id(database)
    form = member.get(f"/organisations/{number}/profile/edit")
    page = member.submit(form, f"/organisations/{number}/proposals", expect=422)

    assert words.said("Nothing differs from what is confirmed. Change what should change.") in page.main


def test_a_form_sent_twice_makes_one_proposal(client_for: ClientFor, database: Database) -> None:
    member, number = client_for("complex"), complex_id(database)

    assert send(member, number, form_id="abc") == send(member, number, form_id="abc")
    only_proposal(database)


def test_what_was_typed_stays_when_it_is_refused(client_for: ClientFor, database: Database) -> None:
    member, number = client_for("complex"), complex_id(database)
    page = send(member, number, expect=422, staff="10", senior_staff="12", host="镜湖公司")

    assert words.said("More than the whole staff of %(staff)s.", staff=10) in page
    with database.reading() as session:
        assert session.scalars(select(Proposal)).all() == []


def test_a_form_opened_before_another_change_was_confirmed_is_refused(
    client_for: ClientFor, database: Database
) -> None:
    member, number = client_for("complex"), complex_id(database)
    with database.writing() as session:
        profiles.fact(session, "complex", {Topic.STAFF: "20"})

    assert words.said(
        "Another change was confirmed meanwhile. What you typed is still below; compare, then send again."
    ) in send(member, number, expect=422, last_id="0")


def test_a_returned_proposal_says_why_and_is_taken_up_again(client_for: ClientFor, database: Database) -> None:
    member, bureau, number = client_for("complex"), client_for("bureau-district"), complex_id(database)
    place = send(member, number)
    refused = bureau.post(f"{place}/return", {"comment": "  "}, expect=422)
    assert words.said("Say what has to be changed.") in refused.main

    bureau.post(f"{place}/return", {"comment": "请附公布文件。"})

    page = member.get(place)
    assert "请附公布文件。" in page.main
    again = f"/organisations/{number}/profile/edit?again={only_id(place)}"
    assert again in page.links
    assert member.get(again).typed(f"/organisations/{number}/proposals")["level"] == "city"


def test_what_was_decided_cannot_be_decided_again(client_for: ClientFor, database: Database) -> None:
    member, bureau = client_for("complex"), client_for("bureau-district")
    place = send(member, complex_id(database))
    bureau.post(f"{place}/confirm", {"comment": ""})

    bureau.post(f"{place}/return", {"comment": "太迟"}, expect=409)
    member.post(f"{place}/withdraw", expect=409)
    assert only_proposal(database).state is ProposalState.CONFIRMED


def test_a_proposal_taken_back_is_nobody_s_to_confirm(client_for: ClientFor, database: Database) -> None:
    member, bureau = client_for("complex"), client_for("bureau-district")
    place = send(member, complex_id(database))
    member.post(f"{place}/withdraw")

    bureau.post(f"{place}/confirm", {"comment": ""}, expect=409)
    assert only_proposal(database).state is ProposalState.WITHDRAWN


def test_the_provincial_list_is_the_city_s_to_confirm(client_for: ClientFor, database: Database) -> None:
    place = send(client_for("complex"), complex_id(database), level="provincial", status="creating")

    district = client_for("bureau-district")
    assert words.said("The provincial list is the city bureau's to confirm.") in district.get(place).main
    district.post(f"{place}/confirm", {"comment": ""}, expect=403)
    client_for("bureau-city").post(f"{place}/confirm", {"comment": ""})
    assert only_proposal(database).state is ProposalState.CONFIRMED


def test_nobody_confirms_what_they_proposed(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        clerk = cast.person_of(session, "bureau-district")
        place = f"/organisations/proposals/{profiles.proposal(session, 'complex', {Topic.STAFF: '5'}, by=clerk.id).id}"

    client_for("bureau-district").post(f"{place}/confirm", {"comment": ""}, expect=403)
    client_for("bureau-city").post(f"{place}/confirm", {"comment": ""})


def test_every_decision_leaves_its_line_in_the_trail(client_for: ClientFor, database: Database) -> None:
    place = send(client_for("complex"), complex_id(database))
    client_for("bureau-district").post(f"{place}/confirm", {"comment": ""})

    with database.reading() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.table_name == "registry_proposal")).all()
        assert [row.act for row in rows] == ["profiles.propose", "profiles.confirm", "registry.confirmed"]
        assert rows[1].detail["state"] == ["proposed", "confirmed"] and rows[1].district_code == cast.HERE


def test_a_bureau_is_told_what_is_amiss_and_the_public_is_not(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        number = cast.organisation_of(session, "complex").id
        profiles.fact(session, "complex", {Topic.LEVEL: "provincial", Topic.PREMISES_M2: "4200"})
    flag = words.said("Premises of %(have)s m² are below %(least)s m².", have=4200, least=5000)
    none = words.said("A provincial complex, and no institute brought in is on record.")

    assert flag in client_for("bureau-district").get("/organisations/proposals").main
    assert none in client_for("bureau-city").get(f"/organisations/{number}").main
    assert flag not in client_for("bureau-elsewhere").get("/organisations/proposals").main
    assert flag not in client_for("other-enterprise").get(f"/organisations/{number}").main


def test_figures_stand_with_what_is_new_and_how_they_grew(visitor: Visitor, database: Database) -> None:
    last, before = clock.today().year - 1, clock.today().year - 2
    with database.writing() as session:
        number = cast.organisation_of(session, "complex").id
        for year, staff, senior in ((before, 50, 10), (last, 60, 18)):
            facts = {Topic.STAFF: str(staff), Topic.SENIOR_STAFF: str(senior)}
            profiles.fact(session, "complex", facts, LONG_AGO.replace(year=year, month=12, day=31))
    page = visitor.get(f"/organisations/{number}").main

    assert "+10" in page and "+20.0 %" in page
    assert "30.0 %" in page and words.said("%(number)s percentage points", number="+10.0") in page
    assert "+20.0 %" not in visitor.get(f"/organisations/{number}?on={before}-12-31").main


def test_functions_stand_against_each_document_s_list(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        number = cast.organisation_of(session, "complex").id
        for name, code in (("检验检测", cast.TESTING), ("研究开发", cast.DEVELOPMENT)):
            session.add(CategoryFunction(source_key="test", function=name, category_code=code, quote="原文"))
        profiles.fact(session, "complex", {Topic.FUNCTIONS: cast.TESTING})
    page = visitor.get(f"/organisations/{number}")

    assert words.said("%(number)s of %(of)s", number=1, of=2) in page.main
    missing = page.all("li", class_="is-missing")
    assert ["".join(one.itertext()).endswith("研究开发") for one in missing] == [True]
