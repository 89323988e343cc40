"""A claim from the form to 已拨付, with four people: one claims, two review, another approves the batch."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.db import create_engine, transaction
from matchmaker.vouchers.redemptions import operations
from matchmaker.vouchers.redemptions.models import Redemption
from tests.browser.claims import JOURNEY
from tests.browser.conftest import Visitors
from tests.browser.visits import Setting
from tests.support import papers

NAMES = ("技术合同.pdf", "电子发票.pdf", "银行回单.pdf", "检测报告.pdf")


def move_the_clock(instance: Path, number: int, *, days: int) -> None:
    """Let the notice have begun so many days earlier, and do the day's work."""
    engine = create_engine(f"sqlite:///{instance / 'matchmaker.db'}")
    with Session(engine) as session, transaction(session):
        redemption = session.scalars(select(Redemption).where(Redemption.id == number)).one()
        assert redemption.public_from is not None and redemption.public_until is not None
        redemption.public_from -= timedelta(days=days)
        redemption.public_until -= timedelta(days=days)
        session.flush()
        operations.end_notices(session, on=clock.today())
    engine.dispose()


def test_a_claim_is_filed_reviewed_twice_noticed_and_paid(visit: Visitors, instance: Path, tmp_path: Path) -> None:
    setting = Setting("zh", "desktop")
    enterprise, district, city, third = (visit(who, setting) for who in ("enterprise", "district", "city", "third"))
    files = []
    for name in NAMES:
        files.append(tmp_path / name)
        files[-1].write_bytes(papers.pdf(f"{name} journey"))

    enterprise.go("/redemptions/")
    enterprise.main().locator(".line-item", has_text=JOURNEY).get_by_role("button").click()
    enterprise.is_at(r"/redemptions/\d+/edit")
    number = int(enterprise.page.url.split("/")[-2])
    enterprise.page.locator("#files").set_input_files(files)
    enterprise.button("Upload").click()
    expect(enterprise.main().locator("fieldset.paper")).to_have_count(4)
    today = clock.today().isoformat()
    for day in enterprise.main().locator("input[type=date]").all():
        day.fill(today)
    enterprise.main().locator("input[name^=number-]").fill("2633 2000 0000 7777 7777")
    enterprise.main().locator("input[name^=amount-]").fill("2万")
    enterprise.page.locator("#payee_bank").fill("绍兴银行柯桥支行")
    enterprise.page.locator("#payee_account").fill("6222 0213 0500 1234 567")
    enterprise.button("File the claim").click()
    enterprise.is_at(f"/redemptions/{number}")

    district.go(f"/review/{number}")
    district.page.locator("h1").click()
    district.page.keyboard.press("a")
    district.page.wait_for_url(lambda url: not url.endswith(f"/review/{number}"))
    city.go(f"/review/{number}")
    city.button("Approve").click()
    city.page.wait_for_url(lambda url: not url.endswith(f"/review/{number}"))
    visitor = visit(setting=setting)
    visitor.go("/redemptions/notices")
    visitor.sees("绍兴")
    move_the_clock(instance, number, days=6)

    district.go("/batches/")
    district.main().get_by_role("button", name=district.t("Into the batch")).first.click()
    district.is_at(r"/batches/\d+")
    batch = district.page.url.split("/")[-1]
    district.button("Seal").click()
    expect(district.main().get_by_text(district.t("Sealed, awaiting approval"))).to_be_visible()
    third.go(f"/batches/{batch}")
    third.button("Approve for the bank").click()
    third.button("Send to the bank").click()
    with third.page.expect_download() as download:
        third.main().get_by_role("link", name="GB18030").first.click()
    assert download.value.suggested_filename.endswith(".csv")
    third.button("Keep what came of it").click()
    expect(third.main().get_by_text(third.t("Settled"), exact=True)).to_be_visible()

    enterprise.go(f"/redemptions/{number}")
    expect(enterprise.main().get_by_text(enterprise.t("Paid out"), exact=True).first).to_be_visible()


@pytest.mark.parametrize("setting", [Setting("zh", "phone", scripts=False)], ids=str)
def test_a_reviewer_decides_on_a_telephone_without_javascript(visit: Visitors, setting: Setting) -> None:
    reviewer = visit("third", setting)
    reviewer.go("/review/?stage=first")
    reviewer.main().get_by_role("table").get_by_role("link").first.click()
    reviewer.is_at(r"/review/\d+\?stage=first")
    reviewer.button("Agree").click()
    reviewer.is_at(r"/review/(\d+)?\??.*stage=first")
