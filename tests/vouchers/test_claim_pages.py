"""The pages of claims as four people use them, and what each of them is not shown."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from matchmaker import clock
from matchmaker.vouchers.clearing.models import Batch, BatchState
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import operations, seams
from matchmaker.vouchers.redemptions.models import Evidence, Redemption, RedemptionState
from matchmaker.vouchers.redemptions.seams import Alert
from tests.conftest import ClientFor
from tests.support import cast, claims, money, papers, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.statements import counted
from tests.support.visitor import Visitor

At = Callable[[str], None]


@pytest.fixture(autouse=True)
def _verified(database: Database) -> Iterator[None]:
    yield
    money.check(database)


@pytest.fixture
def use(database: Database) -> Use:
    """A use whose service was done, at a moment in November."""
    with database.writing() as session:
        claims.third(session)
        return claims.use(session)


def third(client_for: ClientFor) -> Visitor:
    visitor = Visitor(client_for("enterprise").app)
    visitor.sign_in(claims.THIRD)
    return visitor


def files(*names: str) -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(papers.pdf(name)), name) for name in names]


def read(database: Database, number: int) -> Redemption:
    with database.reading() as session:
        return session.get_one(Redemption, number)


def begin(enterprise: Visitor, use: Use) -> str:
    """Begin a claim and return its address."""
    enterprise.get("/redemptions/")
    return str(enterprise.post(f"/redemptions/for-use/{use.id}").location).removesuffix("/edit")


def write(enterprise: Visitor, database: Database, path: str) -> dict[str, str]:
    """Upload four files and return what the form is to hold."""
    page = enterprise.get(f"{path}/edit")
    values = page.typed(path)
    enterprise.post(path, values | {"files": files(*claims.PAPERS.values())})
    with database.reading() as session:
        found = session.scalars(select(Evidence).order_by(Evidence.id)).all()
    said = {f"day-{paper.id}": clock.today().isoformat() for paper in found}
    invoice = next(paper for paper in found if paper.kind.value == "invoice")
    said |= {f"number-{invoice.id}": "26332000000000012345", f"amount-{invoice.id}": "2万"}
    return said | {"payee_bank": "绍兴银行越城支行", "payee_account": claims.ACCOUNT}


def press(visitor: Visitor, path: str, action: str, *, expect: int = 303, **values: Any) -> Page:
    """Send the form of a page to the address of one of its buttons."""
    page = visitor.get(path)
    form = next(form for form in page.all("form") if form.get("action") == action or action in _actions(form))
    typed = page.typed(str(form.get("action"))) | values
    return visitor.open(action, method="POST", data=typed, expect=expect)


def _actions(form: Any) -> set[str]:
    return {button.get("formaction") for button in form.iter("button")}


def test_four_people_bring_a_claim_to_its_payment(client_for: ClientFor, database: Database, at: At, use: Use) -> None:
    at("2026-11-10T10:00")
    enterprise, district, city = client_for("enterprise"), client_for("bureau-district"), client_for("bureau-city")
    path = begin(enterprise, use)
    said = write(enterprise, database, path)
    press(enterprise, f"{path}/edit", f"{path}/file", **said)
    number = int(path.rpartition("/")[2])
    assert read(database, number).state is RedemptionState.FILED

    press(district, f"/review/{number}", f"/review/{number}/agree")
    press(city, f"/review/{number}", f"/review/{number}/approve", approved_fen="9000", reason="按合同核减")
    assert read(database, number).state is RedemptionState.PUBLIC
    assert "9,000" in Visitor(enterprise.app).get("/redemptions/notices").text

    at("2026-11-16T08:00")
    with database.writing() as session:
        operations.end_notices(session, on=clock.today())
    batch_path = str(press(district, "/batches/", f"/batches/for/{cast.HERE}").location)
    press(district, batch_path, f"{batch_path}/seal")
    assert f"{batch_path}/approve" not in district.get(batch_path).actions, "who sealed it does not approve it"
    press(third(client_for), batch_path, f"{batch_path}/approve")
    press(district, batch_path, f"{batch_path}/export")
    for kind in ("xlsx", "csv", "txt"):
        answer = district.get(f"{batch_path}/files/{kind}")
        assert "attachment" in answer.response.headers["Content-Disposition"]
    press(district, batch_path, f"{batch_path}/settle")
    assert read(database, number).state is RedemptionState.PAID
    assert words.said("Paid out") in enterprise.get(path).text
    with database.reading() as session:
        assert session.scalars(select(Batch.state)).one() is BatchState.SETTLED


def test_filing_sent_twice_is_done_once_and_answered_twice(client_for: ClientFor, database: Database, use: Use) -> None:
    enterprise = client_for("enterprise")
    path = begin(enterprise, use)
    said = write(enterprise, database, path)
    page = enterprise.get(f"{path}/edit")
    form = page.typed(path) | said
    first = enterprise.open(f"{path}/file", method="POST", data=form, expect=303)
    second = enterprise.open(f"{path}/file", method="POST", data=form, expect=303)
    other = enterprise.open(f"{path}/file", method="POST", data=form | {"words": "另一份"}, expect=None)

    assert first.location == second.location
    assert other.status in (409, 422)
    with database.reading() as session:
        from matchmaker.vouchers.redemptions.models import RedemptionMove

        steps = session.scalars(select(RedemptionMove.step)).all()
    assert sorted(steps) == ["file", "write"]


def test_a_mistake_loses_neither_words_nor_files(client_for: ClientFor, database: Database, use: Use) -> None:
    enterprise = client_for("enterprise")
    path = begin(enterprise, use)
    values = enterprise.get(f"{path}/edit").typed(path)
    page = enterprise.post(
        path, values | {"claimed_fen": "-5", "payee_bank": "某银行", "files": files("发票.pdf")}, expect=422
    )

    assert 'value="-5"' in page.text and "某银行" in page.text
    with database.reading() as session:
        assert session.scalars(select(Evidence.name)).all() == ["发票.pdf"]


@pytest.mark.parametrize(
    ("name", "data"), [("发票.pdf", b"MZ\x90\x00"), ("发票.pdf", papers.png()[:40]), ("合同.pdf", b"")]
)
def test_a_file_is_judged_by_what_it_holds(
    client_for: ClientFor, database: Database, use: Use, name: str, data: bytes
) -> None:
    enterprise = client_for("enterprise")
    path = begin(enterprise, use)
    values = enterprise.get(f"{path}/edit").typed(path)
    enterprise.post(path, values | {"files": (io.BytesIO(data), name)}, expect=422)

    assert database.dump()["redemption_evidence"] == []


def test_evidence_is_sent_to_be_saved_and_framed_for_reviewers_only(
    client_for: ClientFor, database: Database, use: Use
) -> None:
    with database.writing() as session:
        claims.filed(session, session.get_one(Use, use.id))
        paper = session.scalars(select(Evidence.id)).first()
    for role, status in (("enterprise", 200), ("bureau-district", 200), ("complex", 403), ("other-enterprise", 404)):
        visitor = client_for(role, checks=False)
        for address in (f"/redemptions/papers/{paper}", f"/redemptions/papers/{paper}/view"):
            answer = visitor.get(address, expect=status).response
            if status == 200:
                kind = "inline" if address.endswith("view") else "attachment"
                assert answer.headers["Content-Disposition"].startswith(kind)
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
            answer.close()
    page = client_for("bureau-district").get("/review/1")
    assert "frame-src 'self'" in page.response.headers["Content-Security-Policy"]


def test_the_number_of_an_account_is_shown_to_its_end_only(client_for: ClientFor, database: Database, use: Use) -> None:
    with database.writing() as session:
        redemption = claims.filed(session, session.get_one(Use, use.id))
    account = redemption.payee_account
    for role in ("bureau-district", "bureau-city", "complex"):
        visitor = client_for(role)
        assert account not in visitor.get(f"/redemptions/{redemption.id}").text
    assert account[-4:] in client_for("bureau-district").get(f"/review/{redemption.id}").text
    assert account[-4:] not in client_for("complex").get(f"/redemptions/{redemption.id}").text


def test_reviewers_see_what_to_look_at_and_decide_all_the_same(
    client_for: ClientFor, database: Database, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = Alert(1, clock_label(), "第二张发票与另一企业的相同", 80)
    monkeypatch.setattr(seams, "_alerts", [lambda _session, ids: {number: [alert] for number in ids}])
    with database.writing() as session:
        redemption = claims.filed(session, session.get_one(Use, use.id))
    district = client_for("bureau-district")

    assert "第二张发票" in district.get(f"/review/{redemption.id}").text
    assert words.said("Evidence") in district.get("/review/").text
    press(district, f"/review/{redemption.id}", f"/review/{redemption.id}/agree")


def test_a_service_of_another_category_than_its_contract_is_pointed_out(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        under = money.contract(session)
        same, other = (
            claims.filed(session, money.use(session, voucher, under, life="served", category_code=code)).id
            for code in (cast.TESTING, cast.DEVELOPMENT)
        )
    district = client_for("bureau-district")

    assert "合同登记的是另一类别：" not in district.get(f"/review/{same}").text
    assert "合同登记的是另一类别：" in district.get(f"/review/{other}").text


def clock_label() -> Any:
    from matchmaker.messages import _l

    return _l("Evidence")


def test_after_a_decision_the_next_one_follows(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        scheme = money.scheme(session)
        numbers = [
            claims.filed(session, claims.use(session, scheme, 10_000_00, face_fen=1 * money.WAN)).id
            for _one in range(3)
        ]
    district = client_for("bureau-district")
    first, second, third_ = numbers
    query = "?stage=first"
    answer = press(district, f"/review/{first}{query}", f"/review/{first}/agree{query}")
    assert answer.location == f"/review/{second}{query}"
    answer = press(
        district, f"/review/{second}{query}", f"/review/{second}/return{query}", papers="发票看不清", expect=303
    )
    assert answer.location == f"/review/{third_}{query}"
    answer = press(district, f"/review/{third_}{query}", f"/review/{third_}/reject{query}", reason="不在支持范围")
    assert answer.location == f"/review/{query}"


def test_a_rejection_without_a_reason_comes_back_with_the_form(
    client_for: ClientFor, database: Database, use: Use
) -> None:
    with database.writing() as session:
        redemption = claims.filed(session, session.get_one(Use, use.id))
    district = client_for("bureau-district")
    press(district, f"/review/{redemption.id}", f"/review/{redemption.id}/reject", expect=422)
    press(district, f"/review/{redemption.id}", f"/review/{redemption.id}/return", expect=422)

    assert read(database, redemption.id).state is RedemptionState.FILED


def test_an_objection_is_made_and_answered(client_for: ClientFor, database: Database, use: Use) -> None:
    with database.writing() as session:
        redemption = claims.approved(session, session.get_one(Use, use.id))
    path = f"/redemptions/{redemption.id}/objection"
    press(client_for("other-enterprise"), path, path, words="该项目已获其他资金支持")
    answering = "/redemptions/objections/1"
    press(third(client_for), answering, answering, expect=422)
    visitor = third(client_for)
    values = visitor.get(answering).typed(answering) | {"answer": "经核实，不属实。", "is_upheld": "0"}
    visitor.open(answering, method="POST", data=values, expect=303)

    assert "不属实" in client_for("enterprise").get(f"/redemptions/{redemption.id}").text


def test_the_queue_costs_the_same_however_much_waits(client_for: ClientFor, database: Database) -> None:
    district = client_for("bureau-district")
    with database.writing() as session:
        scheme = money.scheme(session)
        one = claims.filed(session, claims.use(session, scheme, 10_000_00, face_fen=1 * money.WAN))
    district.get("/review/")
    with counted() as few:
        district.get("/review/")
        district.get(f"/review/{one.id}")
    with database.writing() as session:
        for _more in range(5):
            claims.filed(session, claims.use(session, scheme, 10_000_00, face_fen=1 * money.WAN))
    district.get("/review/")
    with counted() as many:
        district.get("/review/")
        district.get(f"/review/{one.id}")

    assert len(many) == len(few)
