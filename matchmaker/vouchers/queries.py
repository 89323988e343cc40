"""Reads of vouchers, each within what its reader may know."""

from functools import cache

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, load_only
from sqlalchemy.sql.base import ExecutableOption

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.registration.models import EnterpriseType, TypeMark
from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import narrowed
from matchmaker.ledger.models import Account, Transfer
from matchmaker.reference.models import CITY_CODE, District
from matchmaker.vouchers import accounts
from matchmaker.vouchers.models import WAITING, Use, UseMove, Voucher, VoucherMove, VoucherState
from matchmaker.vouchers.rules import Application, Claimable
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import Facts, SchemeRules

#: Facets of the list: name in the URL → column.
FACETS = {"state": Voucher.state, "district": Voucher.district_code}

_GONE = (VoucherState.REJECTED, VoucherState.WITHDRAWN)


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The vouchers that ``reader`` may know of: the own enterprise's, the bureau's district's, all for the city's."""
    if reader.is_city_bureau:
        return true()
    if reader.is_bureau:
        return Voucher.district_code == reader.district_code
    return Voucher.enterprise_id == reader.organisation_id if reader.is_enterprise else false()


def listed(reader: Reader, chosen: dict[str, str], *, enterprise_id: int | None = None) -> Select[Voucher]:
    """The vouchers in scope, narrowed; what can be used or waits first, then the latest."""
    rank = case(
        (Voucher.state == VoucherState.ISSUED, 0), (Voucher.state.in_((*WAITING, VoucherState.RETURNED)), 1), else_=2
    )
    statement = (
        select(Voucher)
        .where(in_scope(reader), *narrowed(FACETS, chosen, besides=""))
        .options(joinedload(Voucher.scheme), joinedload(Voucher.enterprise), joinedload(Voucher.account))
    )
    if enterprise_id is not None:
        statement = statement.where(Voucher.enterprise_id == enterprise_id)
    return statement.order_by(*((rank,) if reader.is_enterprise else ()), Voucher.id.desc())


def voucher_by_id(reader: Reader, voucher_id: int) -> Select[Voucher]:
    """One voucher, when it is in the reader's scope."""
    return (
        select(Voucher)
        .where(Voucher.id == voucher_id, in_scope(reader))
        .options(joinedload(Voucher.scheme), joinedload(Voucher.enterprise), joinedload(Voucher.account))
    )


def voucher_to_use(reader: Reader, voucher_id: int) -> Select[Voucher]:
    """One voucher in the reader's scope, as far as its form needs it: what it holds is read under its lock."""
    return select(Voucher).where(Voucher.id == voucher_id, in_scope(reader)).options(*_to_use())


@cache
def _to_use() -> tuple[ExecutableOption, ...]:
    return (
        load_only(Voucher.enterprise_id, Voucher.district_code, Voucher.scheme_id),
        joinedload(Voucher.scheme).load_only(Scheme.year, Scheme.key, Scheme.rules_json),
    )


def issued_to(enterprise_id: int) -> Select[Voucher]:
    """The enterprise's vouchers that are issued, the first to end first; ``rules`` say which may be used."""
    return (
        select(Voucher)
        .where(Voucher.enterprise_id == enterprise_id, Voucher.state == VoucherState.ISSUED)
        .options(joinedload(Voucher.account), joinedload(Voucher.scheme))
        .order_by(Voucher.use_by, Voucher.id)
    )


def queue(reader: Reader) -> Select[Voucher]:
    """The applications that wait for the reader's bureau, the longest waiting first; not those they approved once."""
    if not reader.is_bureau:
        return select(Voucher).where(false())
    return (
        select(Voucher)
        .where(
            Voucher.state.in_(WAITING),
            in_scope(reader),
            or_(Voucher.reviewed_by_id.is_(None), Voucher.reviewed_by_id != reader.person_id),
        )
        .options(joinedload(Voucher.scheme), joinedload(Voucher.enterprise))
        .order_by(Voucher.applied_at, Voucher.id)
    )


def moves(voucher: Voucher) -> Select[VoucherMove]:
    """The steps of a voucher's life, the latest first."""
    return (
        select(VoucherMove)
        .where(VoucherMove.voucher_id == voucher.id)
        .options(joinedload(VoucherMove.person), joinedload(VoucherMove.organisation))
        .order_by(VoucherMove.id.desc())
    )


def uses_of(voucher: Voucher) -> Select[Use]:
    """The uses of a voucher, the latest first."""
    return select(Use).where(Use.voucher_id == voucher.id).options(joinedload(Use.contract)).order_by(Use.id.desc())


def use_moves(voucher: Voucher) -> Select[UseMove]:
    """The steps of all its uses, the latest first."""
    return (
        select(UseMove)
        .join(Use, Use.id == UseMove.use_id)
        .where(Use.voucher_id == voucher.id)
        .options(joinedload(UseMove.person))
        .order_by(UseMove.id.desc())
    )


def facts(session: Session, scheme: Scheme, enterprise: Organisation, asked: Application) -> Facts:
    """Return what is known of an applicant: by its registration and by its statement."""
    known = set(session.scalars(select(TypeMark.type).where(TypeMark.organisation_id == enterprise.id)))
    return Facts(
        is_enterprise=enterprise.kind is OrganisationKind.ENTERPRISE,
        is_approved=enterprise.state is OrganisationState.APPROVED,
        has_credit_code=enterprise.credit_code is not None,
        is_local=is_local(session, scheme, enterprise.district_code),
        types=frozenset(known | asked.types),
        size=enterprise.size,
        staff=asked.staff,
        revenue_fen=asked.revenue_fen,
        revenue_before_fen=asked.revenue_before_fen,
    )


def types_of(session: Session, enterprise_id: int) -> frozenset[EnterpriseType]:
    """Return what an enterprise says it was recognised as."""
    return frozenset(session.scalars(select(TypeMark.type).where(TypeMark.organisation_id == enterprise_id)))


def is_local(session: Session, scheme: Scheme, district_code: str) -> bool:
    """Whether a district lies in the scheme's region."""
    district = session.get(District, district_code)
    return lies_in(scheme, district_code, district.parent_code if district else None)


def lies_in(scheme: Scheme, district_code: str, parent_code: str | None) -> bool:
    """Whether a district is the scheme's region, or a part of it."""
    region = scheme.district_code or CITY_CODE
    return region in (district_code, parent_code)


def claimable(
    session: Session, scheme: Scheme, said: SchemeRules, enterprise: Organisation, *, besides: Voucher | None = None
) -> Claimable:
    """Return what an enterprise may still ask for; an application being changed is left out."""
    same = (
        select(Voucher)
        .join(Scheme, Scheme.id == Voucher.scheme_id)
        .where(Voucher.enterprise_id == enterprise.id, Scheme.year == scheme.year, Scheme.key == scheme.key)
    )
    if besides is not None:
        same = same.where(Voucher.id != besides.id)
    waits = Voucher.state.in_((*WAITING, VoucherState.RETURNED))
    waiting, count = session.execute(
        same.with_only_columns(
            func.coalesce(func.sum(case((waits, Voucher.face_fen), else_=0)), 0),
            func.coalesce(func.sum(case((Voucher.state.in_(_GONE), 0), else_=1)), 0),
            maintain_column_froms=True,
        )
    ).one()
    codes = (accounts.quota_code(scheme.code, enterprise.id), accounts.pool_code(scheme.code, enterprise.district_code))
    found = {account.code: account for account in session.scalars(select(Account).where(Account.code.in_(codes)))}
    quota, pool = found.get(codes[0]), found.get(codes[1])
    return Claimable(
        quota_fen=said.quota_fen,
        granted_fen=granted(session, scheme, quota),
        waiting_fen=int(waiting),
        pool_left_fen=pool.available_fen if pool else 0,
        vouchers=int(count),
        most_vouchers=said.most_vouchers,
        most_face_fen=said.most_face_fen,
        least_face_fen=said.least_face_fen,
    )


def granted(session: Session, scheme: Scheme, quota: Account | None) -> int:
    """Return what an enterprise was granted of its quota and did not hand back, in fen."""
    if quota is None:
        return 0
    source = session.scalars(select(Account).where(Account.code == f"quota-source/{scheme.code}")).one_or_none()
    return 0 if source is None else filled(session, quota, source) - quota.available_fen


def filled(session: Session, quota: Account, source: Account) -> int:
    """Return how much a quota was given in all, in fen."""
    put, taken = (
        session.scalar(
            select(func.coalesce(func.sum(Transfer.amount_fen), 0)).where(
                Transfer.debit_account_id == debit.id, Transfer.credit_account_id == credit.id
            )
        )
        for debit, credit in ((source, quota), (quota, source))
    )
    return int(put or 0) - int(taken or 0)


def count_issued(session: Session, scheme: Scheme, voucher: Voucher) -> int:
    """Return how many vouchers of the scheme the enterprise of ``voucher`` was ever issued."""
    return (
        session.scalar(
            select(func.count(Voucher.id))
            .join(Scheme, Scheme.id == Voucher.scheme_id)
            .where(
                Voucher.enterprise_id == voucher.enterprise_id,
                Scheme.year == scheme.year,
                Scheme.key == scheme.key,
                Voucher.account_id.is_not(None),
            )
        )
        or 0
    )


def to_expire(on: object) -> Select[int]:
    """The ids of issued vouchers whose last day was before ``on``."""
    return select(Voucher.id).where(Voucher.state == VoucherState.ISSUED, Voucher.use_by < on).order_by(Voucher.id)
