"""What is said in an introduction: messages, files, pages of them, and what is new."""

import io
from typing import Any

import pytest
from sqlalchemy import func, select

from matchmaker.contracts.introductions.models import (
    IntroductionMessage,
)
from matchmaker.db.base import Base
from matchmaker.files import rules as file_rules
from tests.conftest import ClientFor
from tests.support import factories, papers
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.visitor import Visitor


def count(database: Database, table: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def links(page: Page, start: str) -> list[str]:
    return [link for link in page.links if link.startswith(start)]


def message(text: str = "", *files: tuple[bytes, str], form_id: str = "") -> dict[str, Any]:
    return {"text": text, "form_id": form_id, "file": [(io.BytesIO(held), name) for held, name in files]}


def test_the_sides_write_and_send_files_that_only_they_fetch(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
    path = f"/introductions/{one.id}"
    complex_, enterprise = client_for("complex"), client_for("enterprise")
    sent = papers.pdf("报价")
    complex_.post(f"{path}/messages", message("请看报价。", (sent, "../../报价 单.exe"), (papers.png(), "图.png")))
    page = enterprise.get(path)
    files = links(page, f"{path}/files/")
    assert "请看报价。" in page.main and len(files) == 2

    answer = enterprise.open(files[0])
    assert answer.response.data == sent
    assert answer.response.headers["Content-Disposition"].startswith("attachment")
    assert "%E6%8A%A5%E4%BB%B7%20%E5%8D%95.exe.pdf" in answer.response.headers["Content-Disposition"]
    client_for("institute").get(files[0], expect=404)
    client_for("bureau-district").get(files[0], expect=403)


@pytest.mark.parametrize(
    "files",
    [
        [(b"MZ\x90 a program", "a.pdf")],
        [(b"", "a.pdf")],
        [(papers.pdf(str(number)), f"{number}.pdf") for number in range(6)],
        [(papers.pdf(), "a.pdf"), (b"<html>", "b.html")],
    ],
    ids=["program", "empty", "too many", "one of two"],
)
def test_a_file_that_is_refused_keeps_the_words_and_nothing_else(
    client_for: ClientFor, database: Database, files: list[tuple[bytes, str]]
) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
    before = count(database, IntroductionMessage)
    page = client_for("complex").post(
        f"/introductions/{one.id}/messages", message("这句话要留着。", *files), expect=422
    )

    assert page.typed(f"/introductions/{one.id}/messages")["text"].strip() == "这句话要留着。"
    assert count(database, IntroductionMessage) == before
    assert file_rules.MAX_BYTES == 20 * 1024 * 1024


def test_a_message_sent_twice_is_said_once(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
    before = count(database, IntroductionMessage)
    complex_ = client_for("complex")
    page = complex_.get(f"/introductions/{one.id}")
    for _ in range(2):
        complex_.submit(page, f"/introductions/{one.id}/messages", text="就说一次。", file=None)
    complex_.submit(page, f"/introductions/{one.id}/messages", text="", form_id="another", file=None, expect=422)

    assert count(database, IntroductionMessage) == before + 1


def test_nothing_is_added_after_the_end(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="failed")
    complex_ = client_for("complex")

    page = complex_.get(f"/introductions/{one.id}")
    assert f"/introductions/{one.id}/messages" not in [form.get("action") for form in page.all("form")]
    complex_.post(f"/introductions/{one.id}/messages", message("还有一句。"), expect=409)


def test_new_messages_are_counted_until_they_are_marked_as_read(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
    path, complex_, enterprise = f"/introductions/{one.id}", client_for("complex"), client_for("enterprise")
    for form_id in ("one", "two"):
        enterprise.post(f"{path}/messages", message("问一句。", form_id=form_id))

    def unread(visitor: Visitor) -> int:
        return len(visitor.get("/introductions/?unread=1").all("article"))

    assert unread(complex_) == 1
    complex_.get(path)
    assert unread(complex_) == 1, "looking at a page changes nothing"
    complex_.post(f"{path}/read", headers={"HX-Request": "true"}, expect=204)
    assert unread(complex_) == 0
    enterprise.post(f"{path}/messages", message("再问一句。", form_id="three"))
    assert unread(complex_) == 1
    complex_.post(f"{path}/messages", message("答一句。"))
    assert unread(complex_) == 0, "who answers has read"
    assert unread(enterprise) == 1


def test_a_long_conversation_has_pages_the_latest_first(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        one = factories.introduction(session, life="talking")
        for number in range(40):
            session.add(
                IntroductionMessage(
                    introduction_id=one.id, person_id=None, organisation_id=one.provider_id, at=one.opened_at,
                    text=f"第{number:02d}句",
                )
            )  # fmt: skip
    enterprise = client_for("enterprise")
    latest, earlier = (enterprise.get(f"/introductions/{one.id}?page={number}").main for number in (1, 2))

    assert "第39句" in latest and "第05句" not in latest and latest.index("第38句") < latest.index("第39句")
    assert "第05句" in earlier and "第39句" not in earlier
