"""The records behind a figure: which they are, what each adds, and what they come to together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, distinct, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements import queries as contracts
from matchmaker.contracts.agreements.models import Contract, ContractSource, ContractState
from matchmaker.contracts.introductions import queries as introductions
from matchmaker.contracts.introductions.models import Introduction, IntroductionState
from matchmaker.contracts.services import queries as services
from matchmaker.contracts.services.models import STANDING, ServiceRecord, ServiceState
from matchmaker.ledger.models import Account, Transfer
from matchmaker.metrics.models import MetricFirst, ScopeKind
from matchmaker.metrics.periods import Period
from matchmaker.metrics.queries import Scope
from matchmaker.metrics.rules import ENTERPRISES, GRANTED, NEW_ENTERPRISES, VOUCHER_MEASURES
from matchmaker.metrics.sums import whole_hours
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions.models import Redemption

_ONE: ColumnElement[int] = literal(1)
_ZERO = literal(0)


@dataclass(frozen=True, slots=True)
class Behind:
    """Records of one kind: when they count, under which conditions, what each adds, and to which part of the sum."""

    model: type[Any]
    when: Any
    conditions: tuple[ColumnElement[bool], ...] = ()
    adds: Any = _ONE
    part: Any = None


_CONFIRMED = ServiceRecord.state == ServiceState.CONFIRMED
_IS_NEED = Introduction.need_id.is_not(None)
_SIGNED = Introduction.state == IntroductionState.SIGNED


def _service(*conditions: ColumnElement[bool], adds: Any = _ONE, part: Any = None) -> Behind:
    return Behind(ServiceRecord, ServiceRecord.served_on, (_CONFIRMED, *conditions), adds, part)


def _introduction(when: Any, *conditions: ColumnElement[bool], adds: Any = _ONE, part: Any = None) -> Behind:
    return Behind(Introduction, when, (when.is_not(None), *conditions), adds, part)


def _contract(adds: Any = _ONE, *conditions: ColumnElement[bool]) -> Behind:
    signed = (Contract.state != ContractState.DRAFT, *conditions)
    return Behind(Contract, Contract.signed_on, signed, adds, Contract.kind)


def _transfers(measure: str) -> Behind:
    signs = {purpose: sign for purpose, added in VOUCHER_MEASURES.items() for name, sign in added if name == measure}
    amount = case(*((Transfer.purpose == purpose.value, sign * Transfer.amount_fen) for purpose, sign in signs.items()))
    return Behind(Transfer, Transfer.at, (Transfer.purpose.in_([one.value for one in signs]),), amount)


BEHIND: Mapping[str, Behind] = {
    ENTERPRISES: _service(),
    NEW_ENTERPRISES: _service(),
    "services": _service(part=ServiceRecord.category_code),
    "services_open": Behind(
        ServiceRecord,
        ServiceRecord.served_on,
        (ServiceRecord.state.in_(STANDING), ServiceRecord.state != ServiceState.CONFIRMED),
        part=ServiceRecord.state,
    ),
    "service_fen": _service(adds=ServiceRecord.amount_fen, part=ServiceRecord.category_code),
    "service_fen_by_payer": _service(adds=ServiceRecord.amount_fen, part=ServiceRecord.paid_by),
    "services_with_voucher": _service(ServiceRecord.with_voucher.is_(True)),
    "services_matched": _service(ServiceRecord.source == ContractSource.MATCH),
    "services_cross_district": _service(ServiceRecord.district_code != ServiceRecord.provider_district_code),
    "instrument_minutes": _service(
        ServiceRecord.instrument_minutes.is_not(None), adds=ServiceRecord.instrument_minutes
    ),
    "satisfaction": _service(ServiceRecord.satisfaction.is_not(None), adds=ServiceRecord.satisfaction),
    "effect": _service(ServiceRecord.effect.is_not(None), adds=ServiceRecord.effect),
    "introductions": _introduction(Introduction.opened_at),
    "introductions_matched": _introduction(Introduction.opened_at, Introduction.match_score.is_not(None)),
    "needs_received": _introduction(Introduction.opened_at, _IS_NEED),
    "needs_answered": _introduction(Introduction.opened_at, _IS_NEED, Introduction.answered_at.is_not(None)),
    "needs_solved": _introduction(Introduction.ended_at, _IS_NEED, _SIGNED),
    "response_hours": _introduction(
        Introduction.opened_at,
        Introduction.answered_at.is_not(None),
        adds=whole_hours(Introduction.opened_at, Introduction.answered_at),
    ),
    "talks": _introduction(Introduction.accepted_at),
    "introductions_signed": _introduction(Introduction.ended_at, _SIGNED),
    "introductions_failed": _introduction(
        Introduction.ended_at, Introduction.state == IntroductionState.FAILED, part=Introduction.failed_reason
    ),
    "contracts": _contract(),
    "contract_fen": _contract(Contract.contract_amount_fen),
    "technology_fen": _contract(Contract.technology_amount_fen),
    "contracts_registered": _contract(_ONE, Contract.registration_number.is_not(None)),
    "vouchers_issued": Behind(Transfer, Transfer.at, (Transfer.purpose == Purpose.ISSUE.value,)),
} | {measure: _transfers(measure) for added in VOUCHER_MEASURES.values() for measure, _sign in added}

#: What records must be in the reader's scope beside the figure's, by their kind.
_IN_SCOPE: Mapping[type[Any], Any] = {
    ServiceRecord: services.in_scope,
    Introduction: introductions.in_scope,
    Contract: contracts.in_scope,
}


@dataclass(frozen=True, slots=True)
class Together:
    """How many records there are, how many different enterprises, and what all add up to."""

    records: int
    enterprises: int
    total: int


def together(session: Session, scope: Scope, measure: str, period: Period, parts: tuple[str, ...] = ()) -> Together:
    """Add up the records behind a measure, whoever may open them."""
    behind = BEHIND[measure]
    enterprise = Voucher.enterprise_id if behind.model is Transfer else behind.model.enterprise_id
    counted = (func.count(), func.count(distinct(enterprise)), func.coalesce(func.sum(behind.adds), _ZERO))
    totals: Any = select(*counted)
    found = session.execute(_narrowed(totals, scope, measure, period, parts)).one()
    return Together(*(int(value) for value in found))


def listed(reader: Reader, scope: Scope, measure: str, period: Period, parts: tuple[str, ...] = ()) -> Select[Any]:
    """Select the records that ``reader`` may know of, the latest first."""
    behind = BEHIND[measure]
    statement = _narrowed(select(behind.model), scope, measure, period, parts)
    if behind.model is Transfer:
        # A district reads of its own enterprises alone, whichever complex they were at; a complex of all it served.
        is_districts = reader.is_bureau and not reader.is_city_bureau
        theirs = _of_district(reader) if is_districts else true()
        return statement.where(theirs).order_by(Transfer.at.desc(), Transfer.id.desc())
    known = _IN_SCOPE[behind.model](reader)
    parties = (joinedload(behind.model.enterprise), joinedload(behind.model.provider))
    return statement.where(known).options(*parties).order_by(behind.when.desc(), behind.model.id.desc())


def _of_district(reader: Reader) -> ColumnElement[bool]:
    return Voucher.district_code == reader.district_code


def amounts(session: Session, measure: str, ids: list[int]) -> dict[int, int]:
    """Return what each of some records adds."""
    behind = BEHIND[measure]
    rows = session.execute(select(behind.model.id, behind.adds).where(behind.model.id.in_(ids)))
    return {number: int(value) for number, value in rows}


def _narrowed(
    statement: Select[Any], scope: Scope, measure: str, period: Period, parts: tuple[str, ...]
) -> Select[Any]:
    behind = BEHIND[measure]
    model = behind.model
    found = statement.select_from(model).where(*behind.conditions, _within(behind, period))
    if model is Transfer:
        return _of_vouchers(found, scope)
    columns = {
        ScopeKind.DISTRICT: model.district_code,
        ScopeKind.INDUSTRY: model.industry_code,
        ScopeKind.PROVIDER: cast(model.provider_id, String),
    }
    if scope.kind is ScopeKind.PROVIDER:
        found = found.where(model.provider_id == int(scope.code))
    elif scope.kind is not ScopeKind.CITY:
        found = found.where(columns[scope.kind] == scope.code)
    if parts:
        of = getattr(behind.part.type, "enum_class", None) or str
        found = found.where(behind.part.in_([of(part) for part in parts]))
    if measure == NEW_ENTERPRISES:
        first = (MetricFirst.scope_kind == scope.kind, MetricFirst.scope_code == scope.code)
        months = MetricFirst.month.between(period.first.code, period.last.code)
        newcomers = select(MetricFirst.enterprise_id).where(*first, months)
        found = found.where(ServiceRecord.enterprise_id.in_(newcomers))
    return found


def _within(behind: Behind, period: Period) -> ColumnElement[bool]:
    """The civil days of a period, as days or as instants."""
    if behind.when in (ServiceRecord.served_on, Contract.signed_on):
        days: ColumnElement[bool] = behind.when.between(period.first_day, period.last_day)
        return days
    start, end = (
        datetime.combine(day, time(), tzinfo=clock.CIVIL_ZONE)
        for day in (period.first_day, period.last_day + timedelta(days=1))
    )
    return and_(behind.when >= start, behind.when < end)


def _of_vouchers(statement: Select[Any], scope: Scope) -> Select[Any]:
    """Join transfers to their vouchers and contracts; what moves a quota is left out."""
    debit, credit = aliased(Account), aliased(Account)
    provider = func.coalesce(Contract.provider_id, _ZERO)
    of: Mapping[ScopeKind, ColumnElement[bool]] = {
        ScopeKind.DISTRICT: Voucher.district_code == scope.code,
        ScopeKind.INDUSTRY: Voucher.industry_code == scope.code,
    }
    found = (
        statement.join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .outerjoin(Use, Transfer.reference == "use/" + cast(Use.id, String))
        .outerjoin(Redemption, Transfer.reference == "redemption/" + cast(Redemption.id, String))
        .join(
            Voucher,
            or_(
                Voucher.id == func.coalesce(Use.voucher_id, Redemption.voucher_id),
                Transfer.reference == "voucher/" + cast(Voucher.id, String),
            ),
        )
        .outerjoin(Contract, Contract.id == func.coalesce(Use.contract_id, Redemption.contract_id))
        .where(~debit.code.startswith(GRANTED), ~credit.code.startswith(GRANTED))
    )
    if scope.kind is ScopeKind.PROVIDER:
        return found.where(provider == int(scope.code))
    return found if scope.kind is ScopeKind.CITY else found.where(of[scope.kind])
