"""Invoices, accounts and names of files as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import Invalid
from matchmaker.vouchers.redemptions import rules
from matchmaker.vouchers.schemes.rules import EvidenceKind


@pytest.mark.parametrize(
    ("code", "number", "key"),
    [
        ("3300194130", "02345678", "330019413002345678"),
        (" 3300 1941 30 ", "０２３４５６７８", "330019413002345678"),
        ("33OO19413o", "O2345678", "330019413002345678"),
        ("033001900104", "12345678", "03300190010412345678"),
        ("", "2633 2000 0000 1234 5678", "26332000000012345678"),
        ("", "２６332000-0000-12345678", "26332000000012345678"),
    ],
)
def test_an_invoice_has_one_key_however_it_is_typed(code: str, number: str, key: str) -> None:
    assert rules.invoice(code, number).key == key


def test_a_code_and_number_written_as_one_are_the_same_invoice() -> None:
    assert rules.invoice("033001900104", "12345678").key == rules.invoice("", "03300190010412345678").key


@pytest.mark.parametrize(
    ("code", "number", "field"),
    [
        ("", "", "number"),
        ("", "12345678", "code"),
        ("330019413", "12345678", "code"),
        ("33001941300", "12345678", "code"),
        ("3300194130", "1234567", "number"),
        ("3300194130", "26332000000012345678", "code"),
        ("", "2633200000001234567", "number"),
        ("", "2633200000001234567A", "number"),
        ("", "二六三三", "number"),
        ("", "٢٦٣٣٢٠٠٠٠٠٠٠١٢٣٤٥٦٧٨", "number"),
    ],
)
def test_what_is_no_invoice_is_refused_at_its_field(code: str, number: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.invoice(code, number)

    assert refused.value.field == field


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_has_a_key_of_digits_or_is_refused(code: str, number: str) -> None:
    try:
        key = rules.invoice(code, number).key
    except Invalid:
        return
    assert key.isascii() and key.isdigit() and len(key) in (18, 20)


@pytest.mark.parametrize(
    "text", ["6222 0213 0500 1234 567", "６２２２０２１３０５００１２３４５６７", "6222-0213-05001234567"]
)
def test_an_account_is_kept_as_its_digits(text: str) -> None:
    assert rules.account(text) == "6222021305001234567"


@pytest.mark.parametrize("text", ["1234567", "6222 0213 O500", "1" * 33, "账号", "-1"])
def test_what_is_no_account_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        rules.account(text)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("电子发票_26332000.pdf", EvidenceKind.INVOICE),
        ("绍兴银行回单.png", EvidenceKind.BANK_SLIP),
        ("技术服务合同（盖章）.pdf", EvidenceKind.CONTRACT),
        ("检测报告.pdf", EvidenceKind.RESULT),
        ("IMG_2031.jpg", EvidenceKind.OTHER),
        ("Invoice 7.PDF", EvidenceKind.INVOICE),
    ],
)
def test_a_file_is_taken_for_what_its_name_suggests(name: str, kind: EvidenceKind) -> None:
    assert rules.guessed(name) is kind
