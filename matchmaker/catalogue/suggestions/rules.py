"""Which conditions of a need an offering meets. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import UNIT_LABELS, Offering, PriceUnit, Reach
from matchmaker.catalogue.suggestions.cards import NeedCard, OfferingCard
from matchmaker.matching import Match
from matchmaker.messages import Message, _l
from matchmaker.reference.queries import Code


class Verdict(StrEnum):
    """How an offering stands to one condition."""

    FITS = "fits"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, what came of it, and why. A hard one that fails makes the offering a near miss."""

    name: str
    verdict: Verdict
    reason: Message
    is_hard: bool

    @property
    def is_near_miss(self) -> bool:
        """Whether this alone keeps the two apart."""
        return self.is_hard and self.verdict is Verdict.FAILS


#: What the conditions ask for stands in a whole row as in a card of it.
NeedTerms = Need | NeedCard
OfferingTerms = Offering | OfferingCard

LABELS = {
    "industry": _l("Industry"),
    "district": _l("District"),
    "budget": _l("Budget"),
    "deadline": _l("Deadline"),
    "trl": _l("Maturity"),
}

#: What the second stage of matching goes by, as ``Move.feature`` names it.
MOVED_BY = {
    "similarity": _l("similarity"),
    "words": _l("shared words"),
    "rare words": _l("rare words"),
    "letters and numbers": _l("letters and numbers"),
    "model numbers": _l("model numbers and measures"),
    "beginning": _l("its beginning"),
    "title": _l("the title"),
    "keywords": _l("the keywords"),
    "length": _l("its length"),
    "theme": _l("the theme"),
    "industry": _l("the industry"),
    "category": _l("the service category"),
}
#: So many of what moved a match are named, each a tenth as strong as the strongest at least.
_NAMED, _LEAST = 3, 0.1


@dataclass(frozen=True, slots=True)
class Moved:
    """By how many places a match rose above the order of similarity, below nought where it fell; and for what."""

    places: int
    raised: tuple[Message, ...]
    lowered: tuple[Message, ...]


def moved(match: Match) -> Moved:
    """Say what the second stage went by, the strongest first. Similarity itself moves nothing."""
    moves = [move for move in match.moved if move.feature != "similarity"]
    least = _LEAST * max((abs(move.by) for move in moves), default=0.0)
    raised = [MOVED_BY[move.feature] for move in moves if move.by > least]
    lowered = [MOVED_BY[move.feature] for move in moves if move.by < -least]
    return Moved(match.climbed, tuple(raised[:_NAMED]), tuple(lowered[:_NAMED]))


def conditions(
    need: NeedTerms, offering: OfferingTerms, *, on: date, industries: Mapping[str, Code]
) -> list[Condition]:
    """Judge ``offering`` by what ``need`` states; what either leaves open is unknown, never failed."""
    return [
        _industry(need, offering, industries),
        _district(need, offering),
        *hard_conditions(need, offering, on=on),
    ]


class Limits(NamedTuple):
    """What a need's hard conditions come to on a given day; ``None`` where it states none."""

    budget_fen: int | None
    days: int | None
    trl: int | None

    @classmethod
    def of(cls, need: NeedTerms, *, on: date) -> "Limits":
        """Return the limits of ``need``, with its deadline as days from ``on``."""
        return cls(need.budget_fen, None if need.needed_by is None else (need.needed_by - on).days, need.trl)

    def failed(self, offering: OfferingTerms) -> int:
        """Count the hard conditions that ``offering`` fails, as ``hard_conditions`` judges them one by one."""
        return (
            _is_above(offering.price_min_fen, self.budget_fen)
            + _is_above(offering.delivery_days, self.days)
            + _is_above(self.trl, offering.trl)
        )


def _is_above(value: int | None, limit: int | None) -> bool:
    return value is not None and limit is not None and value > limit


def hard_conditions(need: NeedTerms, offering: OfferingTerms, *, on: date) -> list[Condition]:
    """Judge only what makes a near miss: budget, deadline, maturity."""
    limits = Limits.of(need, on=on)
    return [_budget(limits, offering), _deadline(limits, offering), _maturity(limits, offering)]


_EVERY_INDUSTRY = Condition("industry", Verdict.FITS, _l("Serves every industry"), is_hard=False)
_SAME_INDUSTRY = Condition("industry", Verdict.FITS, _l("Same industry"), is_hard=False)
_RELATED_INDUSTRY = Condition("industry", Verdict.FITS, _l("Closely related industry"), is_hard=False)
_OTHER_INDUSTRY = Condition("industry", Verdict.FAILS, _l("From another industry"), is_hard=False)


def _industry(need: NeedTerms, offering: OfferingTerms, industries: Mapping[str, Code]) -> Condition:
    if offering.industry_code is None:
        return _EVERY_INDUSTRY
    if offering.industry_code == need.industry_code:
        return _SAME_INDUSTRY
    is_related = _is_parent(industries, need.industry_code, offering.industry_code)
    return _RELATED_INDUSTRY if is_related else _OTHER_INDUSTRY


def _is_parent(industries: Mapping[str, Code], one: str, other: str) -> bool:
    return industries[one].parent_code == other or industries[other].parent_code == one


_SAME_DISTRICT = Condition("district", Verdict.FITS, _l("Same district"), is_hard=False)
_OTHER_DISTRICT = Condition("district", Verdict.FAILS, _l("In another district"), is_hard=False)


_SERVED_DISTRICT = Condition("district", Verdict.FITS, _l("Serves this district"), is_hard=False)
_UNSERVED_DISTRICT = Condition("district", Verdict.FAILS, _l("Does not serve this district"), is_hard=False)


def _district(need: NeedTerms, offering: OfferingTerms) -> Condition:
    if offering.reach is Reach.DISTRICTS:
        served = offering.served_districts if isinstance(offering, Offering) else offering.served.split(",")
        return _SERVED_DISTRICT if need.district_code in served else _UNSERVED_DISTRICT
    return _SAME_DISTRICT if offering.district_code == need.district_code else _OTHER_DISTRICT


_NO_BUDGET = Condition("budget", Verdict.UNKNOWN, _l("No budget stated"), is_hard=True)
_NO_PRICE = Condition("budget", Verdict.UNKNOWN, _l("Price to be negotiated"), is_hard=True)
_WITHIN_BUDGET = Condition("budget", Verdict.FITS, _l("Price starts within the budget"), is_hard=True)
_ABOVE_BUDGET = Condition("budget", Verdict.FAILS, _l("Price starts above the budget"), is_hard=True)


def _budget(limits: Limits, offering: OfferingTerms) -> Condition:
    if limits.budget_fen is None:
        return _NO_BUDGET
    if offering.price_min_fen is None:
        return _NO_PRICE
    if not _is_above(offering.price_min_fen, limits.budget_fen):
        return _WITHIN_BUDGET
    if offering.price_unit is PriceUnit.PROJECT:
        return _ABOVE_BUDGET
    reason = _l("Price %(unit)s starts above the budget", unit=UNIT_LABELS[offering.price_unit])
    return Condition("budget", Verdict.FAILS, reason, is_hard=True)


_NO_DEADLINE = Condition("deadline", Verdict.UNKNOWN, _l("No deadline stated"), is_hard=True)
_NO_DELIVERY = Condition("deadline", Verdict.UNKNOWN, _l("Delivery time not stated"), is_hard=True)


def _deadline(limits: Limits, offering: OfferingTerms) -> Condition:
    if limits.days is None:
        return _NO_DEADLINE
    if offering.delivery_days is None:
        return _NO_DELIVERY
    if not _is_above(offering.delivery_days, limits.days):
        reason = _l("Delivers in %(days)s days, in time", days=offering.delivery_days)
        return Condition("deadline", Verdict.FITS, reason, is_hard=True)
    late = offering.delivery_days - limits.days
    reason = _l("Delivers in %(days)s days, %(late)s too late", days=offering.delivery_days, late=late)
    return Condition("deadline", Verdict.FAILS, reason, is_hard=True)


_ANY_MATURITY = Condition("trl", Verdict.UNKNOWN, _l("Any maturity will do"), is_hard=True)
_NO_MATURITY = Condition("trl", Verdict.UNKNOWN, _l("Maturity not stated"), is_hard=True)


def _maturity(limits: Limits, offering: OfferingTerms) -> Condition:
    if limits.trl is None:
        return _ANY_MATURITY
    if offering.trl is None:
        return _NO_MATURITY
    verdict = Verdict.FAILS if _is_above(limits.trl, offering.trl) else Verdict.FITS
    reason = _l("TRL %(have)s, wanted %(want)s", have=offering.trl, want=limits.trl)
    return Condition("trl", verdict, reason, is_hard=True)
