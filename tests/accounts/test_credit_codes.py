"""The 统一社会信用代码: however it is typed, and which rule fails."""

import pytest

from matchmaker.accounts.rules import check_credit_code
from matchmaker.errors import Invalid
from tests.support import factories

GOOD = "91330602MA2D00001"


def whole(body: str) -> str:
    from stdnum.cn import uscc

    return body + uscc.calc_check_digit(body)


@pytest.mark.parametrize(
    "typed",
    [
        whole(GOOD).lower(),
        " ".join(whole(GOOD)),
        "".join(chr(ord(letter) + 0xFEE0) for letter in whole(GOOD)),
        f"{whole(GOOD)[:8]}-{whole(GOOD)[8:17]}-{whole(GOOD)[17:]}",
        f"\t{whole(GOOD)}\u3000",
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert check_credit_code(typed) == whole(GOOD)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (whole(GOOD)[:-1], "18 characters; this has 17"),
        (whole(GOOD) + "1", "this has 19"),
        ("", "this has 0"),
        ("91330602MA2D0000O" + "1", "“O” stands at place 17"),
        ("9133060IMA2D000011", "“I” stands at place 8"),
        ("AB330602MA2D000011", "begins with eight digits"),
        ("9133060２MA2D0000é1", "“É” at place 17"),
    ],
)
def test_the_refusal_names_the_rule_that_fails(code: str, part: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_credit_code(code)

    assert refused.value.field == "credit_code" and part in str(refused.value)


def test_a_wrong_check_digit_and_two_swapped_characters_are_noticed() -> None:
    code = whole(GOOD)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    swapped = code[:2] + code[3] + code[2] + code[4:] if code[2] != code[3] else code[:3] + code[4] + code[3] + code[5:]
    for broken in (wrong, swapped):
        with pytest.raises(Invalid, match="check digit"):
            check_credit_code(broken)


def test_codes_made_for_tests_are_valid() -> None:
    codes = [factories.credit_code() for _ in range(50)]

    assert [check_credit_code(code) for code in codes] == codes and len(set(codes)) == 50
