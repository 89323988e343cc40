"""The pages of vouchers, from a scheme that two people write to a use that a complex may see."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions import recalls
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.schemes.models import Scheme
from tests.conftest import ClientFor, MakeApp
from tests.support import cast, claims, factories, money, sites
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor

#: What a browser sends of several boxes of one name.
EVIDENCE = ["contract", "invoice", "result"]


def ready(database: Database) -> Scheme:
    """Put a scheme into force, and give the enterprise its code."""
    with database.writing() as session:
        cast.organisation_of(session, "enterprise").credit_code = factories.credit_code()
        return money.scheme(session)


def newest(database: Database, table: Any) -> Any:
    with database.reading() as session:
        return session.scalars(select(table).order_by(table.id.desc())).first()


def test_a_scheme_is_written_by_one_and_put_into_force_by_another(client_for: ClientFor, database: Database) -> None:
    writer, other = client_for("bureau-district"), client_for("bureau-city")
    form = writer.get("/vouchers/schemes/new")
    writer.submit(form, "/vouchers/schemes/", key="keqiao", title="越城区科技创新券", evidence=EVIDENCE)
    scheme = newest(database, Scheme)
    page = f"/vouchers/schemes/{scheme.id}"
    writer.submit(
        writer.get(f"{page}/edit"), page, category_rates="testing 50 40 30 20", most_face_fen="1.5万", evidence=EVIDENCE
    )
    writer.submit(writer.get(page), f"{page}/propose")
    assert "/approve" not in writer.get(page).text
    other.submit(other.get(page), f"{page}/approve")
    with database.reading() as session:
        kept = session.get_one(Scheme, scheme.id)
        assert kept.state.value == "active"
        assert kept.rules_json["category_rates"]["testing"]["local_outside"] == 4_000
        assert kept.rules_json["most_face_fen"] == 1_500_000
        assert kept.district_code == cast.HERE


def test_an_enterprise_applies_two_people_issue_and_it_uses_the_voucher(
    client_for: ClientFor, database: Database
) -> None:
    ready(database)
    enterprise = client_for("enterprise")
    form = enterprise.get("/vouchers/new")
    enterprise.submit(form, "/vouchers/", face_fen="2万", purpose="色牢度检测", declares_single_funding="1")
    voucher = newest(database, Voucher)
    page = f"/vouchers/{voucher.id}"
    first, second = client_for("bureau-district"), client_for("bureau-city")
    assert voucher.number in first.get("/vouchers/queue").text
    first.submit(first.get(f"{page}/review"), f"{page}/approve")
    first.get("/")  # which says what was done
    assert voucher.number not in first.get("/vouchers/queue").text
    second.submit(second.get(f"{page}/review"), f"{page}/approve", expect=409)
    second.post(f"{page}/issue", {"once_key": "a-key-of-its-own"})
    with database.writing() as session:
        contract = money.contract(session)
    form = enterprise.get(f"{page}/use")
    typed = {"service_amount_fen": "12000.50", "declares_voluntary": "1", "declares_unrelated": "1"}
    shown = enterprise.get(
        f"{page}/use?contract_id={contract.id}&category_code=testing&service_amount_fen=12000.50"
        "&declares_voluntary=1&declares_unrelated=1"
    )
    assert "6,000.25" in shown.text
    enterprise.submit(form, f"{page}/use", **typed)
    use = newest(database, Use)
    assert use.amount_fen == 600_025
    serve = enterprise.get(f"/vouchers/uses/{use.id}")
    enterprise.submit(serve, f"/vouchers/uses/{use.id}/serve")
    assert "服务" in client_for("complex").get(f"/vouchers/uses/{use.id}").text
    enterprise.submit(enterprise.get(f"/vouchers/uses/{use.id}"), f"/vouchers/uses/{use.id}/give-up")
    assert "20,000" in enterprise.get(page).text


def test_the_same_form_sent_twice_is_one_application(client_for: ClientFor, database: Database) -> None:
    ready(database)
    enterprise = client_for("enterprise")
    form = enterprise.get("/vouchers/new")
    typed = {"face_fen": "2万", "purpose": "检测", "declares_single_funding": "1"}
    first = enterprise.submit(form, "/vouchers/", **typed)
    again = enterprise.submit(form, "/vouchers/", **typed)
    assert first.location == again.location
    refused = enterprise.submit(form, "/vouchers/", **{**typed, "purpose": "另一件事"}, expect=422)
    assert re.search("页面|重新", refused.text)
    with database.reading() as session:
        assert len(session.scalars(select(Voucher)).all()) == 1


def test_another_persons_key_is_nobodys_business(client_for: ClientFor, database: Database) -> None:
    ready(database)
    with database.writing() as session:
        cast.organisation_of(session, "other-enterprise").credit_code = factories.credit_code()
    places = []
    for role in ("enterprise", "other-enterprise"):
        visitor = client_for(role)
        form = visitor.get("/vouchers/new")
        places.append(
            visitor.submit(
                form, "/vouchers/", face_fen="2万", purpose="检测", declares_single_funding="1", once_key="the-same-key"
            ).location
        )
    assert places[0] != places[1]


def test_a_money_form_without_a_key_does_nothing(client_for: ClientFor, database: Database) -> None:
    ready(database)
    enterprise = client_for("enterprise")
    form = enterprise.get("/vouchers/new")
    enterprise.submit(
        form, "/vouchers/", face_fen="2万", purpose="检测", declares_single_funding="1", once_key=None, expect=422
    )
    assert newest(database, Voucher) is None


def test_the_pools_figures_open_their_transfers(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme)
        money.use(session, voucher, money.contract(session), life="settled")
        money.use(session, voucher, money.contract(session))
    bureau = client_for("bureau-district")
    for by in ("district", "type", "scheme"):
        page = bureau.get(f"/vouchers/pool?by={by}")
        assert "50,000" in page.text
    for figure, total in (("issued", "50,000"), ("used", "10,000"), ("held", "10,000"), ("expired", "0")):
        shown = bureau.get(f"/vouchers/transfers?figure={figure}&scheme={scheme.code}&district={cast.HERE}")
        assert total in shown.text
        assert (voucher.number in shown.text) is (figure != "expired")
    assert voucher.number not in client_for("bureau-elsewhere").get("/vouchers/transfers?figure=issued").text


def test_the_pool_itself_and_what_is_left_of_it_open_their_transfers(
    make_app: MakeApp, either_database: Database
) -> None:
    with either_database.writing() as session:
        scheme = money.scheme(session)
        voucher = money.voucher(session, scheme)
        money.scheme(session, key="other")
    app = make_app(either_database)
    for role in (money.FIRST, money.SECOND):
        bureau = sites.visitor_as(app, role)
        links = [link.get("href") for link in bureau.get("/vouchers/pool").all("a") if link.get("href")]
        funded, left = (
            next(one for one in links if all(part in one for part in (f"={name}&", scheme.code, cast.HERE)))
            for name in ("funded", "left")
        )
        assert "1,000,000" in bureau.get(funded).main and voucher.number not in bureau.get(funded).main
        assert "950,000" in bureau.get(left).main and voucher.number in bureau.get(left).main
        assert len(bureau.get(left).all("tr")) == 3, "funded once and issued from once, under the headings"
    elsewhere = sites.visitor_as(app, "bureau-elsewhere").get("/vouchers/transfers?figure=funded")
    assert len(elsewhere.all("tr")) == 3 and "500,000" in elsewhere.main, "its own two pools of half a million"
    assert "3,000,000" in sites.visitor_as(app, money.SECOND).get("/vouchers/transfers?figure=funded").main


def test_what_was_paid_and_taken_back_opens_its_transfers(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        paid = claims.paid(session)
        number = session.get_one(Voucher, paid.voucher_id).number
    bureau = client_for("bureau-district")
    shown = bureau.get("/vouchers/transfers?figure=paid")
    assert number in shown.main and "10,000" in shown.main
    with database.writing() as session:
        with money.acting(session, money.FIRST):
            recalls.ask_back(session, session.get_one(Redemption, paid.id), "成果造假")
        with money.acting(session, money.SECOND):
            recalls.claw_back(session, session.get_one(Redemption, paid.id))
    assert len(bureau.get("/vouchers/transfers?figure=paid").all("tr")) == 3
    assert number not in client_for("bureau-elsewhere").get("/vouchers/transfers?figure=paid").text


def test_what_is_missing_is_said_before_applying(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        money.scheme(session)
    page = client_for("enterprise", language="en").get("/vouchers/new")
    assert "unified social credit code" in page.text
    assert "face_fen" not in page.text


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12000.50", 600_025), ("1.2万", 600_000), ("１２０００", 600_000), ("12,000元", 600_000), ("0.03", 1)],
)
def test_an_amount_is_read_as_it_is_typed(client_for: ClientFor, database: Database, typed: str, fen: int) -> None:
    voucher_id, _contract_id = issued(database)
    enterprise = client_for("enterprise")
    register(enterprise, voucher_id, typed)
    assert newest(database, Use).amount_fen == fen


@pytest.mark.parametrize(
    "typed",
    [
        "-5",
        "0",
        "NaN",
        "Infinity",
        "1e3",
        "12000.505",
        "1２3",
        "一万",
        "1,2,3",
        "99999999999999999",
        "100000.01",  # more than the contract
        "0.01",  # nothing is left of half a fen
    ],
)
def test_what_is_no_amount_or_too_much_is_refused_and_nothing_is_held(
    client_for: ClientFor, database: Database, typed: str
) -> None:
    voucher_id, _contract_id = issued(database)
    page = register(client_for("enterprise"), voucher_id, typed, expect=422)
    assert 'id="service_amount_fen-error"' in page.text
    assert newest(database, Use) is None
    money.check(database)


def test_more_than_is_left_is_refused_with_what_is_left(client_for: ClientFor, database: Database) -> None:
    voucher_id, _contract_id = issued(database)
    enterprise = client_for("enterprise")
    page = register(enterprise, voucher_id, "2万", expect=422, asked_fen="10000.01")
    assert "10,000" in page.text
    register(enterprise, voucher_id, "2万", asked_fen="9999")
    assert newest(database, Use).amount_fen == 999_900


def issued(database: Database) -> tuple[int, int]:
    """Issue a voucher of 50,000 yuan for a contract of 100,000."""
    with database.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        return voucher.id, money.contract(session).id


def register(visitor: Visitor, voucher_id: int, amount: str, *, expect: int = 303, **more: str) -> Page:
    """Fill in the form of a use."""
    form = visitor.get(f"/vouchers/{voucher_id}/use")
    typed = {"service_amount_fen": amount, "declares_voluntary": "1", "declares_unrelated": "1"}
    return visitor.submit(form, f"/vouchers/{voucher_id}/use", expect=expect, **typed, **more)


def test_from_a_contract_one_comes_to_the_vouchers_that_are_held_and_to_those_to_apply_for(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        scheme = money.scheme(session)
        held, used_up = (money.voucher(session, scheme, face_fen=2 * money.WAN) for _ in range(2))
        asked = money.voucher(session, scheme, issued=False, face_fen=2 * money.WAN)
        contract = money.contract(session)
        money.use(session, used_up, money.contract(session), 4 * money.WAN)
        other = money.contract(session, role="other-enterprise")
    enterprise = client_for("enterprise")
    page = enterprise.get(f"/contracts/{contract.id}")
    (link,) = [one.get("href") for one in page.all("a") if "/vouchers/new" in (one.get("href") or "")]
    shown = enterprise.get(link)
    uses = [one.get("href") for one in shown.all("a") if "/use" in (one.get("href") or "")]
    assert uses == [f"/vouchers/{held.id}/use?contract={contract.id}"]
    assert asked.number not in shown.main and used_up.number not in shown.main
    form = enterprise.get(uses[0]).typed(f"/vouchers/{held.id}/use")
    assert (form["contract_id"], form["category_code"]) == (str(contract.id), cast.TESTING)
    # With a contract that is somebody else's, nothing of it is said or filled in.
    assert "/use" not in enterprise.get(f"/vouchers/new?contract={other.id}").main
    assert not [one for one in client_for("complex").get(f"/contracts/{contract.id}").all("a")
                if "/vouchers/" in (one.get("href") or "")]  # fmt: skip
