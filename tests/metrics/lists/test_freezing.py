"""Lists are frozen by two people, stay as they were, are compared with the last ones, and leave as files."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.audit.models import AuditRow
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.db import transaction
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.metrics.lists import operations, rows
from matchmaker.metrics.lists.models import Freeze, FreezeState, FrozenRow, ListKind, TagKind
from matchmaker.metrics.periods import Period
from tests.conftest import ClientFor, MakeApp
from tests.metrics.lists.conftest import AUGUST, SEPTEMBER, complex_lists, reader_of
from tests.support import cast, deals, factories, papers
from tests.support.databases import Database
from tests.support.money import acting
from tests.support.pages import Page
from tests.support.racing import at_once
from tests.support.visitor import Visitor


def propose(session: Session, period: Period = SEPTEMBER, *, by: str = "complex") -> Freeze:
    with acting(session, by):
        return operations.propose(session, complex_lists(session), period)


def freeze(session: Session, period: Period = SEPTEMBER) -> Freeze:
    made = propose(session, period)
    with acting(session, "bureau-district"):
        operations.confirm(session, made)
    return made


def served(session: Session, freeze_id: int) -> list[tuple[str, int]]:
    found = rows.frozen(session, freeze_id, ListKind.SERVED)
    return [(row.cells["enterprise"], row.cells["services"]) for row in found]


def test_whoever_proposed_cannot_confirm_and_a_decision_is_final(either_database: Database) -> None:
    with either_database.writing() as session:
        made = propose(session, by="bureau-district")
        with acting(session, "bureau-district"), pytest.raises(Forbidden):
            operations.confirm(session, made)
        with acting(session, "bureau-city"):
            operations.confirm(session, made)
            with pytest.raises(Conflict):
                operations.refuse(session, made, "太晚了。")
        assert made.state is FreezeState.CONFIRMED
        notes = select(func.count()).select_from(AuditRow).where(AuditRow.act == "lists.frozen")
        assert session.scalar(notes) == 1


def test_a_period_is_frozen_once_when_it_is_over_and_after_a_refusal_again(either_database: Database) -> None:
    with either_database.writing() as session:
        with pytest.raises(Conflict):
            propose(session, Period.year(2026))
        made = propose(session)
        with pytest.raises(Conflict):
            propose(session)
        with acting(session, "bureau-city"):
            with pytest.raises(Invalid):
                operations.refuse(session, made, " ")
            operations.refuse(session, made, "少了两家企业。")
        assert propose(session).id != made.id


def test_a_frozen_list_stays_as_it_was(either_database: Database) -> None:
    with either_database.writing() as session:
        record = deals.service(session, "confirmed", served_on=date(2026, 9, 3))
        kept = freeze(session).id
        deals.answer(session, record, "correct", None)  # type: ignore[arg-type]  # a correction rates nothing
        deals.service(session, "confirmed", served_on=date(2026, 9, 4))
        session.execute(update(Organisation).where(Organisation.key == "enterprise").values(name="改了名的企业"))
    with either_database.reading() as session:
        assert served(session, kept) == [(cast.ROLES["enterprise"].organisation, 1)]
    for change in (update(FrozenRow).values(position=9), delete(FrozenRow)):
        with Session(either_database.engine) as session, pytest.raises(DBAPIError), transaction(session):
            session.execute(change)


def test_what_was_tampered_with_between_proposal_and_confirmation_is_not_frozen(database: Database) -> None:
    with database.writing() as session:
        deals.service(session, "confirmed", served_on=date(2026, 9, 3))
        made = propose(session)
        session.execute(text("DROP TRIGGER list_frozen_row_no_UPDATE"))
        session.execute(update(FrozenRow).values(cells={"enterprise": "别的企业"}))
        session.expire_all()
        with acting(session, "bureau-district"), pytest.raises(Conflict):
            operations.confirm(session, made)


def sender(app: Flask, role: str) -> Callable[[str, dict[str, str]], Page]:
    visitor = Visitor(app, checks=False)
    visitor.sign_in(cast.ROLES[role].email)
    token = visitor.token()

    def send(path: str, form: dict[str, str]) -> Page:
        data = {"csrf_token": token, "once_key": f"key-of-{role}"} | form
        return visitor.open(path, method="POST", data=data)

    return send


def test_of_two_who_decide_at_once_one_does_and_the_other_is_told(make_app: MakeApp, either_database: Database) -> None:
    app = make_app(either_database)
    with either_database.writing() as session:
        made = propose(session).id
    district, city = sender(app, "bureau-district"), sender(app, "bureau-city")

    answers = at_once(
        lambda: district(f"/lists/frozen/{made}/confirm", {}),
        lambda: city(f"/lists/frozen/{made}/refuse", {"reason": "少了两家企业。"}),
    )

    assert sorted(page.status for page in answers) == [303, 409]
    with either_database.reading() as session:
        moves = select(func.count()).select_from(AuditRow).where(AuditRow.act == "lists.frozen")
        is_frozen = session.get_one(Freeze, made).state is FreezeState.CONFIRMED
        assert session.scalar(moves) == int(is_frozen)


def test_of_two_who_propose_at_once_one_does(make_app: MakeApp, either_database: Database) -> None:
    app = make_app(either_database)
    path = f"/lists/complexes/{_complex_id(either_database)}/freeze"
    mine, bureaus = sender(app, "complex"), sender(app, "bureau-district")

    answers = at_once(lambda: mine(path, {"period": "2026-09"}), lambda: bureaus(path, {"period": "2026-09"}))

    assert sorted(page.status for page in answers) == [303, 409]
    with either_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Freeze)) == 1


def _complex_id(database: Database) -> int:
    with database.reading() as session:
        return cast.organisation_of(session, "complex").id


def test_the_page_says_what_is_new_gone_and_changed_since_the_last_frozen_period(
    database: Database, client_for: ClientFor
) -> None:
    with database.writing() as session:
        deals.service(session, "confirmed", served_on=date(2026, 8, 3))
        deals.service(session, "confirmed", enterprise="other-enterprise", served_on=date(2026, 8, 3))
        freeze(session, AUGUST)
        for day in (3, 4):
            deals.service(session, "confirmed", served_on=date(2026, 9, day))
        deals.service(session, "confirmed", enterprise="far-enterprise", served_on=date(2026, 9, 5))
    bureau = client_for("bureau-district")

    page = bureau.get(f"/lists/complexes/{_complex_id(database)}?period=2026-09&changes=1")

    told = " ".join(page.main.split())
    assert told.index("新列入") < told.index(cast.ROLES["far-enterprise"].organisation) < told.index("有变化")
    assert told.index("有变化") < told.index(cast.ROLES["enterprise"].organisation) < told.index("移出")
    assert told.index("移出") < told.index(cast.ROLES["other-enterprise"].organisation)
    assert "原为：1" in told, "the number of services was one"
    assert "没有更早" in bureau.get(f"/lists/complexes/{_complex_id(database)}?period=2026-08").main


def test_what_a_district_may_not_know_of_is_missing_from_its_page_and_its_files(
    database: Database, client_for: ClientFor
) -> None:
    with database.writing() as session:
        need = factories.need(session, "far-enterprise", title="保密染色", confidentiality=Confidentiality.MEMBERS)
        need.published_at = need.published_at and need.published_at.replace(month=9)
        session.flush()
        kept = freeze(session).id
    district, city = client_for("bureau-district"), client_for("bureau-city")
    live = f"/lists/complexes/{_complex_id(database)}"
    for place in (f"{live}?period=2026-09&list=needs", f"/lists/frozen/{kept}?list=needs"):
        assert "保密染色" in city.get(place).text
        assert "保密染色" not in district.get(place).text
    for place in (
        f"{live}/export?period=2026-09&list=needs&format=csv",
        f"/lists/frozen/{kept}/export?list=needs&format=csv",
    ):
        assert "保密染色" in city.get(place).response.get_data().decode("utf-8-sig")
        assert "保密染色" not in district.get(place).response.get_data().decode("utf-8-sig")


def test_files_hold_what_the_page_shows_and_nothing_that_computes(database: Database, client_for: ClientFor) -> None:
    formula = "=cmd|' /C calc'!A0"
    with database.writing() as session:
        need = factories.need(session, "enterprise", title=formula)
        operations.tag(session, need, TagKind.SHORTAGE, "+进口占九成")
        deals.service(session, "confirmed", served_on=date(2026, 9, 3), amount_fen=123_456)
    city = client_for("bureau-city")

    book = city.get("/lists/city/export?period=2026").response.get_data()
    headings, cells = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert (headings[0], cells[0], cells[-1]) == ("需求", formula, "+进口占九成")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")

    text_ = city.get("/lists/city/export?period=2026&format=csv&list=shortage").response.get_data().decode("utf-8-sig")
    head, line = csv.reader(io.StringIO(text_))
    assert dict(zip(head, line, strict=True))["需求"] == f"'{formula}"

    mine = client_for("complex").get(f"/lists/complexes/{_complex_id(database)}/export?period=2026-09")
    made = CalamineWorkbook.from_filelike(io.BytesIO(mine.response.get_data()))
    head, line = made.get_sheet_by_index(0).to_python()
    assert made.sheet_names[0] == "服务企业清单"
    assert dict(zip(head, line, strict=True))["金额（元）"] == 1234.56


def test_a_needs_own_enterprise_and_whoever_acts_for_it_cannot_tag_it(database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise")
        with acting(session, "enterprise"), pytest.raises(Forbidden):
            operations.tag(session, need, TagKind.SHORTAGE, "我们说的。")
        draft = factories.need(session, "enterprise", "draft")
        with acting(session, "bureau-district"):
            with pytest.raises(Conflict):
                operations.tag(session, draft, TagKind.SHORTAGE, "全部进口。")
            with pytest.raises(Invalid):
                operations.tag(session, need, TagKind.SHORTAGE, "  ")
            operations.tag(session, need, TagKind.SHORTAGE, "全部进口。")
            with pytest.raises(Conflict):
                operations.tag(session, need, TagKind.SHORTAGE, "再说一次。")
            operations.tag(session, need, TagKind.CHOKE_POINT, "另一张清单。")


def test_nobody_confirms_other_words_than_they_read(database: Database) -> None:
    with database.writing() as session:
        ids = [factories.need(session, name).id for name in ("enterprise", "other-enterprise")]
        group = factories.generic(session, *ids)
        words = operations.TechnologyText("低浴比染色", "在线测色。")
        with acting(session, "complex"):
            made = operations.choose(session, complex_lists(session).complex_id, group, words, ids)
        read = made.version
        with acting(session, "bureau-city"):
            operations.reword(session, made, operations.TechnologyText("低浴比染色", "改过。"), version=read)
            with pytest.raises(Forbidden):
                operations.confirm_technology(session, made, version=made.version)
        with acting(session, "bureau-district"):
            with pytest.raises(Conflict):
                operations.confirm_technology(session, made, version=read)
            operations.confirm_technology(session, made, version=made.version)
            with pytest.raises(Conflict):
                operations.reword(session, made, words, version=made.version)


def grouped(database: Database) -> int:
    """Two enterprises' needs that are a group; return its id."""
    with database.writing() as session:
        needs = [factories.need(session, name, title=f"染色{name}").id for name in ("enterprise", "other-enterprise")]
        return factories.generic(session, *needs).id


def test_a_complex_chooses_a_group_and_its_bureau_puts_it_on_the_list(
    database: Database, client_for: ClientFor
) -> None:
    group = grouped(database)
    place = f"/lists/complexes/{_complex_id(database)}"
    complex_, bureau = client_for("complex"), client_for("bureau-district")
    assert f"{place}/technologies/new?generic={group}" in complex_.get(f"{place}/technologies/new").links

    form = complex_.get(f"{place}/technologies/new?generic={group}")
    refused = complex_.submit(form, f"{place}/technologies", expect=422, title="低浴比染色", summary="")
    assert "几句话" in refused.error("summary") and "低浴比染色" in refused.text
    made = complex_.submit(form, f"{place}/technologies", title="低浴比染色", summary="在线测色。").location
    assert "低浴比染色" in bureau.get(f"{place}?list=technologies").main
    assert "待另一人确认" in bureau.get(made).main
    bureau.submit(bureau.get(made), f"{made}/confirm")

    assert "已列入清单" in complex_.get(made).main
    row = complex_.get(f"{place}?list=technologies&period=2026-10").main
    assert "低浴比染色" in row and "染色other-enterprise" in row


def test_a_complex_drops_its_own_draft_with_a_reason_and_nothing_that_stands_on_the_list(
    database: Database, client_for: ClientFor
) -> None:
    group = grouped(database)
    place = f"/lists/complexes/{_complex_id(database)}"
    complex_, bureau = client_for("complex"), client_for("bureau-district")
    form = complex_.get(f"{place}/technologies/new?generic={group}")
    dropped = complex_.submit(form, f"{place}/technologies", title="低浴比染色", summary="在线测色。").location
    complex_.submit(complex_.get(dropped), f"{dropped}/drop", expect=422, reason=" ")
    complex_.submit(complex_.get(dropped), f"{dropped}/drop", reason="与去年的重复。")
    assert "与去年的重复。" in complex_.get(dropped).main
    assert "低浴比染色" not in complex_.get(f"{place}?list=technologies").main

    form = complex_.get(f"{place}/technologies/new?generic={group}")
    kept = complex_.submit(form, f"{place}/technologies", title="冷轧堆染色", summary="在线测色。").location
    read_before = complex_.get(kept)
    bureau.submit(bureau.get(kept), f"{kept}/confirm")
    complex_.submit(read_before, f"{kept}/drop", expect=409, reason="不要了。")
    assert not [action for action in complex_.get(kept).actions if action.endswith(("/drop", "/withdraw"))]
    assert "冷轧堆染色" in complex_.get(f"{place}?list=technologies&period=2026-10").main


def test_a_bureau_tags_a_need_with_a_file_and_takes_it_off_again(database: Database, client_for: ClientFor) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", title="芯轴全靠进口").id
    bureau, place = client_for("bureau-district"), f"/lists/needs/{need}/tags"
    assert place in bureau.get(f"/needs/{need}").links
    assert place not in client_for("enterprise").get(f"/needs/{need}").links

    page = bureau.get(place)
    assert "依据" in bureau.submit(page, place, expect=422, kind="substitution", evidence="").error("evidence")
    bureau.submit(page, place, kind="substitution", evidence="海关数据。", file=(io.BytesIO(papers.pdf()), "数据.pdf"))
    city = client_for("bureau-city").get("/lists/city?list=substitution")
    assert "芯轴全靠进口" in city.main and "海关数据。" in city.main
    (file,) = (link for link in city.links if link.endswith("/file"))
    assert client_for("bureau-city").get(file).response.get_data() == papers.pdf()

    (withdrawal,) = (action for action in bureau.get(place).actions if action.endswith("/withdraw"))
    bureau.submit(bureau.get(place), withdrawal, expect=422, reason=" ")
    bureau.submit(bureau.get(place), withdrawal, reason="已有国产替代。")
    assert "已有国产替代。" in bureau.get(place).main
    assert "芯轴全靠进口" not in client_for("bureau-city").get("/lists/city?list=substitution").main


def test_the_first_page_counts_what_waits_for_a_reader_but_not_for_whoever_proposed_it(
    database: Database, client_for: ClientFor
) -> None:
    with database.writing() as session:
        propose(session, by="bureau-district")
        assert reader_of(session, "bureau-city").is_city_bureau
        assert session.scalar(select(func.count()).select_from(Need)) == 0

    assert "三张清单待确认 1 项" in client_for("bureau-city").get("/").main
    assert "三张清单待确认" not in client_for("bureau-district").get("/").main
