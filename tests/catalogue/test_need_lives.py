"""The life of a need: checked by its district, discussed, ended with a reason, expired, renewed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from matchmaker import clock
from matchmaker.catalogue.needs import jobs, operations
from matchmaker.catalogue.needs.models import Ending, Need, NeedMove, NeedState
from matchmaker.catalogue.needs.rules import ALLOWED, VALIDITY
from matchmaker.errors import Conflict
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import cast, factories, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

#: What each step leads to, written by hand.
LEADS_TO = {
    "submit": NeedState.SUBMITTED,
    "approve": NeedState.PUBLISHED,
    "return": NeedState.RETURNED,
    "withdraw": NeedState.DRAFT,
    "discuss": NeedState.IN_DISCUSSION,
    "reopen": NeedState.PUBLISHED,
    "solve": NeedState.SOLVED,
    "close": NeedState.CLOSED,
    "expire": NeedState.EXPIRED,
    "renew": NeedState.PUBLISHED,
}
#: Steps that begin in some of the states only from which the table leads to their end.
ONLY_FROM = {
    "approve": {NeedState.SUBMITTED},
    "reopen": {NeedState.IN_DISCUSSION},
    "renew": {NeedState.EXPIRED, NeedState.PUBLISHED, NeedState.IN_DISCUSSION},
}


def post(database: Database, life: str = "published", **differences: Any) -> int:
    with database.writing() as session:
        return factories.need(session, "enterprise", life, **differences).id


def need_of(database: Database, number: int) -> Need:
    with database.reading() as session:
        return session.get_one(Need, number)


def moves_of(database: Database, number: int) -> list[NeedMove]:
    with database.reading() as session:
        return list(session.scalars(select(NeedMove).where(NeedMove.need_id == number).order_by(NeedMove.id)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(LEADS_TO)), max_size=14))
def test_no_need_ever_moves_outside_the_table_and_each_move_is_kept(database: Database, steps: list[str]) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", "draft")
        trail = [NeedState.DRAFT]
        for step in steps:
            before = need.state
            may = before in ONLY_FROM.get(step, set(NeedState))
            stays = step == "renew" and need.is_open
            if may and (stays or LEADS_TO[step] in ALLOWED[before]):
                factories.lead(session, need, step)
                assert need.state is (before if stays else LEADS_TO[step])
                trail += [] if stays else [need.state]
            else:
                with pytest.raises(Conflict):
                    factories.lead(session, need, step)
                assert need.state is before
        moves = session.scalars(select(NeedMove).where(NeedMove.need_id == need.id).order_by(NeedMove.id)).all()
        assert [move.from_state for move in moves] == trail[:-1]
        assert [move.to_state for move in moves] == trail[1:]
        assert need.is_open == (
            need.valid_until is not None and need.state not in (NeedState.SOLVED, NeedState.CLOSED, NeedState.EXPIRED)
        )


def test_a_submitted_need_is_its_enterprises_and_its_bureaus_until_it_is_approved(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    enterprise, bureau = client_for("enterprise"), client_for("bureau-district")
    sent = enterprise.submit(enterprise.get("/needs/new"), "/needs/", publish="1", **factories.need_form(title="新的"))

    assert enterprise.get(sent.location).status == 200, "its best matches are shown at once"
    assert bureau.get("/needs/1/matches").status == 200
    client_for("complex").get("/needs/1", expect=404)
    assert "/needs/1/review" in bureau.get("/needs/queue").links and "/needs/1/review" in bureau.get("/").links
    bureau.post("/needs/1/approve")
    assert visitor.get("/needs/1").h1 == "新的"
    assert "/needs/1/review" not in bureau.get("/needs/queue").links


def test_a_returned_need_shows_each_remark_at_its_field_and_the_reviewer_sees_what_changed(
    client_for: ClientFor, database: Database
) -> None:
    number = post(database, "submitted", target="色差小一点")
    enterprise, bureau = client_for("enterprise"), client_for("bureau-district")
    bureau.post(f"/needs/{number}/return", {"target": "请写明从几级到几级。"})

    assert "请写明从几级到几级。" in enterprise.get(f"/needs/{number}").main
    form = enterprise.get(f"/needs/{number}/edit")
    remark = form.by_id("target-remark")
    assert remark is not None and "请写明从几级到几级。" in "".join(remark.itertext())
    enterprise.submit(form, f"/needs/{number}", target="色差由三级提高到四级", publish="1")

    assert need_of(database, number).state is NeedState.SUBMITTED
    review = bureau.get(f"/needs/{number}/review")
    assert any("小一点" in "".join(part.itertext()) for part in review.all("del"))
    assert any("四级" in "".join(part.itertext()) for part in review.all("ins"))


def test_a_returned_need_that_is_refused_again_keeps_its_words_and_the_remarks(
    client_for: ClientFor, database: Database
) -> None:
    number = post(database, "returned")
    enterprise = client_for("enterprise")
    form = enterprise.get(f"/needs/{number}/edit")
    page = enterprise.submit(form, f"/needs/{number}", problem="", target="新的目标", publish="1", expect=422)

    assert page.error("problem") and page.typed(f"/needs/{number}")["target"] == "新的目标"
    assert page.by_id("target-remark") is not None


def test_a_need_is_not_returned_without_a_word(client_for: ClientFor, database: Database) -> None:
    number = post(database, "submitted")
    page = client_for("bureau-district").post(f"/needs/{number}/return", {"target": "  "}, expect=422)

    assert words.said("Say at one field at least what has to be changed.") in page.main
    assert need_of(database, number).state is NeedState.SUBMITTED


def test_a_district_that_checks_nothing_publishes_at_once(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    client_for("bureau-district").post(f"/needs/checking/{cast.HERE}", {"is_on": "0"})
    client_for("enterprise").post("/needs/", factories.need_form(publish="1"))
    client_for("far-enterprise").post("/needs/", factories.need_form(publish="1"))

    assert [need_of(database, number).state for number in (1, 2)] == [NeedState.PUBLISHED, NeedState.SUBMITTED]
    assert visitor.get("/needs/1").status == 200
    assert [move.to_state.value for move in moves_of(database, 1)] == ["submitted", "published"]


@pytest.mark.parametrize(
    ("path", "form", "missing"),
    [
        ("close", {"reason": "with_provider"}, "reason"),
        ("close", {"reason": "ran_out"}, "reason"),
        ("close", {}, "reason"),
        ("close", {"reason": "other", "words": ""}, "words"),
        ("solve", {"reason": "with_provider", "words": "解决了"}, "solver_id"),
        ("solve", {"reason": "by_ourselves", "words": ""}, "words"),
        ("solve", {"reason": "not_needed", "words": "不用了"}, "reason"),
    ],
)
def test_an_ending_without_its_reason_is_refused_at_the_field(
    client_for: ClientFor, database: Database, path: str, form: dict[str, str], missing: str
) -> None:
    number = post(database)
    page = client_for("enterprise").post(f"/needs/{number}/{path}", form, expect=422)

    assert page.error(missing)
    assert need_of(database, number).state is NeedState.PUBLISHED


def test_how_it_was_solved_and_with_whom_is_shown_to_those_who_read_it(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    number = post(database, "in_discussion")
    with database.reading() as session:
        solver = cast.organisation_of(session, "complex")
    form = {"reason": "with_provider", "words": "换了匀染剂。", "solver_id": str(solver.id)}
    client_for("enterprise").post(f"/needs/{number}/solve", form)

    page = visitor.get(f"/needs/{number}")
    assert solver.name in page.main and "换了匀染剂。" in page.main
    assert need_of(database, number).ending is Ending.WITH_PROVIDER


@pytest.mark.parametrize(
    ("instant", "expired"),
    [(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), False), (datetime(2026, 3, 1, 16, 0, tzinfo=UTC), True)],
)
def test_a_need_expires_when_its_last_day_ends_in_shanghai(
    either_database: Database, instant: datetime, expired: bool
) -> None:
    number = post(either_database)
    with either_database.writing() as session:
        session.get_one(Need, number).valid_until = date(2026, 3, 1)
    with either_database.writing() as session:
        told = jobs.expire(session, on=clock.civil_day(instant))
        again = jobs.expire(session, on=clock.civil_day(instant))

    need = need_of(either_database, number)
    assert (need.state is NeedState.EXPIRED) is expired
    assert (told, again) == ("1 needs expired" if expired else "0 needs expired", "0 needs expired")
    if expired:
        assert need.ending is Ending.RAN_OUT and moves_of(either_database, number)[-1].reason is Ending.RAN_OUT


def test_whoever_let_a_deadline_pass_is_told_so_and_renews_once_it_was_moved(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    number = post(database, needed_by=clock.today() + timedelta(days=3))
    with database.writing() as session:
        need = session.get_one(Need, number)
        need.needed_by = need.valid_until = clock.today() - timedelta(days=1)
    with database.writing() as session:
        jobs.expire(session, on=clock.today())
    enterprise = client_for("enterprise")

    assert need_of(database, number).ending is Ending.DEADLINE_PASSED
    enterprise.post(f"/needs/{number}/renew", expect=422)
    later = clock.today() + timedelta(days=30)
    enterprise.submit(enterprise.get(f"/needs/{number}/edit"), f"/needs/{number}", needed_by=later.isoformat())
    enterprise.post(f"/needs/{number}/renew")
    renewed = need_of(database, number)
    assert (renewed.state, renewed.valid_until, renewed.ending) == (NeedState.PUBLISHED, later, None)
    assert f"/needs/{number}" in visitor.get("/search/?q=缸差").links


def test_a_need_lasts_180_days_unless_its_deadline_comes_first() -> None:
    day = date(2026, 1, 1)

    assert VALIDITY.last_day(since=day, needed_by=None) == date(2026, 6, 30)
    assert VALIDITY.last_day(since=day, needed_by=date(2026, 2, 1)) == date(2026, 2, 1)
    assert VALIDITY.last_day(since=day, needed_by=date(2027, 2, 1)) == date(2026, 6, 30)
    assert VALIDITY.last_day(since=day, needed_by=date(2025, 2, 1)) == day


def test_an_enterprise_is_reminded_once_for_each_last_day_and_no_title_travels_by_mail(database: Database) -> None:
    soon, later = post(database, title="机密的难题"), post(database)
    with database.writing() as session:
        session.get_one(Need, soon).valid_until = clock.today() + timedelta(days=VALIDITY.reminder)
        session.get_one(Need, later).valid_until = clock.today() + timedelta(days=VALIDITY.reminder + 1)
    for _ in range(2):
        with database.writing() as session:
            jobs.remind(session, on=clock.today())

    with database.reading() as session:
        (letter,) = session.scalars(select(Letter))
    assert letter.recipient == cast.ROLES["enterprise"].email
    assert f"/needs/{soon} " in letter.body and f"/needs/{later} " not in letter.body
    assert "机密" not in letter.subject + letter.body


def test_lists_tell_what_expires_soon_to_those_it_concerns(
    client_for: ClientFor, visitor: Visitor, database: Database
) -> None:
    soon, later = post(database), post(database)
    with database.writing() as session:
        session.get_one(Need, soon).valid_until = clock.today() + timedelta(days=3)
    enterprise = client_for("enterprise")

    page = enterprise.get("/needs/?ending=1")
    assert f"/needs/{soon}" in page.links and f"/needs/{later}" not in page.links
    assert page.facets()["state"] == {"published": 1}
    assert f"/needs/{soon}/renew" in enterprise.get(f"/needs/{soon}").actions
    assert f"/needs/{soon}/renew" not in visitor.get(f"/needs/{soon}").actions


def test_the_home_page_begins_with_what_was_returned(client_for: ClientFor, database: Database) -> None:
    for life, title in (("returned", "退回的"), ("expired", "到期的"), ("draft", "草稿"), ("published", "发布的")):
        post(database, life, title=title)
    page = client_for("enterprise").get("/").main

    assert sorted(("退回的", "到期的", "草稿", "发布的"), key=page.index) == ["退回的", "到期的", "草稿", "发布的"]


def test_a_copy_begins_with_the_same_words_and_is_a_need_of_its_own(client_for: ClientFor, database: Database) -> None:
    number = post(database, "closed", title="老问题")
    enterprise = client_for("enterprise")
    form = enterprise.get(f"/needs/{number}/copy")
    enterprise.submit(form, "/needs/")

    copy = need_of(database, number + 1)
    assert (copy.title, copy.problem) == ("老问题", need_of(database, number).problem)
    assert copy.state is NeedState.DRAFT


def test_a_pending_organisation_keeps_drafts_and_submits_nothing(client_for: ClientFor, database: Database) -> None:
    from matchmaker.accounts.models import OrganisationState

    with database.writing() as session:
        cast.organisation_of(session, "enterprise").state = OrganisationState.PENDING
    enterprise = client_for("enterprise")
    assert 'name="publish"' not in enterprise.get("/needs/new").text
    enterprise.post("/needs/", factories.need_form(publish="1"))

    assert need_of(database, 1).state is NeedState.DRAFT
    enterprise.post("/needs/1/submit", expect=403)


def test_the_reviewer_of_a_need_is_somebody_else_than_its_author(database: Database, client_for: ClientFor) -> None:
    from matchmaker.accounts.mandates import operations as mandates

    with database.writing() as session:
        bureau, person = cast.organisation_of(session, "bureau-district"), cast.person_of(session, "bureau-district")
        mandates.grant(session, cast.organisation_of(session, "enterprise"), bureau, person)
        number = factories.need(session, "enterprise", "submitted", agent_id=bureau.id, agent_person_id=person.id).id

    officer = client_for("bureau-district")
    officer.get(f"/needs/{number}/edit")
    officer.post(f"/needs/{number}/approve", expect=403)
    client_for("bureau-city").post(f"/needs/{number}/approve")


def test_a_step_that_the_state_forbids_is_a_409_that_says_why(client_for: ClientFor, database: Database) -> None:
    number = post(database, "in_discussion")
    page = client_for("enterprise").post(f"/needs/{number}/withdraw", expect=409)

    assert words.said("In discussion") in page.main


def test_a_deadline_moved_moves_the_last_day(database: Database) -> None:
    number = post(database)
    soon = clock.today() + timedelta(days=20)
    with database.writing() as session:
        operations.rewrite(session, session.get_one(Need, number), factories.need_text(needed_by=soon))

    assert need_of(database, number).valid_until == soon
