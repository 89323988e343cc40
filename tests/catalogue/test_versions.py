"""Former texts are kept word for word, and what changed between them can be read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from matchmaker.catalogue import differences, operations
from matchmaker.catalogue.differences import Fate
from matchmaker.catalogue.needs.models import FormerNeed, Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings.models import FormerOffering, Offering
from tests.conftest import ClientFor
from tests.support import cast, factories
from tests.support.databases import Database

TEXTS = st.text(alphabet="染色机缸差由三级到四级 abc1.5，。\n", max_size=60)


@given(old=TEXTS, new=TEXTS)
def test_the_pieces_make_both_texts_again(old: str, new: str) -> None:
    pieces = differences.pieces(old, new)

    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.REMOVED) == new
    assert (old == new) == all(piece.fate is Fate.KEPT for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ("色差降到1.5级以内", "色差降到1.2级以内", ["1.5"], ["1.2"]),
        ("客户退货", "客户退货，每月三次", [], ["，每月三次"]),
        ("温度太高，颜色不对", "压力太高，颜色不对", ["温度"], ["压力"]),
    ],
)
def test_changes_are_told_by_words(old: str, new: str, removed: list[str], added: list[str]) -> None:
    pieces = differences.pieces(old, new)

    assert [piece.text for piece in pieces if piece.fate is Fate.REMOVED] == removed
    assert [piece.text for piece in pieces if piece.fate is Fate.ADDED] == added


def test_the_longest_texts_are_compared_within_a_moment() -> None:
    old = "染色机升温曲线第三段每分钟一点五度，缸差四级以下。" * 800
    new = old.replace("四级", "三级").replace("每分钟", "一分钟")

    assert sum(len(piece.text) for piece in differences.pieces(old, new) if piece.fate is Fate.KEPT) > 10_000


def former_texts(database: Database, table: Any) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [row.text for row in session.scalars(select(table).order_by(table.number))]


def test_every_text_that_others_could_read_is_kept(either_database: Database) -> None:
    texts = [factories.need_text(target=f"回修率降到百分之{number}") for number in range(1, 5)]
    with either_database.writing() as session:
        need = factories.need(session, "enterprise", "submitted", target=texts[0].target)
    for text in texts[1:]:
        with either_database.writing() as session:
            operations.rewrite(session, session.get_one(Need, need.id), text)

    assert former_texts(either_database, FormerNeed) == [text.plain() for text in texts[:-1]]
    with either_database.reading() as session:
        assert NeedText.of(session.get_one(Need, need.id)) == texts[-1]


def test_a_draft_that_nobody_saw_leaves_no_former_text(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", "draft")
        operations.rewrite(session, need, factories.need_text(title="换个名字"))

    assert former_texts(database, FormerNeed) == []


def test_an_offering_keeps_its_former_texts_too(database: Database) -> None:
    with database.writing() as session:
        offering = factories.offering(session, "complex")
        operations.rewrite(session, offering, factories.offering_text(title="新名称"))

    assert [text["title"] for text in former_texts(database, FormerOffering)] == [factories.offering_text().title]
    with database.reading() as session:
        assert session.scalars(select(Offering.title)).one() == "新名称"


def test_the_page_tells_who_changed_what_in_words_and_labels(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        number = factories.need(session, "enterprise", budget_fen=10_000_000).id
    enterprise = client_for("enterprise")
    enterprise.submit(enterprise.get(f"/needs/{number}/edit"), f"/needs/{number}", budget_fen="25", mode="licence")

    page = client_for("bureau-district").get(f"/needs/{number}/versions")
    assert cast.ROLES["enterprise"].person in page.main
    assert {"".join(part.itertext()) for part in page.all("ins")} >= {"25", "技术许可"} or "25" in page.main
    assert page.all("del")
    client_for("other-enterprise").get(f"/needs/{number}/versions", expect=403)
