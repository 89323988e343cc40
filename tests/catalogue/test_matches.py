"""Match pages: the best first with the reason, near misses with what failed, and an honest "none"."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.operations import next_revision
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.suggestions import rules
from matchmaker.matching import Move
from matchmaker.matching.reranking import SPEAKS_OF
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, factories, sites, words
from tests.support.databases import Database
from tests.support.pages import Page, words_of

PROBLEM = "高温高压溢流染色机染涤纶，不同缸之间色差在四级以下，回修率百分之八，升温曲线不稳。"
ANSWER = "为染涤纶的高温高压溢流染色机优化升温曲线，在线测色，减小不同缸之间的色差，降低回修率。"


def shown(page: Page) -> dict[str, list[int]]:
    """Return the ids of good, near and weak matches, each in its order."""
    found: dict[str, list[int]] = {"good": [], "near": [], "weak": []}
    part = "good"
    for element in page.tree.iter():
        if element.tag == "h2" and words_of(element) == words.said("Near misses"):
            part = "near"
        elif element.tag == "details" and "weak-matches" in element.get("class", ""):
            part = "weak"
        elif element.get("id", "").startswith("match-"):
            found[part].append(int(element.attrib["id"].removeprefix("match-")))
    return found


def bands(element: Any) -> list[str]:
    """Return the labels of matches within an element."""
    return [words_of(one) for one in element.iter() if "band" in (one.get("class") or "").split()]


def everything(found: dict[str, list[int]]) -> list[int]:
    """Return all ids, whichever part they stand in."""
    return [number for part in found.values() for number in part]


@pytest.fixture
def others(database: Database) -> None:
    """Offerings and needs about something else, as every real site holds them."""
    topics = (
        "数控机床主轴热误差补偿", "污水处理膜污染清洗", "化工园区废气在线监测", "食品冷链温度追溯",
        "锂电池极片涂布缺陷检测", "花边机张力控制", "铝型材表面喷涂附着力", "药品稳定性试验",
        "轴承钢疲劳寿命检测", "黄酒酿造微生物分析", "电机绕组绝缘检测", "工业机器人焊缝跟踪",
        "塑料薄膜厚度测量", "水泵叶轮铸造气孔", "光伏组件隐裂检测",
    )  # fmt: skip
    with database.writing() as session:
        for topic in topics:
            factories.offering(
                session, "institute", title=topic, description=f"提供{topic}的整体方案与现场服务。",
                keywords=[topic[:4]], industry_code=cast.MACHINERY,
            )  # fmt: skip
            factories.need(
                session, "other-enterprise", title=topic, problem=f"我厂在{topic}方面遇到困难。", target="",
                keywords=[topic[:4]], industry_code=cast.MACHINERY,
            )  # fmt: skip


def post_need(database: Database, life: str = "published", **differences: Any) -> int:
    values = {"title": "涤纶染色缸差大", "problem": PROBLEM, "target": "", "keywords": ["染色", "缸差"]}
    with database.writing() as session:
        return factories.need(session, "enterprise", life, **values | differences).id


def post_offering(database: Database, owner: str = "complex", life: str = "published", **differences: Any) -> int:
    values = {"title": "涤纶染色缸差控制", "description": ANSWER, "keywords": ["染色", "缸差"]}
    with database.writing() as session:
        return factories.offering(session, owner, life, **values | differences).id


@pytest.mark.usefixtures("others")
def test_the_offering_that_says_the_same_comes_first_with_its_reasons(
    client_for: ClientFor, database: Database
) -> None:
    offering, need = post_offering(database), post_need(database)
    enterprise = client_for("enterprise")
    page = enterprise.get(f"/needs/{need}/matches")

    assert shown(page)["good"][0] == offering
    card = page.by_id(f"match-{offering}")
    assert card is not None
    assert "染色" in " ".join(words_of(mark) for mark in card.iter("mark"))
    why = enterprise.get(f"/needs/{need}/matches/{offering}")
    marked = {words_of(mark) for mark in why.all("mark")}
    assert {"染色", "缸差"} & marked
    assert all(words.said(condition) in why.main for condition in ("Same industry", "Same district"))


@pytest.mark.usefixtures("others")
def test_the_shares_of_the_reasons_add_up_to_the_whole(client_for: ClientFor, database: Database) -> None:
    offering, need = post_offering(database), post_need(database)
    page = client_for("enterprise").get(f"/needs/{need}/matches/{offering}")

    shares = [float(meter.attrib["value"]) for meter in page.all("meter")]
    assert sum(shares) == pytest.approx(1, abs=0.005)
    assert shares[:-1] == sorted(shares[:-1], reverse=True)


@pytest.mark.usefixtures("others")
def test_a_provider_finds_the_need_that_an_offering_fits(client_for: ClientFor, database: Database) -> None:
    offering, need = post_offering(database), post_need(database)
    provider = client_for("complex")

    assert shown(provider.get(f"/offerings/{offering}/matches"))["good"][0] == need
    assert provider.get(f"/offerings/{offering}/matches/{need}").h1 == words.said("Why they match")


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize(
    ("need", "offering", "reason"),
    [
        ({"budget_fen": 5_000_000}, {"price_min_fen": 9_000_000, "price_max_fen": 9_000_000},
         "Price starts above the budget"),
        ({"needed_by": factories.civil_day("2026-03-11")}, {"delivery_days": 30},
         "Delivers in %(days)s days, %(late)s too late"),
        ({"trl": 8}, {"trl": 5}, "TRL %(have)s, wanted %(want)s"),
    ],
)  # fmt: skip
def test_a_near_miss_shows_the_one_condition_that_failed(
    client_for: ClientFor, database: Database, at: Any, need: dict[str, Any], offering: dict[str, Any], reason: str
) -> None:
    at("2026-03-01T10:00")
    offering_id, need_id = post_offering(database, **offering), post_need(database, **need)
    page = client_for("enterprise").get(f"/needs/{need_id}/matches")

    assert offering_id in shown(page)["near"] and offering_id not in shown(page)["good"]
    card = page.by_id(f"match-{offering_id}")
    assert card is not None
    values = {"days": 30, "late": 20, "have": 5, "want": 8}
    said = words.said(reason, **values) if "%" in reason else words.said(reason)
    assert said in words_of(card)


@pytest.mark.usefixtures("others")
def test_what_fails_two_conditions_is_no_near_miss(client_for: ClientFor, database: Database) -> None:
    offering = post_offering(database, price_min_fen=9_000_000, price_max_fen=9_000_000, trl=2)
    need = post_need(database, budget_fen=5_000_000, trl=8)

    found = shown(client_for("enterprise").get(f"/needs/{need}/matches"))
    assert offering not in found["good"] + found["near"] + found["weak"]


@pytest.mark.usefixtures("others")
def test_no_good_match_is_said_with_what_to_do_next(client_for: ClientFor, database: Database) -> None:
    need = post_need(database, title="古籍修复用纸", problem="宋版书页脆化，求修复用纸。", keywords=[])
    page = client_for("enterprise").get(f"/needs/{need}/matches")

    assert shown(page)["good"] == []
    assert words.said("No good match yet") in page.main
    assert f"/needs/{need}/edit" in page.links
    assert f"/organisations/?kind=complex&industry={cast.DYEING}" in page.links


def test_an_empty_site_says_so_too(client_for: ClientFor, database: Database) -> None:
    need = post_need(database)

    assert words.said("No good match yet") in client_for("enterprise").get(f"/needs/{need}/matches").main


@pytest.mark.usefixtures("others")
def test_a_draft_is_matched_for_its_author(client_for: ClientFor, database: Database) -> None:
    offering, need = post_offering(database), post_need(database, "draft")
    page = client_for("enterprise").get(f"/needs/{need}/matches")

    assert shown(page)["good"] == [offering]
    assert words.said("This is still a draft: only you see it and these matches.") in page.main


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("step", ["withdraw", "close"])
def test_what_was_withdrawn_a_moment_ago_is_matched_no_more(make_app: MakeApp, database: Database, step: str) -> None:
    offering, need = post_offering(database), post_need(database)
    app, another = make_app(database), make_app(database)
    enterprise, provider = sites.visitor_as(another, "enterprise"), sites.visitor_as(app, "complex")
    assert shown(enterprise.get(f"/needs/{need}/matches"))["good"] == [offering]

    provider.post(f"/offerings/{offering}/{step}")
    assert offering not in everything(shown(enterprise.get(f"/needs/{need}/matches")))


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize("changed", ["offering", "organisation"])
def test_a_card_follows_what_it_shows(make_app: MakeApp, either_database: Database, changed: str) -> None:
    number, need = post_offering(either_database), post_need(either_database)
    enterprise = sites.visitor_as(make_app(either_database), "enterprise")
    before = enterprise.get(f"/needs/{need}/matches").by_id(f"match-{number}")

    with either_database.writing() as session:
        offering = session.get_one(Offering, number)
        if changed == "offering":
            offering.delivery_days = 77
            offering.revision = next_revision(session, "offering")
        else:
            owner = session.get_one(Organisation, offering.organisation_id)
            owner.name = "改名后的综合体"
            owner.revision = next_revision(session, "organisation")

    after = enterprise.get(f"/needs/{need}/matches").by_id(f"match-{number}")
    said = "77" if changed == "offering" else "改名后的综合体"
    assert before is not None and said not in words_of(before)
    assert after is not None and said in words_of(after)


@pytest.mark.usefixtures("others")
def test_a_new_offering_is_matched_at_once_in_every_process(make_app: MakeApp, either_database: Database) -> None:
    need = post_need(either_database)
    here, there = make_app(either_database), make_app(either_database)
    enterprise = sites.visitor_as(there, "enterprise")
    assert shown(enterprise.get(f"/needs/{need}/matches"))["good"] == []

    listed = sites.visitor_as(here, "complex").post(
        "/offerings/",
        factories.offering_form(title="涤纶染色缸差控制", description=ANSWER, keywords="染色，缸差", publish="1"),
    )
    offering = int(listed.location.split("/")[2])
    assert shown(enterprise.get(f"/needs/{need}/matches"))["good"] == [offering]


@pytest.mark.usefixtures("others")
def test_an_offering_past_its_last_day_is_matched_no_more(make_app: MakeApp, database: Database, at: Any) -> None:
    at("2026-03-01T10:00")
    offering = post_offering(database, valid_until=factories.civil_day("2026-03-02"))
    need = post_need(database)
    enterprise = sites.visitor_as(make_app(database), "enterprise")

    at("2026-03-02T23:59:59")
    assert offering in shown(enterprise.get(f"/needs/{need}/matches"))["good"]
    at("2026-03-03T00:00:00")
    assert offering not in everything(shown(enterprise.get(f"/needs/{need}/matches")))


@pytest.mark.usefixtures("others")
@pytest.mark.parametrize(
    ("chosen", "stays"),
    [
        ({"kind": "service"}, True), ({"kind": "instrument"}, False), ({"district": cast.HERE}, True),
        ({"district": cast.ELSEWHERE}, False), ({"category": cast.DEVELOPMENT}, True),
        ({"category": cast.TESTING}, False), ({"industry": cast.DYEING}, True), ({"industry": cast.MACHINERY}, False),
        ({"voucher": "1"}, False), ({"district": "nowhere"}, False), ({"kind": "\x00"}, True),
    ],
)  # fmt: skip
def test_filters_narrow_the_matches(
    client_for: ClientFor, database: Database, chosen: dict[str, str], stays: bool
) -> None:
    offering, need = post_offering(database), post_need(database)
    enterprise = client_for("enterprise", checks="\x00" not in "".join(chosen.values()))

    page = enterprise.get(f"/needs/{need}/matches", query_string=chosen)
    assert (offering in shown(page)["good"]) is stays
    fragment = enterprise.open(
        f"/needs/{need}/matches", query_string=chosen, headers={"HX-Request": "true"}, expect=200
    )
    assert shown(fragment) == shown(page)


@pytest.mark.usefixtures("others")
def test_what_serves_every_industry_stays_under_any_industry(client_for: ClientFor, database: Database) -> None:
    offering, need = post_offering(database, industry_code=None), post_need(database)

    page = client_for("enterprise").get(f"/needs/{need}/matches?industry={cast.MACHINERY}")
    assert offering in shown(page)["good"]


def test_of_offerings_that_say_the_same_those_of_the_need_s_industry_stand_first(
    client_for: ClientFor, database: Database
) -> None:
    foreign, every, own = (post_offering(database, industry_code=code) for code in (cast.MACHINERY, None, cast.DYEING))
    need = post_need(database)
    page = client_for("enterprise", language="en").get(f"/needs/{need}/matches")

    assert shown(page)["good"] == [every, own, foreign]
    assert "the industry" in page.main


@pytest.mark.usefixtures("others")
def test_more_matches_than_a_page_holds_are_shown_on_asking(client_for: ClientFor, database: Database) -> None:
    need = post_need(database)
    offerings = [post_offering(database) for _ in range(14)]
    enterprise = client_for("enterprise")
    page = enterprise.get(f"/needs/{need}/matches?kind=service")

    assert len(shown(page)["good"]) == 10
    more = next(link for link in page.links if "more=1" in link)
    assert parse_qs(urlsplit(more).query) == {"kind": ["service"], "more": ["1"]}
    assert sorted(shown(enterprise.get(more))["good"]) == offerings


@pytest.mark.usefixtures("others")
def test_two_that_share_no_word_have_a_page_that_says_so(client_for: ClientFor, database: Database) -> None:
    need = post_need(database, title="古籍", problem="宋版书页脆化", keywords=[])
    offering = post_offering(database)

    page = client_for("enterprise").get(f"/needs/{need}/matches/{offering}")
    assert words.said("The two texts share no word that counts.") in page.main


@pytest.mark.usefixtures("others")
def test_a_summary_and_the_whole_of_one_need_are_one_match(client_for: ClientFor, database: Database) -> None:
    offering, need = post_offering(database), post_need(database, confidentiality="summary")

    for role in ("complex", "bureau-district", "bureau-city"):
        assert everything(shown(client_for(role).get(f"/offerings/{offering}/matches"))).count(need) == 1


@pytest.mark.usefixtures("others")
def test_a_need_as_long_as_needs_may_be_is_matched(client_for: ClientFor, database: Database) -> None:
    offering = post_offering(database)
    need = post_need(database, problem=(PROBLEM * 600)[:20_000], target=(ANSWER * 600)[:20_000])

    assert shown(client_for("enterprise").get(f"/needs/{need}/matches"))["good"] == [offering]


def test_a_match_is_the_same_whoever_asks_first(make_app: MakeApp, database: Database) -> None:
    offering, need = post_offering(database), post_need(database)
    with database.reading() as session:
        assert session.get_one(Need, need).title

    pages = [
        sites.visitor_as(make_app(database), role).get(f"/needs/{need}/matches")
        for role in ("enterprise", "bureau-city")
    ]
    assert shown(pages[0]) == shown(pages[1])
    assert offering in everything(shown(pages[0]))


@pytest.mark.usefixtures("others")
def test_a_pair_is_judged_as_in_the_list_and_says_what_moved_it_and_from_where_on_it_is_strong(
    client_for: ClientFor, database: Database
) -> None:
    post_offering(database, title="染色助剂", description="涤纶染色用的匀染剂。", keywords=["助剂"])
    offering, need = post_offering(database), post_need(database)
    enterprise = client_for("enterprise")

    card = enterprise.get(f"/needs/{need}/matches").by_id(f"match-{offering}")
    page = enterprise.get(f"/needs/{need}/matches/{offering}")

    assert card is not None
    assert bands(page.tree)[0] == bands(card)[0]
    assert words.said("Raised by") in page.words
    assert "45" in page.words
    assert "15" in page.words


def test_what_moved_a_match_is_named_by_strength_without_similarity_and_without_trifles() -> None:
    class Lifted:
        climbed = 2
        moved = (
            Move("title", 3.0),
            Move("length", -2.0),
            Move("similarity", 9.0),
            Move("theme", 1.0),
            Move("keywords", 0.1),
        )

    told = rules.moved(Lifted())

    assert told.places == 2
    assert told.raised == (rules.MOVED_BY["title"], rules.MOVED_BY["theme"])
    assert told.lowered == (rules.MOVED_BY["length"],)


def test_whatever_the_second_stage_goes_by_has_a_name_for_people() -> None:
    assert set(SPEAKS_OF.values()) == rules.MOVED_BY.keys()
