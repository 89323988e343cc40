"""The path of every introduction as its records say it, and the cells that all paths add up to."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, select, union_all

from matchmaker.contracts.funnel.rules import Break, Step
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.db.instants import civil_month
from matchmaker.metrics.cohorts.models import MetricPath
from matchmaker.metrics.cohorts.rules import COUNTED, STEPS, WAYS
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.sums import Rows

#: The columns of ``paths``, in their order.
COLUMNS = ("introduction_id", "month", "district_code", "industry_code", "provider_id", "path")


def paths() -> Rows:
    """Select introduction_id, month, district_code, industry_code, provider_id and path from the records."""
    path: ColumnElement[str] = literal(" ", String)
    things: list[Step | Break] = [*STEPS, *WAYS]
    for one in things:
        path = path + case((one.condition(), literal(one.name + " ")), else_=literal("", String))
    columns: tuple[Any, ...] = (
        Introduction.id.label("introduction_id"),
        civil_month(Introduction.opened_at).label("month"),
        Introduction.district_code,
        Introduction.industry_code,
        Introduction.provider_id,
        path.label("path"),
    )
    return select(*columns)


def cells() -> Rows:
    """Select scope_kind, scope_code, measure, span, part and value of the cells that the kept paths add up to."""
    row = MetricPath
    grouped = (
        select(*(getattr(row, name) for name in COLUMNS[1:]), func.count().label("often"))
        .group_by(*(getattr(row, name) for name in COLUMNS[1:]))
        .cte("pathed")
    )
    scoped = union_all(
        *(
            select(
                literal(kind.value, String).label("scope_kind"),
                cast(code, String).label("scope_code"),
                grouped.c.month,
                grouped.c.path,
                func.sum(grouped.c.often).label("often"),
            )
            .where(code.is_not(None))
            .group_by(code, grouped.c.month, grouped.c.path)
            for kind, code in (
                (ScopeKind.DISTRICT, grouped.c.district_code),
                (ScopeKind.INDUSTRY, grouped.c.industry_code),
                (ScopeKind.PROVIDER, grouped.c.provider_id),
            )
        )
    ).cte("scoped")
    names = union_all(
        *(
            select(
                literal(f"% {name} %", String).label("pattern"),
                literal(measure, String).label("measure"),
                literal(part, String).label("part"),
            )
            for name, (measure, part) in COUNTED.items()
        )
    ).cte("names")
    key = (scoped.c.scope_kind, scoped.c.scope_code, names.c.measure, scoped.c.month, names.c.part)
    return (
        select(*key, func.sum(scoped.c.often).label("value"))
        .select_from(scoped)
        .join(names, scoped.c.path.like(names.c.pattern))
        .group_by(*key)
    )
