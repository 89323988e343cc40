"""Counts of the funnel, each in one statement, and the introductions behind each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, true
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.contracts.funnel.rules import Break, By, Period, Row, Step
from matchmaker.contracts.introductions.models import FailureReason, Introduction, IntroductionState
from matchmaker.contracts.introductions.queries import of_organisation
from matchmaker.contracts.services.models import STANDING, ServiceRecord, ServiceState
from matchmaker.messages import _l

#: From this mark on the enterprise says that the service made a difference.
EFFECTIVE = 3


def _signed() -> ColumnElement[bool]:
    return exists().where(Contract.introduction_id == Introduction.id, Contract.state != ContractState.DRAFT)


def _served(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ServiceRecord.introduction_id == Introduction.id, ServiceRecord.state.in_(STANDING), *more)


STEPS = (
    Step(
        "asked",
        _l("Introductions"),
        _l("Introductions that one side asked for in the period."),
        "asked",
        lambda: Introduction.id.is_not(None),
    ),
    Step(
        "match",
        _l("of these from a match"),
        _l("The introduction was asked for from a match that the platform had found."),
        "asked",
        lambda: Introduction.match_score.is_not(None),
    ),
    Step(
        "talks",
        _l("Negotiation"),
        _l("The other side accepted, and both talked."),
        "asked",
        lambda: Introduction.accepted_at.is_not(None),
    ),
    Step(
        "contract",
        _l("Contract"),
        _l("Both sides confirmed a contract, or a service was done without one."),
        "talks",
        lambda: _signed() | _served(),
    ),
    Step("service", _l("Service"), _l("A service was recorded that stands."), "contract", _served),
    Step(
        "voucher",
        _l("Voucher"),
        _l("An innovation voucher paid one of the services, or a part of it."),
        "service",
        lambda: _served(ServiceRecord.with_voucher.is_(True)),
    ),
    Step(
        "effect",
        _l("Effect"),
        _l("The enterprise confirmed a service and gave its effect 3 or more of 5."),
        "service",
        lambda: _served(ServiceRecord.state == ServiceState.CONFIRMED, ServiceRecord.effect >= EFFECTIVE),
    ),
)


def joined(more: Sequence[Step]) -> list[Step]:
    """Return the steps with others: one under a known name takes its place, those of new names come before the last."""
    handed = {step.name: step for step in more}
    known = [handed.pop(step.name, step) for step in STEPS]
    return [*known[:-1], *handed.values(), known[-1]]


def _failed(*, in_talks: bool, reason: FailureReason) -> ColumnElement[bool]:
    talked = Introduction.accepted_at.is_not(None)
    return and_(
        Introduction.state == IntroductionState.FAILED,
        Introduction.failed_reason == reason,
        talked if in_talks else ~talked,
    )


def breaks(reasons: Mapping[FailureReason, Any]) -> list[Break]:
    """Return every way in which introductions go no further, in the order of the steps; ``reasons`` label them."""
    found = [
        Break(
            "waiting",
            _l("The other side has not answered yet"),
            "asked",
            lambda: Introduction.state == IntroductionState.WAITING,
        )
    ]
    for in_talks, after in ((False, "asked"), (True, "talks")):
        for reason, label in reasons.items():
            found.append(
                Break(
                    f"{after}-{reason.value}",
                    label,
                    after,
                    lambda in_talks=in_talks, reason=reason: _failed(in_talks=in_talks, reason=reason),  # type: ignore[misc]  # bound now, not when called
                )
            )
        if not in_talks:
            found.append(
                Break(
                    "talking",
                    _l("Still in talks"),
                    "talks",
                    lambda: and_(Introduction.state == IntroductionState.TALKING, ~_signed(), ~_served()),
                )
            )
    found.append(Break("no-service", _l("No service recorded yet"), "contract", lambda: and_(_signed(), ~_served())))
    return [
        *found,
        Break(
            "unrated",
            _l("The effect is not said"),
            "service",
            lambda: and_(_served(), ~_served(ServiceRecord.effect.is_not(None))),
        ),
        Break(
            "no-effect",
            _l("Little or no effect"),
            "service",
            lambda: and_(
                _served(ServiceRecord.effect.is_not(None)),
                ~_served(ServiceRecord.state == ServiceState.CONFIRMED, ServiceRecord.effect >= EFFECTIVE),
            ),
        ),
    ]


@dataclass(frozen=True, slots=True)
class FunnelFilters:
    """Which introductions are followed; empty values narrow nothing."""

    period: Period
    provider_id: int | None = None
    industry: str = ""
    district: str = ""

    def conditions(self, reader: Reader) -> list[ColumnElement[bool]]:
        """Return the filters as conditions on introductions, within what ``reader`` oversees."""
        conditions = [
            of_organisation(reader),
            Introduction.opened_at >= self.period.start,
            Introduction.opened_at < self.period.end,
        ]
        if self.provider_id is not None:
            conditions.append(Introduction.provider_id == self.provider_id)
        if self.industry:
            conditions.append(Introduction.industry_code == self.industry)
        if self.district:
            conditions.append(Introduction.district_code == self.district)
        return conditions


_KEYS: dict[By, Any] = {
    By.COMPLEX: Introduction.provider_id,
    By.INDUSTRY: Introduction.industry_code,
    By.DISTRICT: Introduction.district_code,
}


def rows(session: Session, reader: Reader, filters: FunnelFilters, steps: Sequence[Step], by: By) -> list[Row]:
    """Count every step for each complex, industry or district, most introductions first, in one statement."""
    key = _KEYS[by]
    sums = [func.sum(case((step.condition(), 1), else_=0)) for step in steps]
    statement = select(key, *sums).where(*filters.conditions(reader)).group_by(key).order_by(sums[0].desc(), key)
    names = [step.name for step in steps]
    return [
        Row(found[0], {name: int(number or 0) for name, number in zip(names, found[1:], strict=True)})
        for found in session.execute(statement)
    ]


def total(found: Sequence[Row], steps: Sequence[Step]) -> Row:
    """Return all rows together."""
    return Row(None, {step.name: sum(row.counts[step.name] for row in found) for step in steps})


def losses(session: Session, reader: Reader, filters: FunnelFilters, ways: Sequence[Break]) -> dict[str, int]:
    """Count each way in which introductions go no further, in one statement."""
    sums = [func.sum(case((way.condition(), 1), else_=0)) for way in ways]
    found = session.execute(select(*sums).select_from(Introduction).where(*filters.conditions(reader))).one()
    return {way.name: int(number or 0) for way, number in zip(ways, found, strict=True)}


def behind(reader: Reader, filters: FunnelFilters, condition: ColumnElement[bool]) -> Select[Introduction]:
    """The introductions behind one figure, the latest first."""
    return (
        select(Introduction)
        .where(*filters.conditions(reader), condition)
        .options(joinedload(Introduction.enterprise), joinedload(Introduction.provider))
        .order_by(Introduction.id.desc())
    )


def needs_published(session: Session, reader: Reader, filters: FunnelFilters) -> int:
    """How many needs that the reader may know of were published in the period, in the industry and district chosen."""
    statement = select(func.count(Need.id)).where(
        needs_in_scope(reader),
        Need.published_at >= filters.period.start,
        Need.published_at < filters.period.end,
        Need.industry_code == filters.industry if filters.industry else true(),
        Need.district_code == filters.district if filters.district else true(),
    )
    if reader.is_bureau and not reader.is_city_bureau:
        statement = statement.where(Need.district_code == reader.district_code)
    return session.scalar(statement) or 0


def services_besides(session: Session, reader: Reader, filters: FunnelFilters, scope: ColumnElement[bool]) -> int:
    """How many services that stand were done in the period without a match on the platform."""
    statement = select(func.count(ServiceRecord.id)).where(
        scope,
        ServiceRecord.state.in_(STANDING),
        ServiceRecord.introduction_id.is_(None),
        ServiceRecord.served_on.between(filters.period.since, filters.period.until),
        ServiceRecord.provider_id == filters.provider_id if filters.provider_id is not None else true(),
        ServiceRecord.industry_code == filters.industry if filters.industry else true(),
        ServiceRecord.district_code == filters.district if filters.district else true(),
    )
    return session.scalar(statement) or 0


def named(provider_ids: Sequence[int]) -> Select[Organisation]:
    """The organisations of these ids."""
    return select(Organisation).where(Organisation.id.in_(provider_ids))
