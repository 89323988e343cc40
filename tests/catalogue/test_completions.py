"""What the search box offers: the right names for letters, sounds and initials, and nobody else's secrets."""

from typing import Any

import pytest

from matchmaker import clock
from matchmaker.accounts.queries import stream_positions
from matchmaker.accounts.rules import ANONYMOUS
from matchmaker.catalogue import operations
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.offerings import operations as offerings
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.search import names
from matchmaker.catalogue.search.names import NameShelf
from tests.catalogue.test_search import lead
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, factories, sites
from tests.support.databases import Database
from tests.support.visitor import Visitor


def offered(visitor: Visitor, typed: str) -> list[dict[str, str]]:
    """Return the lines that the box shows for what was typed."""
    answer = visitor.client.get("/search/suggestions", query_string={"q": typed}, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200
    lines: Any = answer.json
    return list(lines)


def urls(visitor: Visitor, typed: str) -> list[str]:
    return [line["url"] for line in offered(visitor, typed)]


@pytest.mark.parametrize(
    "typed", ["退浆废水", "浆废", "tuijiang", "tuijfs", "tjfs", "TJFS", "退jiang", "tui jiang fei", "tuijiangf"]
)
def test_a_title_is_offered_for_its_characters_its_pinyin_and_its_initials(
    visitor: Visitor, database: Database, typed: str
) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="退浆废水处理", keywords=[])
        factories.offering(session, "complex", title="面料测试", keywords=[])

    assert urls(visitor, typed) == ["/offerings/1"]


@pytest.mark.parametrize("typed", ["yinhang", "yinxing", "changdu", "zhangdu"])
def test_a_character_with_two_readings_is_found_by_both(visitor: Visitor, database: Database, typed: str) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="银行长度", keywords=[])

    assert urls(visitor, typed) == ["/offerings/1"]


@pytest.mark.parametrize("typed", ["dsc214", "DSC 214", "netzsch dsc-214", "ｄｓｃ２１４", "214"])
def test_an_instrument_is_offered_by_its_model(visitor: Visitor, database: Database, typed: str) -> None:
    with database.writing() as session:
        factories.offering(session, "institute", title="热分析", kind="instrument", model="NETZSCH DSC 214 Polyma")

    (line,) = offered(visitor, typed)
    assert line == {"text": "NETZSCH DSC 214 Polyma", "kind": "仪器设备", "url": "/offerings/1"}


def test_categories_industries_organisations_and_keywords_lead_where_they_belong(
    visitor: Visitor, database: Database
) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", title="甲", keywords=["印染助剂"])
        enterprise = cast.organisation_of(session, "enterprise").id

    lines = {line["text"]: line["url"] for line in offered(visitor, "印染")}
    assert lines["印染"] == "/offerings/?industry=dyeing"
    assert lines["绍兴锦程印染有限公司"] == f"/organisations/{enterprise}"
    assert lines["印染助剂"].startswith("/search/?q=")
    assert {"text": "检验检测", "kind": "服务类别", "url": "/offerings/?category=testing"} in offered(
        visitor, "jianyan"
    )
    for url in lines.values():
        visitor.get(url)


def test_no_sort_drowns_the_others_and_nothing_comes_twice(visitor: Visitor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(9):
            factories.offering(session, "complex", title="染色工艺", keywords=["染色工艺"])
            factories.need(session, "enterprise", title="染色工艺差", keywords=["染色工艺"])
    lines = [(line["text"], line["kind"]) for line in offered(visitor, "染色")]

    assert len(set(lines)) == len(lines) <= 9
    assert {kind for _text, kind in lines} == {"服务与成果", "需求", "搜索"}


@pytest.mark.parametrize("typed", ["", " ", "？", "-", "\x00", "染" * 3000, "z" * 300, "' OR 1=1", "\ud800"])
def test_whatever_is_typed_is_answered_calmly(visitor: Visitor, database: Database, typed: str) -> None:
    with database.writing() as session:
        factories.need(session, "enterprise")

    assert offered(visitor, typed.encode("utf-8", "replace").decode()) == []


def test_what_was_posted_a_moment_ago_is_offered_in_every_process_and_what_was_withdrawn_is_not(
    make_app: MakeApp, either_database: Database
) -> None:
    here, there = make_app(either_database), make_app(either_database)
    elsewhere = Visitor(there)
    assert offered(elsewhere, "jiguang") == []
    enterprise = sites.visitor_as(here, "enterprise")

    enterprise.post("/needs/", factories.need_form(title="激光焊接飞溅", publish="1"))
    assert offered(elsewhere, "jiguang") == []
    lead(either_database, "approve")
    assert urls(elsewhere, "jiguang") == ["/needs/1"]
    enterprise.submit(enterprise.get("/needs/1/edit"), "/needs/1", title="超声清洗噪声", problem="噪声大")
    assert offered(elsewhere, "jiguang") == []
    assert urls(elsewhere, "超声") == ["/needs/1"]
    lead(either_database, "withdraw")
    assert offered(elsewhere, "超声") == []


def test_an_offering_is_not_offered_after_its_last_day(make_app: MakeApp, database: Database, at: Any) -> None:
    at("2026-03-01T10:00")
    with database.writing() as session:
        factories.offering(session, "complex", title="激光", keywords=[], valid_until=factories.civil_day("2026-03-02"))
    visitor = Visitor(make_app(database))

    at("2026-03-02T23:59:59")
    assert urls(visitor, "激光") == ["/offerings/1"]
    at("2026-03-03T00:00:00")
    assert offered(visitor, "激光") == []


def test_the_hidden_words_of_a_summary_are_never_offered(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.need(
            session, "enterprise", title="染色难题", keywords=["缸差"], problem="某牌助剂zqproblem",
            target="zqtarget", partners="zqpartner", confidentiality=Confidentiality.SUMMARY,
        )  # fmt: skip
    for role in ("anonymous", "other-enterprise", "complex", "bureau-city", "enterprise"):
        assert urls(client_for(role), "染色难题") == ["/needs/1"]
        for hidden in ("某牌助剂", "zqproblem", "zqtarget", "zqpartner"):
            assert offered(client_for(role), hidden) == []


def test_names_are_those_of_what_the_index_holds(database: Database, make_app: MakeApp) -> None:
    with database.writing() as session:
        for life in factories.NEED_LIVES:
            factories.need(session, "enterprise", life)
        for life in factories.OFFERING_LIVES:
            factories.offering(session, "complex", life)
        for level in Confidentiality:
            factories.need(session, "far-enterprise", confidentiality=level)
    indexes = make_app(database).extensions["matchmaker_indexes"]
    with database.reading() as session:
        positions = stream_positions(session)
        shown = NameShelf().at(session, positions)
        held = {
            "need": indexes.needs.at(session, positions),
            "offering": indexes.offerings.at(session, positions),
            "organisation": indexes.organisations.at(session, positions),
        }
        for table in (Need, Offering, cast.Organisation):
            stream = table.__tablename__
            named = {name.thing for name in shown.base.names if names.STREAM_OF[name.group] == stream}
            assert named == {row.id for row in session.query(table) if str(row.id) in held[stream]}
            assert named


def test_many_changes_make_the_table_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "MOST_CHANGED", 2)
    shelf = NameShelf()
    with database.reading() as session:
        before = shelf.at(session, stream_positions(session))
    with database.writing() as session:
        made = [factories.offering(session, "complex", title=f"激光第{number}") for number in range(4)]
        offerings.withdraw(session, made[0])
    with database.reading() as session:
        after = shelf.at(session, stream_positions(session))

        assert len(after.live) == 0 and len(after.base) > len(before.base)
        found = after.asked(ANONYMOUS, on=clock.today()).find("激光", most=9)
        assert [name.text for name, _hit in found] == ["激光第1", "激光第2", "激光第3"]


def test_a_rewritten_posting_is_known_by_its_new_name_alone(database: Database) -> None:
    shelf = NameShelf()
    with database.writing() as session:
        offering = factories.offering(session, "complex", title="激光焊接", keywords=[])
    with database.reading() as session:
        shelf.at(session, stream_positions(session))
    with database.writing() as session:
        offering = session.get_one(Offering, offering.id)
        text = OfferingText.of(offering)
        operations.rewrite(
            session, offering, factories.offering_text(title="超声清洗", keywords=[], category_code=text.category_code)
        )
    with database.reading() as session:
        asked = shelf.at(session, stream_positions(session)).asked(ANONYMOUS, on=clock.today())

        assert asked.find("激光", most=9) == []
        assert [name.text for name, _hit in asked.find("超声", most=9)] == ["超声清洗"]
