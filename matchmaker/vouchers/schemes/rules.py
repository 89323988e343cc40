"""The rules of a year as one frozen value: read from JSON and checked, asked who may have how much. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import ConfigDict, TypeAdapter, ValidationError

from matchmaker.accounts.models import SIZE_LABELS, EnterpriseSize
from matchmaker.accounts.registration.models import TYPE_LABELS, EnterpriseType
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.models import RegionPair
from matchmaker.vouchers.schemes.models import SchemeState

ALLOWED = {
    SchemeState.DRAFT: frozenset({SchemeState.PROPOSED}),
    SchemeState.PROPOSED: frozenset({SchemeState.ACTIVE, SchemeState.DRAFT}),
    SchemeState.ACTIVE: frozenset({SchemeState.CLOSED}),
    SchemeState.CLOSED: frozenset[SchemeState](),
}

#: The short name that all versions of a scheme share.
KEY = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
#: One hundredth of a hundredth; rates are whole numbers of these.
WHOLE_BP = 10_000
#: More than any city gives out in a year.
MAX_FEN = 10**12


class Payee(StrEnum):
    """Who is paid."""

    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"


class EvidenceKind(StrEnum):
    """What a claim is shown by."""

    CONTRACT = "contract"
    INVOICE = "invoice"
    BANK_SLIP = "bank_slip"
    RESULT = "result"
    OTHER = "other"


class ProviderRule(StrEnum):
    """Who may do the service."""

    #: Any approved complex or institute of the platform.
    REGISTERED = "registered"
    #: One of the scheme's own region.
    LOCAL = "local"
    #: A complex only.
    COMPLEX = "complex"


PAYEE_LABELS = {Payee.ENTERPRISE: _l("The enterprise"), Payee.INSTITUTION: _l("The complex or institute")}

EVIDENCE_LABELS = {
    EvidenceKind.CONTRACT: _l("Contract"),
    EvidenceKind.INVOICE: _l("Invoice"),
    EvidenceKind.BANK_SLIP: _l("Bank slip"),
    EvidenceKind.RESULT: _l("Proof of the result"),
    EvidenceKind.OTHER: _l("Other evidence"),
}

PROVIDER_LABELS = {
    ProviderRule.REGISTERED: _l("Any complex or institute approved on this platform"),
    ProviderRule.LOCAL: _l("Complexes and institutes of the scheme's region"),
    ProviderRule.COMPLEX: _l("Innovation-service complexes only"),
}


@dataclass(frozen=True, slots=True)
class Rates:
    """The share that a voucher takes over, in basis points, by home region of enterprise and provider; 0: none."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    local_local: int
    local_outside: int
    outside_local: int
    outside_outside: int

    @classmethod
    def flat(cls, rate_bp: int) -> Self:
        """The same everywhere."""
        return cls(rate_bp, rate_bp, rate_bp, rate_bp)

    def of(self, pair: RegionPair) -> int:
        """Return the rate for one pair."""
        return int(getattr(self, pair.value))

    @property
    def is_flat(self) -> bool:
        """Whether the regions make no difference."""
        return len({self.of(pair) for pair in RegionPair}) == 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an applicant: by the registration, and by its own statement."""

    is_enterprise: bool
    is_approved: bool
    has_credit_code: bool
    is_local: bool
    types: frozenset[EnterpriseType] = frozenset()
    size: EnterpriseSize | None = None
    staff: int | None = None
    revenue_fen: int | None = None
    revenue_before_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of eligibility, whether it holds, and in words what is asked for and what there is."""

    name: str
    holds: bool
    words: Message


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """All numbers of one scheme and year. Amounts in fen, rates in basis points, days civil and inclusive."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    #: What each district may give out.
    pools_fen: dict[str, int]
    apply_from: date
    apply_until: date
    use_by: date
    redeem_by: date
    quota_fen: int
    rates: Rates
    #: Rates of single categories of service, by code or by the code of their group.
    category_rates: dict[str, Rates] = field(default_factory=dict)
    #: Limits within the quota for single categories or groups.
    category_quotas_fen: dict[str, int] = field(default_factory=dict)
    least_face_fen: int = 10_000
    most_face_fen: int | None = None
    #: How many vouchers of the scheme one enterprise may have at most; ``None``: as many as its quota gives.
    most_vouchers: int | None = None
    #: Months for which a voucher may be used from its issue, never beyond ``use_by``; ``None``: until then.
    valid_months: int | None = None
    cap_local_fen: int | None = None
    cap_outside_fen: int | None = None
    #: Services cheaper than this are taken over wholly; 0: none are.
    cover_in_full_below_fen: int = 0
    types: tuple[EnterpriseType, ...] = ()
    sizes: tuple[EnterpriseSize, ...] = ()
    most_staff: int | None = None
    most_revenue_fen: int | None = None
    local_enterprises_only: bool = True
    provider_rule: ProviderRule = ProviderRule.REGISTERED
    #: Categories (or groups) that are never paid for.
    excluded_categories: tuple[str, ...] = ()
    #: Tests that a law prescribes are never paid for; whoever registers a use says that it is none.
    statutory_tests_excluded: bool = True
    payee: Payee = Payee.ENTERPRISE
    evidence: tuple[EvidenceKind, ...] = (
        EvidenceKind.CONTRACT,
        EvidenceKind.INVOICE,
        EvidenceKind.BANK_SLIP,
        EvidenceKind.RESULT,
    )
    #: 1: both reviewers are the district's; 2: the second is the city's. Always two people.
    reviews: int = 2
    several_vouchers_per_contract: bool = False
    publicity_days: int = 5
    #: A returned claim is filed again within so many days, or by ``redeem_by`` if that is later.
    correction_days: int = 30
    #: So many days before a voucher's last day its enterprise is reminded.
    reminder_days: int = 30

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Return the rules that ``stored`` holds as JSON. Raises ``Invalid`` with the first that is wrong."""
        try:
            rules: Self = _ADAPTER.validate_python(dict(stored))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise Invalid(
                field="",
                message=_l("The rules cannot be read at “%(place)s”: %(why)s.", place=place, why=first["msg"]),
            ) from error
        rules.check()
        return rules

    def plain(self) -> dict[str, Any]:
        """Return the rules as JSON holds them."""
        stored: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return stored

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that contradicts itself or another one."""
        self._check_days()
        self._check_amounts()
        for rates in (self.rates, *self.category_rates.values()):
            if not all(0 <= rates.of(pair) <= WHOLE_BP for pair in RegionPair):
                raise Invalid(field="rates", message=_l("A rate lies between 0 and 100 percent."))
        if not any(self.rates.of(pair) for pair in RegionPair) and not self.category_rates:
            raise Invalid(field="rates", message=_l("Give at least one rate above zero."))
        if self.reviews not in (1, 2):
            raise Invalid(field="reviews", message=_l("There are one or two levels of review."))
        if not 0 <= self.publicity_days <= 60:
            raise Invalid(field="publicity_days", message=_l("Choose 0 to 60 days of public notice."))
        if not 1 <= self.correction_days <= 180:
            raise Invalid(field="correction_days", message=_l("Choose 1 to 180 days."))
        if not 0 <= self.reminder_days <= 180:
            raise Invalid(field="reminder_days", message=_l("Choose 0 to 180 days."))
        if self.valid_months is not None and not 1 <= self.valid_months <= 36:
            raise Invalid(field="valid_months", message=_l("Choose 1 to 36 months, or leave it empty."))
        if EvidenceKind.INVOICE not in self.evidence:
            raise Invalid(field="evidence", message=_l("Without an invoice nothing can be paid out."))

    def _check_days(self) -> None:
        for earlier, later, message in (
            ("apply_from", "apply_until", _l("Applications must end on or after the day they begin.")),
            ("apply_from", "use_by", _l("The last day of use lies before applications begin.")),
            ("use_by", "redeem_by", _l("What may be used on the last day must be redeemable on it.")),
        ):
            if getattr(self, earlier) > getattr(self, later):
                raise Invalid(field=later, message=message)

    def _check_amounts(self) -> None:
        if not self.pools_fen or any(not 0 <= fen <= MAX_FEN for fen in self.pools_fen.values()):
            raise Invalid(field="pools_fen", message=_l("Give each district that takes part an amount."))
        if not any(self.pools_fen.values()):
            raise Invalid(field="pools_fen", message=_l("All pools are empty: nothing could be issued."))
        if not 0 < self.least_face_fen <= self.quota_fen <= MAX_FEN:
            raise Invalid(field="quota_fen", message=_l("The quota must cover at least the smallest voucher."))
        if self.most_face_fen is not None and not self.least_face_fen <= self.most_face_fen <= self.quota_fen:
            raise Invalid(
                field="most_face_fen", message=_l("The largest voucher lies between the smallest one and the quota.")
            )
        for name in ("cap_local_fen", "cap_outside_fen", "most_revenue_fen"):
            value = getattr(self, name)
            if value is not None and not 0 < value <= MAX_FEN * 100:
                raise Invalid(field=name, message=_l("Write an amount above zero, or leave it empty."))
        if any(not 0 < fen <= self.quota_fen for fen in self.category_quotas_fen.values()):
            raise Invalid(field="category_quotas_fen", message=_l("A category's quota lies within the whole one."))
        if not 0 <= self.cover_in_full_below_fen <= MAX_FEN:
            raise Invalid(field="cover_in_full_below_fen", message=_l("Write an amount, or leave it empty."))

    def takes_applications(self, on: date) -> bool:
        """Whether one may apply on that day."""
        return self.apply_from <= on <= self.apply_until

    def correct_until(self, returned_on: date) -> date:
        """Return the last day on which a claim returned on ``returned_on`` may be filed again."""
        return max(returned_on + timedelta(days=self.correction_days), self.redeem_by)

    def last_day(self, issued_on: date) -> date:
        """Return the last day of a voucher issued on ``issued_on``."""
        if self.valid_months is None:
            return self.use_by
        month = issued_on.month - 1 + self.valid_months
        year, month = issued_on.year + month // 12, month % 12 + 1
        return min(self.use_by, _clipped(year, month, issued_on.day))

    def conditions(self, facts: Facts) -> list[Condition]:
        """Return every condition that an applicant must meet, each with its exact reason."""
        asked = [
            Condition(
                "kind",
                facts.is_enterprise and facts.is_approved,
                _l("The enterprise is registered here and approved by its bureau."),
            ),
            Condition("credit_code", facts.has_credit_code, _l("Its unified social credit code is on record.")),
        ]
        if self.local_enterprises_only:
            asked.append(Condition("region", facts.is_local, _l("It is registered in the scheme's region.")))
        if self.types:
            asked.append(
                Condition(
                    "enterprise_type",
                    bool(facts.types & set(self.types)),
                    _l("It is one of these: %(types)s.", types=_listed([TYPE_LABELS[one] for one in self.types])),
                )
            )
        if self.sizes:
            asked.append(
                Condition(
                    "size",
                    facts.size in self.sizes,
                    _l("Its size is one of these: %(sizes)s.", sizes=_listed([SIZE_LABELS[one] for one in self.sizes])),
                )
            )
        return asked + self._measured(facts)

    def _measured(self, facts: Facts) -> list[Condition]:
        asked = []
        if self.most_staff is not None:
            words = (
                _l("It states its staff; at most %(most)s.", most=self.most_staff)
                if facts.staff is None
                else _l(
                    "At most %(most)s people work for it; it states %(have)s.", most=self.most_staff, have=facts.staff
                )
            )
            asked.append(Condition("staff", facts.staff is not None and facts.staff <= self.most_staff, words))
        if self.most_revenue_fen is not None:
            for name, label in (("revenue_fen", _l("last year")), ("revenue_before_fen", _l("the year before"))):
                revenue = getattr(facts, name)
                limit = Yuan(self.most_revenue_fen)
                words = (
                    _l("It states its revenue of %(year)s; at most %(most)s.", year=label, most=limit)
                    if revenue is None
                    else _l(
                        "Its revenue of %(year)s is at most %(most)s; it states %(have)s.",
                        year=label,
                        most=limit,
                        have=Yuan(revenue),
                    )
                )
                asked.append(Condition(name, revenue is not None and revenue <= self.most_revenue_fen, words))
        return asked

    def differences(self, other: Self) -> list[tuple[str, Any, Any]]:
        """Return the fields in which ``other`` differs, each with what it was and what it is, in the fields' order."""
        return [
            (one.name, before, after)
            for one in fields(self)
            if (before := getattr(self, one.name)) != (after := getattr(other, one.name))
        ]


@dataclass(frozen=True, slots=True)
class Yuan:
    """An amount inside a message, written as yuan in both languages."""

    fen: int

    def __str__(self) -> str:
        """Return the figure with its unit, such as "¥12,000.50"."""
        whole, rest = divmod(self.fen, 100)
        return f"¥{whole:,}" + (f".{rest:02d}" if rest else "")


def group_of(mapping: Mapping[str, Any] | Sequence[str], category: str, parent: str | None) -> str | None:
    """Return the key under which ``category`` stands there: its own code before that of its group."""
    if category in mapping:
        return category
    return parent if parent is not None and parent in mapping else None


def _listed(labels: Sequence[Message]) -> Message:
    if len(labels) == 1:
        return labels[0]
    return _l("%(first)s, %(others)s", first=labels[0], others=_listed(labels[1:]))


def _clipped(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


_ADAPTER: TypeAdapter[Any] = TypeAdapter(SchemeRules)
