"""What stands in each list: first the keys in order, then the rows of some keys in few statements."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs import queries as needs
from matchmaker.catalogue.needs.models import Need
from matchmaker.contracts.introductions.models import Introduction, IntroductionState
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.db.pages import PAGE_SIZE, Page
from matchmaker.metrics.lists import selects
from matchmaker.metrics.lists.models import (
    CITY_LISTS,
    Freeze,
    FrozenRow,
    KeyTechnology,
    KeyTechnologyNeed,
    ListKind,
    NeedTag,
)
from matchmaker.metrics.lists.rules import Row, needs_of, shown
from matchmaker.metrics.lists.selects import Scope
from matchmaker.metrics.periods import Period

#: How many rows are made at a time.
_BATCH = 500
#: The same where each batch adds all services of the complex up.
_BATCH_OF_SUMS = 10_000


def page(session: Session, scope: Scope, list_: ListKind, period: Period, reader: Reader, *, number: int) -> Page[Row]:
    """Read one page of a live list as its reader may see it."""
    found = selects.page(session, scope, list_, period, reader, number=number)
    made = _MAKERS[list_](session, scope, period, found.rows)
    return Page(rows=visible(session, made, list_, reader), number=found.number, total=found.total)


def counts(session: Session, scope: Scope, period: Period, reader: Reader) -> dict[ListKind, int]:
    """Count the rows of each of a scope's lists."""
    return {list_: selects.count(session, scope, list_, period, reader) for list_ in scope.lists}


def everything(
    session: Session, scope: Scope, list_: ListKind, period: Period, reader: Reader | None = None
) -> Iterator[Row]:
    """Yield all rows of a live list, batch by batch: as ``reader`` may see them, or in full."""
    ids = session.scalars(selects.keys(scope, list_, period, reader)).all()
    size = _BATCH_OF_SUMS if list_ is ListKind.SERVED else _BATCH
    for start in range(0, len(ids), size):
        made = _MAKERS[list_](session, scope, period, ids[start : start + size])
        yield from made if reader is None else visible(session, made, list_, reader)


def visible(session: Session, rows: Sequence[Row], list_: ListKind, reader: Reader) -> list[Row]:
    """Return rows as ``reader`` may see them; those of needs that they may not know of are left out."""
    known = levels(session, needs_of(rows), reader)
    return [row for row in (shown(row, list_, reader, known) for row in rows) if row is not None]


def levels(session: Session, ids: set[int], reader: Reader) -> dict[int, bool]:
    """Return which of the needs ``reader`` may know of, and whether they read each in full."""
    found: dict[int, bool] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        statement = select(Need.id, case((needs.in_full(reader), 1), else_=0)).where(
            Need.id.in_(ordered[start : start + _BATCH]), needs.in_scope(reader)
        )
        found |= {need_id: bool(in_full) for need_id, in_full in session.execute(statement)}
    return found


def frozen_page(session: Session, freeze: Freeze, list_: ListKind, reader: Reader, *, number: int) -> Page[Row]:
    """Read one page of a frozen list. What the reader may not know of leaves a gap on its page."""
    total = freeze.counts[list_.value]
    number = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    place = FrozenRow.position.between((number - 1) * PAGE_SIZE + 1, number * PAGE_SIZE)
    of_list = (FrozenRow.freeze_id == freeze.id, FrozenRow.list == list_)
    kept = session.scalars(select(FrozenRow).where(*of_list, place).order_by(FrozenRow.position)).all()
    return Page(rows=visible(session, [_row(row) for row in kept], list_, reader), number=number, total=total)


def frozen(session: Session, freeze_id: int, list_: ListKind, reader: Reader | None = None) -> Iterator[Row]:
    """Yield all rows of a frozen list, as ``reader`` may see them or in full."""
    statement = (
        select(FrozenRow)
        .where(FrozenRow.freeze_id == freeze_id, FrozenRow.list == list_)
        .order_by(FrozenRow.position)
        .execution_options(yield_per=_BATCH)
    )
    for part in session.scalars(statement).partitions():
        made = [_row(row) for row in part]
        yield from made if reader is None else visible(session, made, list_, reader)


def _row(kept: FrozenRow) -> Row:
    return Row(kept.key, kept.need_id, kept.cells)


def _make_served(session: Session, scope: Scope, period: Period, ids: Sequence[int]) -> list[Row]:
    if not ids:
        return []
    theirs = (selects.confirmed(scope, of_few=len(ids) <= PAGE_SIZE), ServiceRecord.enterprise_id.in_(ids))
    within = (*theirs, ServiceRecord.served_on.between(period.first_day, period.last_day))
    sums = session.execute(
        select(
            ServiceRecord.enterprise_id,
            ServiceRecord.category_code,
            func.count(),
            func.sum(ServiceRecord.amount_fen),
            func.sum(case((ServiceRecord.with_voucher.is_(True), 1), else_=0)),
            func.min(ServiceRecord.served_on),
            func.max(ServiceRecord.served_on),
        )
        .where(*within)
        .group_by(ServiceRecord.enterprise_id, ServiceRecord.category_code)
    )
    by_enterprise: defaultdict[int, list[Any]] = defaultdict(list)
    for enterprise_id, *parts in sums:
        by_enterprise[enterprise_id].append(parts)
    before = select(ServiceRecord.enterprise_id).where(*theirs, ServiceRecord.served_on < period.first_day).distinct()
    known = set(session.scalars(before))
    firms = {row.id: row for row in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    # Who has no record any more was counted a moment ago.
    return [_served_row(firms[one], by_enterprise[one], is_first=one not in known) for one in ids if by_enterprise[one]]


def _served_row(firm: Organisation, parts: Sequence[Any], *, is_first: bool) -> Row:
    categories, numbers, amounts, vouchers, firsts, lasts = zip(*parts, strict=True)
    cells = {
        "enterprise": firm.name,
        "is_demo": firm.is_demo,
        "organisation_id": firm.id,
        "district": firm.district_code,
        "industry": firm.industry_code,
        "services": sum(numbers),
        "categories": dict(zip(categories, numbers, strict=True)),
        "amount_fen": int(sum(amounts)),
        "with_voucher": int(sum(vouchers)),
        "first_on": min(firsts).isoformat(),
        "last_on": max(lasts).isoformat(),
        "is_first": is_first,
    }
    return Row(str(firm.id), None, cells)


def _make_needs(session: Session, scope: Scope, period: Period, ids: Sequence[int]) -> list[Row]:
    found = {row.id: row for row in session.scalars(_with_enterprise().where(Need.id.in_(ids)))} if ids else {}
    # The latest introduction speaks for those before it; one that began after the period put no need on its list.
    latest = (
        selects.introduced(scope, period)
        .add_columns(Introduction.state)
        .where(Introduction.need_id.in_(ids))
        .order_by(Introduction.id)
    )
    introduced: dict[int | None, IntroductionState] = dict(list(session.execute(latest)))
    rows = []
    for need in (found[one] for one in ids):
        of_industry = need.industry_code in scope.industries
        state = introduced.get(need.id)
        came = "both" if of_industry and state else "industry" if of_industry else "introduced"
        more = {
            "came": came,
            "introduction": state.value if state else None,
            "needed_by": need.needed_by.isoformat() if need.needed_by else None,
            "published_on": clock.civil_day(need.published_at).isoformat() if need.published_at else None,
            "solver": need.solver.name if need.solver else None,
        }
        rows.append(Row(str(need.id), need.id, {**_need_cells(need), **more}))
    return rows


def _with_enterprise() -> Select[Need]:
    return select(Need).options(joinedload(Need.organisation), joinedload(Need.solver))


def _need_cells(need: Need) -> dict[str, Any]:
    return {
        "title": need.title,
        "enterprise": need.organisation.name,
        "is_demo": need.organisation.is_demo,
        "district": need.district_code,
        "industry": need.industry_code,
        "state": need.state.value,
        "budget_fen": need.budget_fen,
    }


def _make_technologies(session: Session, _scope: Scope, _period: Period, ids: Sequence[int]) -> list[Row]:
    statement = (
        select(KeyTechnology)
        .where(KeyTechnology.id.in_(ids))
        .options(selectinload(KeyTechnology.members).joinedload(KeyTechnologyNeed.need).joinedload(Need.organisation))
    )
    found = {row.id: row for row in session.scalars(statement)} if ids else {}
    return [_technology_row(found[one]) for one in ids]


def _technology_row(technology: KeyTechnology) -> Row:
    members = [member.need for member in technology.members]
    cells = {
        "title": technology.title,
        "industry": technology.industry_code,
        "summary": technology.summary,
        "target": technology.target,
        "need_count": len(members),
        "enterprise_count": len({need.organisation_id for need in members}),
        "needs": [
            {"id": need.id, "title": need.title, "enterprise": need.organisation.name, "district": need.district_code}
            for need in members
        ],
        "confirmed_on": clock.civil_day(technology.confirmed_at).isoformat() if technology.confirmed_at else None,
    }
    return Row(str(technology.id), None, cells)


def _make_tags(session: Session, _scope: Scope, _period: Period, ids: Sequence[int]) -> list[Row]:
    statement = (
        select(NeedTag).where(NeedTag.id.in_(ids)).options(joinedload(NeedTag.need).joinedload(Need.organisation))
    )
    found = {row.id: row for row in session.scalars(statement)} if ids else {}
    rows = []
    for tag in (found[one] for one in ids):
        more = {
            "tagged_on": clock.civil_day(tag.tagged_at).isoformat(),
            "evidence": tag.evidence,
            "has_file": tag.file_id is not None,
            "tag_id": tag.id,
        }
        rows.append(Row(str(tag.need_id), tag.need_id, {**_need_cells(tag.need), **more}))
    return rows


_Maker = Callable[[Session, Scope, Period, Sequence[int]], list[Row]]
_MAKERS: dict[ListKind, _Maker] = {
    ListKind.SERVED: _make_served,
    ListKind.NEEDS: _make_needs,
    ListKind.TECHNOLOGIES: _make_technologies,
    **dict.fromkeys(CITY_LISTS, _make_tags),
}
