"""Needs that ask for the same are grouped every night and keep their number while they stay the same group."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from matchmaker import clock
from matchmaker.catalogue.generics import jobs
from matchmaker.catalogue.generics.models import Generic
from matchmaker.catalogue.needs.models import Confidentiality, Need
from tests.conftest import ClientFor
from tests.support import cast, factories
from tests.support.databases import Database

OWNERS = ("enterprise", "other-enterprise", "far-enterprise")


@pytest.fixture(autouse=True)
def _instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MATCHMAKER_INSTANCE", str(tmp_path))


def night(database: Database, *, days: int = 0) -> str:
    on = clock.today() + timedelta(days=days)
    with database.reading() as session:
        found = jobs.look(session, on=on)
    with database.writing() as session:
        return jobs.keep(session, on=on, prepared=found)


def groups(database: Database) -> dict[int, list[int]]:
    with database.reading() as session:
        rows = session.scalars(select(Generic).where(Generic.ended_on.is_(None)).options(selectinload(Generic.members)))
        return {row.id: [member.need_id for member in row.members] for row in rows}


def post(database: Database, **differences: object) -> list[int]:
    with database.writing() as session:
        return [factories.need(session, owner, title=f"{owner}染色缸差", **differences).id for owner in OWNERS]


def test_needs_of_several_enterprises_form_a_group_with_a_label(database: Database) -> None:
    needs = post(database)

    assert night(database) == "0 groups stay, 1 begin, 0 end"
    assert list(groups(database).values()) == [needs]
    with database.reading() as session:
        assert "色差" in session.scalars(select(Generic.label)).one()


def test_what_one_enterprise_asks_for_twice_is_no_group(database: Database) -> None:
    with database.writing() as session:
        for _ in range(2):
            factories.need(session, "enterprise")

    assert night(database) == "0 groups stay, 0 begin, 0 end"


def test_other_industries_are_other_groups(database: Database) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")
        factories.need(session, "other-enterprise", industry_code=cast.MACHINERY)

    night(database)
    assert groups(database) == {}


def test_a_group_keeps_its_number_while_most_of_it_stays_and_ends_when_it_goes(database: Database) -> None:
    needs = post(database)
    night(database)
    (number,) = groups(database)
    with database.writing() as session:
        factories.lead(session, session.get_one(Need, needs[2]), "close")

    assert night(database, days=1) == "1 groups stay, 0 begin, 0 end"
    assert groups(database) == {number: needs[:2]}
    with database.writing() as session:
        factories.lead(session, session.get_one(Need, needs[1]), "close")
    assert night(database, days=2) == "0 groups stay, 0 begin, 1 end"
    assert groups(database) == {}


def test_a_bureau_sees_no_group_made_of_words_that_it_may_not_read(database: Database, client_for: ClientFor) -> None:
    post(database, confidentiality=Confidentiality.MEMBERS)
    night(database)
    (number,) = groups(database)

    city, district = client_for("bureau-city"), client_for("bureau-district")
    assert f"/generics/{number}" in city.get("/generics/").links
    assert f"/generics/{number}" not in district.get("/generics/").links
    assert "色差" not in district.get("/generics/").text
    assert city.get(f"/generics/{number}").text.count("染色缸差") == len(OWNERS)


def test_a_group_that_has_ended_tells_nobody_but_the_city_of_its_words(
    client_for: ClientFor, database: Database
) -> None:
    needs = post(database, confidentiality=Confidentiality.MEMBERS)
    night(database)
    (group,) = groups(database)
    district, city = client_for("bureau-district"), client_for("bureau-city")
    district.get(f"/generics/{group}", expect=404)
    with database.writing() as session:
        for need in session.scalars(select(Need).where(Need.id.in_(needs))):
            factories.lead(session, need, "close")
    night(database, days=1)
    assert not groups(database)
    district.get(f"/generics/{group}", expect=404)
    city.get(f"/generics/{group}")
