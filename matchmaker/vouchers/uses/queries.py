"""Reads of uses, each within what its reader may know."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.db import instants
from matchmaker.vouchers.models import HOLDING, Use, UseMove, UseState, Voucher
from matchmaker.vouchers.queries import in_scope as vouchers_in_scope
from matchmaker.vouchers.schemes.models import Scheme

_COUNTS = (*HOLDING, UseState.SETTLED)
_COUNTED = Use.state.in_(_COUNTS)
#: Made once: an alias costs more to make than the statement to run.
_AFTER_THE_LAST: ColumnElement[int] = func.coalesce(
    select(func.max(aliased(Use).id)).scalar_subquery(), literal(0)
) + literal(1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What uses have taken of a contract so far, and the id of the next use."""

    of_contract_fen: int
    by_other_vouchers: int
    next_id: int


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The uses that ``reader`` may know of: those of vouchers in scope, and those that name the reader's body."""
    theirs = vouchers_in_scope(reader)
    if reader.is_provider:
        return or_(theirs, Contract.provider_id == reader.organisation_id)
    return theirs


def use_by_id(reader: Reader, use_id: int) -> Select[Use]:
    """One use, when it is in the reader's scope."""
    return (
        select(Use)
        .join(Voucher, Voucher.id == Use.voucher_id)
        .join(Contract, Contract.id == Use.contract_id)
        .where(Use.id == use_id, in_scope(reader))
        .options(
            joinedload(Use.voucher).joinedload(Voucher.enterprise),
            joinedload(Use.contract).joinedload(Contract.provider),
            joinedload(Use.scheme),
        )
    )


def usable_contracts(enterprise_id: int) -> Select[Contract]:
    """The contracts that an enterprise may use a voucher for, the latest signed first."""
    return (
        select(Contract)
        .where(
            Contract.enterprise_id == enterprise_id,
            Contract.state.in_((ContractState.SIGNED, ContractState.COMPLETED)),
        )
        .options(joinedload(Contract.provider))
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
    )


def taken(session: Session, voucher: Voucher, contract: Contract, *, numbered: bool) -> Taken:
    """Return what was taken of the contract, read after it was locked, and a fresh id when one is wanted."""
    row = session.execute(
        select(
            func.coalesce(func.sum(case((_COUNTED, Use.service_amount_fen), else_=0)), 0),
            func.coalesce(func.sum(case((_COUNTED & (Use.voucher_id != voucher.id), 1), else_=0)), 0),
            _next_id(session) if numbered else literal(0),
        ).where(Use.contract_id == contract.id)
    ).one()
    return Taken(int(row[0]), int(row[1]), int(row[2]))


def _next_id(session: Session) -> ColumnElement[int]:
    if session.get_bind().dialect.name == "postgresql":
        return func.nextval("voucher_use_id_seq")
    # Uses are never removed, and there is one writer at a time.
    return _AFTER_THE_LAST


def unlocked(session: Session, voucher_id: int) -> tuple[Voucher, date]:
    """Read a voucher with its scheme, its account and the day, locking nothing."""
    voucher, now = session.execute(
        select(Voucher, instants.now_column())
        .where(Voucher.id == voucher_id)
        .options(joinedload(Voucher.scheme), joinedload(Voucher.account))
    ).one()
    return voucher, instants.day_of(now)


def unclaimed_of(voucher_id: int) -> Select[Use]:
    """The uses of a voucher that hold an amount and were not claimed."""
    return (
        select(Use)
        .where(Use.voucher_id == voucher_id, Use.state.in_((UseState.RESERVED, UseState.SERVED)))
        .order_by(Use.id)
    )


def holding(session: Session, voucher_id: int) -> int:
    """How many uses of a voucher hold an amount."""
    return session.scalar(select(func.count(Use.id)).where(Use.voucher_id == voucher_id, Use.state.in_(HOLDING))) or 0


def unclaimed() -> Select[Use]:
    """All uses that hold an amount and were not claimed, with their schemes."""
    return (
        select(Use)
        .join(Scheme, Scheme.id == Use.scheme_id)
        .where(Use.state.in_((UseState.RESERVED, UseState.SERVED)))
        .options(joinedload(Use.scheme))
        .order_by(Use.id)
    )


def moves_of(use: Use) -> Select[UseMove]:
    """The steps of one use, the latest first."""
    return (
        select(UseMove)
        .where(UseMove.use_id == use.id)
        .options(joinedload(UseMove.person), joinedload(UseMove.organisation))
        .order_by(UseMove.id.desc())
    )
