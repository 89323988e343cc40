"""一企一档: what happened to an organisation, in order, for those who may read it."""

from collections.abc import Callable

from sqlalchemy import event

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.dossier import queries
from matchmaker.web.app import DOSSIER
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor


def path(database: Database, role: str = "enterprise") -> str:
    with database.reading() as session:
        return f"/organisations/{cast.organisation_of(session, role).id}/dossier"


def test_everything_stands_in_the_order_in_which_it_happened(
    client_for: ClientFor, database: Database, at: Callable[[str], None]
) -> None:
    at("2026-03-01T08:00")
    with database.writing() as session:
        made = factories.registration(session, cast.person_of(session, "unattached"), name="绍兴云锦丝绸有限公司")
    at("2026-03-02T09:00")
    client_for("bureau-district").post(f"/registrations/{made.id}/approve")
    at("2026-03-03T10:00")
    with database.writing() as session:
        factories.need(session, made, "closed", title="真丝色牢度不足")
    page = client_for("unattached").get(f"/organisations/{made.id}/dossier")

    heads = [" ".join("".join(item.itertext()).split()) for item in page.all("p", class_="timeline-head")]
    assert [head[:16] for head in heads] == ["2026-03-03 10:00"] * 4 + ["2026-03-02 09:00"] + ["2026-03-01 08:00"] * 2
    assert words.said("Approved by the bureau") in heads[4] and "赵先生" in page.main


def test_the_bureau_reads_it_without_the_names_of_people(client_for: ClientFor, database: Database) -> None:
    page = client_for("bureau-district").get(path(database))

    assert words.said("A person joined") in page.main and cast.ROLES["enterprise"].person not in page.main


def test_drafts_stay_the_enterprises_own(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise", "draft", title="还没想好的草稿")
        factories.need(session, "enterprise", "published", title="保密的需求", confidentiality=Confidentiality.MEMBERS)

    own, bureau = (client_for(role).get(path(database)).main for role in ("enterprise", "bureau-district"))
    assert "还没想好的草稿" in own and "还没想好的草稿" not in bureau
    assert "保密的需求" in own and "保密的需求" in bureau


def test_others_do_not_read_it(client_for: ClientFor, database: Database, visitor: Visitor) -> None:
    for role in ("other-enterprise", "complex", "bureau-elsewhere", "admin"):
        client_for(role).get(path(database), expect=403)
    visitor.get(path(database), expect=303)


def test_it_is_narrowed_to_one_kind_and_pages_without_gap(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for number in range(40):
            factories.need(session, "enterprise", title=f"第{number}个需求")
    client, base = client_for("enterprise"), path(database)
    pages = [client.get(f"{base}?kind=needs&page={number}") for number in (1, 2, 3, 4)]

    links = [link for page in pages for link in page.links if link.startswith("/needs/") and link[7:].isdigit()]
    assert len(links) == 120 and len(set(links)) == 40
    assert words.said("A person joined") not in pages[0].main
    client.fragment(f"{base}?kind=needs")


def test_a_page_takes_two_statements_whatever_the_number_of_sources(either_database: Database) -> None:
    with either_database.writing() as session:
        organisation = cast.organisation_of(session, "enterprise")
        for _ in range(35):
            factories.need(session, "enterprise")
    seen: list[str] = []
    reader = Reader(person_id=1, organisation_id=organisation.id, organisation_kind=organisation.kind)
    with either_database.reading() as session:
        event.listen(either_database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        read = queries.dossier(session, reader, organisation.id, DOSSIER, number=2)

    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 2
    assert read.page.total == 2 + 105 and read.counts["needs"] == 105
    assert all(row.at.tzinfo is not None for row in read.page.rows)


def test_every_act_of_every_source_has_its_words_and_an_icon_of_the_sprite() -> None:
    from matchmaker.resources import STATIC

    icons = (STATIC / "icons.txt").read_text(encoding="utf-8").split()
    acts = [act for source in DOSSIER for act in source.acts.values()]
    assert acts and all(act.icon in icons for act in acts)
