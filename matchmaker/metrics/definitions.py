"""The catalogue of published figures: what each is called, how it is reckoned, and from which records."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.messages import Message, _l
from matchmaker.metrics.formulas import INSTITUTES, Formula, Mean, Quantile, Returning, Share, Total
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.rules import ENTERPRISES, NEW_ENTERPRISES


class Unit(StrEnum):
    """What a figure is counted in."""

    COUNT = "count"
    FEN = "fen"
    PERCENT = "percent"
    HOURS = "hours"
    SCORE = "score"
    MINUTES = "minutes"


class Source(StrEnum):
    """Which records a figure is made of."""

    SERVICES = "services"
    INTRODUCTIONS = "introductions"
    CONTRACTS = "contracts"
    TRANSFERS = "transfers"
    REGISTRY = "registry"


class Direction(StrEnum):
    """What is better."""

    MORE = "more"
    LESS = "less"
    NEUTRAL = "neutral"


UNIT_LABELS = {
    Unit.COUNT: _l("Count"),
    Unit.FEN: _l("10,000 yuan"),
    Unit.PERCENT: _l("Percent"),
    Unit.HOURS: _l("Hours"),
    Unit.SCORE: _l("1 to 5"),
    Unit.MINUTES: _l("Hours"),
}
SOURCE_LABELS = {
    Source.SERVICES: _l("Service records"),
    Source.INTRODUCTIONS: _l("Introductions"),
    Source.CONTRACTS: _l("Technical contracts"),
    Source.TRANSFERS: _l("Transfers of innovation vouchers"),
    Source.REGISTRY: _l("Confirmed statements of the registry"),
}
DIRECTION_LABELS = {
    Direction.MORE: _l("More is better"),
    Direction.LESS: _l("Less is better"),
    Direction.NEUTRAL: _l("Neither more nor less is better"),
}

_EVERYWHERE = frozenset(ScopeKind)
_NOT_PROVIDERS = frozenset({ScopeKind.CITY, ScopeKind.DISTRICT, ScopeKind.INDUSTRY})
#: What the registry says belongs to a body and its district.
_BODIES = frozenset({ScopeKind.CITY, ScopeKind.DISTRICT, ScopeKind.PROVIDER})
#: The earliest month that any figure compares with.
_BEGAN = Month(2000, 1)


@dataclass(frozen=True, slots=True)
class Definition:
    """One published figure. ``since`` is the month from which this version of it holds."""

    key: str
    label: Message
    unit: Unit
    #: How it is reckoned, in words and for the program.
    formula: Message
    reckoned: Formula
    source: Source
    direction: Direction = Direction.MORE
    since: Month = _BEGAN
    version: int = 1
    kinds: frozenset[ScopeKind] = _EVERYWHERE

    def may_compare(self, period: Period, other: Period) -> bool:
        """Whether one version of the definition holds for both periods."""
        return self.since <= min(period.first, other.first)


def _catalogue(*definitions: Definition) -> Mapping[str, Definition]:
    return {definition.key: definition for definition in definitions}


DEFINITIONS: Mapping[str, Definition] = _catalogue(
    Definition(
        "enterprises", _l("Enterprises served"), Unit.COUNT,
        _l("Different enterprises with at least one service done in the period that they confirmed."),
        Total(ENTERPRISES), Source.SERVICES,
    ),
    Definition(
        "enterprises_new", _l("Enterprises served for the first time"), Unit.COUNT,
        _l("Enterprises whose first confirmed service of all time was done in the period."),
        Total(NEW_ENTERPRISES), Source.SERVICES,
    ),
    Definition(
        "enterprises_repeat", _l("Enterprises served again"), Unit.COUNT,
        _l("Enterprises served in the period that had been served before it began."),
        Returning(), Source.SERVICES,
    ),
    Definition(
        "services", _l("Number of services"), Unit.COUNT,
        _l("Services done in the period that the enterprise confirmed; what was replaced or taken back is left out."),
        Total("services"), Source.SERVICES,
    ),
    Definition(
        "services_open", _l("Services not confirmed"), Unit.COUNT,
        _l("Services done in the period that the enterprise has not confirmed yet, or disputes."),
        Total("services_open"), Source.SERVICES, Direction.LESS,
    ),
    Definition(
        "service_fen", _l("Service amount"), Unit.FEN,
        _l("The amounts of the confirmed services of the period, whoever paid."),
        Total("service_fen"), Source.SERVICES,
    ),
    Definition(
        "self_earned_share", _l("Self-earned share of income"), Unit.PERCENT,
        _l("What enterprises paid themselves, of the amounts of all confirmed services. Voucher-paid ones do not count as earned."),  # noqa: E501 - one sentence is one msgid
        Share("service_fen_by_payer", "service_fen", ("enterprise",)), Source.SERVICES,
    ),
    Definition(
        "services_matched", _l("Services that came from a match"), Unit.COUNT,
        _l("Confirmed services that an introduction of this site led to."),
        Total("services_matched"), Source.SERVICES,
    ),
    Definition(
        "services_with_voucher", _l("Services paid with a voucher"), Unit.COUNT,
        _l("Confirmed services of which an innovation voucher paid a part, or all."),
        Total("services_with_voucher"), Source.SERVICES, Direction.NEUTRAL,
    ),
    Definition(
        "cross_district_share", _l("Share of services across districts"), Unit.PERCENT,
        _l("Confirmed services whose enterprise and provider were of different districts, of all confirmed ones."),
        Share("services_cross_district", "services"), Source.SERVICES,
    ),
    Definition(
        "instrument_hours", _l("Hours of instruments"), Unit.MINUTES,
        _l("How long instruments were used in confirmed services."),
        Total("instrument_minutes"), Source.SERVICES,
    ),
    Definition(
        "satisfaction", _l("Satisfaction"), Unit.SCORE,
        _l("The mean of what enterprises gave when they confirmed a service, from 1 to 5; services without a rating are left out."),  # noqa: E501 - one sentence is one msgid
        Mean("satisfaction"), Source.SERVICES,
    ),
    Definition(
        "effect", _l("Effect"), Unit.SCORE,
        _l("The mean of what enterprises said the service brought, from 1 to 5; services without a rating are left out."),  # noqa: E501 - one sentence is one msgid
        Mean("effect"), Source.SERVICES,
    ),
    Definition(
        "introductions", _l("Number of introductions"), Unit.COUNT,
        _l("Introductions opened in the period."),
        Total("introductions"), Source.INTRODUCTIONS,
    ),
    Definition(
        "introductions_matched", _l("Introductions from a match"), Unit.COUNT,
        _l("Introductions opened in the period that began with a recommended match."),
        Total("introductions_matched"), Source.INTRODUCTIONS,
    ),
    Definition(
        "needs_received", _l("Needs received"), Unit.COUNT,
        _l("Introductions about a need that were opened in the period: each need counts once for each provider asked."),
        Total("needs_received"), Source.INTRODUCTIONS,
    ),
    Definition(
        "needs_answered", _l("Needs answered"), Unit.COUNT,
        _l("Of the needs received in the period, those with a first answer since."),
        Total("needs_answered"), Source.INTRODUCTIONS,
    ),
    Definition(
        "answered_share", _l("Share of needs answered"), Unit.PERCENT,
        _l("Needs answered, of the needs received in the period."),
        Share("needs_answered", "needs_received"), Source.INTRODUCTIONS,
    ),
    Definition(
        "needs_solved", _l("Needs solved"), Unit.COUNT,
        _l("Introductions about a need that ended in the period with a signed contract."),
        Total("needs_solved"), Source.INTRODUCTIONS,
    ),
    Definition(
        "response_median", _l("Response time, median"), Unit.HOURS,
        _l("Whole hours from the opening of an introduction to the other side's first word; half of those opened in the period took no longer."),  # noqa: E501 - one sentence is one msgid
        Quantile("response_hours", 50), Source.INTRODUCTIONS, Direction.LESS,
    ),
    Definition(
        "response_p90", _l("Response time, 90th percentile"), Unit.HOURS,
        _l("Whole hours from the opening of an introduction to the other side's first word; nine of ten opened in the period took no longer."),  # noqa: E501 - one sentence is one msgid
        Quantile("response_hours", 90), Source.INTRODUCTIONS, Direction.LESS,
    ),
    Definition(
        "talks", _l("Talks begun"), Unit.COUNT,
        _l("Introductions that were accepted in the period."),
        Total("talks"), Source.INTRODUCTIONS,
    ),
    Definition(
        "introductions_signed", _l("Introductions signed"), Unit.COUNT,
        _l("Introductions that ended in the period with a signed contract."),
        Total("introductions_signed"), Source.INTRODUCTIONS,
    ),
    Definition(
        "introductions_failed", _l("Introductions that came to nothing"), Unit.COUNT,
        _l("Introductions that ended in the period without a contract, by reason."),
        Total("introductions_failed"), Source.INTRODUCTIONS, Direction.LESS,
    ),
    Definition(
        "contracts", _l("Number of technical contracts"), Unit.COUNT,
        _l("Contracts signed in the period and confirmed by both sides, whatever came of them."),
        Total("contracts"), Source.CONTRACTS,
    ),
    Definition(
        "contract_fen", _l("Contract amount"), Unit.FEN,
        _l("The amounts of the contracts signed in the period."),
        Total("contract_fen"), Source.CONTRACTS,
    ),
    Definition(
        "technology_fen", _l("Technology amount"), Unit.FEN,
        _l("The contract amounts without equipment and materials."),
        Total("technology_fen"), Source.CONTRACTS,
    ),
    Definition(
        "registered_share", _l("Share of contracts registered"), Unit.PERCENT,
        _l("Contracts signed in the period that have a registration number, of all signed in it."),
        Share("contracts_registered", "contracts"), Source.CONTRACTS,
    ),
    Definition(
        "vouchers_issued", _l("Vouchers issued"), Unit.COUNT,
        _l("Vouchers on which an amount was put in the period."),
        Total("vouchers_issued"), Source.TRANSFERS, kinds=_NOT_PROVIDERS,
    ),
    Definition(
        "voucher_issued_fen", _l("Vouchers: amount issued"), Unit.FEN,
        _l("What was put on vouchers in the period."),
        Total("voucher_issued_fen"), Source.TRANSFERS, kinds=_NOT_PROVIDERS,
    ),
    Definition(
        "voucher_reserved_fen", _l("Vouchers: amount reserved"), Unit.FEN,
        _l("What was held for uses under contracts in the period, whatever became of it."),
        Total("voucher_reserved_fen"), Source.TRANSFERS, Direction.NEUTRAL,
    ),
    Definition(
        "voucher_used_fen", _l("Vouchers: amount used"), Unit.FEN,
        _l("What reviewers approved for payment in the period, less approvals taken back in it."),
        Total("voucher_used_fen"), Source.TRANSFERS,
    ),
    Definition(
        "voucher_paid_fen", _l("Vouchers: amount paid"), Unit.FEN,
        _l("What was paid out in the period, less what was clawed back in it."),
        Total("voucher_paid_fen"), Source.TRANSFERS,
    ),
    Definition(
        "voucher_expired_fen", _l("Vouchers: amount expired"), Unit.FEN,
        _l("What lapsed in the period because nobody used it in time."),
        Total("voucher_expired_fen"), Source.TRANSFERS, Direction.LESS, kinds=_NOT_PROVIDERS,
    ),
    Definition(
        "voucher_returned_fen", _l("Vouchers: amount handed back or revoked"), Unit.FEN,
        _l("What went back to the pool in the period before it was used."),
        Total("voucher_returned_fen"), Source.TRANSFERS, Direction.LESS, kinds=_NOT_PROVIDERS,
    ),
    Definition(
        "voucher_use_rate", _l("Vouchers: use rate"), Unit.PERCENT,
        _l("The amount used in the period, of the amount issued in it; vouchers of earlier periods may raise it above the whole."),  # noqa: E501 - one sentence is one msgid
        Share("voucher_used_fen", "voucher_issued_fen"), Source.TRANSFERS, kinds=_NOT_PROVIDERS,
    ),
    Definition(
        "institutes_brought_in", _l("Institutes brought in"), Unit.COUNT,
        _l("Institutes that complexes had brought in by the end of the period, by their confirmed statements; each counts once for each complex."),  # noqa: E501 - one sentence is one msgid
        Total(INSTITUTES), Source.REGISTRY, kinds=_BODIES,
    ),
)  # fmt: skip


#: What people call a measure: the first figure that shows its parts.
MEASURE_LABELS: Mapping[str, Message] = {
    one.reckoned.measures[0]: one.label for one in reversed(tuple(DEFINITIONS.values()))
}


def for_kind(kind: ScopeKind) -> tuple[str, ...]:
    """Return the keys of the figures that a kind of scope has, in the catalogue's order."""
    return tuple(key for key, definition in DEFINITIONS.items() if kind in definition.kinds)
