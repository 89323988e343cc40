"""What stands on each list, for whom, and in which period."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import event
from sqlalchemy.orm import Session

from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.metrics import queries as metrics
from matchmaker.metrics import rebuilding
from matchmaker.metrics.lists import operations, rows, selects
from matchmaker.metrics.lists.models import KeyTechnology, ListKind, TagKind
from matchmaker.metrics.lists.rules import Row, TechnologyText
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Period
from tests.metrics.lists.conftest import AUGUST, SEPTEMBER, complex_lists, reader_of
from tests.support import cast, deals, factories
from tests.support.databases import Database
from tests.support.money import acting


def listed(session: Session, list_: ListKind, period: Period = SEPTEMBER, role: str = "bureau-city") -> list[Row]:
    scope = selects.CITY if list_ in selects.CITY.lists else complex_lists(session)
    return list(rows.page(session, scope, list_, period, reader_of(session, role), number=1).rows)


def titles(found: list[Row]) -> list[str]:
    return [row.cells["title"] for row in found]


def test_served_enterprises_are_counted_from_confirmed_services_of_the_period(either_database: Database) -> None:
    with either_database.writing() as session:
        for day, amount in ((date(2026, 8, 30), 1), (date(2026, 9, 1), 100), (date(2026, 9, 30), 20)):
            deals.service(session, "confirmed", served_on=day, amount_fen=amount)
        deals.service(
            session, "confirmed", served_on=date(2026, 9, 9), category_code=cast.DEVELOPMENT, with_voucher=True
        )
        deals.service(session, "confirmed", enterprise="far-enterprise", served_on=date(2026, 9, 2))
        deals.service(session, "recorded", served_on=date(2026, 9, 3))
        deals.service(session, "confirmed", served_on=date(2026, 10, 1))
        deals.service(session, "confirmed", provider="institute", served_on=date(2026, 9, 4))

    with either_database.reading() as session:
        first, second = listed(session, ListKind.SERVED)
        assert first.cells["enterprise"] == cast.ROLES["enterprise"].organisation
        assert (first.cells["services"], first.cells["amount_fen"], first.cells["with_voucher"]) == (3, 120_120, 1)
        assert first.cells["categories"] == {cast.TESTING: 2, cast.DEVELOPMENT: 1}
        assert (first.cells["first_on"], first.cells["last_on"]) == ("2026-09-01", "2026-09-30")
        assert (first.cells["is_first"], second.cells["is_first"]) == (False, True)
        assert [row.cells["services"] for row in listed(session, ListKind.SERVED, AUGUST)] == [1]
        # Any run of months, and whole lists, are counted from the records themselves.
        both = Period.parse("2026-08..2026-09")
        assert [row.cells["services"] for row in listed(session, ListKind.SERVED, both)] == [4, 1]
        scope, reader = complex_lists(session), reader_of(session, "bureau-city")
        whole = list(rows.everything(session, scope, ListKind.SERVED, SEPTEMBER, reader))
        assert whole == [first, second]


def test_needs_of_the_industry_and_those_introduced_are_listed_while_they_were_open(
    database: Database, october: Callable[[str], None]
) -> None:
    with database.writing() as session:
        october("2026-07-01T09:00")
        over = factories.need(session, "enterprise", "published", title="七月已结束")
        factories.lead(session, over, "close")
        october("2026-09-10T09:00")
        dyeing = factories.need(session, "enterprise", title="印染的需求")
        machines = factories.need(session, "other-enterprise", title="机械的需求", industry_code=cast.MACHINERY)
        factories.need(session, "other-enterprise", title="无关的需求", industry_code=cast.MACHINERY)
        factories.introduction(session, "other-enterprise", about=machines, life="talking")
        factories.need(session, "enterprise", "draft", title="草稿")
        october("2026-10-12T10:00")
        factories.need(session, "enterprise", title="十月的需求")
        factories.introduction(session, "enterprise", about=dyeing, life="talking")

        found = listed(session, ListKind.NEEDS)
        assert set(titles(found)) == {"印染的需求", "机械的需求"}
        by_title = {row.cells["title"]: row.cells for row in found}
        assert (by_title["印染的需求"]["came"], by_title["机械的需求"]["came"]) == ("industry", "introduced")
        assert by_title["机械的需求"]["introduction"] == "talking"
        assert by_title["印染的需求"]["introduction"] is None, "what began after September is none of its"
        assert dyeing.id in {row.need_id for row in found}


def test_a_district_reads_of_another_districts_needs_what_their_level_allows(
    database: Database, october: Callable[[str], None]
) -> None:
    with database.writing() as session:
        october("2026-09-10T09:00")
        for level in Confidentiality:
            need = factories.need(session, "far-enterprise", title=f"染色 {level}", confidentiality=level)
            operations.tag(session, need, TagKind.SHORTAGE, "全部进口。")
        october("2026-10-12T10:00")

        city = listed(session, ListKind.SHORTAGE)
        here = {row.cells["title"]: row.cells for row in listed(session, ListKind.SHORTAGE, role="bureau-district")}
        assert len(city) == 3 and all("enterprise" in row.cells and row.cells["evidence"] for row in city)
        assert set(here) == {"染色 public", "染色 summary"}
        assert "enterprise" in here["染色 public"] and "enterprise" not in here["染色 summary"]
        assert "budget_fen" not in here["染色 summary"]
        assert not any("evidence" in cells for cells in here.values()), "evidence is for the need's own bureau"
        assert len(listed(session, ListKind.SHORTAGE, role="bureau-elsewhere")) == 3
        assert "染色 members" in titles(listed(session, ListKind.NEEDS, role="complex"))
        assert "染色 members" not in titles(listed(session, ListKind.NEEDS, role="bureau-district"))


def test_a_tag_counts_from_its_day_to_the_day_of_its_withdrawal(
    database: Database, october: Callable[[str], None]
) -> None:
    with database.writing() as session:
        october("2026-08-20T09:00")
        need = factories.need(session, "enterprise")
        october("2026-09-30T23:30")
        tag = operations.tag(session, need, TagKind.CHOKE_POINT, "全部进口。")
        october("2026-10-01T00:30")
        operations.withdraw(session, tag, "已有国产替代。")

        assert listed(session, ListKind.CHOKE_POINT, AUGUST) == []
        assert len(listed(session, ListKind.CHOKE_POINT, SEPTEMBER)) == 1
        assert listed(session, ListKind.CHOKE_POINT, Period.year(2026)) == []


def technology(session: Session, *need_ids: int, by: str = "complex") -> KeyTechnology:
    group = factories.generic(session, *need_ids)
    with acting(session, by):
        text = TechnologyText("低浴比染色", "在线测色，闭环加料。")
        return operations.choose(session, complex_lists(session).complex_id, group, text, need_ids)


def test_a_key_technology_stands_on_the_list_once_confirmed_and_names_the_needs_one_may_know_of(
    database: Database, october: Callable[[str], None]
) -> None:
    with database.writing() as session:
        october("2026-09-10T09:00")
        open_ = factories.need(session, "enterprise", title="公开的")
        hidden = factories.need(session, "far-enterprise", title="保密的", confidentiality=Confidentiality.MEMBERS)
        chosen = technology(session, open_.id, hidden.id)
        assert listed(session, ListKind.TECHNOLOGIES) == []
        with acting(session, "bureau-district"):
            operations.confirm_technology(session, chosen, version=chosen.version)
        session.expire_all()

        (whole,) = listed(session, ListKind.TECHNOLOGIES)
        (part,) = listed(session, ListKind.TECHNOLOGIES, role="bureau-district")
        assert [need["title"] for need in whole.cells["needs"]] == ["公开的", "保密的"]
        assert ([need["title"] for need in part.cells["needs"]], part.cells["hidden"]) == (["公开的"], 1)
        assert (whole.cells["need_count"], whole.cells["enterprise_count"]) == (2, 2)


def test_a_page_costs_as_many_statements_for_many_rows_as_for_few(database: Database) -> None:
    def statements(session: Session) -> int:
        asked: list[str] = []
        listener = lambda *parts: asked.append(parts[2])  # noqa: E731 - removed again below, so it needs a name
        event.listen(database.engine, "before_cursor_execute", listener)
        for list_ in complex_lists(session).lists:
            listed(session, list_)
        event.remove(database.engine, "before_cursor_execute", listener)
        return len(asked)

    counts = []
    for _round in range(2):
        with database.writing() as session:
            for name in ("enterprise", "other-enterprise", "far-enterprise"):
                factories.need(session, name)
                deals.service(session, "confirmed", enterprise=name, served_on=date(2026, 9, 3))
        with database.reading() as session:
            # The first page after a change reads what changed.
            statements(session)
            counts.append(statements(session))
        with database.writing() as session:
            for _ in range(9):
                factories.need(session, "enterprise")
                deals.service(session, "confirmed", served_on=date(2026, 9, 3))

    assert counts[0] == counts[1]


def test_the_list_of_enterprises_adds_up_to_the_figures_of_the_same_period(database: Database) -> None:
    with database.writing() as session:
        for name in ("enterprise", "enterprise", "other-enterprise", "far-enterprise"):
            for day in (date(2026, 8, 12), date(2026, 9, 12)):
                deals.service(session, "confirmed", enterprise=name, served_on=day, amount_fen=12_345)
        deals.service(session, "confirmed", served_on=date(2026, 9, 13), amount_fen=1)
        rebuilding.rebuild(session)

        whose = metrics.Scope(ScopeKind.PROVIDER, str(complex_lists(session).complex_id))
        for period in (AUGUST, SEPTEMBER, Period.year(2026)):
            found = listed(session, ListKind.SERVED, period)
            keys = ["enterprises", "enterprises_repeat", "services", "service_fen"]
            figures = metrics.figures(session, whose, period, keys)
            assert {key: figure.value for key, figure in figures.items()} == {
                "enterprises": len(found),
                "enterprises_repeat": sum(not row.cells["is_first"] for row in found),
                "services": sum(row.cells["services"] for row in found),
                "service_fen": sum(row.cells["amount_fen"] for row in found),
            }
