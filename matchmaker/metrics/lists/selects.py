"""What stands in each list, by the ids that its rows are made of, and in which order; ``rows`` makes the rows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs import queries as needs
from matchmaker.catalogue.needs.models import BEFORE_PUBLICATION, Need, NeedState
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import ServiceRecord, ServiceState
from matchmaker.db.pages import PAGE_SIZE, Page, page_of
from matchmaker.metrics.lists.models import CITY_LISTS, COMPLEX_LISTS, KeyTechnology, ListKind, NeedTag, TagKind
from matchmaker.metrics.models import MetricCell, MetricPresence, ScopeKind
from matchmaker.metrics.periods import Period, PeriodKind
from matchmaker.metrics.rules import ENTERPRISES, span_of
from matchmaker.reference.models import Industry
from matchmaker.registry.profiles import queries as profiles
from matchmaker.registry.profiles import rules as profile_rules
from matchmaker.registry.profiles.models import Topic

#: More needs that were introduced to one complex are asked of the database instead of being named to it.
_MOST_INTRODUCED = 5_000


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose lists: a complex's with the industries it serves, or the city's."""

    complex: Organisation | None = None
    industries: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the database knows it by."""
        return "city" if self.complex is None else str(self.complex.id)

    @property
    def complex_id(self) -> int:
        """The complex's id, 0 for the city."""
        return 0 if self.complex is None else self.complex.id

    @property
    def lists(self) -> tuple[ListKind, ...]:
        """The lists that it has."""
        return CITY_LISTS if self.complex is None else COMPLEX_LISTS


CITY = Scope()


def scope_of(session: Session, organisation: Organisation, *, on: date) -> Scope:
    """Return a complex with the industries that it served on that day."""
    state = profiles.values(profiles.state_of(session, organisation, on=on))
    codes = set(profile_rules.codes_of(state.get(Topic.INDUSTRIES, "")))
    codes |= {organisation.industry_code} if organisation.industry_code else set()
    # What serves textiles serves dyeing.
    below = select(Industry.code).where(or_(Industry.code.in_(codes), Industry.parent_code.in_(codes)))
    return Scope(organisation, tuple(sorted(session.scalars(below))))


def keys(scope: Scope, list_: ListKind, period: Period, reader: Reader | None) -> Select[int]:
    """Return the ids that a list's rows are made of, in order; of those that ``reader`` may know of, or all."""
    if list_ is ListKind.SERVED:
        return _served(scope, period)
    if list_ is ListKind.NEEDS:
        return _needs(scope, period, reader)
    return _technologies(scope, period) if list_ is ListKind.TECHNOLOGIES else _tags(list_, period, reader)


def page(session: Session, scope: Scope, list_: ListKind, period: Period, reader: Reader, *, number: int) -> Page[int]:
    """Return the ids of one page of a live list, of those that ``reader`` may know of."""
    if list_ is ListKind.NEEDS:
        listed = _needs_in_memory(session, scope, period, reader)
        if listed is not None:
            found = page_of(session, listed, number=number)
            return Page([need.id for need in found.rows], found.number, found.total)
    total = count(session, scope, list_, period, reader)
    number = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    statement = _served_as_kept(scope, period) if list_ is ListKind.SERVED else keys(scope, list_, period, reader)
    ids = session.scalars(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all() if total else []
    return Page(ids, number, total)


def count(session: Session, scope: Scope, list_: ListKind, period: Period, reader: Reader) -> int:
    """Count the rows of a live list: from the figure, from what a process holds in memory, or in the database."""
    if list_ is ListKind.SERVED and period.kind is not PeriodKind.RUN:
        return session.scalar(_served_count(scope, period)) or 0
    if list_ is ListKind.NEEDS:
        listed = _needs_in_memory(session, scope, period, reader)
        if listed is not None:
            return page_of(session, listed, number=1, size=1).total
    statement = keys(scope, list_, period, reader).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(statement)) or 0


def _served_count(scope: Scope, period: Period) -> Select[int]:
    return select(MetricCell.value).where(
        MetricCell.scope_kind == ScopeKind.PROVIDER,
        MetricCell.scope_code == str(scope.complex_id),
        MetricCell.measure == ENTERPRISES,
        MetricCell.span == span_of(period),
        MetricCell.part == "",
    )


def _served_as_kept(scope: Scope, period: Period) -> Select[int]:
    """The same enterprises in the same order, as the figures keep them by month: no service is looked at."""
    kept = select(MetricPresence.enterprise_id).where(
        MetricPresence.scope_kind == ScopeKind.PROVIDER,
        MetricPresence.scope_code == str(scope.complex_id),
        MetricPresence.records > 0,
    )
    if period.kind is PeriodKind.MONTH:
        of_month = kept.where(MetricPresence.span == period.first.code)
        return of_month.order_by(MetricPresence.records.desc(), MetricPresence.enterprise_id.desc())
    return (
        kept.where(MetricPresence.span.between(period.first.code, period.last.code))
        .group_by(MetricPresence.enterprise_id)
        .order_by(func.sum(MetricPresence.records).desc(), MetricPresence.enterprise_id.desc())
    )


def _served(scope: Scope, period: Period) -> Select[int]:
    return (
        select(ServiceRecord.enterprise_id)
        .where(confirmed(scope), ServiceRecord.served_on.between(period.first_day, period.last_day))
        .group_by(ServiceRecord.enterprise_id)
        .order_by(func.count().desc(), ServiceRecord.enterprise_id.desc())
    )


def confirmed(scope: Scope, *, of_few: bool = False) -> ColumnElement[bool]:
    """The services that count for a complex; ``of_few`` where the statement names some enterprises besides."""
    # Of a few enterprises, all services of each are fewer than all of the complex: no index shall offer the latter.
    provider = func.coalesce(ServiceRecord.provider_id, 0) if of_few else ServiceRecord.provider_id
    return and_(provider == scope.complex_id, ServiceRecord.state == ServiceState.CONFIRMED)


def _needs(scope: Scope, period: Period, reader: Reader | None) -> Select[int]:
    of_complex = introduced(scope, period).where(Introduction.need_id == Need.id).exists()
    return _listed_needs(scope, period, reader, of_complex).with_only_columns(Need.id)


def introduced(scope: Scope, period: Period) -> Select[int | None]:
    """Select the needs that a complex was introduced to until the period's end, once for each introduction."""
    _start, end = _instants(period)
    of_complex = (Introduction.provider_id == scope.complex_id, Introduction.opened_at < end)
    return select(Introduction.need_id).where(*of_complex)


def _listed_needs(scope: Scope, period: Period, reader: Reader | None, of_complex: ColumnElement[bool]) -> Select[Need]:
    start, end = _instants(period)
    return (
        select(Need)
        .where(
            or_(Need.industry_code.in_(scope.industries), of_complex),
            Need.published_at < end,
            or_(Need.closed_at.is_(None), Need.closed_at >= start),
            *_known(reader),
        )
        .order_by(Need.published_at.desc().nulls_last(), Need.id.desc())
    )


def _needs_in_memory(session: Session, scope: Scope, period: Period, reader: Reader) -> Select[Need] | None:
    """Select the needs in such a way that they are counted and sorted in memory; ``None`` for a busy complex."""
    known = introduced(scope, period).where(Introduction.need_id.is_not(None)).distinct()
    ids = session.scalars(known.order_by(Introduction.need_id).limit(_MOST_INTRODUCED + 1)).all()
    if len(ids) > _MOST_INTRODUCED:
        return None
    return _listed_needs(scope, period, reader, Need.id.in_(ids))


def _technologies(scope: Scope, period: Period) -> Select[int]:
    _start, end = _instants(period)
    return (
        select(KeyTechnology.id)
        .where(
            KeyTechnology.complex_id == scope.complex_id,
            KeyTechnology.confirmed_at < end,
            or_(KeyTechnology.withdrawn_at.is_(None), KeyTechnology.withdrawn_at >= end),
        )
        .order_by(KeyTechnology.confirmed_at.desc(), KeyTechnology.id.desc())
    )


def _tags(list_: ListKind, period: Period, reader: Reader | None) -> Select[int]:
    _start, end = _instants(period)
    return (
        select(NeedTag.id)
        .join(Need, Need.id == NeedTag.need_id)
        .where(
            NeedTag.kind == TagKind(list_.value),
            NeedTag.tagged_at < end,
            or_(NeedTag.withdrawn_at.is_(None), NeedTag.withdrawn_at >= end),
            *_known(reader),
        )
        .order_by(NeedTag.tagged_at.desc(), NeedTag.id.desc())
    )


def _known(reader: Reader | None) -> tuple[ColumnElement[bool], ...]:
    """Published at some time and not taken back, within what the reader may know of."""
    published = Need.state.not_in((NeedState.DRAFT, *BEFORE_PUBLICATION))
    return (published, needs.in_scope(reader) if reader is not None else true())


def _instants(period: Period) -> tuple[datetime, datetime]:
    """Return the instants at which a period begins and the next one does."""
    days = (period.first_day, period.last_day + timedelta(days=1))
    start, end = (datetime.combine(day, time(), tzinfo=clock.CIVIL_ZONE) for day in days)
    return start, end
