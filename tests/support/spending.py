"""Vouchers to be spent by many at once through the site's own pages, and what must be true of them afterwards."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from matchmaker.ledger import verification
from matchmaker.vouchers.models import HOLDING, Use, Voucher
from matchmaker.vouchers.reconciliation import checking
from tests.support import cast, money, racing, sites
from tests.support.databases import Database
from tests.support.visitor import Visitor

#: What is spent in one go unless a test says otherwise, in fen; the scheme's rate is the whole.
ALL = 2 * money.WAN


@dataclass(frozen=True)
class Purse:
    """Vouchers of one enterprise with a contract for each, and the cookie and form token of its person."""

    vouchers: list[int]
    contracts: list[int]
    role: str = "enterprise"
    cookie: str = ""
    token: str = ""

    def plain(self) -> str:
        """Return it as a process of its own is told it."""
        return json.dumps(asdict(self))

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """Each voucher with its contract."""
        return list(zip(self.vouchers, self.contracts, strict=True))


@dataclass(frozen=True)
class Answer:
    """What came of asking."""

    status: int
    location: str = ""


def fill(database: Database, *, count: int, face_fen: int = ALL, role: str = "enterprise", key: str = "spent") -> Purse:
    """Issue vouchers, each with a contract that its whole face can be spent under many times over."""
    with database.writing() as session:
        scheme = money.scheme(
            session,
            key=key,
            rates=money.Rates.flat(10_000),
            quota_fen=count * face_fen,
            pools_fen=dict.fromkeys((cast.HERE, cast.ELSEWHERE), count * face_fen),
            cap_local_fen=None,
            cap_outside_fen=None,
            several_vouchers_per_contract=True,
        )
        vouchers = [money.voucher(session, scheme, role=role, face_fen=face_fen).id for _ in range(count)]
        contracts = [
            money.contract(session, role=role, contract_amount_fen=900 * money.WAN, technology_amount_fen=money.WAN).id
            for _ in range(count)
        ]
    return Purse(vouchers, contracts, role)


def signed_in(app: Flask, purse: Purse) -> Purse:
    """Return the purse in the hands of somebody who has come in by the form."""
    visitor = sites.visitor_as(app, purse.role, checks=False)
    token = visitor.token()
    (cookie,) = (one for one in visitor.client._cookies.values() if one.key == app.config["SESSION_COOKIE_NAME"])
    return Purse(purse.vouchers, purse.contracts, purse.role, cookie.value, token)


def form(purse: Purse, contract: int, *, fen: int = ALL, key: str) -> dict[str, str]:
    """Return what a browser sends to spend ``fen`` of a voucher."""
    return {
        "csrf_token": purse.token,
        "once_key": key,
        "contract_id": str(contract),
        "service_amount_fen": f"{fen // 100}.{fen % 100:02d}",
        "category_code": cast.TESTING,
        "description": "色牢度检测",
        "declares_voluntary": "1",
        "declares_unrelated": "1",
    }


class Hand:
    """One client with the purse's cookie; each thread has its own."""

    def __init__(self, app: Flask, purse: Purse) -> None:
        self.purse = purse
        #: Whether it sends the same again when it is told to wait, and how often it was told so.
        self.is_patient, self.was_told_to_wait = False, 0
        self.client = app.test_client()
        self.client.set_cookie(app.config["SESSION_COOKIE_NAME"], purse.cookie, domain="localhost")

    def spend(self, voucher: int, contract: int, *, key: str, fen: int = ALL) -> Answer:
        """Register a use of the voucher."""
        return self.post(f"/vouchers/{voucher}/use", form(self.purse, contract, fen=fen, key=key))

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        """Send a form."""

        def send() -> TestResponse:
            return self.client.post(path, data=values, headers={"Accept-Language": "zh-CN"})

        answer = racing.patiently(send, self._waits)
        return Answer(answer.status_code, answer.headers.get("Location", ""))

    def _waits(self, answer: TestResponse) -> bool:
        if not self.is_patient or not racing.is_told_to_wait(answer.status_code, answer.headers):
            return False
        self.was_told_to_wait += 1
        return True


def crowd(app: Flask, purse: Purse, acts: Sequence[Callable[[Hand], Answer]], *, clients: int) -> list[Answer]:
    """Let ``clients`` threads begin at the same moment and share the acts; return the answers in the acts' order.

    They are patient, as the keys of their forms let them be; but who is told to wait must be the exception.
    """
    start, hands = Barrier(clients), list[Hand]()

    def work(number: int) -> list[tuple[int, Answer]]:
        hand = Hand(app, purse)
        hand.is_patient = True
        hands.append(hand)
        start.wait()
        return [(place, acts[place](hand)) for place in range(number, len(acts), clients)]

    with ThreadPoolExecutor(clients) as pool:
        answers = dict(pair for done in pool.map(work, range(clients)) for pair in done)
    told = sum(hand.was_told_to_wait for hand in hands)
    assert told <= len(acts) // 4, f"{told} times somebody was told to wait, at {len(acts)} requests"
    return [answers[place] for place in range(len(acts))]


def statuses(answers: Sequence[Answer]) -> Counter[int]:
    """Count the answers by their status."""
    return Counter(answer.status for answer in answers)


def held(database: Database, purse: Purse) -> dict[int, int]:
    """Return how many uses hold an amount of each voucher."""
    with database.reading() as session:
        counted = select(Use.voucher_id, func.count()).where(Use.state.in_(HOLDING)).group_by(Use.voucher_id)
        found = dict(session.execute(counted).all())
    return {voucher: found.get(voucher, 0) for voucher in purse.vouchers}


def check(database: Database) -> None:
    """Verify the ledger, reconcile everything, and see by plain sums that nobody got more than there is."""
    with Session(database.engine) as session:
        report = verification.verify(session)
        assert report.is_sound, [str(finding) for finding in report.findings]
        looked = checking.look(session)
        assert not looked.mismatches, [f"{one.place} {one.name}: {one.message}" for one in looked.kept]
        sums = (
            select(Voucher.id, Voucher.face_fen, func.sum(Use.amount_fen))
            .join(Use, Use.voucher_id == Voucher.id)
            .where(Use.state.in_(HOLDING))
            .group_by(Voucher.id, Voucher.face_fen)
        )
        for voucher, face, spent in session.execute(sums):
            assert spent <= face, f"{spent} fen are held on voucher {voucher} of {face}"


def visitor(app: Flask, role: str) -> Visitor:
    """Return somebody signed in, whose pages are not checked: they come by the hundred."""
    return sites.visitor_as(app, role, checks=False)


def visitor_page(hand: Hand, path: str) -> int:
    """Return the status of a page as the purse's person sees it."""
    return hand.client.get(path).status_code
