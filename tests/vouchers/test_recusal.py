"""A reviewer who is not impartial says so: the claim goes to another, the reason stays, and nothing they do counts."""

import pytest
from sqlalchemy import select

from matchmaker.audit.models import AuditRow
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.redemptions.models import Recusal, Redemption
from matchmaker.vouchers.review import operations
from tests.conftest import ClientFor
from tests.support import cast, claims, money
from tests.support.databases import Database

WHY = "申请单位负责人是我的亲属。"


def test_who_declares_a_conflict_passes_the_claim_on_and_decides_nothing(either_database: Database) -> None:
    with either_database.writing() as session:
        third = claims.third(session)
        redemption = claims.filed(session)
        with money.acting(session, money.FIRST):
            with pytest.raises(Invalid, match="Say why"):
                operations.recuse(session, redemption, " ")
            declared = operations.recuse(session, redemption, WHY)
        # The district's other reviewer before the city's; whoever filed or belongs to a side is never asked.
        assert declared.passed_to_id == redemption.assignee_id == third.id
    for act in (
        operations.agree,
        lambda session, one: operations.reject(session, one, "材料不实"),
        lambda session, one: operations.return_(session, one, {"papers": "看不清"}),
        lambda session, one: operations.assign(session, one, to_id=cast.person_of(session, money.FIRST).id),
    ):
        with (
            pytest.raises(Forbidden, match="somebody else"),
            either_database.writing() as session,
            money.acting(session, money.FIRST),
        ):
            act(session, session.get_one(Redemption, redemption.id))
    with (
        pytest.raises(Conflict, match="before"),
        either_database.writing() as session,
        money.acting(session, money.FIRST),
    ):
        operations.recuse(session, session.get_one(Redemption, redemption.id), WHY)
    with either_database.reading() as session:
        rows = select(AuditRow).where(AuditRow.table_name == "redemption_recusal")
        assert len(session.scalars(rows).all()) == 1


def test_who_agreed_before_cannot_pass_it_on_and_a_batch_needs_an_impartial_approver(
    either_database: Database,
) -> None:
    with either_database.writing() as session:
        third = claims.third(session)
        scheme = money.scheme(session, publicity_days=0)
        redemption = claims.filed(session, claims.use(session, scheme))
        with claims.acting_as(session, third):
            operations.recuse(session, redemption, WHY)
        with money.acting(session, money.FIRST):
            operations.agree(session, redemption)
            with pytest.raises(Conflict, match="agreed"):
                operations.recuse(session, redemption, WHY)
        with money.acting(session, money.SECOND):
            operations.approve(session, redemption, redemption.claimed_fen)
        batch = claims.sealed(session)
        with pytest.raises(Forbidden, match="conflict of interest"), claims.acting_as(session, third):
            clearing.approve(session, batch)


def test_on_the_page_a_reviewer_passes_it_on_and_it_leaves_their_queue(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        redemption = claims.filed(session)
        claims.third(session)
    reviewer, page = client_for("bureau-district"), f"/review/{redemption.id}"
    assert page in reviewer.get("/review/").links
    reviewer.submit(reviewer.get(page), f"{page}/recuse", expect=422)
    reviewer.submit(reviewer.get(page), f"{page}/recuse", why=WHY)

    assert page not in reviewer.get("/review/").links
    shown = reviewer.get(page)
    assert WHY in shown.main and f"{page}/agree" not in shown.text and f"{page}/recuse" not in shown.text
    other = client_for("bureau-city").get(page)
    assert WHY in other.main and f"{page}/agree" in other.text
    assert WHY not in client_for("enterprise").get(f"/redemptions/{redemption.id}").text
    with database.reading() as session:
        assert session.scalars(select(Recusal)).one().reason == WHY
