"""What is counted for an enterprise, and the records behind each number; both from the same conditions."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.contracts.funnel.rules import Period
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import PaidBy, ServiceRecord, ServiceState
from matchmaker.messages import _l
from matchmaker.statistics.year.rules import Figure, Line, Sum
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState

_CONFIRMED = ServiceRecord.state == ServiceState.CONFIRMED

FIGURES = (
    Figure(
        "needs", _l("Needs posted"), _l("Your needs that were published in the year."),
        Need, Need.organisation_id, Need.published_at, (), "needs.show", "need_id",
        called=lambda row: row.title, is_instant=True,
    ),
    Figure(
        "solved", _l("Needs solved"), _l("Your needs that you marked as solved in the year."),
        Need, Need.organisation_id, Need.closed_at, (Need.state == NeedState.SOLVED,), "needs.show", "need_id",
        called=lambda row: row.title, is_instant=True,
    ),
    Figure(
        "matches", _l("Introductions to complexes and institutes"),
        _l("Introductions that you or the other side asked for in the year."),
        Introduction, Introduction.enterprise_id, Introduction.opened_at, (),
        "introductions.show", "introduction_id", called=lambda row: row.title, is_instant=True,
    ),
    Figure(
        "contracts", _l("Contracts"),
        _l("Signed in the year and confirmed by both sides, with what you agreed to pay."),
        Contract, Contract.enterprise_id, Contract.signed_on, (Contract.state != ContractState.DRAFT,),
        "contracts.show", "contract_id", called=lambda row: row.title, amount=Contract.contract_amount_fen,
    ),
    Figure(
        "services", _l("Services done"), _l("Done in the year and confirmed by you, with their full price."),
        ServiceRecord, ServiceRecord.enterprise_id, ServiceRecord.served_on, (_CONFIRMED,),
        "services.show", "record_id", called=lambda row: row.number, amount=ServiceRecord.amount_fen,
    ),
    Figure(
        "vouchers", _l("Vouchers received"), _l("Issued to you in the year, with their face amount."),
        Voucher, Voucher.enterprise_id, Voucher.issued_at, (), "vouchers.show", "voucher_id",
        called=lambda row: row.number, amount=Voucher.face_fen, is_instant=True,
    ),
    Figure(
        "paid", _l("Paid out of vouchers"),
        _l("Claims for your services that were paid out in the year and not taken back."),
        Redemption, Redemption.enterprise_id, Redemption.paid_on, (Redemption.state == RedemptionState.PAID,),
        "redemptions.show", "redemption_id", called=lambda row: f"{row.paid_on} · {row.id}",
        amount=Redemption.approved_fen, is_saved=True,
    ),
    Figure(
        "borne", _l("Services that others paid for"),
        _l("Confirmed services without a voucher whose price the complex or another public programme paid."),
        ServiceRecord, ServiceRecord.enterprise_id, ServiceRecord.served_on,
        (
            _CONFIRMED,
            ServiceRecord.with_voucher.is_(False),
            ServiceRecord.paid_by.in_((PaidBy.COMPLEX, PaidBy.GOVERNMENT)),
        ),
        "services.show", "record_id", called=lambda row: row.number, amount=ServiceRecord.amount_fen, is_saved=True,
    ),
)  # fmt: skip


def records(reader: Reader, figure: Figure, period: Period) -> Select[Any]:
    """The records behind a figure of the reader's enterprise, the latest first."""
    statement = select(figure.table).where(*_own(reader, figure), _within(figure, period))
    return statement.order_by(figure.when.desc(), figure.table.id.desc())


def lines(session: Session, reader: Reader, now: Period, before: Period) -> list[Line]:
    """Return every figure of the two periods, in one statement each."""
    return [_line(session, reader, figure, now, before) for figure in FIGURES]


def _line(session: Session, reader: Reader, figure: Figure, now: Period, before: Period) -> Line:
    is_now = case((_within(figure, now), literal(1)), else_=literal(0)).label("is_now")
    amount = figure.amount if figure.amount is not None else literal(0)
    both = select(is_now, amount.label("fen")).where(
        *_own(reader, figure), _within(figure, now) | _within(figure, before)
    )
    found = both.subquery()
    counted = select(found.c.is_now, func.count(), func.coalesce(func.sum(found.c.fen), 0)).group_by(found.c.is_now)
    sums = {is_now: Sum(count, int(fen)) for is_now, count, fen in session.execute(counted)}
    return Line(figure, sums.get(1, Sum()), sums.get(0, Sum()))


def _own(reader: Reader, figure: Figure) -> list[ColumnElement[bool]]:
    return [figure.owner == reader.organisation_id, *figure.conditions]


def _within(figure: Figure, period: Period) -> ColumnElement[bool]:
    if figure.is_instant:
        return and_(figure.when >= period.start, figure.when < period.end)
    return and_(figure.when >= period.since, figure.when <= period.until)
