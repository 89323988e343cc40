"""The rules of a year: read, checked, versioned, put into force by two people, and the pools they fund."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from matchmaker.accounts.models import EnterpriseSize
from matchmaker.accounts.registration.models import EnterpriseType
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger.queries import account_by_code
from matchmaker.vouchers import accounts
from matchmaker.vouchers.models import RegionPair
from matchmaker.vouchers.schemes import operations
from matchmaker.vouchers.schemes.models import Scheme, SchemeState
from matchmaker.vouchers.schemes.rules import Facts, Rates, SchemeRules
from matchmaker.vouchers.uses.rules import Circumstances, Planned, work_out
from tests.support import cast, money
from tests.support.databases import Database
from tests.support.money import WAN, YUAN, acting, scheme_rules

FACTS = Facts(is_enterprise=True, is_approved=True, has_credit_code=True, is_local=True)
GIVEN = Circumstances(RegionPair.LOCAL_LOCAL, None, True, 100 * WAN, 100 * WAN)


def plan(fen: int, **differences: object) -> Planned:
    return replace(money.planned(fen), **differences)  # type: ignore[arg-type]  # fields by name


def pool(session: Session, scheme: Scheme, district: str = cast.HERE) -> int:
    found = session.scalars(account_by_code(accounts.pool_code(scheme.code, district))).one()
    return found.available_fen


def test_rules_survive_being_kept_as_json() -> None:
    rules = scheme_rules(
        category_rates={"testing": Rates(5000, 4000, 3000, 2000)},
        types=(EnterpriseType.HIGH_TECH,),
        sizes=(EnterpriseSize.SMALL, EnterpriseSize.MICRO),
        most_revenue_fen=1000 * WAN,
        valid_months=12,
    )
    assert SchemeRules.of(rules.plain()) == rules


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"redeem_by": date(2020, 1, 1)}, "redeem_by"),
        ({"apply_until": date(2020, 1, 1)}, "apply_until"),
        ({"rates": Rates.flat(10_001)}, "rates"),
        ({"rates": Rates.flat(0)}, "rates"),
        ({"pools_fen": {}}, "pools_fen"),
        ({"pools_fen": {"330602": -1}}, "pools_fen"),
        ({"quota_fen": 1}, "quota_fen"),
        ({"most_face_fen": 11 * WAN}, "most_face_fen"),
        ({"reviews": 3}, "reviews"),
        ({"publicity_days": 99}, "publicity_days"),
        ({"cap_local_fen": 0}, "cap_local_fen"),
        ({"evidence": ()}, "evidence"),
        ({"category_quotas_fen": {"testing": 11 * WAN}}, "category_quotas_fen"),
        ({"valid_months": 0}, "valid_months"),
    ],
)
def test_rules_that_contradict_themselves_are_refused_at_the_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        replace(scheme_rules(), **change).check()  # type: ignore[arg-type]  # fields by name
    assert refused.value.field == field


def test_a_field_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Invalid, match="bonus_fen"):
        SchemeRules.of({**scheme_rules().plain(), "bonus_fen": 1})


@pytest.mark.parametrize(
    ("rules", "facts", "failing"),
    [
        ({}, {"is_local": False}, {"region"}),
        ({}, {"has_credit_code": False}, {"credit_code"}),
        ({}, {"is_approved": False}, {"kind"}),
        ({"types": (EnterpriseType.HIGH_TECH,)}, {}, {"enterprise_type"}),
        ({"types": (EnterpriseType.HIGH_TECH,)}, {"types": frozenset({EnterpriseType.HIGH_TECH})}, set()),
        ({"sizes": (EnterpriseSize.MICRO,)}, {"size": EnterpriseSize.LARGE}, {"size"}),
        ({"most_staff": 99}, {"staff": 100}, {"staff"}),
        ({"most_staff": 99}, {"staff": 99}, set()),
        ({"most_revenue_fen": 1000 * WAN}, {"revenue_fen": 1000 * WAN + 1, "revenue_before_fen": 1}, {"revenue_fen"}),
        ({"most_revenue_fen": 1000 * WAN}, {}, {"revenue_fen", "revenue_before_fen"}),
    ],
)
def test_each_condition_that_fails_is_named(
    rules: dict[str, object], facts: dict[str, object], failing: set[str]
) -> None:
    judged = scheme_rules(**rules).conditions(replace(FACTS, **facts))  # type: ignore[arg-type]  # fields by name
    assert {one.name for one in judged if not one.holds} == failing


@pytest.mark.parametrize(
    ("issued_on", "months", "last"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-03-15", 12, "2026-12-31"), ("2026-08-31", 1, "2026-09-30")],
)
def test_a_voucher_lasts_for_months_but_never_beyond_the_schemes_last_day(
    issued_on: str, months: int, last: str
) -> None:
    rules = replace(scheme_rules(), use_by=date(2026, 12, 31), valid_months=months)
    assert rules.last_day(date.fromisoformat(issued_on)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("pair", "amount"),
    [
        (RegionPair.LOCAL_LOCAL, 5_000),
        (RegionPair.LOCAL_OUTSIDE, 4_000),
        (RegionPair.OUTSIDE_LOCAL, 3_000),
        (RegionPair.OUTSIDE_OUTSIDE, 2_000),
    ],
)
def test_the_home_regions_decide_the_rate(pair: RegionPair, amount: int) -> None:
    rules = scheme_rules(rates=Rates(5000, 4000, 3000, 2000))
    assert work_out(rules, plan(10_000 * YUAN), replace(GIVEN, pair=pair)).amount_fen == amount * YUAN


def test_the_cap_is_that_of_the_providers_region() -> None:
    rules = scheme_rules(rates=Rates.flat(5000), cap_local_fen=2 * WAN, cap_outside_fen=1 * WAN)
    assert work_out(rules, plan(10 * WAN), GIVEN).amount_fen == 2 * WAN
    outside = replace(GIVEN, pair=RegionPair.LOCAL_OUTSIDE)
    assert work_out(rules, plan(10 * WAN), outside).amount_fen == 1 * WAN


def test_what_is_cheaper_than_the_limit_is_taken_over_in_full_and_what_costs_as_much_is_not() -> None:
    rules = scheme_rules(cover_in_full_below_fen=1 * WAN)
    assert work_out(rules, plan(1 * WAN - 1), GIVEN).amount_fen == 1 * WAN - 1
    assert work_out(rules, plan(1 * WAN), GIVEN).amount_fen == 5_000 * YUAN


def test_a_categorys_own_rate_goes_before_its_groups() -> None:
    rules = scheme_rules(category_rates={"g-testing": Rates.flat(2000), "testing": Rates.flat(6000)})
    assert work_out(rules, plan(1 * WAN), replace(GIVEN, category_parent="g-testing")).rate_bp == 6000
    other = replace(rules, category_rates={"g-testing": Rates.flat(2000)})
    assert work_out(other, plan(1 * WAN), replace(GIVEN, category_parent="g-testing")).rate_bp == 2000


@pytest.mark.parametrize(
    ("rules", "planned", "circumstances", "field"),
    [
        ({}, {"service_amount_fen": 101 * WAN}, {}, "service_amount_fen"),
        ({}, {"asked_fen": 2 * WAN + 1, "service_amount_fen": 10 * WAN}, {}, "asked_fen"),
        ({}, {}, {"voucher_left_fen": 0}, "service_amount_fen"),
        ({"excluded_categories": ("testing",)}, {}, {}, "category_code"),
        ({"excluded_categories": ("group",)}, {}, {"category_parent": "group"}, "category_code"),
        ({"rates": Rates(5000, 0, 0, 0)}, {}, {"pair": RegionPair.LOCAL_OUTSIDE}, "category_code"),
        ({}, {"declares_voluntary": False}, {}, "declares_voluntary"),
        ({}, {"declares_unrelated": False}, {}, "declares_unrelated"),
    ],
)
def test_what_is_more_than_may_be_is_refused_at_its_field(
    rules: dict[str, object], planned: dict[str, object], circumstances: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        work_out(scheme_rules(**rules), plan(2 * WAN, **planned), replace(GIVEN, **circumstances))  # type: ignore[arg-type]  # fields by name
    assert refused.value.field == field


@given(
    price=st.integers(1, 10**10),
    rate=st.integers(1, 10_000),
    cap=st.none() | st.integers(1, 10**8),
    left=st.integers(1, 10**8),
    full=st.integers(0, 10**7),
)
def test_never_more_than_price_cap_or_what_is_left_and_every_line_adds_up(
    price: int, rate: int, cap: int | None, left: int, full: int
) -> None:
    rules = scheme_rules(rates=Rates.flat(rate), cap_local_fen=cap, cover_in_full_below_fen=full)
    given_ = replace(GIVEN, contract_left_fen=price, voucher_left_fen=left)
    try:
        working = work_out(rules, plan(price), given_)
    except Invalid:
        assert price * rate // 10_000 == 0
        return
    by_rate = price if price < full else price * rate // 10_000
    assert working.amount_fen == min(by_rate, left, cap or by_rate) <= price
    assert working.lines[-1].fen + working.lines[-2].fen == price


def test_whoever_proposed_a_version_cannot_approve_it(book: Database) -> None:
    with book.writing() as session, acting(session, money.FIRST):
        scheme = operations.draft(session, operations.SchemeText(money.year(), "one", "一号"), scheme_rules())
        operations.propose(session, scheme)
    with pytest.raises(Forbidden), book.writing() as session, acting(session, money.FIRST):
        operations.approve(session, session.get_one(Scheme, scheme.id))


def test_a_new_version_takes_the_old_ones_place_and_moves_only_the_difference(book: Database) -> None:
    with book.writing() as session:
        first = money.scheme(session)
        with acting(session, money.FIRST):
            second = operations.new_version(session, first)
            more = replace(scheme_rules(), pools_fen={cast.HERE: 130 * WAN, cast.ELSEWHERE: 20 * WAN})
            operations.rewrite(session, second, operations.text_of(second), more)
            operations.propose(session, second)
        with acting(session, money.SECOND):
            operations.approve(session, second)
    with book.reading() as session:
        assert session.get_one(Scheme, first.id).state is SchemeState.CLOSED
        assert (pool(session, second), pool(session, second, cast.ELSEWHERE)) == (130 * WAN, 20 * WAN)
        assert second.version == 2


def test_a_version_cannot_take_back_what_was_issued(book: Database) -> None:
    with book.writing() as session:
        first = money.scheme(session, pools_fen={cast.HERE: 10 * WAN})
        money.voucher(session, first, face_fen=8 * WAN)
        with acting(session, money.FIRST):
            second = operations.new_version(session, first)
            less = replace(scheme_rules(), pools_fen={cast.HERE: 5 * WAN}, quota_fen=10 * WAN)
            operations.rewrite(session, second, operations.text_of(second), less)
            operations.propose(session, second)
    with pytest.raises(Conflict, match="20,000"), book.writing() as session, acting(session, money.SECOND):
        operations.approve(session, session.get_one(Scheme, second.id))
    with book.reading() as session:
        assert session.get_one(Scheme, first.id).state is SchemeState.ACTIVE
        assert session.get_one(Scheme, second.id).state is SchemeState.PROPOSED


def test_a_voucher_keeps_the_version_that_it_was_issued_by(book: Database) -> None:
    with book.writing() as session:
        first = money.scheme(session)
        voucher = money.voucher(session, first)
        with acting(session, money.FIRST):
            second = operations.new_version(session, first)
            operations.rewrite(
                session, second, operations.text_of(second), replace(scheme_rules(), rates=Rates.flat(1000))
            )
            operations.propose(session, second)
        with acting(session, money.SECOND):
            operations.approve(session, second)
        assert money.use(session, voucher, money.contract(session), 1 * WAN).amount_fen == 5_000 * YUAN
        other = money.voucher(session, second, face_fen=1 * WAN)
        assert money.use(session, other, money.contract(session), 1 * WAN).amount_fen == 1_000 * YUAN


def test_a_copy_for_next_year_has_its_days_a_year_later(book: Database) -> None:
    with book.writing() as session:
        scheme = money.scheme(session)
        with acting(session, money.FIRST):
            copied = operations.copy_to_year(session, scheme, year=scheme.year + 1)
    rules = SchemeRules.of(copied.rules_json)
    assert (rules.apply_from.year, rules.redeem_by.year) == (scheme.year + 1, scheme.year + 2)
    assert (copied.version, copied.state) == (1, SchemeState.DRAFT)
