"""Reads of introductions, each within what its reader may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, Person
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.arrivals.models import Arrival
from matchmaker.catalogue.needs.models import OPEN as OPEN_NEEDS
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering, OfferingState
from matchmaker.catalogue.openings.queries import first_place
from matchmaker.contracts.introductions.models import (
    OPEN,
    Introduction,
    IntroductionFile,
    IntroductionMessage,
    IntroductionMove,
    IntroductionReading,
    IntroductionState,
    Participant,
    ParticipantState,
    Side,
)
from matchmaker.db.pages import narrowed
from matchmaker.reference.models import CITY_CODE

#: Facets of the list: name in the URL → column.
FACETS = {
    "state": Introduction.state,
    "reason": Introduction.failed_reason,
    "opened": Introduction.opened_by_side,
    "district": Introduction.district_code,
}

SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": (Introduction.opened_at.desc(), Introduction.id.desc()),
    "waiting": (Introduction.awaits_since.asc().nulls_last(), Introduction.id.desc()),
}


@dataclass(frozen=True, slots=True)
class IntroductionFilters:
    """What a list is narrowed to; empty strings narrow nothing."""

    state: str = ""
    reason: str = ""
    opened: str = ""
    district: str = ""
    #: Those that owe or are owed a reply since before this instant.
    overdue_before: datetime | None = None
    #: Those in which the reader's side owes a reply.
    is_ours: bool = False
    unread: bool = False
    need_id: int | None = None
    offering_id: int | None = None
    #: Those to which the reader was invited, instead of those of their organisation or bureau.
    invited: bool = False

    def conditions(self, reader: Reader, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        if self.overdue_before is not None:
            conditions.append(is_overdue(self.overdue_before))
        if self.is_ours:
            conditions.append(awaits(reader))
        if self.unread:
            conditions.append(is_unread(reader))
        if self.need_id is not None:
            conditions.append(Introduction.need_id == self.need_id)
        if self.offering_id is not None:
            conditions.append(Introduction.offering_id == self.offering_id)
        return conditions


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The introductions whose existence ``reader`` may know of."""
    return or_(of_organisation(reader), Introduction.id.in_(_invited_to(reader)))


def of_organisation(reader: Reader) -> ColumnElement[bool]:
    """Those of the reader's own organisation, or overseen by their bureau; of one table, so that lists are quick."""
    if reader.is_enterprise:
        return Introduction.enterprise_id == reader.organisation_id
    if reader.is_provider:
        own = Introduction.provider_id == reader.organisation_id
        # Whom no bureau approves is shown a need only where its enterprise agreed to that.
        agreed = or_(Introduction.opened_by_side == Side.ENTERPRISE, Introduction.accepted_at.is_not(None))
        return own if reader.is_trusted_provider else and_(own, agreed)
    return _overseen(reader)


def _overseen(reader: Reader) -> ColumnElement[bool]:
    if reader.is_city_bureau:
        return true()
    return Introduction.district_code == reader.district_code if reader.is_bureau else false()


def _invited_to(reader: Reader) -> Select[int]:
    return select(Participant.introduction_id).where(own_invitation(reader))


def own_invitation(reader: Reader) -> ColumnElement[bool]:
    """What ``rules.participant_of`` says of one introduction, as a condition on invitations."""
    if reader.person_id is None or reader.is_admin:
        return false()
    by_address = and_(Participant.person_id.is_(None), Participant.email == reader.email)
    return and_(
        Participant.state != ParticipantState.LEFT,
        or_(Participant.person_id == reader.person_id, by_address),
    )


def awaits(reader: Reader) -> ColumnElement[bool]:
    """Those in which the reader's side owes a reply."""
    if reader.is_enterprise:
        return and_(of_organisation(reader), Introduction.awaits_side == Side.ENTERPRISE)
    if reader.is_provider:
        return and_(of_organisation(reader), Introduction.awaits_side == Side.PROVIDER)
    return false()


def is_overdue(before: datetime) -> ColumnElement[bool]:
    """A reply is due since ``before``."""
    return Introduction.awaits_since <= before


def is_unread(reader: Reader) -> ColumnElement[bool]:
    """Somebody wrote after what the reader has marked as read; for those who take part."""
    return Introduction.id.in_(unread(reader))


def unread(reader: Reader) -> Select[int]:
    """Where the reader takes part and has not read what was written last."""
    return (
        select(Introduction.id)
        .outerjoin(IntroductionReading, _own_reading(reader, Introduction.id))
        .where(
            Introduction.last_message_id > func.coalesce(IntroductionReading.message_id, 0),
            _talks_with(reader),
        )
    )


def _own_reading(reader: Reader, introduction_id: Any) -> ColumnElement[bool]:
    return and_(
        IntroductionReading.introduction_id == introduction_id, IntroductionReading.person_id == reader.person_id
    )


def _talks_with(reader: Reader) -> ColumnElement[bool]:
    """What ``rules.takes_part`` says of one introduction, as a condition on many."""
    joined = Introduction.id.in_(_invited_to(reader).where(Participant.state == ParticipantState.ACCEPTED))
    return or_(of_organisation(reader), joined) if reader.is_enterprise or reader.is_provider else joined


def unread_counts(session: Session, reader: Reader, introduction_ids: Collection[int]) -> dict[int, int]:
    """Count what the reader has not marked as read in each of a few introductions."""
    if not introduction_ids or reader.person_id is None:
        return {}
    counted = (
        select(IntroductionMessage.introduction_id, func.count())
        .join(Introduction, Introduction.id == IntroductionMessage.introduction_id)
        .outerjoin(IntroductionReading, _own_reading(reader, IntroductionMessage.introduction_id))
        .where(
            IntroductionMessage.introduction_id.in_(introduction_ids),
            IntroductionMessage.id > func.coalesce(IntroductionReading.message_id, 0),
            or_(IntroductionMessage.person_id.is_(None), IntroductionMessage.person_id != reader.person_id),
            _talks_with(reader),
        )
        .group_by(IntroductionMessage.introduction_id)
    )
    return dict(list(session.execute(counted)))


def listed_introductions(reader: Reader, filters: IntroductionFilters, *, sort: str = "newest") -> Select[Introduction]:
    """Those of the reader's organisation or bureau, or those they were invited to, narrowed and sorted for the list."""
    return (
        _listed(reader, filters)
        .where(*filters.conditions(reader))
        .options(joinedload(Introduction.enterprise), joinedload(Introduction.provider))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
    )


def facet_base(reader: Reader, filters: IntroductionFilters, facet: str) -> Select[Introduction]:
    """The rows among which the values of ``facet`` are counted."""
    return _listed(reader, filters).where(*filters.conditions(reader, besides=facet))


def _listed(reader: Reader, filters: IntroductionFilters) -> Select[Introduction]:
    listed = Introduction.id.in_(_invited_to(reader)) if filters.invited else of_organisation(reader)
    return select(Introduction).where(listed)


def introduction_by_id(reader: Reader, introduction_id: int) -> Select[Introduction]:
    """One introduction with its sides, what it is about and who was invited, when it is in the reader's scope."""
    return (
        select(Introduction)
        .where(Introduction.id == introduction_id, in_scope(reader))
        .options(
            joinedload(Introduction.enterprise),
            joinedload(Introduction.provider),
            joinedload(Introduction.opened_by),
            joinedload(Introduction.need).joinedload(Need.organisation),
            joinedload(Introduction.offering),
            selectinload(Introduction.participants).joinedload(Participant.person),
            selectinload(Introduction.participants).joinedload(Participant.organisation),
        )
    )


def participant_by_id(reader: Reader, introduction_id: int, participant_id: int) -> Select[Participant]:
    """One invitation of an introduction in the reader's scope."""
    return (
        select(Participant)
        .join(Participant.introduction)
        .where(Participant.id == participant_id, Participant.introduction_id == introduction_id, in_scope(reader))
        .options(contains_eager(Participant.introduction))
    )


def own_invitations(reader: Reader) -> Select[Participant]:
    """The invitations that the reader has not answered, the longest waiting first."""
    return (
        select(Participant)
        .where(own_invitation(reader), Participant.state == ParticipantState.INVITED)
        .order_by(Participant.invited_at, Participant.id)
    )


def moves(introduction: Introduction) -> Select[IntroductionMove]:
    """The steps of an introduction, in their order, each with who took it."""
    return (
        select(IntroductionMove)
        .where(IntroductionMove.introduction_id == introduction.id)
        .options(joinedload(IntroductionMove.person), joinedload(IntroductionMove.organisation))
        .order_by(IntroductionMove.id)
    )


def last_move(introduction: Introduction) -> Select[IntroductionMove]:
    """The step that was taken last."""
    return (
        select(IntroductionMove)
        .where(IntroductionMove.introduction_id == introduction.id)
        .order_by(IntroductionMove.id.desc())
        .limit(1)
    )


def messages(introduction: Introduction) -> Select[IntroductionMessage]:
    """What was said, the latest first, each with who said it."""
    return (
        select(IntroductionMessage)
        .where(IntroductionMessage.introduction_id == introduction.id)
        .options(
            joinedload(IntroductionMessage.person),
            joinedload(IntroductionMessage.organisation),
            selectinload(IntroductionMessage.files).joinedload(IntroductionFile.file),
        )
        .order_by(IntroductionMessage.id.desc())
    )


def file_by_id(reader: Reader, introduction_id: int, file_id: int) -> Select[IntroductionFile]:
    """One file of an introduction in the reader's scope, with those who take part in it."""
    return (
        select(IntroductionFile)
        .join(IntroductionFile.introduction)
        .where(IntroductionFile.id == file_id, IntroductionFile.introduction_id == introduction_id, in_scope(reader))
        .options(
            joinedload(IntroductionFile.file),
            contains_eager(IntroductionFile.introduction).selectinload(Introduction.participants),
        )
    )


def message_of(key: str) -> Select[IntroductionMessage]:
    """What the form of that name said."""
    return select(IntroductionMessage).where(IntroductionMessage.key == key)


def reading_of(introduction_id: int, person_id: int) -> Select[IntroductionReading]:
    """How far a person has read."""
    return select(IntroductionReading).where(
        IntroductionReading.introduction_id == introduction_id, IntroductionReading.person_id == person_id
    )


def sent_before(key: str) -> Select[Introduction]:
    """What the form of that name opened."""
    return select(Introduction).where(Introduction.key == key)


def open_between(
    *, enterprise_id: int, provider_id: int, need_id: int | None, offering_id: int | None
) -> Select[Introduction]:
    """The one that is open already about the same thing."""
    same = Introduction.need_id == need_id if need_id is not None else Introduction.offering_id == offering_id
    if need_id is None:
        same = and_(same, Introduction.need_id.is_(None))
    return select(Introduction).where(
        Introduction.enterprise_id == enterprise_id,
        Introduction.provider_id == provider_id,
        Introduction.state.in_(OPEN),
        same,
    )


def others_in_talks(introduction: Introduction) -> Select[Introduction]:
    """The other introductions of the same need that are still being talked about."""
    return select(Introduction).where(
        Introduction.need_id == introduction.need_id,
        Introduction.id != introduction.id,
        Introduction.state == IntroductionState.TALKING,
    )


def began_discussion(need_id: int) -> Select[Introduction]:
    """The introductions of a need one of which put it into discussion."""
    return select(Introduction).where(Introduction.need_id == need_id, Introduction.began_discussion.is_(True))


def own_open_needs(reader: Reader) -> Select[Need]:
    """The needs about which the reader's enterprise may ask."""
    return (
        select(Need)
        .where(Need.organisation_id == reader.organisation_id, Need.state.in_(OPEN_NEEDS))
        .options(joinedload(Need.organisation))
        .order_by(Need.published_at.desc(), Need.id.desc())
    )


def own_offerings(reader: Reader) -> Select[Offering]:
    """The offerings with which the reader's organisation may offer itself."""
    return (
        select(Offering)
        .where(
            Offering.organisation_id == reader.organisation_id,
            Offering.state == OfferingState.PUBLISHED,
            Offering.paused_at.is_(None),
        )
        .options(joinedload(Offering.organisation))
        .order_by(Offering.published_at.desc(), Offering.id.desc())
    )


def members(organisation_ids: Collection[int]) -> Select[int, Person]:
    """The active people of a few organisations, each with the organisation they act for."""
    return (
        select(Membership.organisation_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(organisation_ids), Person.is_active.is_(True))
        .order_by(Membership.organisation_id, Person.id)
    )


def bureau_contacts(introduction: Introduction) -> Select[Membership]:
    """The people of the bureaus of both sides' districts and of the city."""
    codes = {introduction.district_code, introduction.provider.district_code, CITY_CODE}
    return (
        select(Membership)
        .join(Membership.organisation)
        .join(Membership.person)
        .where(
            Organisation.kind == OrganisationKind.BUREAU,
            Organisation.district_code.in_(codes),
            Person.is_active.is_(True),
        )
        .options(contains_eager(Membership.organisation), contains_eager(Membership.person))
        .order_by(Organisation.district_code.desc(), Person.name, Person.id)
    )


def outcomes() -> Select[Introduction, Need, int | None, int | None]:
    """What became of each need and offering that were brought together, the earliest first.

    The third is where the offering stood among the need's matches when its side first opened it there, the fourth in
    the list of the night that found it.
    """
    return (
        select(Introduction, Need, first_place(Introduction.need_id, Introduction.offering_id), Arrival.place)
        .join(Need, Need.id == Introduction.need_id)
        .outerjoin(
            Arrival, and_(Arrival.need_id == Introduction.need_id, Arrival.offering_id == Introduction.offering_id)
        )
        .where(Introduction.offering_id.is_not(None))
        .order_by(Introduction.id)
    )


def offered() -> Select[Offering]:
    """Every offering that was ever published."""
    return select(Offering).where(Offering.state != OfferingState.DRAFT).order_by(Offering.id)
