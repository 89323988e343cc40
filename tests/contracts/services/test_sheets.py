"""Spreadsheets of services: hundreds at once, faults by row, all rows or none."""

import io

from sqlalchemy import func, select

from matchmaker.catalogue.sheets import operations as sheets
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.services.models import ServiceRecord, ServiceUpload
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import cast, deals, factories, words
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.statements import counted
from tests.support.visitor import Visitor

HEAD = "enterprise,served_on,category_code,description,amount_fen,paid_by,with_voucher,contract_id,reference"


def send(visitor: Visitor, lines: list[str], *, expect: int = 303) -> Page:
    data = "\n".join([HEAD, *lines]).encode()
    return visitor.post("/services/sheet/", {"file": (io.BytesIO(data), "服务.csv")}, expect=expect)


def line(**differences: str) -> str:
    cells = {
        "enterprise": "绍兴锦程印染有限公司", "served_on": str(deals.day(-2)), "category_code": "检验检测",
        "description": "检测样品", "amount_fen": "1200", "paid_by": "enterprise", "with_voucher": "", "contract_id": "",
        "reference": "",
    } | differences  # fmt: skip
    return ",".join(cells.values())


def number_of_records(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(ServiceRecord.id))) or 0


def test_four_hundred_services_come_in_at_once(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        for number in range(40):
            made = factories.organisation(session, name=f"印染厂之{number}")
            factories.person(session, organisation=made)
        contract = deals.contract(session).number
    complex_ = client_for("complex")
    lines = [line(enterprise=f"印染厂之{at % 40}", reference=f"FW-{at}", description=f"检测{at}") for at in range(399)]
    lines.append(line(contract_id=contract, amount_fen="0.12万", with_voucher="是", reference="FW-399"))
    preview = complex_.get(send(complex_, lines).location)
    assert number_of_records(database) == 0
    assert "400" in preview.main and "41" in preview.main
    keep = next(action for action in preview.actions if action.endswith("/keep"))
    complex_.submit(preview, keep)

    assert number_of_records(database) == 400
    with database.reading() as session:
        last = session.scalars(select(ServiceRecord).where(ServiceRecord.reference == "FW-399")).one()
        assert (last.amount_fen, last.with_voucher) == (120_000, True)
        assert last.contract_id == session.scalars(select(Contract.id)).one()
        # One for each enterprise with somebody to read it.
        addresses = session.scalars(select(Letter.recipient).where(Letter.subject.contains("待确认"))).all()
        assert len(addresses) == len(set(addresses)) == 41
    complex_.submit(preview, keep, expect=403)
    again = send(complex_, lines, expect=422)
    assert words.said("A service with this number is recorded already.") in again.main


def test_each_fault_is_told_with_its_row_and_nothing_is_kept(client_for: ClientFor, database: Database) -> None:
    wrong = [
        line(),
        line(enterprise="没有这家"),
        line(served_on="昨天"),
        line(amount_fen="-5"),
        line(paid_by="舅舅"),
        line(paid_by="free"),
        line(contract_id="C2026-999999"),
        line(reference="A"),
        line(reference="A"),
        line(description=""),
    ]
    page = send(client_for("complex"), wrong, expect=422)
    faults = [
        "No enterprise of this name or credit code is in the directory.",
        "Write a date such as 2026-12-31.",
        "An amount is not below zero.",
        "It was free of charge: the amount is 0.",
        "You have no confirmed contract of this number.",
        "This must be filled in.",
    ]
    assert all(words.said(fault) in page.main for fault in faults)
    assert words.said("Row %(other)s has the same number.", other=9) in page.main
    assert [row for row in range(2, 12) if words.said("Row %(row)s", row=row) + " " in page.main][:1] == [3]
    with database.reading() as session:
        assert session.scalar(select(func.count(ServiceUpload.id))) == 0


def test_rows_that_say_the_same_are_pointed_out(client_for: ClientFor) -> None:
    complex_ = client_for("complex")
    preview = complex_.get(send(complex_, [line(), line()]).location)
    assert words.said("same as row %(row)s", row=2) in preview.main


def test_nothing_is_kept_when_something_changed_since_it_was_looked_over(
    client_for: ClientFor, database: Database
) -> None:
    complex_ = client_for("complex")
    preview = complex_.get(send(complex_, [line(reference="FW-1")]).location)
    with database.writing() as session:
        deals.service(session, reference="FW-1")
    keep = next(action for action in preview.actions if action.endswith("/keep"))
    complex_.submit(preview, keep, expect=409)
    assert number_of_records(database) == 1
    complex_.post(keep.replace("keep", "discard"))
    complex_.get(keep.removesuffix("/keep"), expect=404)


def test_the_template_holds_what_is_read_back(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    book = complex_.client.get("/services/sheet/template.xlsx").get_data()
    page = complex_.post("/services/sheet/", {"file": (io.BytesIO(book), "模板.xlsx")})
    assert "/services/sheet/" in page.location, "an empty template has no fault"
    client_for("complex", language="en").get("/services/sheet/")


def test_a_spreadsheet_costs_few_statements_whatever_its_length(client_for: ClientFor, database: Database) -> None:
    complex_ = client_for("complex")
    numbers = []
    for length in (5, 200):
        lines = [line(description=f"检测{at}", reference=f"N{length}-{at}") for at in range(length)]
        with counted() as statements:
            send(complex_, lines)
        numbers.append(len(statements))
    assert numbers[1] <= numbers[0] + 2


def test_spreadsheets_are_forgotten_after_a_week(database: Database) -> None:
    with database.writing() as session:
        person = cast.person_of(session, "complex").id
        organisation = cast.organisation_of(session, "complex").id
        table = Table([], [])
        upload = sheets.receive(
            session, ServiceUpload, table, file_name="a", organisation_id=organisation, person_id=person
        )
        assert sheets.forget(session, ServiceUpload, before=upload.created_at) == 0
