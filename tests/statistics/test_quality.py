"""What the records lack: counted for each reader's scope, every finding opening its record."""

from matchmaker.accounts.models import Organisation
from tests.conftest import ClientFor
from tests.support import cast, deals
from tests.support.databases import Database
from tests.support.statements import counted


def test_services_long_unconfirmed_and_contracts_long_unregistered_are_found(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        old = deals.service(session, served_on=deals.day(-40)).id
        deals.service(session, served_on=deals.day(-20))
        deals.service(session, "confirmed", served_on=deals.day(-40))
        contract = deals.contract(session, signed_on=deals.day(-31), starts_on=deals.day(-31)).id
    district = client_for("bureau-district")
    overview = district.get("/statistics/quality/")
    assert "/statistics/quality/?lack=unconfirmed" in overview.links
    found = district.get("/statistics/quality/?lack=unconfirmed")
    assert [link for link in found.links if link.startswith("/services/") and link[10:].isdigit()] == [
        f"/services/{old}"
    ]
    assert f"/contracts/{contract}" in district.get("/statistics/quality/?lack=unregistered").links
    elsewhere = client_for("bureau-elsewhere").get("/statistics/quality/")
    assert not {"/statistics/quality/?lack=unconfirmed", "/statistics/quality/?lack=unregistered"} & set(
        elsewhere.links
    )


def test_missing_codes_are_found_within_the_district(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        there = cast.organisation_of(session, "far-enterprise")
        there.industry_code = there.credit_code = None
        number = there.id
    for lack in ("no-industry", "no-credit-code"):
        address = f"/statistics/quality/?lack={lack}"
        assert f"/organisations/{number}" in client_for("bureau-city").get(address).links
        assert f"/organisations/{number}" in client_for("bureau-elsewhere").get(address).links
        assert f"/organisations/{number}" not in client_for("bureau-district").get(address).links


def test_counting_reads_no_record(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for _ in range(8):
            deals.service(session, served_on=deals.day(-40))
        assert session.get(Organisation, 1) is not None
    city = client_for("bureau-city")
    city.get("/statistics/quality/")
    with counted() as few:
        city.get("/statistics/quality/")
    counting = [text for text in few if "count(" in text.lower() and "FROM service_record" in text]
    assert not counting, "services are counted in memory"
