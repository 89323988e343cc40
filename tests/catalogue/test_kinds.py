"""Each kind of offering has a form, a page and filters of its own."""

import pytest
from sqlalchemy import event

from matchmaker.catalogue.demand import findings
from matchmaker.catalogue.offerings.models import Offering, OfferingKind, PriceUnit, Reach
from matchmaker.catalogue.offerings.rules import KIND_FIELDS
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

INSTRUMENT = {
    "kind": "instrument",
    "model": "ICP-MS 7800",
    "maker": "Agilent",
    "made_in": "2021",
    "accuracy": "0.1 ng/L",
    "location": "3号楼204室",
    "booking_contact": "仪器预约室",
    "bookable_hours": "周一到周五8:30-17:00，周六9:00-12:00",
    "booking_note": "须提前三天",
    "price_min": "200",
    "price_unit": "hour",
}
TEAM = {
    "kind": "expert_team",
    "team_field": "染整工艺",
    "team_lead": "王教授",
    "team_size": "6",
    "achievements": "为四十家印染厂降低回修率。",
    "cooperation": "on_site",
}
RESULT = {
    "kind": "result",
    "ip_status": "granted",
    "patents": "zl201910123456.7，CN112345678B",
    "transfer_mode": "licence",
}

SHOWN_AS_TYPED = {
    "model", "maker", "made_in", "accuracy", "location", "booking_contact", "booking_note", "team_field", "team_lead",
    "team_size", "achievements",
}  # fmt: skip


def only(database: Database) -> Offering:
    with database.reading() as session:
        return session.get_one(Offering, 1)


@pytest.mark.parametrize("kind", list(OfferingKind))
def test_a_form_asks_only_what_its_kind_needs(client_for: ClientFor, kind: OfferingKind) -> None:
    asked = client_for("complex").get(f"/offerings/new?kind={kind}").typed("/offerings/")
    others = {name for other in OfferingKind if other is not kind for name in KIND_FIELDS[other]}

    assert others & asked.keys() == set()
    # Boxes that nobody ticked send nothing.
    assert set(KIND_FIELDS[kind]) - asked.keys() <= {"cooperation"}
    assert asked["kind"] == kind


@pytest.mark.parametrize("typed", [INSTRUMENT, TEAM, RESULT], ids=lambda typed: typed["kind"])
def test_what_a_kind_says_is_kept_shown_and_found(
    client_for: ClientFor, visitor: Visitor, database: Database, typed: dict[str, str]
) -> None:
    complex_ = client_for("complex")
    complex_.post("/offerings/", factories.offering_form(**typed, publish="1"))
    page = visitor.get("/offerings/1")

    for name in set(typed) & SHOWN_AS_TYPED:
        assert typed[name] in page.main, name
    form = complex_.get("/offerings/1/edit").typed("/offerings/1")
    assert form["kind"] == typed["kind"]
    complex_.submit(complex_.get("/offerings/1/edit"), "/offerings/1")
    assert visitor.get("/offerings/1").main == page.main, "saving it as it stands changes nothing"


def test_opening_hours_are_shown_back_in_the_readers_language(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    complex_.post("/offerings/", factories.offering_form(**INSTRUMENT))

    assert "周一至周五 8:30–17:00；周六 9:00–12:00" in complex_.get("/offerings/1").main
    assert "Mon–Fri 8:30–17:00; Sat 9:00–12:00" in client_for("complex", language="en").get("/offerings/1").main
    assert only(database).open_days == 0b0111111


def test_patent_numbers_are_kept_one_by_one(client_for: ClientFor, database: Database) -> None:
    client_for("complex").post("/offerings/", factories.offering_form(**RESULT))

    assert only(database).patents == ["ZL201910123456.7", "CN112345678B"]


def test_a_granted_patent_is_not_published_without_its_number(client_for: ClientFor) -> None:
    page = client_for("complex").post(
        "/offerings/", factories.offering_form(**RESULT | {"patents": ""}, publish="1"), expect=422
    )

    assert page.error("patents") == words.said("Name the number of the patent, so that it can be looked up.")


def test_a_model_number_finds_its_instrument(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        factories.offering(session, "complex", kind=OfferingKind.INSTRUMENT, model="ICP-MS 7800", maker="Agilent")
        need = factories.need(
            session, "enterprise", title="镉含量超标", problem="想用 Agilent ICP-MS 7800 复测织物重金属。", keywords=[]
        ).id

    assert "/matches/1" in " ".join(client_for("enterprise").get(f"/needs/{need}/matches").links)


def test_districts_served_are_ticked_shown_and_filtered_by(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    complex_ = client_for("complex")
    form = factories.offering_form(reach="districts", publish="1")
    page = complex_.post("/offerings/", form, expect=422)
    assert page.error("served_districts") == words.said("Tick the districts that are served.")

    complex_.post("/offerings/", form | {"served_districts": cast.ELSEWHERE})
    with database.writing() as session:
        factories.offering(session, "complex", title="全市都去的服务")
        factories.offering(session, "complex", title="外市也去的服务", reach=Reach.BEYOND)

    assert "起毛起球测试" in visitor.get(f"/offerings/?serves={cast.ELSEWHERE}").main
    here = visitor.get(f"/offerings/?serves={cast.HERE}").main
    assert "起毛起球测试" not in here and "全市都去的服务" in here and "外市也去的服务" in here
    assert "柯桥区" in visitor.get("/offerings/1").main


def test_a_match_says_whether_the_needs_district_is_served(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise").id
        for code in (cast.HERE, cast.ELSEWHERE):
            factories.offering(session, "institute", reach=Reach.DISTRICTS, served_districts=[code])
    page = client_for("enterprise").get(f"/needs/{need}/matches")

    assert words.said("Serves this district") in page.main and words.said("Does not serve this district") in page.main


def instrument(database: Database, title: str, **differences: object) -> None:
    values = {"model": "X-1", "price_min_fen": 20_000, "price_max_fen": 20_000, "price_unit": PriceUnit.HOUR}
    with database.writing() as session:
        factories.offering(session, "complex", kind=OfferingKind.INSTRUMENT, title=title, **values | differences)


def test_instruments_are_filtered_by_price_weekend_accuracy_and_model(visitor: Visitor, database: Database) -> None:
    instrument(database, "便宜的", bookable_hours="周六 9:00–12:00")
    instrument(
        database, "精密的", price_min_fen=90_000, price_max_fen=90_000, accuracy="ΔE 0.02", model="Datacolor 850"
    )
    instrument(database, "按次的", price_unit=PriceUnit.SAMPLE, price_min_fen=100, bookable_hours="周一 9:00–12:00")
    with database.writing() as session:
        factories.offering(session, "complex", title="不是仪器")

    def shown(query: str) -> set[str]:
        page = visitor.get(f"/offerings/instruments?{query}").main
        return {title for title in ("便宜的", "精密的", "按次的", "不是仪器") if title in page}

    assert shown("") == {"便宜的", "精密的", "按次的"}
    assert shown("price=300") == {"便宜的"}
    assert shown("weekend=1") == {"便宜的"}
    assert shown("accuracy=0.02") == {"精密的"}
    assert shown("model=datacolor850") == {"精密的"}
    assert shown("model=%25") == set(), "signs of the database's own are letters like others"
    assert shown(f"district={cast.HERE}&sort=price") == {"便宜的", "精密的", "按次的"}
    assert shown("price=nonsense&page=99") == {"便宜的", "精密的", "按次的"}


@pytest.mark.parametrize("path", ["/offerings/", "/offerings/instruments", "/offerings/found/", "/offerings/sheet/"])
def test_a_list_asks_as_many_statements_for_fifty_rows_as_for_one(
    client_for: ClientFor, database: Database, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What was counted is counted anew at the next look, and not at the second, however slow the machine is.
    monkeypatch.setattr(findings, "_SHARE", 1e9)
    complex_ = client_for("complex")
    statements: list[str] = []

    def asked() -> int:
        complex_.get(path)
        statements.clear()
        complex_.get(path)
        return len(statements)

    instrument(database, "一台")
    with complex_.app.app_context():
        from matchmaker.web.database import engine

        event.listen(engine(), "before_cursor_execute", lambda *given: statements.append(given[2]))
    first = asked()
    with database.writing() as session:
        for number in range(49):
            factories.offering(
                session, "complex", kind=OfferingKind.INSTRUMENT, model=f"X-{number}", served_districts=[cast.HERE],
                reach=Reach.DISTRICTS,
            )  # fmt: skip
    assert asked() == first <= 15


def test_versions_show_what_changed_to_the_provider_and_its_bureau(client_for: ClientFor) -> None:
    complex_ = client_for("complex")
    complex_.post("/offerings/", factories.offering_form(**INSTRUMENT, publish="1"))
    complex_.submit(
        complex_.get("/offerings/1/edit"), "/offerings/1", price_min="300", price_max="", bookable_hours="每天 全天"
    )

    for role in ("complex", "bureau-district"):
        page = client_for(role).get("/offerings/1/versions").main
        assert words.said("Opening hours") in page and words.said("Price from") in page and "每天" in page
        assert words.said("Model") not in page, "what stayed the same is not told"
    client_for("enterprise").get("/offerings/1/versions", expect=403)
