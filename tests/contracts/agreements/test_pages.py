"""Pages of contracts: writing one down, confirming, correcting, milestones, files, lists."""

import io

from sqlalchemy import func, select

from matchmaker.contracts.agreements.models import Contract, ContractSource, ContractState, FormerContract, Milestone
from tests.conftest import ClientFor
from tests.support import cast, deals, factories, papers, words
from tests.support.databases import Database


def only(database: Database) -> Contract:
    with database.reading() as session:
        return session.scalars(select(Contract)).one()


def signed(database: Database) -> int:
    with database.writing() as session:
        return deals.contract(session).id


def test_a_contract_is_written_from_an_introduction_with_the_form_filled_in(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        offering = factories.offering(session, "complex")
        need = factories.need(session, "enterprise")
        introduction = factories.introduction(session, life="talking", about=need, offered=offering).id
    complex_ = client_for("complex")
    assert f"/contracts/new?introduction={introduction}" in complex_.get(f"/introductions/{introduction}").links
    form = complex_.get(f"/contracts/new?introduction={introduction}")
    typed = form.typed("/contracts/")
    assert typed["category_code"] == cast.DEVELOPMENT and typed["title"]

    rows = {"milestone-0-title": "验收", "milestone-0-due_on": str(deals.day(40)), "milestone-0-amount_fen": "0.6万"}
    done = complex_.submit(form, "/contracts/", **deals.contract_form(), **rows, confirm="1")

    contract = only(database)
    assert done.location == f"/contracts/{contract.id}"
    assert (contract.source, contract.introduction_id) == (ContractSource.MATCH, introduction)
    assert (contract.contract_amount_fen, contract.technology_amount_fen) == (1_200_000, 1_000_050)
    page = complex_.get(done.location)
    assert "验收" in page.main and "6,000" in page.main

    enterprise = client_for("enterprise")
    assert words.said("Is this contract right as it stands?") in enterprise.get(done.location).main
    page = enterprise.get(done.location)
    enterprise.submit(page, f"/contracts/{contract.id}/confirm")
    assert only(database).state is ContractState.SIGNED
    assert words.said("Contract signed") in enterprise.get(f"/introductions/{introduction}").main


def test_a_contract_without_an_introduction_names_the_other_side_and_says_so(
    client_for: ClientFor, database: Database
) -> None:
    complex_ = client_for("complex")
    form = complex_.get("/contracts/new")
    refused = complex_.submit(form, "/contracts/", expect=422, **deals.contract_form(party="没有这家"))
    assert words.said("Nobody of this name or credit code is in the directory.") in refused.main
    complex_.submit(refused, "/contracts/", party="锦程")

    contract = only(database)
    assert contract.source is ContractSource.OFF_PLATFORM and contract.shared_at is None
    assert words.said("Without a match on the platform") in complex_.get(f"/contracts/{contract.id}").main
    client_for("enterprise").get(f"/contracts/{contract.id}", expect=404)


def test_several_of_a_name_are_told_apart(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for name in ("恒昌印染一厂", "恒昌印染二厂"):
            factories.organisation(session, name=name)
    complex_ = client_for("complex")
    page = complex_.submit(
        complex_.get("/contracts/new"), "/contracts/", expect=422, **deals.contract_form(party="恒昌印染")
    )
    assert "恒昌印染一厂" in page.main and "恒昌印染二厂" in page.main


def test_one_form_writes_one_contract(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    form = complex_.get("/contracts/new")
    for _ in range(2):
        complex_.submit(form, "/contracts/", **deals.contract_form(party="绍兴锦程印染有限公司"))
    only(database)


def test_nothing_typed_is_lost_and_each_fault_stands_at_its_field(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    wrong = deals.contract_form(
        party="锦程", contract_amount_fen="1２000", technology_amount_fen="-5", signed_on="2026-13-01"
    )
    rows = {"milestone-0-title": "中期", "milestone-0-due_on": "明天"}
    page = complex_.submit(complex_.get("/contracts/new"), "/contracts/", expect=422, **wrong, **rows)
    typed = page.typed("/contracts/")
    assert (typed["contract_amount_fen"], typed["technology_amount_fen"]) == ("1２000", "-5")
    assert typed["milestone-0-due_on"] == "明天"
    assert words.said("An amount is not below zero.") in page.main
    page = complex_.submit(
        page, "/contracts/", expect=422, **deals.contract_form(technology_amount_fen="1.3万"), **{
            "milestone-0-due_on": str(deals.day(400))
        }
    )  # fmt: skip
    assert words.said("The technology amount is a part of the contract amount and never more than that.") in page.main


def test_more_rows_for_milestones_come_without_saving(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    form = complex_.get("/contracts/new")
    page = complex_.submit(form, "/contracts/", expect=200, **deals.contract_form(), more_rows="1")
    assert len([name for name in page.typed("/contracts/") if name.endswith("-due_on")]) == 6
    assert page.typed("/contracts/")["title"] == "染整工艺诊断"
    with database.reading() as session:
        assert session.scalar(select(func.count(Contract.id))) == 0


def test_a_correction_of_what_is_in_force_is_asked_of_the_other_side(client_for: ClientFor, database: Database) -> None:
    number = signed(database)
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    form = complex_.get(f"/contracts/{number}/edit")
    page = complex_.submit(form, f"/contracts/{number}/edit", expect=422, contract_amount_fen="1.5万", words="")
    complex_.submit(page, f"/contracts/{number}/edit", words="签了补充协议。")
    assert only(database).contract_amount_fen == 1_200_000

    page = enterprise.get(f"/contracts/{number}")
    assert "签了补充协议。" in page.main and "15000" in page.main
    accept = next(action for action in page.actions if action.endswith("/accept"))
    enterprise.submit(page, accept, answer="同意。")
    assert only(database).contract_amount_fen == 1_500_000
    former = complex_.get(f"/contracts/{number}/versions")
    assert "签了补充协议。" in former.main and "12000" in former.main


def test_a_stale_form_overwrites_nothing(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        number = deals.contract(session, "shared").id
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    stale = complex_.get(f"/contracts/{number}/edit")
    enterprise.submit(enterprise.get(f"/contracts/{number}/edit"), f"/contracts/{number}/edit", title="企业的写法")
    page = complex_.submit(stale, f"/contracts/{number}/edit", expect=422, title="综合体的写法")
    assert page.typed(f"/contracts/{number}/edit")["title"] == "综合体的写法"
    assert only(database).title == "企业的写法"
    with database.reading() as session:
        assert session.scalar(select(func.count(FormerContract.id))) == 1


def test_milestones_registration_and_files_are_kept_on_the_contracts_page(
    client_for: ClientFor, database: Database
) -> None:
    number = signed(database)
    enterprise = client_for("enterprise")
    with database.reading() as session:
        first = session.scalars(select(Milestone).order_by(Milestone.due_on)).first()
    assert first is not None
    reach = f"/contracts/{number}/milestones/{first.id}"
    enterprise.submit(enterprise.get(f"/contracts/{number}"), reach)
    enterprise.post(reach, {"done_on": str(deals.day(5))}, expect=422)
    with database.reading() as session:
        assert session.get_one(Milestone, first.id).done_on == deals.day(0)

    page = enterprise.post(
        f"/contracts/{number}/registration", {"registration_number": "123", "registered_on": ""}, expect=422
    )
    assert words.said("A registration number has 14 or 16 figures; this has %(have)s.", have=3) in page.main
    year = deals.day(0).year
    right = {"registration_number": f"{year}330602000123", "registered_on": str(deals.day(0))}
    enterprise.post(f"/contracts/{number}/registration", right)
    assert f"{year}330602000123" in enterprise.get(f"/contracts/{number}").main

    enterprise.post(f"/contracts/{number}/files", expect=422)
    enterprise.post(f"/contracts/{number}/files", {"file": (io.BytesIO(papers.pdf()), "合同.pdf")})
    link = next(link for link in enterprise.get(f"/contracts/{number}").links if "/files/" in link)
    answer = enterprise.get(link).response
    assert answer.headers["Content-Disposition"].startswith("attachment")
    client_for("other-enterprise").get(link, expect=404)


def test_a_contract_is_ended_by_both(client_for: ClientFor, database: Database) -> None:
    number = signed(database)
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    enterprise.post(f"/contracts/{number}/end", {"kind": "termination", "words": ""}, expect=422)
    enterprise.post(f"/contracts/{number}/end", {"kind": "completion", "words": ""})
    page = complex_.get(f"/contracts/{number}")
    refuse = next(action for action in page.actions if action.endswith("/accept")).replace("accept", "refuse")
    complex_.post(refuse, {"answer": ""}, expect=422)
    complex_.post(refuse, {"answer": "还差验收。"})
    enterprise.post(f"/contracts/{number}/end", {"kind": "completion", "words": "验收过了。"})
    page = complex_.get(f"/contracts/{number}")
    complex_.submit(page, next(action for action in page.actions if action.endswith("/accept")))
    assert only(database).state is ContractState.COMPLETED


def test_a_bureau_lists_its_district_with_facets_and_a_side_its_own(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.contract(session, title="本区合同")
        deals.contract(session, "shared", title="邻区合同", enterprise="far-enterprise", provider="institute")
        deals.contract(session, "draft", title="草稿")
    assert "本区合同" in client_for("bureau-district").get("/contracts/").main
    assert "邻区合同" not in client_for("bureau-district").get("/contracts/").main
    city = client_for("bureau-city").get("/contracts/")
    assert "本区合同" in city.main and "邻区合同" in city.main and "草稿" not in city.main
    assert "邻区合同" not in client_for("bureau-city").get("/contracts/?state=signed").main
    assert "草稿" in client_for("complex").get("/contracts/").main
    waiting = client_for("far-enterprise").get("/contracts/?waiting=1&sort=amount")
    assert "邻区合同" in waiting.main
    assert client_for("far-enterprise").fragment("/contracts/?sort=ending").main == ""


def test_the_first_page_counts_what_waits(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.contract(session, "shared")
        deals.contract(session, "asked")
        deals.service(session)
        deals.service(session, "disputed")
    home = client_for("enterprise").get("/")
    for link in ("/contracts/?waiting=1", "/contracts/?asked=1", "/services/to-confirm"):
        assert link in home.links
        client_for("enterprise").get(link)
    assert "/services/?state=disputed" in client_for("complex").get("/").links


def test_the_dossier_tells_the_steps_of_contracts_and_services(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        deals.contract(session, title="诊断合同")
        deals.service(session, "confirmed")
        enterprise = cast.organisation_of(session, "enterprise").id
    page = client_for("enterprise").get(f"/organisations/{enterprise}/dossier")
    assert "诊断合同" in page.main and "检测染色废水五个样品，出具报告。" in page.main
