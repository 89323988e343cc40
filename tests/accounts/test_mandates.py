"""Mandates: an enterprise lets others post in its name, sees it said, takes over, and ends it."""

from sqlalchemy import select

from matchmaker.accounts.mandates import operations
from matchmaker.accounts.mandates.models import Mandate
from matchmaker.catalogue.needs.models import Need, NeedState
from tests.conftest import ClientFor
from tests.support import cast, factories
from tests.support.databases import Database


def grant(database: Database, holder: str = "complex") -> int:
    with database.writing() as session:
        return operations.grant(session, *(cast.organisation_of(session, name) for name in ("enterprise", holder))).id


def need_of(database: Database, number: int = 1) -> Need:
    with database.reading() as session:
        return session.get_one(Need, number)


def test_a_manager_grants_and_ends_and_both_are_shown(client_for: ClientFor, database: Database) -> None:
    enterprise = client_for("enterprise")
    with database.reading() as session:
        complex_ = cast.organisation_of(session, "complex")
    for _ in range(2):
        enterprise.post("/mandates/", {"holder": str(complex_.id)})
    with database.reading() as session:
        (mandate,) = session.scalars(select(Mandate))

    assert f"/mandates/{mandate.id}/end" in enterprise.get("/mandates/").actions
    assert client_for("complex").get("/needs/new").status == 200
    enterprise.post(f"/mandates/{mandate.id}/end")
    assert enterprise.get("/mandates/").actions == [
        path for path in enterprise.get("/mandates/").actions if "end" not in path
    ]
    client_for("complex").get("/needs/new", expect=403)


def test_an_officer_is_granted_by_name_and_their_colleague_is_not(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        bureau, officer = cast.organisation_of(session, "bureau-district"), cast.person_of(session, "bureau-district")
        colleague = factories.person(session, organisation=bureau)
    client_for("enterprise").post("/mandates/", {"holder": f"{bureau.id}-{officer.id}"})

    assert client_for("bureau-district").get("/needs/new").status == 200
    from tests.support.visitor import Visitor

    other = Visitor(client_for("bureau-district").app)
    other.sign_in(colleague.email)
    other.get("/needs/new", expect=403)


def test_what_is_posted_on_behalf_says_so_and_is_the_enterprises(client_for: ClientFor, database: Database) -> None:
    grant(database)
    agent, enterprise = client_for("complex"), client_for("enterprise")
    with database.reading() as session:
        owner, complex_ = (cast.organisation_of(session, name) for name in ("enterprise", "complex"))
    agent.submit(agent.get("/needs/new"), "/needs/", publish="1", **factories.need_form(organisation_id=str(owner.id)))

    need = need_of(database)
    assert (need.organisation_id, need.agent_id, need.state) == (owner.id, complex_.id, NeedState.SUBMITTED)
    for page in (
        enterprise.get("/needs/1"),
        agent.get("/needs/1"),
        client_for("bureau-district").get("/needs/1/review"),
    ):
        assert complex_.name in page.main
    assert "/needs/1" in agent.get("/").links, "the complex's home page lists what it posted"
    enterprise.submit(enterprise.get("/needs/1/edit"), "/needs/1", title="企业改过")
    assert need_of(database).title == "企业改过"


def test_after_taking_over_the_enterprise_alone_speaks_for_it(client_for: ClientFor, database: Database) -> None:
    grant(database)
    with database.writing() as session:
        factories.need(
            session, "enterprise", "published",
            agent_id=cast.organisation_of(session, "complex").id,
            agent_person_id=cast.person_of(session, "complex").id,
        )  # fmt: skip
    agent = client_for("complex")
    agent.get("/needs/1/edit")
    client_for("enterprise").post("/needs/1/take-over")

    agent.get("/needs/1/edit", expect=403)
    assert need_of(database).agent_id is None


def test_nobody_posts_for_an_enterprise_that_granted_nothing(client_for: ClientFor, database: Database) -> None:
    grant(database)
    with database.reading() as session:
        other = cast.organisation_of(session, "other-enterprise")
    client_for("complex").post("/needs/", factories.need_form(organisation_id=str(other.id)), expect=422)

    with database.reading() as session:
        assert session.scalars(select(Need)).all() == []
