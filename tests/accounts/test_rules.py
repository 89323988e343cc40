"""What a reader is, what a password and a credit code must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from matchmaker.accounts import passwords, rules
from matchmaker.accounts.models import OrganisationKind
from matchmaker.accounts.rules import ANONYMOUS, Reader
from matchmaker.errors import Invalid
from matchmaker.reference.models import CITY_CODE
from tests.support import cast


def reader(role: str) -> Reader:
    played = cast.ROLES[role]
    return Reader(
        person_id=1,
        is_admin=played.is_admin,
        organisation_id=7 if played.kind else None,
        organisation_kind=played.kind,
        district_code=played.district if played.kind else None,
    )


@pytest.mark.parametrize(
    ("role", "claims"),
    [
        ("enterprise", {"is_enterprise"}),
        ("complex", {"is_provider"}),
        ("institute", {"is_provider"}),
        ("bureau-district", {"is_bureau"}),
        ("bureau-city", {"is_bureau", "is_city_bureau"}),
        ("admin", {"is_admin"}),
        ("unattached", set()),
    ],
)
def test_what_an_organisation_makes_of_a_reader(role: str, claims: set[str]) -> None:
    names = ("is_enterprise", "is_provider", "is_bureau", "is_city_bureau", "is_admin")

    assert {name for name in names if getattr(reader(role), name)} == claims
    assert reader(role).is_authenticated and not reader(role).is_anonymous


def test_nobody_is_nobody() -> None:
    assert ANONYMOUS.is_anonymous and not ANONYMOUS.is_active
    assert not ANONYMOUS.acts_for(0) and not ANONYMOUS.is_bureau_of(cast.HERE)


@pytest.mark.parametrize(
    ("role", "here", "elsewhere", "city"),
    [
        ("bureau-district", True, False, False),
        ("bureau-elsewhere", False, True, False),
        ("bureau-city", True, True, True),
        ("enterprise", False, False, False),
        ("complex", False, False, False),
        ("admin", False, False, False),
    ],
)
def test_a_bureau_looks_after_its_district_and_the_citys_after_all(
    role: str, here: bool, elsewhere: bool, city: bool
) -> None:
    asked = [reader(role).is_bureau_of(code) for code in (cast.HERE, cast.ELSEWHERE, CITY_CODE)]

    assert asked == [here, elsewhere, city]


def test_an_enterprise_in_the_citys_own_code_is_no_bureau() -> None:
    odd = Reader(person_id=1, organisation_kind=OrganisationKind.ENTERPRISE, district_code=CITY_CODE)

    assert not odd.is_city_bureau and not odd.is_bureau_of(CITY_CODE)


@given(st.integers(0, 300))
def test_a_password_has_12_to_200_characters(length: int) -> None:
    if 12 <= length <= 200:
        rules.check_password("密" * length)
    else:
        with pytest.raises(Invalid):
            rules.check_password("密" * length)


@given(st.text(min_size=1, max_size=40))
def test_a_password_opens_with_itself_and_nothing_else(password: str) -> None:
    hashed = passwords.hash_password(password)

    assert passwords.is_password(password, hashed)
    assert not passwords.is_password(password + "x", hashed)
    assert not passwords.is_password(password, None)
    assert not passwords.is_password(password, "no hash")


# S2's organisation code 00258306-X inside a made-up legal entity of the city's first district.
VALID = "91330602" + "00258306X"
VALID += uscc.calc_check_digit(VALID)


@pytest.mark.parametrize("typed", [VALID, VALID.lower(), f" {VALID[:8]} {VALID[8:]} "])
def test_a_credit_code_is_taken_in_any_spelling(typed: str) -> None:
    assert rules.check_credit_code(typed) == VALID


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_credit_code_with_one_wrong_sign_is_refused(place: int, sign: str) -> None:
    wrong = VALID[:place] + sign + VALID[place + 1 :]
    if wrong != VALID:
        with pytest.raises(Invalid) as refusal:
            rules.check_credit_code(wrong)
        assert refusal.value.field == "credit_code"


@pytest.mark.parametrize("typed", ["", "123", VALID[:-1], VALID + "0", "９" * 18, "'; DROP TABLE organisation; --"])
def test_what_is_no_credit_code_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        rules.check_credit_code(typed)
