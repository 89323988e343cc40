"""What texts may hold, and how keywords are told apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.catalogue import rules
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.errors import Invalid
from tests.support import factories
from tests.support.databases import Database


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = rules.clean(text)

    assert rules.clean(once) == once
    assert "\r" not in once and once == once.strip() and unicodedata.is_normalized("NFC", once)


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=300))
def test_text_without_control_characters_is_taken(text: str) -> None:
    rules.check_text("problem", text, most=300)


@given(st.sampled_from([chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"]))
def test_every_control_character_but_tab_and_line_end_is_refused(sign: str) -> None:
    if sign in "\n\t":
        rules.check_text("problem", f"前{sign}后", most=10)
        return
    with pytest.raises(Invalid) as refusal:
        rules.check_text("problem", f"前{sign}后", most=10)
    assert refusal.value.message.values["code"] == f"{ord(sign):04X}"


def test_a_lone_half_of_an_emoji_is_refused() -> None:
    with pytest.raises(Invalid):
        rules.check_text("problem", "\ud83d", most=10)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("染色,色差", ["染色", "色差"]),
        ("染色，色差、缸差；回修;助剂", ["染色", "色差", "缸差", "回修", "助剂"]),
        (" 染色 ， ,, 染色 ", ["染色"]),
        ("涤纶 面料", ["涤纶 面料"]),
        ("", []),
        ("，、", []),
    ],
)
def test_keywords_are_told_apart_by_any_comma(line: str, words: list[str]) -> None:
    assert rules.split_keywords(line) == words


@given(
    st.lists(
        st.text(alphabet="染色缸差abc ", min_size=1, max_size=6).filter(str.strip), max_size=5, unique_by=str.strip
    )
)
def test_keywords_joined_for_the_form_are_told_apart_again(words: list[str]) -> None:
    assert rules.split_keywords("，".join(words)) == [word.strip() for word in words]


def test_what_a_posting_says_is_read_back_from_it(database: Database) -> None:
    text = factories.need_text(target="三级", budget_fen=5, trl=4, partners="东华大学")
    with database.writing() as session:
        need = factories.need(session, "enterprise", target="三级", budget_fen=5, trl=4, partners="东华大学")
        session.expire(need)

        assert NeedText.of(session.get_one(Need, need.id)) == text
