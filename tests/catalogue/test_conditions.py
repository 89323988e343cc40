"""Which conditions of a need an offering meets, case by case."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering, PriceUnit
from matchmaker.catalogue.suggestions import rules
from matchmaker.catalogue.suggestions.rules import Verdict
from matchmaker.reference.queries import Code
from tests.support import cast

TODAY = date(2026, 3, 1)

INDUSTRIES = {
    code: Code(code, code, code, parent)
    for code, parent in (("textiles", None), ("dyeing", "textiles"), ("weaving", "textiles"), ("machinery", None))
}

FITS, FAILS, UNKNOWN = Verdict.FITS, Verdict.FAILS, Verdict.UNKNOWN


def judge(name: str, need: dict[str, Any], offering: dict[str, Any]) -> rules.Condition:
    """Return how one condition stands between two postings that say nothing but what is given."""
    wanted = {"industry_code": "dyeing", "district_code": cast.HERE} | need
    offered: dict[str, Any] = {"industry_code": "dyeing", "district_code": cast.HERE, "price_unit": PriceUnit.PROJECT}
    judged = rules.conditions(Need(**wanted), Offering(**offered | offering), on=TODAY, industries=INDUSTRIES)
    return {condition.name: condition for condition in judged}[name]


CASES: list[tuple[str, dict[str, Any], dict[str, Any], Verdict, str]] = [
    ("industry", {}, {"industry_code": None}, FITS, "Serves every industry"),
    ("industry", {}, {"industry_code": "dyeing"}, FITS, "Same industry"),
    ("industry", {}, {"industry_code": "textiles"}, FITS, "Closely related industry"),
    ("industry", {"industry_code": "textiles"}, {"industry_code": "dyeing"}, FITS, "Closely related industry"),
    ("industry", {}, {"industry_code": "weaving"}, FAILS, "From another industry"),
    ("industry", {}, {"industry_code": "machinery"}, FAILS, "From another industry"),
    ("industry", {"industry_code": "textiles"}, {"industry_code": "machinery"}, FAILS, "From another industry"),
    ("district", {}, {}, FITS, "Same district"),
    ("district", {}, {"district_code": cast.ELSEWHERE}, FAILS, "In another district"),
    ("budget", {}, {"price_min_fen": 5}, UNKNOWN, "No budget stated"),
    ("budget", {"budget_fen": 5}, {}, UNKNOWN, "Price to be negotiated"),
    ("budget", {"budget_fen": 5}, {"price_min_fen": 5}, FITS, "Price starts within the budget"),
    ("budget", {"budget_fen": 5}, {"price_min_fen": 4, "price_max_fen": 9}, FITS, "Price starts within the budget"),
    ("budget", {"budget_fen": 5}, {"price_min_fen": 6}, FAILS, "Price starts above the budget"),
    ("budget", {"budget_fen": 0}, {"price_min_fen": 0}, FITS, "Price starts within the budget"),
    ("budget", {"budget_fen": 0}, {"price_min_fen": 1}, FAILS, "Price starts above the budget"),
    (
        "budget",
        {"budget_fen": 5},
        {"price_min_fen": 6, "price_unit": PriceUnit.HOUR},
        FAILS,
        "Price per hour starts above the budget",
    ),
    ("deadline", {}, {"delivery_days": 5}, UNKNOWN, "No deadline stated"),
    ("deadline", {"needed_by": TODAY}, {}, UNKNOWN, "Delivery time not stated"),
    (
        "deadline",
        {"needed_by": TODAY + timedelta(days=5)},
        {"delivery_days": 5},
        FITS,
        "Delivers in 5 days, in time",
    ),
    (
        "deadline",
        {"needed_by": TODAY + timedelta(days=5)},
        {"delivery_days": 7},
        FAILS,
        "Delivers in 7 days, 2 too late",
    ),
    (
        "deadline",
        {"needed_by": TODAY - timedelta(days=1)},
        {"delivery_days": 1},
        FAILS,
        "Delivers in 1 days, 2 too late",
    ),
    ("trl", {}, {"trl": 9}, UNKNOWN, "Any maturity will do"),
    ("trl", {"trl": 6}, {}, UNKNOWN, "Maturity not stated"),
    ("trl", {"trl": 6}, {"trl": 6}, FITS, "TRL 6, wanted 6"),
    ("trl", {"trl": 6}, {"trl": 9}, FITS, "TRL 9, wanted 6"),
    ("trl", {"trl": 6}, {"trl": 5}, FAILS, "TRL 5, wanted 6"),
]


@pytest.mark.parametrize(("name", "need", "offering", "verdict", "reason"), CASES)
def test_a_condition_stands_as_the_table_says(
    name: str, need: dict[str, Any], offering: dict[str, Any], verdict: Verdict, reason: str
) -> None:
    condition = judge(name, need, offering)

    assert condition.verdict is verdict and str(condition.reason) == reason


@pytest.mark.parametrize(
    ("name", "is_hard"), [("industry", False), ("district", False), ("budget", True), ("deadline", True), ("trl", True)]
)
def test_only_hard_conditions_make_a_near_miss(name: str, is_hard: bool) -> None:
    failing = {
        "industry": ({}, {"industry_code": "machinery"}),
        "district": ({}, {"district_code": cast.ELSEWHERE}),
        "budget": ({"budget_fen": 1}, {"price_min_fen": 2}),
        "deadline": ({"needed_by": TODAY}, {"delivery_days": 1}),
        "trl": ({"trl": 9}, {"trl": 1}),
    }[name]
    condition = judge(name, *failing)

    assert condition.verdict is FAILS and condition.is_near_miss is is_hard


def test_every_condition_has_a_label() -> None:
    judged = rules.conditions(
        Need(industry_code="dyeing", district_code="a"),
        Offering(industry_code=None, district_code="b"),
        on=TODAY,
        industries=INDUSTRIES,
    )

    assert [condition.name for condition in judged] == list(rules.LABELS)


@given(
    budget=st.none() | st.integers(0, 10**12),
    price=st.none() | st.integers(0, 10**12),
    cheaper=st.integers(0, 10**6),
)
def test_a_cheaper_offering_never_fits_a_budget_less(budget: int | None, price: int | None, cheaper: int) -> None:
    dear = judge("budget", {"budget_fen": budget}, {"price_min_fen": price})
    lower = None if price is None else max(0, price - cheaper)

    cheap = judge("budget", {"budget_fen": budget}, {"price_min_fen": lower})
    assert not (dear.verdict is FITS and cheap.verdict is not FITS)


@given(days=st.integers(1, 3650), left=st.integers(-400, 3660))
def test_what_arrives_by_the_day_is_in_time_and_what_comes_later_says_by_how_much(days: int, left: int) -> None:
    condition = judge("deadline", {"needed_by": TODAY + timedelta(days=left)}, {"delivery_days": days})

    assert (condition.verdict is FITS) == (days <= left)
    if condition.verdict is FAILS:
        assert condition.reason.values["late"] == days - left


@given(
    budget=st.none() | st.integers(0, 9),
    left=st.none() | st.integers(-3, 9),
    wanted=st.none() | st.integers(1, 9),
    price=st.none() | st.integers(0, 9),
    days=st.none() | st.integers(1, 9),
    trl=st.none() | st.integers(1, 9),
)
def test_limits_count_exactly_the_near_misses_that_are_told(
    *, budget: int | None, left: int | None, wanted: int | None, price: int | None, days: int | None, trl: int | None
) -> None:
    need = Need(budget_fen=budget, needed_by=None if left is None else TODAY + timedelta(days=left), trl=wanted)
    offering = Offering(price_min_fen=price, delivery_days=days, trl=trl, price_unit=PriceUnit.PROJECT)

    told = [condition for condition in rules.hard_conditions(need, offering, on=TODAY) if condition.is_near_miss]
    assert rules.Limits.of(need, on=TODAY).failed(offering) == len(told)
