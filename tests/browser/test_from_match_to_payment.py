"""From a match to 已拨付: an owner, a complex's clerk, and reviewers of the district and of the city."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db import create_engine, transaction
from matchmaker.ledger import verification
from matchmaker.vouchers.models import Voucher, VoucherState
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.redemptions import operations
from matchmaker.vouchers.redemptions.models import Redemption
from tests.browser import claims
from tests.browser.conftest import Visitors
from tests.browser.scene import Scene
from tests.browser.steps import confirm_service
from tests.browser.visits import Setting, Visit
from tests.support import papers

NAMES = ("技术合同.pdf", "电子发票.pdf", "银行回单.pdf", "检测报告.pdf")
COMPLEX = "镜湖现代纺织"
TITLE = "面料色牢度检测技术服务合同（全程）"


def test_a_match_becomes_a_contract_a_voucher_a_claim_and_a_payment(
    visit: Visitors, stage: Scene, instance: Path, tmp_path: Path
) -> None:
    setting = Setting("zh", "desktop")
    owner, clerk, district, city = (visit(who, setting) for who in ("enterprise", "complex", "district", "city"))
    introduction = _introduced(owner, clerk, stage)
    contract = _contracted(clerk, owner, introduction)
    _granted(owner, district, city, contract)
    use = _used(owner, contract)
    _served(clerk, owner, contract)
    claim = _claimed(owner, use, tmp_path)
    _reviewed(district, city, claim)
    visitor = visit(setting=setting)
    visitor.go("/redemptions/notices")
    visitor.sees("绍兴")
    move_the_clock(instance, claim, days=6)
    _paid(district, visit("third", setting), claim)

    owner.go(f"/redemptions/{claim}")
    expect(owner.main().get_by_text(owner.t("Paid out"), exact=True).first).to_be_visible()
    owner.sees("10,000")
    _everything_agrees(instance)


def _introduced(owner: Visit, clerk: Visit, stage: Scene) -> str:
    owner.go(f"/needs/{stage.public_need}/matches")
    card = owner.main().locator("article", has_text=COMPLEX).first
    card.locator(f"a[href^='/introductions/new?need={stage.public_need}&offering=']").click()
    owner.is_at(r"/introductions/new\?.*")
    owner.button("Ask for the introduction").click()
    owner.is_at(r"/introductions/\d+")
    path = owner.path
    clerk.go(path)
    clerk.button("Accept").click()
    clerk.says("You are in talks now. Write to each other here.")
    return path


def _contracted(clerk: Visit, owner: Visit, introduction: str) -> str:
    today = clock.today().isoformat()
    clerk.go(introduction)
    clerk.link("Write down the contract").click()
    clerk.fill(title=TITLE, contract_amount_fen="2万", technology_amount_fen="2万")
    clerk.choose("kind", clerk.t("Technology service"))
    clerk.choose("category_code", "公共检测")
    clerk.fill(signed_on=today, starts_on=today)
    clerk.fill(ends_on=today)
    clerk.button("Save and ask the other side to confirm").click()
    clerk.is_at(r"/contracts/\d+")
    owner.go(clerk.path)
    owner.button("Confirm").click()
    owner.says("Both sides have confirmed it: the contract is in force.")
    return clerk.path


def _granted(owner: Visit, district: Visit, city: Visit, contract: str) -> None:
    """Apply from the contract, whose words stand in the form; two people agree."""
    owner.go(contract)
    owner.link("Pay a part with a voucher").click()
    owner.is_at(r"/vouchers/new\?contract=\d+")
    section = owner.main().locator("section", has=owner.page.get_by_role("link", name=claims.NOTICED))
    section.get_by_role("link", name=owner.t("Apply under this scheme")).click()
    assert owner.value("purpose") == TITLE, "filled in from the contract"
    owner.fill(face_fen="1万")
    owner.page.locator("#declares_single_funding").check()
    owner.button("Hand in").click()
    owner.is_at(r"/vouchers/\d+")
    for reviewer, button in ((district, "Approve as first reviewer"), (city, "Issue the voucher")):
        reviewer.go(f"{owner.path}/review")
        reviewer.button(button).click()
        expect(reviewer.main().get_by_role("status")).to_be_visible()


def _used(owner: Visit, contract: str) -> int:
    """Use it for the contract, whose amount stands in the form; half of the price is held."""
    voucher = owner.path
    owner.go(contract)
    owner.link("Pay a part with a voucher").click()
    line = owner.main().locator(".line-item", has=owner.page.locator(f"a[href='{voucher}']"))
    line.get_by_role("link", name=owner.t("Use it for this contract")).click()
    owner.is_at(r"/vouchers/\d+/use\?contract=\d+")
    assert owner.value("service_amount_fen") == "20000", "filled in from the contract"
    owner.page.locator("#declares_voluntary").check()
    owner.page.locator("#declares_unrelated").check()
    owner.button("Register and hold the amount").click()
    owner.is_at(r"/vouchers/uses/\d+")
    owner.sees("10,000")
    return owner.id_in_path()


def _served(clerk: Visit, owner: Visit, contract: str) -> None:
    """Record the service, confirm and rate it, and say on the voucher's use that it is done."""
    use, today = owner.path, clock.today().isoformat()
    clerk.go(contract)
    clerk.link("Record a service").click()
    clerk.fill(description="三批面料色牢度检测，出具报告。", served_on=today, amount_fen="2万")
    clerk.choose("paid_by", clerk.t("The enterprise"))
    clerk.button("Record the service").click()
    clerk.is_at(r"/services/\d+")
    owner.go(clerk.path)
    confirm_service(owner)
    owner.go(use)
    owner.page.locator("#served_on").fill(today)
    owner.button("The service is done").click()
    owner.is_at(use)


def _claimed(owner: Visit, use: int, folder: Path) -> int:
    """Send the papers, say what they are, and file the claim."""
    files = [folder / name for name in NAMES]
    for file in files:
        file.write_bytes(papers.pdf(f"{file.name} journey"))
    owner.go("/redemptions/")
    owner.main().locator(".line-item", has_text=TITLE).get_by_role("button").click()
    owner.is_at(r"/redemptions/\d+/edit")
    claim = owner.id_in_path()
    owner.page.locator("#files").set_input_files(files)
    owner.button("Upload").click()
    expect(owner.main().locator("fieldset.paper")).to_have_count(len(files))
    for day in owner.main().locator("input[type=date]").all():
        day.fill(clock.today().isoformat())
    owner.main().locator("input[name^=number-]").fill("2633 2000 0000 7777 7777")
    owner.main().locator("input[name^=amount-]").fill("2万")
    owner.page.locator("#payee_bank").fill("绍兴银行柯桥支行")
    owner.page.locator("#payee_account").fill("6222 0213 0500 1234 567")
    owner.button("File the claim").click()
    owner.is_at(f"/redemptions/{claim}")
    return claim


def _reviewed(district: Visit, city: Visit, claim: int) -> None:
    """One agrees by a key, the other by the button."""
    district.go(f"/review/{claim}")
    district.page.locator("h1").click()
    district.page.keyboard.press("a")
    district.page.wait_for_url(lambda url: not url.endswith(f"/review/{claim}"))
    city.go(f"/review/{claim}")
    city.button("Approve").click()
    city.page.wait_for_url(lambda url: not url.endswith(f"/review/{claim}"))


def move_the_clock(instance: Path, claim: int, *, days: int) -> None:
    """Let the notice have begun so many days earlier, and do the day's work."""
    engine = create_engine(f"sqlite:///{instance / 'matchmaker.db'}")
    with Session(engine) as session, transaction(session):
        redemption = session.get_one(Redemption, claim)
        assert redemption.public_from is not None and redemption.public_until is not None
        redemption.public_from -= timedelta(days=days)
        redemption.public_until -= timedelta(days=days)
        session.flush()
        operations.end_notices(session, on=clock.today())
    engine.dispose()


def _paid(district: Visit, approver: Visit, claim: int) -> None:
    """Seal, approve, send and settle a batch: whoever sealed it or reviewed anything in it cannot approve it."""
    district.go("/batches/")
    district.main().get_by_role("button", name=district.t("Into the batch")).first.click()
    district.is_at(r"/batches/\d+")
    district.button("Seal").click()
    expect(district.main().get_by_text(district.t("Sealed, awaiting approval"))).to_be_visible()
    approver.go(district.path)
    expect(approver.main().locator(f"a[href='/redemptions/{claim}']")).to_be_visible()
    approver.button("Approve for the bank").click()
    approver.button("Send to the bank").click()
    with approver.page.expect_download() as download:
        approver.main().get_by_role("link", name="GB18030").first.click()
    assert download.value.suggested_filename.endswith(".csv")
    approver.button("Keep what came of it").click()
    expect(approver.main().get_by_text(approver.t("Settled"), exact=True)).to_be_visible()


def _everything_agrees(instance: Path) -> None:
    engine = create_engine(f"sqlite:///{instance / 'matchmaker.db'}")
    with Session(engine) as session:
        assert verification.verify(session).is_sound
        assert not checking.look(session).mismatches
        used_up = select(Voucher.state).where(Voucher.purpose == TITLE)
        assert session.scalars(used_up).one() is VoucherState.EXHAUSTED
    engine.dispose()


@pytest.mark.parametrize("setting", [Setting("zh", "phone", scripts=False)], ids=str)
def test_a_reviewer_decides_on_a_telephone_without_javascript(visit: Visitors, setting: Setting) -> None:
    reviewer = visit("third", setting)
    reviewer.go("/review/?stage=first")
    reviewer.main().get_by_role("table").get_by_role("link").first.click()
    reviewer.is_at(r"/review/\d+\?stage=first")
    reviewer.button("Agree").click()
    reviewer.is_at(r"/review/(\d+)?\??.*stage=first")
