"""However often a button that moves money is pressed, and whichever way one comes back to it, it moves once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Route, expect
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.db import create_engine, transaction
from matchmaker.files import store
from matchmaker.ledger import verification
from matchmaker.ledger.models import Transfer
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.clearing.models import Batch
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.reconciliation import checking
from tests.browser import claims
from tests.browser.conftest import Visitors
from tests.browser.scene import Scene
from tests.browser.visits import Setting, Visit


@pytest.mark.parametrize("setting", [Setting(), Setting("en", "phone", scripts=False)], ids=str)
def test_double_clicks_back_and_refresh_move_money_once(
    visit: Visitors, setting: Setting, stage: Scene, instance: Path
) -> None:
    purpose = f"只付一次（{setting}）"
    contract = contract_in_force(instance, stage)
    owner, district, city = (visit(who, setting) for who in ("enterprise", "district", "city"))

    _apply(owner, purpose)
    voucher = owner.id_in_path()
    for reviewer, button in ((district, "Approve as first reviewer"), (city, "Issue the voucher")):
        reviewer.go(f"/vouchers/{voucher}/review")
        _twice(reviewer, button)
        expect(reviewer.main().get_by_role("status").first).to_be_visible()
        _back_and_forth(reviewer)

    owner.go(f"/vouchers/{voucher}/use?contract={contract}")
    owner.page.locator("#declares_voluntary").check()
    owner.page.locator("#declares_unrelated").check()
    _twice(owner, "Register and hold the amount")
    owner.is_at(r"/vouchers/uses/\d+")
    use = owner.path
    _back_and_forth(owner)
    owner.is_at(use)

    assert _counted(instance, purpose) == {"vouchers": 1, "uses": 1, Purpose.ISSUE: 2, Purpose.RESERVE: 1}


@pytest.mark.parametrize("setting", [Setting("zh", "desktop", scripts=False)], ids=str)
def test_of_a_batch_that_is_opened_and_sealed_twice_there_is_one(
    visit: Visitors, setting: Setting, stage: Scene, instance: Path
) -> None:
    claim = _to_be_paid(instance, stage)
    district = visit("district", setting)
    before = _batches(instance)
    district.go("/batches/")
    into = district.main().get_by_role("button", name=district.t("Into the batch")).first
    _press_twice(district, into)
    district.is_at(r"/batches/\d+")
    opened = district.path
    _back_and_forth(district)
    district.go(opened)
    _twice(district, "Seal")
    expect(district.main().get_by_text(district.t("Sealed, awaiting approval"))).to_be_visible()

    expect(district.main().locator(f"a[href='/redemptions/{claim}']")).to_have_count(1)
    assert _batches(instance) == before + 1
    _agrees(instance)


def _apply(owner: Visit, purpose: str) -> None:
    owner.go("/vouchers/new")
    section = owner.main().locator("section", has=owner.page.get_by_role("link", name=claims.NOTICED))
    section.get_by_role("link", name=owner.t("Apply under this scheme")).click()
    owner.fill(face_fen="1万", purpose=purpose)
    owner.page.locator("#declares_single_funding").check()
    _twice(owner, "Hand in")
    owner.is_at(r"/vouchers/\d+")
    there = owner.path
    _back_and_forth(owner)
    owner.is_at(there)


def _twice(somebody: Visit, button: str) -> None:
    _press_twice(somebody, somebody.button(button))


def _press_twice(somebody: Visit, button: Locator) -> None:
    """Press it twice at once; without scripts, press it again because the first answer never came."""
    if somebody.setting.scripts:
        button.dblclick(no_wait_after=True)
        return
    answers: list[int] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        answers.append(answer.status)
        # "No content" leaves the window as it is, like an answer that never came.
        route.fulfill(status=204) if len(answers) == 1 else route.fulfill(response=answer)

    somebody.page.route("**/*", lose_the_first)
    with somebody.page.expect_event("requestfailed"):
        button.click(no_wait_after=True)
    button.click()
    somebody.page.wait_for_load_state()
    somebody.page.unroute("**/*")
    assert answers == [303, 303], "carried out, and found done"


def _back_and_forth(somebody: Visit) -> None:
    """Load what came of it again, go back to the form, load that again too, and come back."""
    somebody.page.reload()
    somebody.page.go_back()
    somebody.page.reload()
    somebody.page.go_forward()


def contract_in_force(instance: Path, stage: Scene) -> int:
    """Return a contract of the enterprise with the complex that no voucher is used for."""
    with database(instance) as session, transaction(session):
        category = session.scalars(select(Offering.category_code).order_by(Offering.id)).first() or ""
        return claims.signed_contract(session, *sides(session, stage), category).id


def _to_be_paid(instance: Path, stage: Scene) -> int:
    with database(instance) as session, transaction(session):
        return claims.to_be_paid(session, *sides(session, stage)).id


def sides(session: Session, stage: Scene) -> tuple[Organisation, Organisation]:
    """Return the enterprise and the complex."""
    return session.get_one(Organisation, stage.enterprise), session.get_one(Organisation, stage.complex)


def _counted(instance: Path, purpose: str) -> dict[str, int]:
    """Count what there is of the voucher: itself, its uses, and the ledger's transfers to and from it."""
    with database(instance) as session:
        vouchers = session.scalars(select(Voucher).where(Voucher.purpose == purpose)).all()
        uses = session.scalars(select(Use).where(Use.voucher_id.in_([one.id for one in vouchers]))).all()
        references = [f"voucher/{one.id}" for one in vouchers] + [one.reference for one in uses]
        transfers = select(Transfer.purpose, func.count()).where(Transfer.reference.in_(references))
        found = dict(session.execute(transfers.group_by(Transfer.purpose)).all())
    _agrees(instance)
    return {"vouchers": len(vouchers), "uses": len(uses), **found}


def _batches(instance: Path) -> int:
    with database(instance) as session:
        return session.scalar(select(func.count(Batch.id))) or 0


def _agrees(instance: Path) -> None:
    with database(instance) as session:
        assert verification.verify(session).is_sound
        assert not checking.look(session).mismatches


@contextmanager
def database(instance: Path) -> Iterator[Session]:
    """Open the database of the site that is being served."""
    engine = create_engine(f"sqlite:///{instance / 'matchmaker.db'}")
    with Session(engine, info={store.FOLDER: instance / "files"}) as session:
        yield session
    engine.dispose()
