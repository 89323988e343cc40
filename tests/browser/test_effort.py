"""How long hands need for what is done often: an application in three minutes, sixty claims before noon.

Nobody with a stop watch: the keystroke-level model of Card, Moran and Newell (Communications of the ACM 23(7), 1980,
pp. 396-410) adds up what hands do, with the times that they measured; how long the site answers is measured here.
Reading is left out, and what is left for it is told.
"""

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator

from matchmaker.db import transaction
from tests.browser import claims
from tests.browser.conftest import Visitors
from tests.browser.scene import Scene
from tests.browser.test_money_once import contract_in_force, database, sides
from tests.browser.visits import Setting, Visit
from tests.support import papers

#: Seconds: to think of the next step, to point at something, to press a button, to type a letter as somebody does who
#: is no typist, and to bring the hand from the mouse to the keyboard.
MENTAL, POINT, PRESS, KEY, HOME = 1.35, 1.10, 0.20, 0.28, 0.40
#: A Chinese character is about four keys: its sound, and which of those that sound so.
KEYS_OF_A_CHARACTER = 4
#: To find one of four files in the window that asks for them.
PICK = MENTAL + POINT + PRESS

APPLICATION_S = 3 * 60
#: From nine to noon.
MORNING_S, A_MORNINGS_CLAIMS = 3 * 60 * 60, 60
SETTING = Setting("zh", "desktop")


class Hands:
    """Somebody's, whose work is added up."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.seconds = visit, 0.0

    def press(self, button: Locator, *, leads_on: bool = True) -> None:
        """Point at a button, link or box and press it."""
        self.seconds += MENTAL + POINT + PRESS
        self._wait(button.click, leads_on=leads_on)

    def write(self, name: str, text: str) -> None:
        """Go into a field and write."""
        keys = sum(KEYS_OF_A_CHARACTER if ord(letter) > 0x2E80 else 1 for letter in text)
        self.seconds += MENTAL + POINT + PRESS + HOME + keys * KEY + HOME
        self.visit.page.locator(f"#{name}").fill(text)

    def strike(self, key: str) -> None:
        """Press one key that does something."""
        self.seconds += MENTAL + KEY
        self._wait(lambda: self.visit.page.keyboard.press(key), leads_on=True)

    def choose(self, files: list[Path]) -> None:
        """Open the window that asks for files, and pick each."""
        self.seconds += MENTAL + POINT + PRESS + (len(files) + 1) * PICK
        self.visit.page.locator("#files").set_input_files(files)

    def _wait(self, act: Callable[[], None], *, leads_on: bool) -> None:
        if not leads_on:
            act()
            return
        began = time.perf_counter()
        with self.visit.page.expect_navigation():
            act()
        self.seconds += time.perf_counter() - began


def test_from_a_contract_a_voucher_is_applied_for_used_and_claimed_in_minutes(
    visit: Visitors, stage: Scene, instance: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    contract = contract_in_force(instance, stage)
    owner, district, city = (visit(who, SETTING) for who in ("enterprise", "district", "city"))
    owner.go(f"/contracts/{contract}")

    hands = Hands(owner)
    hands.press(owner.link("Pay a part with a voucher"))
    section = owner.main().locator("section", has=owner.page.get_by_role("link", name=claims.AT_ONCE))
    hands.press(section.get_by_role("link", name=owner.t("Apply under this scheme")))
    hands.write("face_fen", "1万")
    hands.press(owner.page.locator("#declares_single_funding"), leads_on=False)
    hands.press(owner.button("Hand in"))
    owner.is_at(r"/vouchers/\d+")
    applied = hands.seconds
    for reviewer, button in ((district, "Approve as first reviewer"), (city, "Issue the voucher")):
        reviewer.go(f"{owner.path}/review")
        reviewer.button(button).click()
        reviewer.page.wait_for_load_state()

    owner.go(f"{owner.path}/use?contract={contract}")
    for box in ("declares_voluntary", "declares_unrelated"):
        hands.press(owner.page.locator(f"#{box}"), leads_on=False)
    hands.press(owner.button("Register and hold the amount"))
    hands.press(owner.button("The service is done"))
    owner.go("/redemptions/")
    hands.press(owner.main().locator(".line-item").get_by_role("button").first)
    files = [tmp_path / name for name in ("技术合同.pdf", "电子发票.pdf", "银行回单.pdf", "检测报告.pdf")]
    for file in files:
        file.write_bytes(papers.pdf(f"{file.name} effort"))
    hands.choose(files)
    hands.press(owner.button("Upload"))
    for field in owner.main().locator("input[type=date]").all():
        hands.write(str(field.get_attribute("id")), time.strftime("%Y-%m-%d"))
    number, amount = (owner.main().locator(f"input[name^={name}-]") for name in ("number", "amount"))
    hands.write(str(number.get_attribute("id")), "26332000000088888888")
    hands.write(str(amount.get_attribute("id")), "2万")
    hands.write("payee_bank", "绍兴银行柯桥支行")
    hands.write("payee_account", "6222021305001234567")
    hands.press(owner.button("File the claim"))
    owner.is_at(r"/redemptions/\d+")

    record_property("seconds of an application", round(applied))
    record_property("seconds of application, use and claim", round(hands.seconds))
    assert applied <= APPLICATION_S / 3, "two thirds of the three minutes are left for reading"
    assert hands.seconds <= APPLICATION_S, "all three together"


def test_sixty_claims_before_noon_leave_time_to_read_them(
    visit: Visitors, stage: Scene, instance: Path, record_property: Callable[[str, object], None]
) -> None:
    with database(instance) as session, transaction(session):
        waiting = [claims.to_be_reviewed(session, *sides(session, stage)).id for _ in range(3)]
    reviewer = visit("district", SETTING)
    reviewer.go(f"/review/{waiting[0]}?stage=first")

    hands, done = Hands(reviewer), []
    for _ in waiting:
        done.append(reviewer.page.url)
        reviewer.page.locator("h1").click()
        # One key for each of the four papers, and one that agrees and opens the next claim.
        hands.seconds += 4 * (MENTAL + KEY)
        hands.strike("a")
    of_each = hands.seconds / len(waiting)

    record_property("seconds of hands for each claim", round(of_each))
    assert len(set(done)) == len(waiting), "each key led to another claim"
    assert of_each <= MORNING_S / A_MORNINGS_CLAIMS / 6, "five sixths of the morning are left for reading"
