"""What dashboards read beside the metrics: needs and where they stand, groups of those that nothing serves, names."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, joinedload

from matchmaker import clock
from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.generics.models import Generic, GenericMember
from matchmaker.catalogue.generics.queries import readable
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_scope
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Period
from matchmaker.metrics.queries import Scope

#: Whose needs a scope's are; a provider has none.
_OF_SCOPE = {ScopeKind.DISTRICT: Need.district_code, ScopeKind.INDUSTRY: Need.industry_code}


def published(reader: Reader, scope: Scope, period: Period) -> Select[Need]:
    """The needs of a scope that were published in a period, the latest first."""
    start = datetime.combine(period.first_day, time.min, tzinfo=clock.CIVIL_ZONE)
    end = datetime.combine(period.last_day + timedelta(days=1), time.min, tzinfo=clock.CIVIL_ZONE)
    return (
        select(Need)
        .where(in_scope(reader), *_of(scope), Need.published_at >= start, Need.published_at < end)
        .options(joinedload(Need.organisation))
        .order_by(Need.published_at.desc(), Need.id.desc())
    )


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    return [_OF_SCOPE[scope.kind] == scope.code] if scope.kind in _OF_SCOPE else []


def needs_of(session: Session, reader: Reader, ids: Collection[int]) -> list[Need]:
    """Return these needs, the latest first, as far as the reader may know of them."""
    statement = select(Need).where(Need.id.in_(ids), in_scope(reader)).options(joinedload(Need.organisation))
    return list(session.scalars(statement.order_by(Need.id.desc())))


class Membership(NamedTuple):
    """That a need belongs to a group."""

    generic_id: int
    label: str
    industry_code: str
    need_id: int


def memberships(session: Session, reader: Reader) -> list[Membership]:
    """Return the members of today's groups, of those groups whose needs the reader may all read."""
    statement = (
        select(Generic.id, Generic.label, Generic.industry_code, GenericMember.need_id)
        .join(GenericMember, GenericMember.generic_id == Generic.id)
        .where(Generic.ended_on.is_(None), readable(reader))
        .order_by(Generic.id, GenericMember.need_id)
    )
    return [Membership(*row) for row in session.execute(statement)]


def providers(district: str = "") -> Select[Organisation]:
    """The complexes and institutes of a district, of all when none is named, by name."""
    statement = select(Organisation).where(
        Organisation.kind.in_(PROVIDER_KINDS), Organisation.state == OrganisationState.APPROVED
    )
    if district:
        statement = statement.where(Organisation.district_code == district)
    return statement.order_by(Organisation.name, Organisation.id)


def provider(provider_id: int) -> Select[Organisation]:
    """One complex or institute."""
    return select(Organisation).where(Organisation.id == provider_id, Organisation.kind.in_(PROVIDER_KINDS))
