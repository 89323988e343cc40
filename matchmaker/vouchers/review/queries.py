"""What waits for reviewers, the longest waiting first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, Person, Role
from matchmaker.accounts.rules import Reader
from matchmaker.reference.models import CITY_CODE
from matchmaker.vouchers.redemptions.models import FIRST_REVIEW, IN_REVIEW, Recusal, Redemption, RedemptionState
from matchmaker.vouchers.redemptions.queries import in_scope

#: What a queue may be narrowed to, by its name in the URL.
STAGES = ("first", "second")


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What the queue is narrowed to; empty strings narrow nothing."""

    #: "first" or "second".
    stage: str = ""
    district: str = ""
    #: "mine" or "nobody".
    assigned: str = ""

    def conditions(self, reader: Reader) -> list[ColumnElement[bool]]:
        """Return the filters as conditions."""
        found: list[ColumnElement[bool]] = []
        if self.stage == "first":
            found.append(Redemption.state.in_(FIRST_REVIEW))
        elif self.stage == "second":
            found.append(Redemption.state == RedemptionState.REVIEWED)
        if self.district:
            found.append(Redemption.district_code == self.district)
        if self.assigned == "mine":
            found.append(Redemption.assignee_id == reader.person_id)
        elif self.assigned == "nobody":
            found.append(Redemption.assignee_id.is_(None))
        return found

    def plain(self) -> dict[str, Any]:
        """Return what is chosen, as an address holds it."""
        chosen = {"stage": self.stage, "district": self.district, "assigned": self.assigned}
        return {name: value for name, value in chosen.items() if value}


def queue(reader: Reader, filters: QueueFilters, recused: Collection[int]) -> Select[Redemption]:
    """What waits in the reader's scope, the longest waiting first; ``recused`` is what they declared a conflict on."""
    return (
        select(Redemption)
        .where(
            in_scope(reader),
            Redemption.state.in_(IN_REVIEW),
            *([Redemption.id.not_in(recused)] if recused else []),
            *filters.conditions(reader),
        )
        .options(
            joinedload(Redemption.enterprise),
            joinedload(Redemption.provider),
            joinedload(Redemption.scheme),
            joinedload(Redemption.assignee),
        )
        .order_by(Redemption.filed_at.asc().nulls_last(), Redemption.id)
    )


def _is_for_others(reader: Reader) -> ColumnElement[bool]:
    """What this reader has reviewed and another must approve, and what they declared a conflict on."""
    reviewed = and_(Redemption.state == RedemptionState.REVIEWED, Redemption.first_reviewed_by_id == reader.person_id)
    return or_(reviewed, _has_recused(reader))


def _has_recused(reader: Reader) -> ColumnElement[bool]:
    declared = select(Recusal.id).where(Recusal.redemption_id == Redemption.id, Recusal.person_id == reader.person_id)
    return declared.exists()


def next_after(reader: Reader, filters: QueueFilters, redemption: Redemption) -> Select[int]:
    """The id of what follows in the queue, leaving out what another must decide."""
    return (
        select(Redemption.id)
        .where(
            in_scope(reader),
            Redemption.state.in_(IN_REVIEW),
            *filters.conditions(reader),
            Redemption.id != redemption.id,
            ~_is_for_others(reader),
            or_(
                Redemption.filed_at > redemption.filed_at,
                and_(Redemption.filed_at == redemption.filed_at, Redemption.id > redemption.id),
            ),
        )
        .order_by(Redemption.filed_at, Redemption.id)
        .limit(1)
    )


def first_in(reader: Reader, filters: QueueFilters, *, besides: int) -> Select[int]:
    """The id of what has waited longest, but for one."""
    return (
        select(Redemption.id)
        .where(
            in_scope(reader),
            Redemption.state.in_(IN_REVIEW),
            *filters.conditions(reader),
            Redemption.id != besides,
            ~_is_for_others(reader),
        )
        .order_by(Redemption.filed_at, Redemption.id)
        .limit(1)
    )


def instead(redemption: Redemption, *, of: int) -> Select[int]:
    """The ids of those who can decide on a claim instead of somebody: the district's first, then the least busy."""
    busy = aliased(Redemption)
    waiting = (
        select(func.count(busy.id)).where(busy.assignee_id == Person.id, busy.state.in_(IN_REVIEW)).scalar_subquery()
    )
    kin = aliased(Membership)
    sides = (redemption.enterprise_id, redemption.provider_id, redemption.payee_id)
    involved = [one for one in (of, redemption.filed_by_id, redemption.first_reviewed_by_id) if one is not None]
    # Of two reviews the second is the city's.
    is_reviewed = redemption.state is RedemptionState.REVIEWED
    bureaus = (CITY_CODE,) if is_reviewed else (redemption.district_code, CITY_CODE)
    return (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Organisation.kind == OrganisationKind.BUREAU,
            Organisation.district_code.in_(bureaus),
            cast(Membership.roles, String).contains(Role.REVIEWER.value),
            Person.is_active,
            Person.id.not_in(involved),
            ~select(kin.person_id).where(kin.person_id == Person.id, kin.organisation_id.in_(sides)).exists(),
            ~select(Recusal.id).where(Recusal.redemption_id == redemption.id, Recusal.person_id == Person.id).exists(),
        )
        .order_by(Organisation.district_code == CITY_CODE, waiting, Person.id)
    )


def reviewers(reader: Reader, district_code: str) -> Select[Person]:
    """The reviewers of the district's bureau and, for the city's staff, of the city's."""
    districts: Sequence[str] = [district_code, reader.district_code or district_code]
    return (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Organisation.kind == OrganisationKind.BUREAU,
            Organisation.district_code.in_(districts),
            cast(Membership.roles, String).contains(Role.REVIEWER.value),
            Person.is_active,
        )
        .distinct()
        .order_by(Person.id)
    )
