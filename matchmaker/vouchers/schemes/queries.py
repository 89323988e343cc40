"""Reads of schemes: everybody signed in reads what holds, bureaus also what is being written."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import QueryableAttribute, Session, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.ledger.models import Account, Transfer
from matchmaker.vouchers import accounts
from matchmaker.vouchers.schemes.models import Scheme, SchemeMove, SchemeState

#: Known to everybody.
PUBLISHED = (SchemeState.ACTIVE, SchemeState.CLOSED)


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The versions whose existence ``reader`` may know of: a proposal is its own bureau's and the city's."""
    published = Scheme.state.in_(PUBLISHED)
    if reader.is_city_bureau:
        return true()
    if reader.is_bureau:
        return or_(published, Scheme.district_code == reader.district_code)
    return published


def listed(reader: Reader) -> Select[Scheme]:
    """All versions in scope: the latest year first, then what is in force, then the latest version."""
    rank = case((Scheme.state == SchemeState.ACTIVE, 0), (Scheme.state == SchemeState.CLOSED, 2), else_=1)
    return (
        select(Scheme)
        .where(in_scope(reader))
        .options(joinedload(Scheme.district))
        .order_by(Scheme.year.desc(), rank, Scheme.key, Scheme.version.desc(), Scheme.id.desc())
    )


def scheme_by_id(reader: Reader, scheme_id: int) -> Select[Scheme]:
    """One version, when it is in the reader's scope."""
    return (
        select(Scheme)
        .where(Scheme.id == scheme_id, in_scope(reader))
        .options(joinedload(Scheme.district), joinedload(Scheme.proposed_by), joinedload(Scheme.approved_by))
    )


def versions_of(year: int, key: str) -> Select[Scheme]:
    """Every version of a scheme, the latest first."""
    return select(Scheme).where(Scheme.year == year, Scheme.key == key).order_by(Scheme.version.desc(), Scheme.id)


def active_of(year: int, key: str) -> Select[Scheme]:
    """The version that holds, if any."""
    return select(Scheme).where(Scheme.year == year, Scheme.key == key, Scheme.state == SchemeState.ACTIVE)


def in_force() -> Select[Scheme]:
    """The versions that hold, the latest year first."""
    return (
        select(Scheme)
        .where(Scheme.state == SchemeState.ACTIVE)
        .options(joinedload(Scheme.district))
        .order_by(Scheme.year.desc(), Scheme.key, Scheme.id)
    )


def moves(scheme: Scheme) -> Select[SchemeMove]:
    """The steps of a version's life, the latest first."""
    return (
        select(SchemeMove)
        .where(SchemeMove.scheme_id == scheme.id)
        .options(joinedload(SchemeMove.person), joinedload(SchemeMove.organisation))
        .order_by(SchemeMove.id.desc())
    )


def proposals(reader: Reader) -> Select[Scheme]:
    """The proposals that ``reader`` could decide on: those of others."""
    if not reader.is_bureau:
        return select(Scheme).where(false())
    mine = and_(Scheme.state == SchemeState.PROPOSED, Scheme.proposed_by_id != reader.person_id)
    return select(Scheme).where(in_scope(reader), mine).order_by(Scheme.proposed_at, Scheme.id)


def funded(session: Session, scheme: Scheme) -> dict[str, int]:
    """Return what each district's pool was given from the budget so far, less what was taken back, in fen."""
    budget = select(Account.id).where(Account.code == accounts.budget_code(scheme.code)).scalar_subquery()
    out = _sums(session, Transfer.debit_account_id == budget, Transfer.credit_account_id)
    back = _sums(session, Transfer.credit_account_id == budget, Transfer.debit_account_id)
    return {code: out.get(code, 0) - back.get(code, 0) for code in out.keys() | back.keys()}


def _sums(session: Session, condition: ColumnElement[bool], pool: QueryableAttribute[int]) -> dict[str, int]:
    rows: Sequence[tuple[str, int]] = [
        (row[0], int(row[1]))
        for row in session.execute(
            select(Account.code, func.sum(Transfer.amount_fen))
            .join(Account, Account.id == pool)
            .where(condition)
            .group_by(Account.code)
        )
    ]
    return {code.rpartition("/")[2]: fen for code, fen in rows}
