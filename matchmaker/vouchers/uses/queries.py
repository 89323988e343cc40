"""Reads of uses, each within what its reader may know."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, load_only
from sqlalchemy.orm.attributes import set_committed_value

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.db import instants
from matchmaker.db.numbers import following
from matchmaker.errors import Invalid
from matchmaker.ledger import queries as ledger
from matchmaker.ledger.models import Account
from matchmaker.messages import _l
from matchmaker.reference.models import District, ServiceCategory
from matchmaker.vouchers import accounts
from matchmaker.vouchers.models import HOLDING, Use, UseMove, UseState, Voucher
from matchmaker.vouchers.queries import in_scope as vouchers_in_scope
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import SchemeRules

_COUNTS = (*HOLDING, UseState.SETTLED)
_COUNTED = Use.state.in_(_COUNTS)
#: The enterprise's district, and the account of what the district owes.
_HOME, _PAYABLE = aliased(District), aliased(Account)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken of a voucher and a contract so far, and what the next use and its transfer will be numbered."""

    account: Account
    of_contract_fen: int
    by_other_vouchers: int
    #: The use's, its first step's, and that of the transfer which will hold its amount.
    next_id: int
    next_move: int
    next_transfer: int


@dataclass(frozen=True, slots=True)
class Found:
    """A voucher, a contract and what a registration of a use is judged by besides."""

    voucher: Voucher
    contract: Contract
    category: ServiceCategory
    said: SchemeRules
    #: The districts above the enterprise's and the provider's.
    above_enterprise: str | None
    above_provider: str | None
    #: What the district owes; ``None`` before anything was held there.
    payable: Account | None
    today: date


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


@cache
def _case(*, locked: bool) -> Select[Any]:
    """Make the statement once: making it anew costs more than to run it."""
    statement = (
        select(
            Voucher, Contract, ServiceCategory, _HOME.parent_code, District.parent_code, _PAYABLE, instants.now_column()
        )
        .select_from(Voucher)
        .join(Contract, and_(Contract.id == bindparam("contract_id"), Contract.enterprise_id == Voucher.enterprise_id))
        .join(Organisation, Organisation.id == Contract.provider_id)
        .join(District, District.code == Organisation.district_code)
        .join(_HOME, _HOME.code == Voucher.district_code)
        .outerjoin(ServiceCategory, ServiceCategory.code == bindparam("category_code"))
        .outerjoin(_PAYABLE, _PAYABLE.code == bindparam("payable_code"))
        .where(Voucher.id == bindparam("voucher_id"))
        .options(
            load_only(
                Voucher.state,
                Voucher.is_suspended,
                Voucher.use_by,
                Voucher.account_id,
                Voucher.scheme_id,
                Voucher.enterprise_id,
                Voucher.district_code,
                Voucher.industry_code,
            ),
            joinedload(Voucher.scheme),
            load_only(
                Contract.state,
                Contract.contract_amount_fen,
                Contract.enterprise_id,
                Contract.provider_id,
                Contract.introduction_id,
            ),
            contains_eager(Contract.provider).load_only(
                Organisation.state, Organisation.kind, Organisation.district_code
            ),
            load_only(ServiceCategory.parent_code),
        )
        .execution_options(populate_existing=True)
    )
    # Rows are locked in the order in which they stand here.
    return statement.with_for_update(of=(Voucher, Contract), key_share=True) if locked else statement


def case_of(session: Session, voucher: Voucher, contract_id: int, category_code: str, *, locked: bool) -> Found:
    """Read all that a registration is judged by in one statement; voucher and contract under their locks.

    Raises ``Invalid`` on a contract that is not the enterprise's and on a category that there is not.
    """
    code = session.get_one(Scheme, voucher.scheme_id).code
    row = session.execute(
        _case(locked=locked),
        {
            "voucher_id": voucher.id,
            "contract_id": contract_id,
            "category_code": category_code,
            "payable_code": accounts.payable_code(code, voucher.district_code),
        },
    ).one_or_none()
    if row is None:
        raise Invalid(field="contract_id", message=_l("Choose one from the list."))
    read, contract, category, above_enterprise, above_provider, payable, now = row
    if category is None:
        raise Invalid(field="category_code", message=_l("Choose one from the list."))
    said = SchemeRules.of(read.scheme.rules_json)
    return Found(read, contract, category, said, above_enterprise, above_provider, payable, instants.day_of(now))


@cache
def _taken(dialect: str, *, locked: bool) -> Select[Any]:
    numbers: tuple[ColumnElement[int], ...] = (literal(0), literal(0), literal(0))
    if locked:
        numbers = (following(dialect, Use), following(dialect, UseMove), ledger.next_number(dialect))
    counted = select(func.coalesce(func.sum(Use.service_amount_fen), 0)).where(
        Use.contract_id == bindparam("contract_id"), _COUNTED
    )
    another = select(func.count(Use.id)).where(
        Use.contract_id == bindparam("contract_id"), _COUNTED, Use.voucher_id != bindparam("voucher_id")
    )
    statement = (
        select(Account, counted.scalar_subquery(), another.scalar_subquery(), *numbers)
        .where(Account.id == bindparam("account_id"))
        .execution_options(populate_existing=True)
    )
    return statement.with_for_update(key_share=True) if locked else statement


def taken(session: Session, voucher: Voucher, contract_id: int, *, locked: bool) -> Taken:
    """Return what is taken so far, once voucher and contract are locked; with the voucher's account under its lock."""
    given = {"account_id": voucher.account_id, "voucher_id": voucher.id, "contract_id": contract_id}
    row = session.execute(_taken(session.get_bind().dialect.name, locked=locked), given).one()
    # The page that shows what would be held says what is left.
    set_committed_value(voucher, "account", row[0])
    return Taken(row[0], *map(int, row[1:]))


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


def registered_fen(session: Session, contract_id: int) -> int:
    """Return the prices of all services that are registered for a contract and were not given up, in fen."""
    statement = select(func.sum(Use.service_amount_fen)).where(Use.contract_id == contract_id, _COUNTED)
    return int(session.scalar(statement) or 0)


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
