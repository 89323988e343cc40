"""Pages of services: recording, confirming one and many, disputing, correcting, lists."""

import pytest
from sqlalchemy import select

from matchmaker.contracts.agreements.models import ContractSource
from matchmaker.contracts.services.models import ServiceRecord, ServiceState
from tests.conftest import ClientFor
from tests.support import deals, factories, words
from tests.support.databases import Database


def rows(database: Database) -> list[ServiceRecord]:
    with database.reading() as session:
        return list(session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)))


def test_a_service_is_recorded_under_a_contract_and_confirmed_with_satisfaction_and_effect(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        introduction = factories.introduction(session, life="talking")
        contract = deals.contract(session, introduction=introduction).id
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    assert f"/services/new?contract={contract}" in complex_.get(f"/contracts/{contract}").links
    form = complex_.get(f"/services/new?contract={contract}")
    refused = complex_.submit(form, "/services/", expect=422, **deals.service_form(amount_fen="1.3万"))
    assert words.said("This is more than the contract amount.") in refused.main
    done = complex_.submit(refused, "/services/", amount_fen="0.12万", instrument_minutes="1.5", with_voucher="1")

    (record,) = rows(database)
    assert (record.amount_fen, record.instrument_minutes, record.with_voucher) == (120_000, 90, True)
    assert (record.source, record.introduction_id) == (ContractSource.MATCH, introduction.id)
    page = enterprise.get(done.location)
    enterprise.submit(page, f"{done.location}/confirm", satisfaction="5", effect="4", words="解决了。")
    (record,) = rows(database)
    assert (record.state, record.satisfaction, record.effect) == (ServiceState.CONFIRMED, 5, 4)
    page = enterprise.get(done.location)
    assert "解决了。" in page.main
    enterprise.submit(page, f"{done.location}/rate", effect="2")
    assert rows(database)[0].effect == 2
    assert f"/services/{record.id}" in complex_.get(f"/contracts/{contract}").links


def test_a_service_without_a_match_is_recorded_too_and_says_so(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    form = complex_.get("/services/new")
    complex_.submit(form, "/services/", **deals.service_form(party="锦程"))
    complex_.submit(form, "/services/", **deals.service_form(party="锦程"))
    (record,) = rows(database)
    said = words.said("Without a match on the platform")
    assert said in complex_.get(f"/services/{record.id}").main and said in complex_.get("/services/").main


def test_a_service_can_be_recorded_from_an_introduction_without_a_contract(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        introduction = factories.introduction(session, life="talking").id
    complex_ = client_for("complex")
    form = complex_.get(f"/services/new?introduction={introduction}")
    complex_.submit(form, "/services/", **deals.service_form())
    assert rows(database)[0].introduction_id == introduction


def test_a_disputed_service_is_corrected_and_both_records_lead_to_each_other(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        number = deals.service(session).id
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    enterprise.post(f"/services/{number}/dispute", {"reason": ""}, expect=422)
    enterprise.post(f"/services/{number}/dispute", {"reason": "只做了三个样品。"})
    assert "只做了三个样品。" in complex_.get(f"/services/{number}").main
    form = complex_.get(f"/services/{number}/correct")
    page = complex_.submit(form, f"/services/{number}/correct", expect=422, amount_fen="900")
    done = complex_.submit(page, f"/services/{number}/correct", words="按三个样品计。")
    assert [row.state for row in rows(database)] == [ServiceState.SUPERSEDED, ServiceState.RECORDED]
    assert f"/services/{number}" in enterprise.get(done.location).links
    assert done.location in enterprise.get(f"/services/{number}").links
    complex_.get(f"/services/{number}/correct", expect=403)


def test_what_was_recorded_by_mistake_is_taken_back_with_a_reason(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        number = deals.service(session, "confirmed").id
    complex_ = client_for("complex")
    complex_.post(f"/services/{number}/take-back", {"reason": " "}, expect=422)
    complex_.post(f"/services/{number}/take-back", {"reason": "记错企业。"})
    assert rows(database)[0].state is ServiceState.WITHDRAWN
    assert "记错企业。" in client_for("enterprise").get(f"/services/{number}").main


@pytest.mark.parametrize(("button", "confirmed"), [({}, 2), ({"all": "1"}, 3)])
def test_many_services_are_confirmed_at_once(
    client_for: ClientFor, database: Database, button: dict[str, str], confirmed: int
) -> None:
    with database.writing() as session:
        mine = [deals.service(session).id for _ in range(3)]
        other = deals.service(session, enterprise="other-enterprise").id
    enterprise = client_for("enterprise")
    enterprise.get("/services/to-confirm")
    enterprise.post("/services/to-confirm", {"effect": "4"}, expect=422)
    ids = [str(number) for number in (*mine[:2], other)]
    shown = [str(number) for number in (*mine, other)]
    enterprise.post("/services/to-confirm", {"record": ids, "shown": shown, "effect": "4", **button})
    assert [row.state for row in rows(database)].count(ServiceState.CONFIRMED) == confirmed
    assert rows(database)[-1].state is ServiceState.RECORDED, "another enterprise's stays"
    assert rows(database)[0].effect == 4


def test_lists_are_narrowed_by_facets_days_and_vouchers(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.service(session, description="用券检测。", with_voucher=True)
        deals.service(session, "withdrawn", description="误记检测。")
        deals.service(session, description="很久以前。", served_on=deals.day(-300))
        deals.service(session, enterprise="far-enterprise", description="邻区检测。")
    complex_ = client_for("complex")
    every = complex_.get("/services/").main
    assert all(word in every for word in ("用券检测。", "误记检测。", "很久以前。", "邻区检测。"))
    assert "很久以前。" not in complex_.get("/services/?voucher=1").main
    assert "误记检测。" not in complex_.get("/services/?standing=1").main
    assert "很久以前。" not in complex_.get(f"/services/?since={deals.day(-30)}").main
    assert "很久以前。" in complex_.get(f"/services/?until={deals.day(-30)}&sort=oldest").main
    assert "邻区检测。" not in client_for("bureau-district").get("/services/").main
    assert "邻区检测。" not in complex_.get("/services/?district=330602&sort=amount").main
    complex_.get("/services/?since=never&state=nothing")


def test_the_contract_of_another_is_not_there(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        contract = deals.contract(session, provider="institute").id
        introduction = factories.introduction(session, life="talking", provider="institute").id
    complex_ = client_for("complex")
    for query in (f"contract={contract}", f"introduction={introduction}", "contract=x", "introduction=99999999999"):
        complex_.get(f"/services/new?{query}", expect=404)
