"""The same cells as ``rules``, said in SQL: what a rebuild writes, and what the nightly check compares with.

Records are grouped once for each set of parts that their measures have; scopes are added up from these groups, and
measures are read off the scopes, of which there are few. So the records are gone through as often as they have sets of
parts, and the groups once for each kind of scope.
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
    case,
    cast,
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
from matchmaker.db.instants import civil_month
from matchmaker.ledger.models import Account, Transfer
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.rules import GRANTED, VOUCHER_MEASURES
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions.models import Redemption


class month_of(FunctionElement[int]):  # noqa: N801 - as above
    """The month of a day, as 202611."""

    type = Integer()
    inherit_cache = True


@compiles(month_of, "sqlite")
def _month_of_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"CAST(strftime('%Y%m', {compiler.process(element.clauses, **kw)}) AS INTEGER)"


@compiles(month_of, "postgresql")
def _month_of_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    day = compiler.process(element.clauses, **kw)
    # Twice as quick as EXTRACT, which reckons with decimals.
    return f"CAST(date_part('year', {day}) * 100 + date_part('month', {day}) AS INTEGER)"


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
#: Name, amount, part and which rows of the scopes it counts.
Measure = tuple[str, Any, ColumnElement[str], ColumnElement[bool] | None]

#: What transfers refer to that stands under a contract.
_OF_CONTRACTS: tuple[tuple[str, Any], ...] = (("use", Use), ("redemption", Redemption))
_NO_PART: ColumnElement[str] = literal("", String)


def cells() -> Rows:
    """Select scope_kind, scope_code, measure, span, part, value of the cells; distinct counts and paths stand apart."""
    parts = [*_service_cells(), *_introduction_cells(), *_contract_cells(), *_transfer_cells()]
    everything = union_all(*parts).subquery()
    key = (everything.c.scope_kind, everything.c.scope_code, everything.c.measure, everything.c.span, everything.c.part)
    total = func.sum(everything.c.value)
    return select(*key, total.label("value")).group_by(*key).having(total != 0)


def presences() -> Rows:
    """Select scope_kind, scope_code, span, enterprise_id, records of every month."""
    key = (*_place(ServiceRecord), ServiceRecord.enterprise_id, month_of(ServiceRecord.served_on).label("month"))
    base = (
        select(*key, func.count().label("records"))
        .where(ServiceRecord.state == ServiceState.CONFIRMED)
        .group_by(*key)
        .cte("served")
    )
    everything = union_all(
        *(
            select(
                kind.label("scope_kind"),
                code.label("scope_code"),
                base.c.month.label("span"),
                base.c.enterprise_id,
                func.sum(base.c.records).label("records"),
            )
            .where(code.is_not(None))
            .group_by(code, base.c.month, base.c.enterprise_id)
            for kind, code in ((_kind(ScopeKind.CITY), _NO_PART), *_scopes(base))
        )
    ).subquery()
    return select(everything)


def _service_cells() -> Iterator[Rows]:
    record = ServiceRecord
    confirmed = record.state == ServiceState.CONFIRMED
    place = (*_place(record), month_of(record.served_on).label("month"))
    paid = (*place, record.category_code, _text(record.paid_by).label("payer"))
    done = _grouped(
        "done", paid, confirmed,
        often=func.count(),
        fen=func.sum(record.amount_fen),
        minutes=func.sum(record.instrument_minutes),
        vouchers=_how_often(record.with_voucher),
        matched=_how_often(record.source == ContractSource.MATCH),
        crossing=_how_often(record.district_code != record.provider_district_code),
    )  # fmt: skip
    yield from _measured(
        done,
        ("services", done.c.often, done.c.category_code, None),
        ("service_fen", done.c.fen, done.c.category_code, None),
        ("service_fen_by_payer", done.c.fen, done.c.payer, None),
        ("services_with_voucher", done.c.vouchers, _NO_PART, None),
        ("services_matched", done.c.matched, _NO_PART, None),
        ("services_cross_district", done.c.crossing, _NO_PART, None),
        ("instrument_minutes", done.c.minutes, _NO_PART, None),
    )
    rated = _grouped("rated", (*place, record.satisfaction, record.effect), confirmed, often=func.count())
    marks = (rated.c.satisfaction, rated.c.effect)
    yield from _measured(rated, *((mark.name, rated.c.often, _text(mark), mark.is_not(None)) for mark in marks))
    standing = and_(record.state.in_(STANDING), ~confirmed)
    unconfirmed = _grouped("unconfirmed", (*place, _text(record.state).label("state")), standing, often=func.count())
    yield from _measured(unconfirmed, ("services_open", unconfirmed.c.often, unconfirmed.c.state, None))


def _introduction_cells() -> Iterator[Rows]:
    row = Introduction
    hours = whole_hours(row.opened_at, row.answered_at).label("hours")
    often, needs = func.count(), func.count(row.need_id)
    opened = _grouped(
        "opened", (*_place(row), civil_month(row.opened_at).label("month"), hours), None,
        often=often, needs=needs, matched=func.count(row.match_score),
    )  # fmt: skip
    answered = opened.c.hours.is_not(None)
    yield from _measured(
        opened,
        ("introductions", opened.c.often, _NO_PART, None),
        ("introductions_matched", opened.c.matched, _NO_PART, None),
        ("needs_received", opened.c.needs, _NO_PART, None),
        ("needs_answered", opened.c.needs, _NO_PART, answered),
        ("response_hours", opened.c.often, _text(opened.c.hours), answered),
    )
    accepted = (*_place(row), civil_month(row.accepted_at).label("month"))
    talks = _grouped("talks", accepted, row.accepted_at.is_not(None), often=often)
    yield from _measured(talks, ("talks", talks.c.often, _NO_PART, None))
    end = (*_place(row), civil_month(row.ended_at).label("month"), row.state, _text(row.failed_reason).label("reason"))
    ended = _grouped("ended", end, row.ended_at.is_not(None), often=often, needs=needs)
    signed, failed = ended.c.state == IntroductionState.SIGNED, ended.c.state == IntroductionState.FAILED
    yield from _measured(
        ended,
        ("introductions_signed", ended.c.often, _NO_PART, signed),
        ("needs_solved", ended.c.needs, _NO_PART, signed),
        ("introductions_failed", ended.c.often, ended.c.reason, failed),
    )


def _contract_cells() -> Iterator[Rows]:
    row = Contract
    agreed = _grouped(
        "agreed", (*_place(row), month_of(row.signed_on).label("month"), _text(row.kind).label("kind")),
        row.state != ContractState.DRAFT,
        often=func.count(),
        fen=func.sum(row.contract_amount_fen),
        technology=func.sum(row.technology_amount_fen),
        registered=func.count(row.registration_number),
    )  # fmt: skip
    yield from _measured(
        agreed,
        ("contracts", agreed.c.often, agreed.c.kind, None),
        ("contract_fen", agreed.c.fen, agreed.c.kind, None),
        ("technology_fen", agreed.c.technology, agreed.c.kind, None),
        ("contracts_registered", agreed.c.registered, _NO_PART, None),
    )


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
    scoped = _scoped(base, ("month", "purpose"), ("often", "fen"))
    measures: list[Measure] = [
        (measure, sign * scoped.c.fen, _NO_PART, scoped.c.purpose == purpose.value)
        for purpose, added in VOUCHER_MEASURES.items()
        for measure, sign in added
    ]
    measures.append(("vouchers_issued", scoped.c.often, _NO_PART, scoped.c.purpose == Purpose.ISSUE.value))
    yield from _measured(scoped, *measures)


def _grouped(name: str, key: Sequence[Any], condition: Any, **amounts: Any) -> CTE:
    """Group records by their place, month and parts, then add the groups up for every scope."""
    counted = select(*key, *(amount.label(label) for label, amount in amounts.items())).group_by(*key)
    base = (counted if condition is None else counted.where(condition)).cte(name)
    places = ("district_code", "industry_code", "provider_id")
    return _scoped(base, [column.name for column in base.c if column.name not in (*places, *amounts)], [*amounts])


def _scoped(base: CTE, parts: Sequence[str], amounts: Sequence[str]) -> CTE:
    kept = [base.c[name] for name in parts]
    totals = [func.sum(base.c[name]).label(name) for name in amounts]
    return union_all(
        *(
            select(kind.label("scope_kind"), code.label("scope_code"), *kept, *totals)
            .where(code.is_not(None))
            .group_by(code, *kept)
            for kind, code in _scopes(base)
        )
    ).cte(f"{base.name}_of_scope")


def _measured(scoped: CTE, *measures: Measure) -> Iterator[Rows]:
    """Read measures off the scopes."""
    for name, amount, part, condition in measures:
        key = (scoped.c.scope_kind, scoped.c.scope_code, literal(name, String).label("measure"))
        value = cast(func.sum(amount), BigInteger).label("value")
        chosen = select(*key, scoped.c.month.label("span"), part.label("part"), value)
        chosen = chosen if condition is None else chosen.where(condition)
        yield chosen.group_by(scoped.c.scope_kind, scoped.c.scope_code, scoped.c.month, part)


def _place(row: Any) -> tuple[Any, Any, Any]:
    return row.district_code, row.industry_code, row.provider_id


def _scopes(base: CTE) -> tuple[tuple[ColumnElement[str], ColumnElement[str]], ...]:
    return (
        (_kind(ScopeKind.DISTRICT), base.c.district_code),
        (_kind(ScopeKind.INDUSTRY), base.c.industry_code),
        (_kind(ScopeKind.PROVIDER), cast(base.c.provider_id, String)),
    )


def _how_often(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _kind(kind: ScopeKind) -> ColumnElement[str]:
    return literal(kind.value, String)


def _text(column: Any) -> ColumnElement[str]:
    return cast(column, String)
