"""What waits for a reader."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.catalogue.needs.queries import ends_soon, own, queue
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.catalogue.offerings.models import Offering, OfferingKind, OfferingState
from matchmaker.catalogue.offerings.queries import in_scope as offerings_in_scope

#: How many rows a home page shows of each list before it links to the whole.
GLANCE = 6
#: How many of a provider's offerings are matched with needs for its home page.
MATCHED = 30


@dataclass(frozen=True, slots=True)
class Totals:
    """How much the platform holds that the reader may know of."""

    needs: int
    offerings: int
    instruments: int
    providers: int


def totals(session: Session, reader: Reader) -> Totals:
    """Count what is published, in one statement."""
    published_needs = select(func.count(Need.id)).where(needs_in_scope(reader), Need.state == NeedState.PUBLISHED)
    published = select(func.count(Offering.id)).where(Offering.state == OfferingState.PUBLISHED)
    providers = select(func.count(Organisation.id)).where(
        Organisation.kind.in_((OrganisationKind.COMPLEX, OrganisationKind.INSTITUTE)),
        Organisation.state == OrganisationState.APPROVED,
    )
    row = session.execute(
        select(
            published_needs.scalar_subquery(),
            published.scalar_subquery(),
            published.where(Offering.kind == OfferingKind.INSTRUMENT).scalar_subquery(),
            providers.scalar_subquery(),
        )
    ).one()
    return Totals(*row)


def own_needs(reader: Reader, *, on: date) -> Select[Need]:
    """The needs the reader speaks for that have not ended: returned ones first, then what expires, then drafts.

    An enterprise's own, and what somebody else posted by mandate.
    """
    urgency = case(
        (Need.state == NeedState.RETURNED, 0),
        (or_(Need.state == NeedState.EXPIRED, ends_soon(on)), 1),
        (Need.state == NeedState.DRAFT, 2),
        else_=3,
    )
    return (
        select(Need)
        .where(own(reader), Need.state.not_in((NeedState.SOLVED, NeedState.CLOSED)))
        .options(joinedload(Need.organisation))
        .order_by(urgency, Need.updated_at.desc(), Need.id.desc())
        .limit(GLANCE)
    )


def waiting_needs(reader: Reader) -> Select[Need]:
    """The first of those that wait to be checked by the reader's bureau."""
    return queue(reader).limit(GLANCE)


def count_waiting(session: Session, reader: Reader) -> int:
    """How many wait."""
    counted = queue(reader).with_only_columns(func.count(), maintain_column_froms=True).order_by(None).options()
    return session.scalar(counted) or 0


def own_offerings(reader: Reader) -> Select[Offering]:
    """The provider's offerings, drafts first, then newest; more than are shown, to be matched with needs."""
    return (
        select(Offering)
        .where(Offering.organisation_id == reader.organisation_id, Offering.state != OfferingState.CLOSED)
        .options(joinedload(Offering.organisation))
        .order_by((Offering.state == OfferingState.DRAFT).desc(), Offering.updated_at.desc(), Offering.id.desc())
        .limit(MATCHED)
    )


def latest_needs(reader: Reader) -> Select[Need]:
    """The newest published needs in the reader's scope; a district's bureau sees its own district's first."""
    statement = (
        select(Need)
        .where(needs_in_scope(reader), Need.state == NeedState.PUBLISHED)
        .options(joinedload(Need.organisation))
        .limit(GLANCE)
    )
    if reader.is_bureau and not reader.is_city_bureau:
        statement = statement.where(Need.district_code == reader.district_code)
    return statement.order_by(Need.published_at.desc(), Need.id.desc())


def latest_offerings(reader: Reader) -> Select[Offering]:
    """The newest published offerings; a district's bureau sees its own district's."""
    statement = (
        select(Offering)
        .where(offerings_in_scope(reader), Offering.state == OfferingState.PUBLISHED)
        .options(joinedload(Offering.organisation))
        .limit(GLANCE)
    )
    if reader.is_bureau and not reader.is_city_bureau:
        statement = statement.where(Offering.district_code == reader.district_code)
    return statement.order_by(Offering.published_at.desc(), Offering.id.desc())
