"""Reads of complexes whose lists one may see, of tags, key technologies and frozen lists."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, OrganisationState, Role
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.generics import queries as generics
from matchmaker.catalogue.generics.models import Generic, GenericMember
from matchmaker.catalogue.needs import queries as needs
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.metrics.lists.models import (
    Freeze,
    FreezeState,
    KeyTechnology,
    KeyTechnologyNeed,
    NeedTag,
    TechnologyState,
)
from matchmaker.metrics.periods import Period

#: How many ids go into one statement.
_BATCH = 500


def _theirs(reader: Reader) -> ColumnElement[bool]:
    """Whose lists: a complex its own, a district's bureau those of its complexes, the city's bureau all."""
    if reader.is_city_bureau:
        return true()
    if reader.is_bureau:
        return Organisation.district_code == reader.district_code
    return Organisation.id == reader.organisation_id if reader.is_trusted_provider else false()


def complexes(reader: Reader) -> Select[Organisation]:
    """The approved complexes whose lists the reader may see, by name."""
    return (
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.COMPLEX,
            Organisation.state == OrganisationState.APPROVED,
            _theirs(reader),
        )
        .order_by(Organisation.name, Organisation.id)
    )


def complex_by_id(reader: Reader, organisation_id: int) -> Select[Organisation]:
    """One of them."""
    return complexes(reader).where(Organisation.id == organisation_id)


def _technologies(reader: Reader) -> Select[KeyTechnology]:
    return (
        select(KeyTechnology)
        .join(Organisation, Organisation.id == KeyTechnology.complex_id)
        .where(_theirs(reader))
        .options(joinedload(KeyTechnology.complex))
    )


def technology_by_id(reader: Reader, technology_id: int) -> Select[KeyTechnology]:
    """One key technology with its needs and who had to do with it."""
    return (
        _technologies(reader)
        .where(KeyTechnology.id == technology_id)
        .options(
            joinedload(KeyTechnology.written_by),
            joinedload(KeyTechnology.confirmed_by),
            selectinload(KeyTechnology.members).joinedload(KeyTechnologyNeed.need).joinedload(Need.organisation),
        )
    )


def drafts(organisation_id: int) -> Select[KeyTechnology]:
    """The key technologies of a complex that await a second person, the oldest first."""
    return (
        select(KeyTechnology)
        .where(KeyTechnology.complex_id == organisation_id, KeyTechnology.state == TechnologyState.DRAFT)
        .options(joinedload(KeyTechnology.written_by))
        .order_by(KeyTechnology.written_at, KeyTechnology.id)
    )


def choosable(reader: Reader, industries: Collection[str]) -> Select[Generic]:
    """Today's groups of needs of these industries whose needs the reader may all read, the largest first."""
    return _groups(reader, industries).where(Generic.ended_on.is_(None))


def group_by_id(reader: Reader, industries: Collection[str], generic_id: int) -> Select[Generic]:
    """One group that may be chosen."""
    return choosable(reader, industries).where(Generic.id == generic_id)


def _groups(reader: Reader, industries: Collection[str]) -> Select[Generic]:
    size = (
        select(func.count())
        .select_from(GenericMember)
        .where(GenericMember.generic_id == Generic.id)
        .correlate(Generic)
        .scalar_subquery()
    )
    # Complexes that the bureau approved read every need in full.
    readable = true() if reader.is_trusted_provider else generics.readable(reader)
    return (
        select(Generic)
        .where(Generic.industry_code.in_(industries), readable)
        .options(selectinload(Generic.members).joinedload(GenericMember.need).joinedload(Need.organisation))
        .order_by(size.desc(), Generic.id)
    )


def need_to_tag(reader: Reader, need_id: int) -> Select[Need]:
    """One need for the bureaus that look after its district."""
    if not reader.is_bureau:
        return needs.need_by_id(reader, need_id).where(false())
    theirs = true() if reader.is_city_bureau else Need.district_code == reader.district_code
    return needs.need_by_id(reader, need_id).where(theirs)


def _tags(reader: Reader) -> Select[NeedTag]:
    """The tags of needs that the reader's bureau looks after: their evidence is for nobody else."""
    if reader.is_city_bureau:
        theirs: ColumnElement[bool] = true()
    else:
        theirs = Need.district_code == reader.district_code if reader.is_bureau else false()
    return select(NeedTag).join(Need, Need.id == NeedTag.need_id).where(theirs, needs.in_scope(reader))


def tags_of(reader: Reader, need: Need) -> Select[NeedTag]:
    """The tags of a need, those that stand first, then the latest."""
    return (
        _tags(reader)
        .where(NeedTag.need_id == need.id)
        .options(joinedload(NeedTag.tagged_by), joinedload(NeedTag.withdrawn_by), joinedload(NeedTag.organisation))
        .order_by(NeedTag.withdrawn_at.is_not(None), NeedTag.id.desc())
    )


def tag_by_id(reader: Reader, tag_id: int) -> Select[NeedTag]:
    """One tag with its need and its file."""
    return _tags(reader).where(NeedTag.id == tag_id).options(joinedload(NeedTag.need), joinedload(NeedTag.stored))


def acts_for(session: Session, person_id: int, organisation_id: int) -> bool:
    """Whether a person belongs to an organisation, as whom they may sign in another day."""
    statement = select(Membership.person_id).where(
        Membership.person_id == person_id, Membership.organisation_id == organisation_id
    )
    return session.scalar(statement) is not None


def _freezes(reader: Reader) -> Select[Freeze]:
    """Frozen lists in scope: a complex's as its live lists; the city's for every bureau."""
    of_city = Freeze.organisation_id.is_(None) if reader.is_bureau else false()
    return (
        select(Freeze)
        .outerjoin(Organisation, Organisation.id == Freeze.organisation_id)
        .where(or_(of_city, and_(Freeze.organisation_id.is_not(None), _theirs(reader))))
        .options(joinedload(Freeze.organisation), joinedload(Freeze.proposed_by), joinedload(Freeze.decided_by))
    )


def listed_freezes(reader: Reader) -> Select[Freeze]:
    """The frozen lists that the reader may see: those that wait first, then the latest."""
    return _freezes(reader).order_by((Freeze.state != FreezeState.PROPOSED), Freeze.id.desc())


def freeze_by_id(reader: Reader, freeze_id: int) -> Select[Freeze]:
    """One frozen list."""
    return _freezes(reader).where(Freeze.id == freeze_id)


def kept(scope: str, period: Period) -> Select[Freeze]:
    """What is proposed or frozen of a scope for exactly this period."""
    return select(Freeze).where(
        Freeze.scope == scope,
        Freeze.first_month == period.first.code,
        Freeze.last_month == period.last.code,
        Freeze.state != FreezeState.REFUSED,
    )


def frozen_before(scope: str, period: Period) -> Select[Freeze]:
    """The last list of a scope that was frozen for as many months and ends before this period does."""
    return (
        select(Freeze)
        .where(
            Freeze.scope == scope,
            Freeze.state == FreezeState.CONFIRMED,
            Freeze.months == len(period),
            Freeze.last_month < period.last.code,
        )
        .order_by(Freeze.last_month.desc(), Freeze.id.desc())
        .limit(1)
    )


def to_confirm(session: Session, reader: Reader) -> int:
    """How many frozen lists and key technologies wait for this reader: not for whoever proposed them."""
    if not reader.is_bureau or not {Role.REVIEWER, Role.STATISTICS} & reader.roles:
        return 0
    others = or_(Freeze.proposed_by_id.is_(None), Freeze.proposed_by_id != reader.person_id)
    lists = _freezes(reader).where(Freeze.state == FreezeState.PROPOSED, others)
    if not reader.is_city_bureau:
        lists = lists.where(Freeze.organisation_id.is_not(None))
    count = session.scalar(select(func.count()).select_from(_bare(lists))) or 0
    if Role.REVIEWER in reader.roles:
        others = or_(KeyTechnology.written_by_id.is_(None), KeyTechnology.written_by_id != reader.person_id)
        waiting = _technologies(reader).where(KeyTechnology.state == TechnologyState.DRAFT, others)
        count += session.scalar(select(func.count()).select_from(_bare(waiting))) or 0
    return count


def secret_count(session: Session, need_ids: Collection[int]) -> int:
    """Count those of some needs that not everybody may read."""
    ordered, count = sorted(need_ids), 0
    for start in range(0, len(ordered), _BATCH):
        some = Need.id.in_(ordered[start : start + _BATCH])
        secret = select(func.count(Need.id)).where(some, Need.confidentiality != Confidentiality.PUBLIC)
        count += session.scalar(secret) or 0
    return count


def _bare(statement: Select[Any]) -> Subquery:
    column = statement.column_descriptions[0]["entity"].id
    return statement.with_only_columns(column, maintain_column_froms=True).order_by(None).options().subquery()
