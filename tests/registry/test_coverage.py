"""The grid of industries and districts and the targets, against what was read out of the documents by hand."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from matchmaker.accounts.models import OrganisationKind
from matchmaker.db import schema, tables
from matchmaker.reference.models import CITY_CODE
from matchmaker.reference.queries import Code, code_lists
from matchmaker.registry.coverage import queries, rules
from matchmaker.registry.coverage.models import Basis, Indicator
from matchmaker.registry.coverage.rules import Body, Counted, Verdict
from matchmaker.registry.models import Level
from matchmaker.registry.profiles.models import Topic
from matchmaker.resources import SEEDS
from matchmaker.seeding import check, reference
from tests.conftest import MakeApp
from tests.support import cast, databases, factories, profiles, statements
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.sites import visitor_as
from tests.support.visitor import Visitor

NOWHERE = "未载明"

#: Read by hand from S0 and S3: by the end of 2020, which complexes there are in which district, all provincial but
#: the planned one. S0 names industries alone (珍珠, 厨电, 领带, 轴承, 化工), so their district is not known.
#: Hosiery and neckties are textiles, bearings high-end equipment. No other cell is filled.
BY_2020 = {
    ("纺织", "柯桥区"): {"柯桥现代纺织产业创新服务综合体"},
    ("纺织", "诸暨市"): {"诸暨大唐袜业产业创新服务综合体"},
    ("纺织", NOWHERE): {"领带产业创新服务综合体"},
    ("化工", NOWHERE): {"化工产业创新服务综合体"},
    ("金属加工", "诸暨市"): {"诸暨金属加工产业创新服务综合体"},
    ("珍珠", NOWHERE): {"珍珠产业创新服务综合体"},
    ("高端装备", NOWHERE): {"轴承产业创新服务综合体"},
    ("现代医药", "滨海新区"): {"滨海现代医药产业创新服务综合体"},
    ("厨电", NOWHERE): {"厨电产业创新服务综合体"},
    ("节能环保", "越城区"): {"越城节能环保产业创新服务综合体"},
    ("现代住建", "柯桥区"): {"柯桥现代住建产业创新服务综合体"},
    ("泛娱乐", "上虞区"): {"上虞泛娱乐产业创新服务综合体"},
    ("茶叶", "新昌县"): {"新昌茶叶产业创新服务综合体"},
}
PLANNED = {("汽车零部件", NOWHERE): {"汽车零部件产业创新服务综合体"}}
#: The review of 2022 names two more, one of them in a district.
BY_2022 = BY_2020 | {
    ("化工", "上虞区"): {"上虞绿色化工产业创新服务综合体"},
    ("现代医药", NOWHERE): {"绍兴现代医药产业创新服务综合体"},
}
#: "5+4" industries of S1 that no document gives a complex, and the one that is planned only.
UNCOVERED = ["黄酒", "新材料", "电子信息", "汽车零部件"]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with what the documents say and nothing else."""
    tables.load()
    database = databases.open_database(databases.sqlite_url(tmp_path_factory.mktemp("documents") / "m.db"))
    schema.upgrade(database.engine)
    with database.writing() as session:
        reference.load(session, check.read(SEEDS).reference)
    yield database
    database.engine.dispose()


def grid_on(session: Session, day: date) -> rules.Grid:
    lists = code_lists(session)
    kinds = queries.industries_by_kind(session)
    bodies = queries.bodies_on(session, queries.listed_bodies(session, city=CITY_CODE, with_invented=False), on=day)
    return rules.grid(
        bodies,
        industries=lists.industries,
        key=kinds["traditional"] + kinds["emerging"],
        districts=lists.city_districts(CITY_CODE),
    )


def filled(grid: rules.Grid) -> tuple[dict[tuple[str, str], set[str]], set[Level | None]]:
    """Return the names in each cell that is not blank, planned ones too, and the levels of those at work."""
    cells = [(row.industry.name, cell.district.name, cell.bodies) for row in grid.rows for cell in row.cells]
    cells += [(row.industry.name, NOWHERE, row.nowhere) for row in grid.rows]
    named = {(industry, district): {body.name for body in bodies} for industry, district, bodies in cells if bodies}
    return named, {body.level for *_where, bodies in cells for body in bodies if body.covers}


@pytest.mark.parametrize(
    ("day", "by_hand"), [("2020-12-31", BY_2020), ("2021-12-31", BY_2020), ("2022-12-31", BY_2022)]
)
def test_the_grid_is_what_the_documents_say(
    documents: Database, day: str, by_hand: dict[tuple[str, str], set[str]]
) -> None:
    with documents.reading() as session:
        named, levels = filled(grid_on(session, date.fromisoformat(day)))

    assert named == by_hand | PLANNED
    assert levels == {Level.PROVINCIAL}


def test_before_the_first_document_the_grid_is_empty(documents: Database) -> None:
    with documents.reading() as session:
        grid = grid_on(session, date(2020, 12, 30))

    assert filled(grid)[0] == {} and len(grid.rows) == 9


def test_the_empty_cells_are_named(documents: Database) -> None:
    with documents.reading() as session:
        grid = grid_on(session, date(2022, 12, 31))
    empty = {row.industry.name: [district.name for district in row.empty] for row in grid.rows}

    assert [industry.name for industry in grid.uncovered] == UNCOVERED
    assert [district.name for district in grid.bare] == ["嵊州市"]
    assert empty["纺织"] == ["越城区", "上虞区", "新昌县", "嵊州市", "滨海新区"]
    assert len(empty["黄酒"]) == 7 and len(empty["汽车零部件"]) == 7


#: Target → what the registry comes to on its day, counted by hand from the tables above.
COUNTED = {
    "provincial-2020-s0": (Counted(13), Verdict.REACHED),
    "provincial-2020-s1": (Counted(13), Verdict.REACHED),
    "provincial-2022-s1": (Counted(15), Verdict.REACHED),
    "provincial-stated-2020-s0": (Counted(13), Verdict.DIFFERS),
    "provincial-stated-2021-s3": (Counted(13), Verdict.DIFFERS),
    "complexes-2022-s0": (Counted(15), Verdict.MISSED),
    "industries-2020-s0": (Counted(6, of=9), Verdict.MISSED),
    "traditional-2020-s1": (Counted(4, of=5), Verdict.MISSED),
    "emerging-2020-s1": (Counted(2, of=4), Verdict.MISSED),
    "premises-s1": (None, Verdict.UNKNOWN),
    "institutes-s0": (Counted(0), Verdict.MISSED),
}


def test_targets_that_disagree_both_stand_beside_what_the_registry_comes_to(
    documents: Database, make_app: MakeApp
) -> None:
    page = Visitor(make_app(documents)).get("/organisations/targets?only=real&on=2023-01-01")

    for key, (have, _verdict) in COUNTED.items():
        row = page.by_id(key)
        assert row is not None, key
        shown = "".join(row.itertext())
        if have is not None:
            assert (f"{have.number} / {have.of}" if have.of else str(have.number)) in shown, f"{key}: {shown}"
    assert [badges(page, key) for key in COUNTED] == [VERDICTS[verdict] for _have, verdict in COUNTED.values()]


VERDICTS = {
    Verdict.REACHED: "已达到",
    Verdict.MISSED: "未达到",
    Verdict.DIFFERS: "不一致",
    Verdict.UNKNOWN: "没有记录",
}


def badges(page: Page, key: str) -> str:
    row = page.by_id(key)
    assert row is not None
    return ["".join(badge.itertext()) for badge in row.iter("span") if "badge" in badge.get("class", "")][-1]


def test_a_goal_that_is_not_due_is_not_missed() -> None:
    assert rules.verdict(Counted(3), 5, unit="", basis=Basis.GOAL, is_due=False) is Verdict.NOT_YET
    assert rules.verdict(Counted(3), 5, unit="", basis=Basis.GOAL, is_due=True) is Verdict.MISSED
    assert rules.verdict(Counted(9, of=9), 100, unit="%", basis=Basis.GOAL, is_due=True) is Verdict.REACHED
    assert rules.verdict(Counted(8, of=9), 100, unit="%", basis=Basis.GOAL, is_due=True) is Verdict.MISSED
    assert rules.verdict(Counted(5), 5, unit="", basis=Basis.STATED, is_due=True) is Verdict.AGREES


def test_a_target_is_compared_on_its_own_day_or_the_one_looked_at_when_that_is_earlier() -> None:
    due = date(2022, 12, 31)

    assert rules.judged_on(due, on=date(2026, 1, 1)) == due
    assert rules.judged_on(due, on=date(2021, 1, 1)) == date(2021, 1, 1)
    assert rules.judged_on(None, on=date(2021, 1, 1)) == date(2021, 1, 1)


def complex_(number: int, level: Level | None, district: str = "a", *industries: str) -> Body:
    return Body(
        number,
        f"综合体{number}",
        "",
        False,
        OrganisationKind.COMPLEX,
        district,
        level,
        industries=frozenset(industries),
    )


def code(name: str, parent: str | None = None) -> Code:
    return Code(name, name, name, parent)


def test_every_indicator_can_be_counted() -> None:
    nothing = rules.Situation([], [], {}, [], [], [])

    for indicator in Indicator:
        have = rules.counted(indicator, nothing)
        assert have is None or have.number == 0


def test_a_complex_is_new_in_the_year_in_which_it_first_has_a_level() -> None:
    old, new, planned = (complex_(1, Level.CITY), complex_(2, Level.COUNTY), complex_(3, Level.PLANNED))
    now = rules.Situation([old, new, planned], [old, complex_(2, None)], {}, [], [], [])

    assert rules.counted(Indicator.NEW_IN_YEAR, now) == Counted(1)
    assert rules.counted(Indicator.NEW_PROVINCIAL_IN_YEAR, now) == Counted(0)


def test_a_cluster_counts_for_the_industry_it_belongs_to_and_a_planned_complex_leaves_its_cell_empty() -> None:
    industries = {"textile": code("textile"), "hosiery": code("hosiery", "textile"), "tea": code("tea")}
    bodies = [complex_(1, Level.CITY, "a", "hosiery"), complex_(2, Level.PLANNED, "b", "tea")]
    grid = rules.grid(bodies, industries=industries, key=["textile"], districts=[code("a"), code("b")])

    assert [row.industry.code for row in grid.rows] == ["textile", "tea"]
    assert [cell.is_empty for row in grid.rows for cell in row.cells] == [False, True, True, True]
    assert grid.rows[1].cells[1].bodies == (bodies[1],), "it is named all the same"


def test_the_map_has_a_tile_for_every_district_and_none_lies_on_another() -> None:
    districts = [code(name) for name in rules.TILES] + [code("elsewhere")]
    tiles = rules.tiles({"330602": 9, "330603": 1}, districts[:-1])

    assert len({(tile.column, tile.row) for tile in tiles}) == 7
    assert {tile.district.code: tile.shade for tile in tiles if tile.shade} == {"330602": 3, "330603": 1}
    assert rules.tiles({}, [code("elsewhere")])[0].shade == 0


def test_the_page_names_the_cells_and_the_map_s_numbers_are_the_table_s(documents: Database, make_app: MakeApp) -> None:
    page = Visitor(make_app(documents)).get("/organisations/coverage?on=2022-12-31")

    assert all(name in page.main for name in UNCOVERED)
    tiles = [link.get("aria-label") for link in page.all("{http://www.w3.org/2000/svg}a")] or [
        link.get("aria-label") for link in page.all("a") if link.get("aria-label")
    ]
    assert "越城区: 1" in tiles and "嵊州市: 0" in tiles and "柯桥区: 2" in tiles


def test_what_is_invented_counts_unless_it_is_left_out(make_app: MakeApp, database: Database) -> None:
    with database.writing() as session:
        cast.organisation_of(session, "complex").is_demo = True
        profiles.fact(session, "complex", {Topic.LEVEL: "city"})
    visitor = Visitor(make_app(database))
    name = cast.ROLES["complex"].organisation

    assert name in visitor.get("/organisations/coverage").main
    assert name not in visitor.get("/organisations/coverage?only=real").main


def test_pages_cost_the_same_number_of_statements_however_many_bodies_there_are(
    make_app: MakeApp, database: Database
) -> None:
    visitor = visitor_as(make_app(database), "anonymous", checks=False)
    places = ("/organisations/", "/organisations/?level=city&function=testing", "/organisations/coverage")

    def cost() -> list[int]:
        numbers = []
        for place in (*places, "/organisations/targets", f"/organisations/{number}"):
            visitor.get(place)
            with statements.counted() as seen:
                visitor.get(place)
            numbers.append(len(seen))
        return numbers

    with database.writing() as session:
        number = cast.organisation_of(session, "complex").id
        profiles.fact(session, "complex", {Topic.LEVEL: "city", Topic.FUNCTIONS: "testing", Topic.STAFF: "3"})
    few = cost()
    with database.writing() as session:
        for _ in range(12):
            factories.organisation(session, kind=OrganisationKind.COMPLEX, industry_code=cast.TEXTILES)
    assert cost() == few
    assert max(few) <= 15, few
