"""The same cells as ``rules``, said in SQL: what a rebuild writes, and what the nightly check compares with.

Each kind of record is grouped once; the measures are read off the groups.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    extract,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from matchmaker.contracts.agreements.models import Contract, ContractSource, ContractState
from matchmaker.contracts.introductions.models import Introduction, IntroductionState
from matchmaker.contracts.services.models import STANDING, ServiceRecord, ServiceState
from matchmaker.ledger.models import Account, Transfer
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.rules import GRANTED, VOUCHER_MEASURES
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions.models import Redemption


class civil_month(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """The Shanghai month of an instant, as 202611. China has had no summer time since 1991, so it is UTC + 8 h."""

    type = Integer()
    inherit_cache = True


@compiles(civil_month, "sqlite")
def _civil_month_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(strftime('%Y%m', {compiler.process(element.clauses, **kw)}, '+8 hours') AS INTEGER)"


@compiles(civil_month, "postgresql")
def _civil_month_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    instant = compiler.process(element.clauses, **kw)
    return f"CAST(to_char({instant} AT TIME ZONE 'Asia/Shanghai', 'YYYYMM') AS INTEGER)"


class whole_hours(FunctionElement[int]):  # noqa: N801 - as above
    """The whole hours from one instant to another."""

    type = Integer()
    inherit_cache = True


@compiles(whole_hours, "sqlite")
def _whole_hours_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(part, **kw) for part in element.clauses)
    return f"((CAST(strftime('%s', {end}) AS INTEGER) - CAST(strftime('%s', {start}) AS INTEGER)) / 3600)"


@compiles(whole_hours, "postgresql")
def _whole_hours_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    start, end = (compiler.process(part, **kw) for part in element.clauses)
    return f"CAST(floor(extract(epoch FROM {end} - {start}) / 3600) AS INTEGER)"


#: A statement whose columns are named in its docstring.
Rows = Select[*tuple[Any, ...]]
Measure = tuple[str, ColumnElement[int], ColumnElement[int], ColumnElement[str], ColumnElement[bool] | None]

#: What transfers refer to that stands under a contract.
_OF_CONTRACTS: tuple[tuple[str, Any], ...] = (("use", Use), ("redemption", Redemption))
_NO_PART: ColumnElement[str] = literal("", String)


def cells() -> Rows:
    """Select scope_kind, scope_code, measure, span, part, value of every cell but the distinct counts."""
    parts = [*_service_cells(), *_introduction_cells(), *_contract_cells(), *_transfer_cells()]
    everything = union_all(*parts).subquery()
    key = (everything.c.scope_kind, everything.c.scope_code, everything.c.measure, everything.c.span, everything.c.part)
    total = func.sum(everything.c.value)
    return select(*key, total.label("value")).group_by(*key).having(total != 0)


def presences() -> Rows:
    """Select scope_kind, scope_code, span, enterprise_id, records."""
    month = _month_of_day(ServiceRecord.served_on)
    base = (
        select(
            ServiceRecord.district_code,
            ServiceRecord.industry_code,
            ServiceRecord.provider_id,
            ServiceRecord.enterprise_id,
            month.label("month"),
            func.count().label("records"),
        )
        .where(ServiceRecord.state == ServiceState.CONFIRMED)
        .group_by(
            ServiceRecord.district_code,
            ServiceRecord.industry_code,
            ServiceRecord.provider_id,
            ServiceRecord.enterprise_id,
            month,
        )
        .cte("served")
    )
    year = base.c.month // 100
    quarter = year * 10 + (base.c.month % 100 + 2) // 3
    spans = (literal(0, Integer), base.c.month, cast(quarter, Integer), cast(year, Integer))
    parts = [
        select(
            kind.label("scope_kind"), code.label("scope_code"), span.label("span"), base.c.enterprise_id, base.c.records
        ).where(code.is_not(None))
        for kind, code in ((_kind(ScopeKind.CITY), _NO_PART), *_scopes(base))
        for span in spans
    ]
    everything = union_all(*parts).subquery()
    key = (everything.c.scope_kind, everything.c.scope_code, everything.c.span, everything.c.enterprise_id)
    return select(*key, func.sum(everything.c.records).label("records")).group_by(*key)


def _service_cells() -> Iterator[Rows]:
    record = ServiceRecord
    month = _month_of_day(record.served_on).label("month")
    crosses = (record.district_code != record.provider_district_code).label("crosses")
    kept = (
        record.district_code, record.industry_code, record.provider_id, month, record.category_code, record.paid_by,
        record.state, record.with_voucher, record.source, crosses, record.satisfaction, record.effect,
    )  # fmt: skip
    base = (
        select(
            *kept,
            func.count().label("often"),
            func.sum(record.amount_fen).label("fen"),
            func.sum(func.coalesce(record.instrument_minutes, 0)).label("minutes"),
        )
        .where(record.state.in_(STANDING))
        .group_by(*kept)
        .cte("service")
    )
    confirmed = base.c.state == ServiceState.CONFIRMED
    often, span = base.c.often, base.c.month
    measures: list[Measure] = [
        ("services_open", often, span, _text(base.c.state), ~confirmed),
        ("services", often, span, base.c.category_code, confirmed),
        ("service_fen", base.c.fen, span, base.c.category_code, confirmed),
        ("service_fen_by_payer", base.c.fen, span, _text(base.c.paid_by), confirmed),
        ("services_with_voucher", often, span, _NO_PART, and_(confirmed, base.c.with_voucher)),
        ("services_matched", often, span, _NO_PART, and_(confirmed, base.c.source == ContractSource.MATCH)),
        ("services_cross_district", often, span, _NO_PART, and_(confirmed, base.c.crosses)),
        ("instrument_minutes", base.c.minutes, span, _NO_PART, confirmed),
        ("satisfaction", often, span, _text(base.c.satisfaction), and_(confirmed, base.c.satisfaction.is_not(None))),
        ("effect", often, span, _text(base.c.effect), and_(confirmed, base.c.effect.is_not(None))),
    ]
    yield from _by_scope(base, measures)


def _introduction_cells() -> Iterator[Rows]:
    row = Introduction
    base = select(
        row.district_code,
        row.industry_code,
        row.provider_id,
        row.state,
        _text(row.failed_reason).label("reason"),
        cast(row.need_id.is_not(None), Integer).label("needs"),
        cast(row.match_score.is_not(None), Integer).label("matched"),
        civil_month(row.opened_at).label("opened"),
        civil_month(row.accepted_at).label("accepted"),
        civil_month(row.ended_at).label("ended"),
        whole_hours(row.opened_at, row.answered_at).label("hours"),
    ).cte("introduced")
    one: ColumnElement[int] = literal(1, Integer)
    answered = base.c.hours.is_not(None)
    signed, failed = base.c.state == IntroductionState.SIGNED, base.c.state == IntroductionState.FAILED
    measures: list[Measure] = [
        ("introductions", one, base.c.opened, _NO_PART, None),
        ("introductions_matched", base.c.matched, base.c.opened, _NO_PART, None),
        ("needs_received", base.c.needs, base.c.opened, _NO_PART, None),
        ("needs_answered", base.c.needs, base.c.opened, _NO_PART, answered),
        ("response_hours", one, base.c.opened, _text(base.c.hours), answered),
        ("talks", one, base.c.accepted, _NO_PART, base.c.accepted.is_not(None)),
        ("introductions_signed", one, base.c.ended, _NO_PART, signed),
        ("needs_solved", base.c.needs, base.c.ended, _NO_PART, signed),
        ("introductions_failed", one, base.c.ended, base.c.reason, failed),
    ]
    yield from _by_scope(base, measures)


def _contract_cells() -> Iterator[Rows]:
    row = Contract
    month = _month_of_day(row.signed_on).label("month")
    base = (
        select(
            row.district_code,
            row.industry_code,
            row.provider_id,
            month,
            _text(row.kind).label("kind"),
            func.count().label("often"),
            func.sum(row.contract_amount_fen).label("fen"),
            func.sum(row.technology_amount_fen).label("technology_fen"),
            func.count(row.registration_number).label("registered"),
        )
        .where(row.state != ContractState.DRAFT)
        .group_by(row.district_code, row.industry_code, row.provider_id, month, row.kind)
        .cte("agreed")
    )
    measures: list[Measure] = [
        ("contracts", base.c.often, base.c.month, base.c.kind, None),
        ("contract_fen", base.c.fen, base.c.month, base.c.kind, None),
        ("technology_fen", base.c.technology_fen, base.c.month, base.c.kind, None),
        ("contracts_registered", base.c.registered, base.c.month, _NO_PART, None),
    ]
    yield from _by_scope(base, measures)


def _transfer_cells() -> Iterator[Rows]:
    month = civil_month(Transfer.at).label("month")
    kept = (Voucher.district_code, Voucher.industry_code, Transfer.purpose, month)
    counted = (func.count().label("often"), func.sum(Transfer.amount_fen).label("fen"))
    ends = (aliased(Account), aliased(Account))
    wanted = and_(
        Transfer.purpose.in_([purpose.value for purpose in VOUCHER_MEASURES]),
        *(~end.code.startswith(GRANTED) for end in ends),
    )

    def joined(*columns: Any) -> Any:
        return (
            select(*columns)
            .select_from(Transfer)
            .join(ends[0], ends[0].id == Transfer.debit_account_id)
            .join(ends[1], ends[1].id == Transfer.credit_account_id)
        )

    of_vouchers = (
        joined(*kept, literal(None, Integer).label("provider_id"), *counted)
        .join(Voucher, Transfer.reference == "voucher/" + cast(Voucher.id, String))
        .where(wanted)
        .group_by(*kept)
    )
    of_uses = [
        joined(*kept, Contract.provider_id, *counted)
        .join(thing, Transfer.reference == f"{name}/" + cast(thing.id, String))
        .join(Voucher, Voucher.id == thing.voucher_id)
        .join(Contract, Contract.id == thing.contract_id)
        .where(wanted)
        .group_by(*kept, Contract.provider_id)
        for name, thing in _OF_CONTRACTS
    ]
    base = union_all(of_vouchers, *of_uses).cte("moved")
    measures: list[Measure] = [
        (measure, sign * base.c.fen, base.c.month, _NO_PART, base.c.purpose == purpose.value)
        for purpose, added in VOUCHER_MEASURES.items()
        for measure, sign in added
    ]
    measures.append(("vouchers_issued", base.c.often, base.c.month, _NO_PART, base.c.purpose == Purpose.ISSUE.value))
    yield from _by_scope(base, measures)


def _by_scope(base: CTE, measures: Sequence[Measure]) -> Iterator[Rows]:
    for kind, code in _scopes(base):
        for name, value, span, part, condition in measures:
            chosen = select(
                kind.label("scope_kind"),
                code.label("scope_code"),
                literal(name, String).label("measure"),
                span.label("span"),
                part.label("part"),
                cast(func.sum(value), BigInteger).label("value"),
            ).where(code.is_not(None))
            if condition is not None:
                chosen = chosen.where(condition)
            yield chosen.group_by(code, span, part)


def _scopes(base: CTE) -> tuple[tuple[ColumnElement[str], ColumnElement[str]], ...]:
    return (
        (_kind(ScopeKind.DISTRICT), base.c.district_code),
        (_kind(ScopeKind.INDUSTRY), base.c.industry_code),
        (_kind(ScopeKind.PROVIDER), cast(base.c.provider_id, String)),
    )


def _kind(kind: ScopeKind) -> ColumnElement[str]:
    return literal(kind.value, String)


def _text(column: Any) -> ColumnElement[str]:
    return cast(column, String)


def _month_of_day(column: Any) -> ColumnElement[int]:
    # PostgreSQL extracts a NUMERIC, whose quarters would not be whole.
    return cast(extract("year", column) * 100 + extract("month", column), Integer)
