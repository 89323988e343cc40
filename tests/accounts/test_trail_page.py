"""The audit trail's page: who did what when, for auditors of the district and for admins."""

from sqlalchemy import event

from matchmaker.accounts.models import Role
from matchmaker.accounts.rules import Reader
from matchmaker.accounts.trail import queries
from matchmaker.accounts.trail.rules import TABLE_LABELS
from matchmaker.db import Base, tables
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor


def auditor(database: Database, visitor: Visitor, bureau: str) -> Visitor:
    with database.writing() as session:
        organisation = cast.organisation_of(session, bureau)
        person = factories.person(session, organisation=organisation, roles=frozenset({Role.AUDITOR}))
    visitor.sign_in(person.email)
    return visitor


def test_a_posted_need_is_in_the_trail_without_what_it_says(client_for: ClientFor, database: Database) -> None:
    client = client_for("enterprise")
    made = client.post("/needs/", factories.need_form(problem="绝密工艺：三氯化物两步法"))
    key = made.location.rpartition("/")[2]
    page = client_for("admin").get(f"/audit?table=need&key={key}")

    assert cast.ROLES["enterprise"].person in page.main and words.said("wrote a need") in page.main
    assert "绝密工艺" not in client_for("admin").get("/audit").text


def test_an_auditor_sees_the_own_district_and_the_citys_sees_all(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    for role in ("enterprise", "far-enterprise"):
        client_for(role).post("/needs/", factories.need_form())
    page = auditor(database, visitor, "bureau-district").get("/audit?table=need")
    assert cast.ROLES["enterprise"].organisation in page.main
    assert cast.ROLES["far-enterprise"].organisation not in page.main

    everything = auditor(database, Visitor(visitor.app), "bureau-city").get("/audit?table=need")
    assert cast.ROLES["far-enterprise"].organisation in everything.main


def test_the_trail_is_narrowed_by_person_thing_act_and_day(client_for: ClientFor, database: Database) -> None:
    client_for("enterprise").post("/needs/", factories.need_form())
    admin = client_for("admin")
    with database.reading() as session:
        person_id = cast.person_of(session, "enterprise").id

    assert words.said("wrote a need") in admin.get(f"/audit?person={person_id}&table=need&change=insert").main
    for nothing in ("day=1999-01-01", "table=nothing", "change=eaten", "person=999999", "act=nobody.did"):
        assert words.said("wrote a need") not in admin.get(f"/audit?{nothing}").main
    for odd in ("day=yesterday", "before=x", "person=x", "key=%00", "before=0", "organisation=99999999999"):
        admin.get(f"/audit?{odd}")


def test_later_pages_begin_where_the_last_one_ended(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(queries.SIZE):
            factories.organisation(session)
    admin = client_for("admin")
    first = admin.get("/audit?table=organisation")
    following = next(link for link in first.links if "before=" in link and "table=organisation" in link)
    second = admin.get(following)

    rows = [[row for body in page.all("tbody") for row in body.iter("tr")] for page in (first, second)]
    assert len(rows[0]) == queries.SIZE and len(rows[1]) >= 8
    assert admin.fragment(following).by_id("results") is not None


def test_a_page_of_the_trail_takes_few_statements(database: Database) -> None:
    with database.writing() as session:
        for _ in range(60):
            factories.person(session, organisation=factories.organisation(session))
    with database.reading() as session:
        seen: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        page = queries.trail(session, Reader(is_admin=True), queries.TrailFilters(), before=None)
        queries.names(session, page.rows)

    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 3
    assert len(page.rows) == queries.SIZE


def test_every_kind_of_row_that_the_trail_follows_has_a_name() -> None:
    tables.load()
    followed = {mapper.class_ for mapper in Base.registry.mappers if mapper.class_.is_audited}

    assert {table.__tablename__ for table in followed} <= TABLE_LABELS.keys()
