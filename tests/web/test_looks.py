"""Looks at what is confidential are in the trail, or did not happen."""

import pytest
from sqlalchemy import select

from matchmaker.accounts.models import Person
from matchmaker.audit import operations as audit
from matchmaker.audit.models import AuditRow, Change
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.errors import Busy
from matchmaker.messages import _l
from matchmaker.metrics.lists import operations as lists
from matchmaker.metrics.lists.models import TagKind
from tests.conftest import MakeApp
from tests.support import cast, factories
from tests.support.databases import Database
from tests.support.sites import visitor_as


def looks(database: Database) -> list[tuple[str, str, str]]:
    """Return who looked by which page at which row."""
    with database.reading() as session:
        statement = (
            select(Person.name, AuditRow.act, AuditRow.table_name + " " + AuditRow.row_key)
            .join(Person, Person.id == AuditRow.person_id)
            .where(AuditRow.change == Change.NOTE, AuditRow.act.like("%.looked"))
            .order_by(AuditRow.id)
        )
        return [tuple(row) for row in session.execute(statement)]


def post(database: Database, level: Confidentiality, **differences: str) -> int:
    """Return the id of a published need of the enterprise."""
    with database.writing() as session:
        return factories.need(session, "enterprise", confidentiality=level, **differences).id


def test_every_look_at_a_need_that_is_not_public_leaves_its_row(make_app: MakeApp, either_database: Database) -> None:
    app = make_app(either_database)
    members = post(either_database, Confidentiality.MEMBERS)
    summary, public = post(either_database, Confidentiality.SUMMARY), post(either_database, Confidentiality.PUBLIC)
    everybody = {
        role: visitor_as(app, role) for role in ("enterprise", "complex", "bureau-district", "other-enterprise")
    }
    for role, visitor in everybody.items():
        visitor.get(f"/needs/{members}", expect=404 if role == "other-enterprise" else 200)
        visitor.get(f"/needs/{summary}")
        visitor.get(f"/needs/{public}")
    everybody["bureau-district"].get(f"/needs/{members}/versions")

    seen = [("needs.show.looked", f"need {need}") for need in (members, summary)]
    expected = [(cast.ROLES[role].person, *look) for role in ("complex", "bureau-district") for look in seen]
    assert looks(either_database) == [
        *expected, (cast.ROLES["bureau-district"].person, "needs.versions.looked", f"need {members}")
    ]  # fmt: skip


def test_what_cannot_be_noted_is_not_shown(
    make_app: MakeApp, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    need = post(database, Confidentiality.MEMBERS, title="保密缸差", problem="保密的问题，谁也不说。")
    district = visitor_as(make_app(database), "bureau-district")

    def refuse(*_anything: object, **_more: object) -> None:
        raise Busy(_l("Somebody else is saving right now. Nothing was changed; please try again in a moment."))

    with monkeypatch.context() as patch:
        patch.setattr(audit, "note", refuse)
        page = district.get(f"/needs/{need}", expect=503)
    assert "保密" not in page.text and "Content-Security-Policy" in page.response.headers
    assert "保密缸差" in district.get(f"/needs/{need}").main
    assert len(looks(database)) == 1


def test_who_takes_lists_as_a_file_is_noted_with_how_much_of_it_is_confidential(
    make_app: MakeApp, database: Database
) -> None:
    with database.writing() as session:
        for level in (Confidentiality.MEMBERS, Confidentiality.PUBLIC):
            need = factories.need(session, "enterprise", confidentiality=level)
            lists.tag(session, need, TagKind.SHORTAGE, "进口占九成")
    city = visitor_as(make_app(database), "bureau-city")
    city.get("/lists/city/export?period=2026&format=csv&list=shortage")
    assert [act for _name, act, _thing in looks(database)] == ["three_lists.export_city.looked"]
    with database.reading() as session:
        (row,) = session.scalars(select(AuditRow).where(AuditRow.act.like("%.looked")))
        assert row.detail["rows"] == 2 and row.detail["confidential"] == 1
