"""What a profile may say, what its counts come to, and what a bureau should look at."""

from datetime import date

import pytest

from matchmaker.accounts.models import OrganisationKind
from matchmaker.errors import Invalid
from matchmaker.registry.profiles import rules
from matchmaker.registry.profiles.models import Topic
from matchmaker.registry.profiles.rules import Growth, Share, Thresholds

COMPLEX, INSTITUTE = OrganisationKind.COMPLEX, OrganisationKind.INSTITUTE


def test_growth_is_a_percentage_of_the_year_before() -> None:
    growth = rules.growth({Topic.AGENCIES: "23"}, {Topic.AGENCIES: "20"}, Topic.AGENCIES)

    assert (growth.total, growth.new, growth.percent) == (23, 3, 15.0)


@pytest.mark.parametrize(("total", "before"), [(None, 3), (3, None), (None, None)])
def test_what_is_not_stated_has_not_grown_by_nothing(total: int | None, before: int | None) -> None:
    assert Growth(total, before).new is None and Growth(total, before).percent is None


def test_growth_from_nothing_is_new_but_no_percentage() -> None:
    assert Growth(4, 0).new == 4 and Growth(4, 0).percent is None


def test_a_share_changes_in_percentage_points_and_not_in_percent() -> None:
    now, before = {Topic.STAFF: "60", Topic.SENIOR_STAFF: "18"}, {Topic.STAFF: "50", Topic.SENIOR_STAFF: "10"}
    share = rules.senior_share(now, before)

    assert share == Share(percent=30.0, before=20.0)
    assert share.points == 10.0, "from 20 % to 30 % is ten points; it would be a growth of 50 percent"


def test_counts_of_a_year_are_compared_with_the_last_day_of_the_one_before() -> None:
    assert rules.end_of_year_before(date(2025, 12, 31)) == date(2024, 12, 31)
    assert rules.end_of_year_before(date(2025, 1, 1)) == date(2024, 12, 31)


@pytest.mark.parametrize(("premises", "flagged"), [("4999", True), ("5000", False), ("", False)])
def test_premises_below_5000_are_flagged_and_those_not_stated_are_not(premises: str, flagged: bool) -> None:
    flags = rules.flags({Topic.PREMISES_M2: premises}, kind=COMPLEX)

    assert [flag.source for flag in flags] == (["S1"] if flagged else [])


@pytest.mark.parametrize(
    ("state", "flagged"),
    [
        ({Topic.LEVEL: "provincial"}, True),
        ({Topic.LEVEL: "provincial", Topic.INSTITUTES: ""}, True),
        ({Topic.LEVEL: "provincial", Topic.INSTITUTES: "7"}, False),
        ({Topic.LEVEL: "city"}, False),
    ],
)
def test_a_provincial_complex_without_an_institute_is_flagged(state: dict[Topic, str], flagged: bool) -> None:
    assert [flag.source for flag in rules.flags(state, kind=COMPLEX)] == (["S0"] if flagged else [])


def test_an_institute_is_not_measured_by_the_rules_for_complexes() -> None:
    assert rules.flags({Topic.LEVEL: "provincial", Topic.PREMISES_M2: "80"}, kind=INSTITUTE) == []


def test_the_threshold_is_the_rule_s_to_change() -> None:
    assert rules.flags({Topic.PREMISES_M2: "5500"}, kind=COMPLEX, thresholds=Thresholds(premises_m2=6000))


@pytest.mark.parametrize(
    ("before", "facts", "expected"),
    [
        ({}, {Topic.LEVEL: "provincial"}, True),
        ({Topic.LEVEL: "provincial"}, {Topic.LEVEL: "city"}, True),
        ({Topic.LEVEL: "provincial"}, {Topic.STATUS: "registered"}, True),
        ({Topic.LEVEL: "provincial"}, {Topic.STAFF: "9"}, False),
        ({Topic.LEVEL: "county"}, {Topic.LEVEL: "city"}, False),
    ],
)
def test_what_moves_a_complex_on_or_off_the_provincial_list_is_the_city_s(
    before: dict[Topic, str], facts: dict[Topic, str], expected: bool
) -> None:
    assert rules.is_city_matter(before, facts) is expected


@pytest.mark.parametrize(
    ("facts", "kind", "field"),
    [
        ({}, COMPLEX, ""),
        ({Topic.LEVEL: "galactic"}, COMPLEX, "level"),
        ({Topic.STAFF: "-3"}, COMPLEX, "staff"),
        ({Topic.STAFF: "99999999"}, COMPLEX, "staff"),
        ({Topic.HOST: "依" * 121}, COMPLEX, "host"),
        ({Topic.KIND: "laboratory"}, COMPLEX, "kind"),
        ({Topic.INSTITUTES: "5"}, INSTITUTE, "institutes"),
        ({Topic.LEVEL: "city"}, OrganisationKind.ENTERPRISE, "level"),
    ],
)
def test_a_value_that_is_not_in_its_topic_s_writing_is_refused_at_its_field(
    facts: dict[Topic, str], kind: OrganisationKind, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_facts(facts, kind=kind)

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ({Topic.STAFF: "10", Topic.SENIOR_STAFF: "11"}, "senior_staff"),
        ({Topic.LEVEL: "planned", Topic.STATUS: "registered"}, "status"),
        ({Topic.LEVEL: "city", Topic.STATUS: "planned"}, "status"),
    ],
)
def test_what_contradicts_itself_is_refused(state: dict[Topic, str], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_together(state)

    assert refusal.value.field == field


def test_nothing_holds_from_a_day_to_come_or_from_before_there_were_complexes() -> None:
    today = date(2026, 5, 5)
    rules.check_day(today, today=today)
    for day in (date(2026, 5, 6), date(1989, 12, 31)):
        with pytest.raises(Invalid):
            rules.check_day(day, today=today)


def test_equal_sets_of_codes_are_equal_values() -> None:
    assert rules.codes_value(["b", "a", "b"]) == "a,b" and rules.codes_of("a,b") == ["a", "b"]
    assert rules.codes_of("") == []
