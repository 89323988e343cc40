"""One form, sent many times at once, has one effect and one answer; and two people decide once."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from matchmaker.audit.models import AnsweredRequest, AuditRow
from matchmaker.vouchers.models import Use, Voucher
from tests.support import money, sites, spending
from tests.support.databases import Database
from tests.support.statements import counted


def sent(app: object, path: str, role: str, data: dict[str, str], times: int) -> list[tuple[int, str]]:
    """Send the same form from as many windows at once as ``times``."""

    def window(_number: int) -> tuple[int, str]:
        visitor = sites.visitor_as(app, role, checks=False)  # type: ignore[arg-type]  # the fixture's application
        page = visitor.open(path, method="POST", data={"csrf_token": visitor.token(), **data})
        return page.status, page.location

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(window, range(times)))


@pytest.fixture
def site(either_database: Database, tmp_path: Path) -> object:
    """The site on either database."""
    with sites.site(either_database, tmp_path / "instance") as app:
        yield app
    money.check(either_database)


def test_one_key_sent_eight_times_is_one_use(site: object, either_database: Database) -> None:
    with either_database.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        contract = money.contract(session)
    data = {
        "contract_id": str(contract.id),
        "category_code": "testing",
        "service_amount_fen": "2万",
        "declares_voluntary": "1",
        "declares_unrelated": "1",
        "once_key": "one-key-for-all",
    }
    answers = sent(site, f"/vouchers/{voucher.id}/use", "enterprise", data, 8)
    assert len(set(answers)) == 1 and re.fullmatch(r"/vouchers/uses/\d+", answers[0][1])
    with either_database.reading() as session:
        assert session.scalar(select(func.count(Use.id))) == 1
        assert session.scalar(select(func.count(AnsweredRequest.id))) == 1


def test_two_reviewers_at_once_make_one_decision_and_both_stand_in_the_trail(
    site: object, either_database: Database
) -> None:
    with either_database.writing() as session:
        voucher = money.voucher(session, money.scheme(session), issued=False)
    with ThreadPoolExecutor(2) as pool:
        paths = (("bureau-district", "approve"), ("bureau-city", "reject"))
        found = list(
            pool.map(
                lambda who: sent(
                    site,
                    f"/vouchers/{voucher.id}/{who[1]}",
                    who[0],
                    {"once_key": "a-key-of-one-form", "reason": "不符合条件"},
                    1,
                )[0][0],
                paths,
            )
        )
    with either_database.reading() as session:
        state = session.get_one(Voucher, voucher.id).state.value
        late = session.scalar(select(func.count(AuditRow.id)).where(AuditRow.act.like("vouchers.%.refused")))
    # Approved first, it may be rejected after; rejected first, it cannot be approved.
    assert (sorted(found), state, late) in [([303, 303], "rejected", 0), ([303, 409], "rejected", 1)]


def test_registering_a_use_takes_few_statements(database: Database) -> None:
    with database.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        contract = money.contract(session)
    with counted() as seen, database.writing() as session, money.acting(session, "enterprise"):
        before = len(seen)
        money.uses.register(session, voucher, contract.id, money.planned())
        statements = [one for one in seen[before:] if not one.startswith(("SAVEPOINT", "RELEASE"))]
    # The payable account of the district is opened by its first use, which takes three.
    assert len(statements) <= 12, statements


def test_a_redemption_takes_twelve_statements_from_its_form_to_its_answer(
    postgresql_database: Database, tmp_path: Path
) -> None:
    with sites.site(postgresql_database, tmp_path / "instance") as app:
        purse = spending.signed_in(app, spending.fill(postgresql_database, count=1))
        hand = spending.Hand(app, purse)
        hand.spend(*purse.pairs[0], key="the-first-one", fen=1_00)
        with counted() as seen:
            assert hand.spend(*purse.pairs[0], key="the-next-one", fen=1_00).status == 303
    assert len(seen) <= 12, seen


def test_a_contract_of_another_enterprise_is_refused_like_one_that_there_is_not(
    site: object, either_database: Database
) -> None:
    with either_database.writing() as session:
        voucher = money.voucher(session, money.scheme(session))
        money.contract(session)
        theirs = money.contract(session, role="other-enterprise")
    visitor = sites.visitor_as(site, "enterprise", checks=False)  # type: ignore[arg-type]  # the fixture's application
    texts = []
    for number in (theirs.id, theirs.id + 1000):
        data = {
            "csrf_token": visitor.token(),
            "once_key": f"contract-{number:08d}",
            "contract_id": str(number),
            "category_code": "testing",
            "service_amount_fen": "2万",
            "declares_voluntary": "1",
            "declares_unrelated": "1",
        }
        page = visitor.open(f"/vouchers/{voucher.id}/use", method="POST", data=data)
        assert page.status == 422
        texts.append("请从列表中选择" in page.text)
    assert texts == [True, True]
    with either_database.reading() as session:
        assert session.scalar(select(func.count(Use.id))) == 0
