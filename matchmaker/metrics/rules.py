"""What one record adds to which cells. Pure: no session, no clock.

``rebuilding`` says the same once more in SQL; a job and a property test hold the two against each other.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from matchmaker import clock
from matchmaker.contracts.agreements.models import ContractState
from matchmaker.contracts.introductions.models import IntroductionState
from matchmaker.contracts.services.models import STANDING, ServiceState
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period, PeriodKind
from matchmaker.vouchers.accounts import Purpose

Key = TypeVar("Key")

#: A distinct count's cells, and those of enterprises that came for the first time.
ENTERPRISES = "enterprises"
NEW_ENTERPRISES = "enterprises_new"

#: How many introductions of a month took each step by now, and how many stopped in each way. What a month began goes on
#: afterwards, so these are frozen with no month.
FUNNEL = "funnel"
LOSSES = "funnel_losses"
UNENDED = (FUNNEL, LOSSES)

#: The span of all time. Its presence is locked first, which keeps two writers of one enterprise apart.
EVER = 0

#: What a transfer adds, by its purpose: the measure, and whether it adds or takes back.
VOUCHER_MEASURES: dict[Purpose, tuple[tuple[str, int], ...]] = {
    Purpose.ISSUE: (("voucher_issued_fen", 1),),
    Purpose.RESERVE: (("voucher_reserved_fen", 1),),
    Purpose.RELEASE: (("voucher_released_fen", 1),),
    Purpose.SETTLE: (("voucher_used_fen", 1),),
    Purpose.UNSETTLE: (("voucher_used_fen", -1),),
    Purpose.PAY: (("voucher_paid_fen", 1),),
    Purpose.CLAW_BACK: (("voucher_paid_fen", -1),),
    Purpose.EXPIRE: (("voucher_expired_fen", 1),),
    Purpose.HAND_BACK: (("voucher_returned_fen", 1),),
    Purpose.REVOKE: (("voucher_returned_fen", 1),),
}


#: Accounts of used-up quota: a transfer that touches one moves a limit and no money.
GRANTED = "granted/"


class Cell(NamedTuple):
    """The key of one number, in the order in which the database locks them."""

    scope_kind: ScopeKind
    scope_code: str
    measure: str
    span: int
    part: str = ""


class Presence(NamedTuple):
    """An enterprise that had a service from a scope in a span."""

    scope_kind: ScopeKind
    scope_code: str
    span: int
    enterprise_id: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a record adds to cells, and how many services to presences."""

    cells: Counter[Cell] = field(default_factory=Counter)
    presences: Counter[Presence] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose figures a record belongs to: the enterprise's district and industry, and the provider."""

    district_code: str
    industry_code: str | None
    provider_id: int | None

    def scopes(self) -> Iterator[tuple[ScopeKind, str]]:
        """Return the scopes whose cells the record adds to."""
        yield ScopeKind.DISTRICT, self.district_code
        if self.industry_code is not None:
            yield ScopeKind.INDUSTRY, self.industry_code
        if self.provider_id is not None:
            yield ScopeKind.PROVIDER, str(self.provider_id)

    def cells(self, measure: str, month: int, amount: int = 1, *, part: str = "") -> Iterator[tuple[Cell, int]]:
        """Return what an amount adds to each scope."""
        if amount:
            for kind, code in self.scopes():
                yield Cell(kind, code, measure, month, part), amount


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """A service record, as far as it is counted. Amounts in fen, instruments in minutes."""

    place: Place
    enterprise_id: int
    provider_district_code: str
    state: ServiceState
    served_on: date
    category_code: str
    amount_fen: int
    paid_by: str
    with_voucher: bool
    is_matched: bool
    instrument_minutes: int
    satisfaction: int | None
    effect: int | None


@dataclass(frozen=True, slots=True)
class IntroductionFacts:
    """An introduction, as far as it is counted."""

    place: Place
    state: IntroductionState
    about_need: bool
    is_matched: bool
    opened_at: datetime
    answered_at: datetime | None
    accepted_at: datetime | None
    ended_at: datetime | None
    failed_reason: str | None


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A technical contract, as far as it is counted."""

    place: Place
    state: ContractState
    kind: str
    signed_on: date
    contract_amount_fen: int
    technology_amount_fen: int
    is_registered: bool


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """A transfer of the ledger, as far as it is counted."""

    place: Place
    purpose: str
    at: datetime
    amount_fen: int


Facts = ServiceFacts | IntroductionFacts | ContractFacts | TransferFacts


def contribution(facts: Facts | None) -> Contribution:
    """Return what a record adds; one that is not there adds nothing."""
    if facts is None:
        return Contribution()
    if isinstance(facts, ServiceFacts):
        presences = Counter(dict.fromkeys(_presences(facts), 1)) if facts.state is ServiceState.CONFIRMED else Counter()
        return Contribution(_summed(_service(facts)), presences)
    if isinstance(facts, IntroductionFacts):
        return Contribution(_summed(_introduction(facts)))
    if isinstance(facts, ContractFacts):
        return Contribution(_summed(_contract(facts)))
    return Contribution(_summed(_transfer(facts)))


def difference(before: Facts | None, after: Facts | None) -> Contribution:
    """Return what a change adds and takes away. Amounts may be negative; what does not change is left out."""
    old, new = contribution(before), contribution(after)
    return Contribution(_minus(new.cells, old.cells), _minus(new.presences, old.presences))


def span_of(period: Period) -> int:
    """Return the span under which a month's, a quarter's or a year's distinct counts are kept."""
    return spans(period.first)[(PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR).index(period.kind) + 1]


def spans(month: Month) -> tuple[int, int, int, int]:
    """Return "ever", the month, the quarter and the year: the spans in which distinct counts are kept."""
    return EVER, month.code, month.year * 10 + (month.number + 2) // 3, month.year


def hours_between(start: datetime, end: datetime) -> int:
    """Return the whole hours that have passed: a figure of response is exact to the hour."""
    return int((end - start).total_seconds()) // 3600


def _service(facts: ServiceFacts) -> Iterator[tuple[Cell, int]]:
    month, place = Month.of(facts.served_on).code, facts.place
    if facts.state in STANDING and facts.state is not ServiceState.CONFIRMED:
        yield from place.cells("services_open", month, part=facts.state.value)
    if facts.state is not ServiceState.CONFIRMED:
        return
    yield from place.cells("services", month, part=facts.category_code)
    yield from place.cells("service_fen", month, facts.amount_fen, part=facts.category_code)
    yield from place.cells("service_fen_by_payer", month, facts.amount_fen, part=facts.paid_by)
    yield from place.cells("services_with_voucher", month, int(facts.with_voucher))
    yield from place.cells("services_matched", month, int(facts.is_matched))
    yield from place.cells(
        "services_cross_district", month, int(facts.place.district_code != facts.provider_district_code)
    )
    yield from place.cells("instrument_minutes", month, facts.instrument_minutes)
    for measure, value in (("satisfaction", facts.satisfaction), ("effect", facts.effect)):
        if value is not None:
            yield from place.cells(measure, month, part=str(value))


def _presences(facts: ServiceFacts) -> Iterator[Presence]:
    for kind, code in ((ScopeKind.CITY, ""), *facts.place.scopes()):
        for span in spans(Month.of(facts.served_on)):
            yield Presence(kind, code, span, facts.enterprise_id)


def _introduction(facts: IntroductionFacts) -> Iterator[tuple[Cell, int]]:
    opened, place = _month(facts.opened_at), facts.place
    yield from place.cells("introductions", opened)
    yield from place.cells("introductions_matched", opened, int(facts.is_matched))
    yield from place.cells("needs_received", opened, int(facts.about_need))
    if facts.answered_at is not None:
        hours = hours_between(facts.opened_at, facts.answered_at)
        yield from place.cells("response_hours", opened, part=str(hours))
        yield from place.cells("needs_answered", opened, int(facts.about_need))
    if facts.accepted_at is not None:
        yield from place.cells("talks", _month(facts.accepted_at))
    if facts.ended_at is not None and facts.state is IntroductionState.SIGNED:
        yield from place.cells("introductions_signed", _month(facts.ended_at))
        yield from place.cells("needs_solved", _month(facts.ended_at), int(facts.about_need))
    if facts.ended_at is not None and facts.state is IntroductionState.FAILED:
        yield from place.cells("introductions_failed", _month(facts.ended_at), part=facts.failed_reason or "")


def _contract(facts: ContractFacts) -> Iterator[tuple[Cell, int]]:
    if facts.state is ContractState.DRAFT:
        return
    month, place = Month.of(facts.signed_on).code, facts.place
    yield from place.cells("contracts", month, part=facts.kind)
    yield from place.cells("contract_fen", month, facts.contract_amount_fen, part=facts.kind)
    yield from place.cells("technology_fen", month, facts.technology_amount_fen, part=facts.kind)
    yield from place.cells("contracts_registered", month, int(facts.is_registered))


def _transfer(facts: TransferFacts) -> Iterator[tuple[Cell, int]]:
    for measure, sign in VOUCHER_MEASURES.get(Purpose(facts.purpose), ()):
        yield from facts.place.cells(measure, _month(facts.at), sign * facts.amount_fen)
    if facts.purpose == Purpose.ISSUE:
        yield from facts.place.cells("vouchers_issued", _month(facts.at))


def _month(instant: datetime) -> int:
    return Month.of(clock.civil_day(instant)).code


def _summed(amounts: Iterable[tuple[Cell, int]]) -> Counter[Cell]:
    total: Counter[Cell] = Counter()
    for cell, amount in amounts:
        total[cell] += amount
    return total


def _minus(new: Counter[Key], old: Counter[Key]) -> Counter[Key]:
    result = Counter(new)
    result.subtract(old)
    return Counter({key: amount for key, amount in result.items() if amount})
