"""Two names for one firm are found, two firms are kept apart."""

import csv
import itertools
import json

import pytest

from matchmaker.accounts.models import OrganisationState
from matchmaker.accounts.registration import operations, rules
from matchmaker.accounts.registration.twins import Names
from matchmaker.resources import SEEDS
from tests.support import cast, factories
from tests.support.databases import Database

with (SEEDS / "reference" / "districts.csv").open(encoding="utf-8") as _file:
    PLACES = rules.place_names(row["name"] for row in csv.DictReader(_file))


@pytest.mark.parametrize(
    ("new", "known"),
    [
        ("绍兴锦澜印染厂", "绍兴柯桥锦澜印染有限公司"),
        ("紹興錦瀾印染有限公司", "绍兴柯桥锦澜印染有限公司"),
        ("锦澜印染（柯桥）股份有限公司", "绍兴柯桥锦澜印染有限公司"),
        ("浙江锦澜印染集团有限公司", "绍兴柯桥锦澜印染有限责任公司"),
        ("绍兴 锦澜 印染 有限公司", "绍兴锦澜印染有限公司"),
        ("ＡＢＣ轴承有限公司", "abc轴承厂"),
        ("绍兴锦澜纺织印染有限公司", "绍兴柯桥锦澜印染有限公司"),
    ],
)
def test_one_firm_under_two_names_is_found(new: str, known: str) -> None:
    parts = rules.distinctive(new, PLACES), rules.distinctive(known, PLACES)

    assert rules.likeness(*parts) >= rules.LIKENESS, parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("绍兴锦澜印染有限公司", "绍兴锦程印染有限公司"),
        ("诸暨市宏达轴承有限公司", "诸暨市恒大轴承有限公司"),
        ("浙江大学绍兴研究院", "上海大学绍兴研究院"),
    ],
)
def test_two_firms_are_kept_apart(one: str, other: str) -> None:
    assert rules.likeness(rules.distinctive(one, PLACES), rules.distinctive(other, PLACES)) < rules.LIKENESS


def test_no_two_of_the_demos_enterprises_are_taken_for_one() -> None:
    names = [
        json.loads(line)["name"]
        for file in sorted(SEEDS.glob("demo/*/enterprises.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    parts = [rules.distinctive(name, PLACES) for name in names]

    assert len(names) > 60
    assert [pair for pair in itertools.combinations(parts, 2) if rules.likeness(*pair) >= rules.LIKENESS] == []


@pytest.mark.parametrize("name", ["绍兴有限公司", "厂", "公司", "绍兴", "（）", "柯桥厂", "!!", ""])
def test_a_name_without_a_distinctive_part_is_no_error(name: str) -> None:
    assert isinstance(rules.distinctive(name, PLACES), str)


def test_a_process_sees_new_and_renamed_organisations_at_once(either_database: Database) -> None:
    names = Names()
    with either_database.writing() as session:
        person = cast.person_of(session, "unattached")
        assert names.like(session, "绍兴云锦丝绸有限公司", places=PLACES) == []
        made = factories.registration(session, person, name="绍兴云锦丝绸有限公司")

        found = names.like(session, "云锦丝绸厂", places=PLACES)
        assert [(twin.organisation_id, twin.likeness) for twin in found] == [(made.id, 100)]
        assert names.like(session, "云锦丝绸厂", places=PLACES, besides=made.id) == []

        operations.correct(
            session, made, factories.facts(name="绍兴天工机床有限公司", credit_code=made.credit_code), by=person.id
        )
        assert names.like(session, "云锦丝绸厂", places=PLACES) == []
        assert made.state is OrganisationState.PENDING


def test_the_bureaus_own_names_are_nobodys_twin(database: Database) -> None:
    with database.reading() as session:
        assert Names().like(session, "越城区科技局", places=PLACES) == []
