"""What of a service's price a voucher takes over, worked out line by line. Pure."""

from dataclasses import dataclass
from datetime import date

from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.models import PAIR_LABELS, RegionPair
from matchmaker.vouchers.schemes.rules import WHOLE_BP, ProviderRule, SchemeRules, Yuan, group_of

#: A use described in more than this many characters is a report.
MAX_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Planned:
    """What an enterprise registers: a service under a contract. Amounts in fen."""

    service_amount_fen: int
    category_code: str
    description: str = ""
    #: How much of it the voucher is to take over; ``None``: as much as it may.
    asked_fen: int | None = None
    #: The enterprise says that no law prescribes the tests.
    declares_voluntary: bool = False
    #: It says that it and the provider are not related.
    declares_unrelated: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the amount depends on besides the rules and the plan. Amounts in fen."""

    pair: RegionPair
    category_parent: str | None
    provider_is_complex: bool
    contract_left_fen: int
    voucher_left_fen: int
    #: ``None`` where the category has no quota of its own.
    category_left_fen: int | None = None

    @property
    def provider_is_local(self) -> bool:
        """Whether the provider is of the scheme's region."""
        return self.pair in (RegionPair.LOCAL_LOCAL, RegionPair.OUTSIDE_LOCAL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working: what it is, the amount at that point, and whether it set the result."""

    label: Message
    fen: int
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Working:
    """How much the voucher takes over, and why, line by line."""

    rate_bp: int
    most_fen: int
    amount_fen: int
    lines: tuple[Line, ...]


def work_out(rules: SchemeRules, planned: Planned, given: Circumstances) -> Working:
    """Return what the voucher takes over of the service. Raises ``Invalid`` on what keeps it from being paid for."""
    _check(rules, planned, given)
    rate, by_rate = _by_rate(rules, planned, given)
    cap = rules.cap_local_fen if given.provider_is_local else rules.cap_outside_fen
    limits = [by_rate]
    if cap is not None:
        limits.append((_l("At most for one use, with this provider's region"), cap))
    limits.append((_l("Left on the voucher"), given.voucher_left_fen))
    if given.category_left_fen is not None:
        limits.append((_l("Left of the year's quota for this category"), given.category_left_fen))
    most = min(fen for _label, fen in limits)
    if most <= 0:
        label = next(label for label, fen in limits if fen <= 0)
        raise Invalid(
            field="service_amount_fen", message=_l("Nothing can be taken over: %(why)s is nothing.", why=label)
        )
    amount = _asked(planned, most, limits)
    decided = next(label for label, fen in limits if fen == most)
    lines = [Line(_l("Price of the service"), planned.service_amount_fen)]
    lines += [Line(label, fen, decides=label is decided and amount == most) for label, fen in limits]
    lines.append(Line(_l("The voucher takes over"), amount, decides=amount < most))
    lines.append(Line(_l("You pay yourself"), planned.service_amount_fen - amount))
    return Working(rate, most, amount, tuple(lines))


def category_quota(rules: SchemeRules, category: str, parent: str | None) -> tuple[str, int] | None:
    """Return the category (or group) whose own quota a service draws on, and that quota; ``None``: none."""
    key = group_of(rules.category_quotas_fen, category, parent)
    return None if key is None else (key, rules.category_quotas_fen[key])


def pair_of(*, enterprise_is_local: bool, provider_is_local: bool) -> RegionPair:
    """Return the pair of home regions."""
    if enterprise_is_local:
        return RegionPair.LOCAL_LOCAL if provider_is_local else RegionPair.LOCAL_OUTSIDE
    return RegionPair.OUTSIDE_LOCAL if provider_is_local else RegionPair.OUTSIDE_OUTSIDE


def check_served_on(day: date | None, *, signed_on: date, today: date) -> date:
    """Return the day on which the service was done. Raises ``Invalid``."""
    if day is None:
        raise Invalid(field="served_on", message=_l("Write the day on which the service was done."))
    if not signed_on <= day <= today:
        raise Invalid(
            field="served_on",
            message=_l("Choose a day from the contract's signing, %(day)s, until today.", day=signed_on.isoformat()),
        )
    return day


def _check(rules: SchemeRules, planned: Planned, given: Circumstances) -> None:
    if planned.service_amount_fen > given.contract_left_fen:
        raise Invalid(
            field="service_amount_fen",
            message=_l(
                "This is more than the contract leaves: %(left)s of it are not registered yet.",
                left=Yuan(given.contract_left_fen),
            ),
        )
    if len(planned.description) > MAX_WORDS:
        raise Invalid(field="description", message=_l("Write at most %(most)s characters.", most=MAX_WORDS))
    if group_of(rules.excluded_categories, planned.category_code, given.category_parent) is not None:
        raise Invalid(field="category_code", message=_l("This scheme does not pay for services of this category."))
    if rules.provider_rule is ProviderRule.LOCAL and not given.provider_is_local:
        raise Invalid(field="", message=_l("This scheme pays for providers of its own region only."))
    if rules.provider_rule is ProviderRule.COMPLEX and not given.provider_is_complex:
        raise Invalid(field="", message=_l("This scheme pays for services of innovation-service complexes only."))
    if rules.statutory_tests_excluded and not planned.declares_voluntary:
        raise Invalid(
            field="declares_voluntary", message=_l("Tests that a law prescribes are not paid for by this scheme.")
        )
    if not planned.declares_unrelated:
        raise Invalid(field="declares_unrelated", message=_l("Vouchers are not paid between related organisations."))


def _by_rate(rules: SchemeRules, planned: Planned, given: Circumstances) -> tuple[int, tuple[Message, int]]:
    """Return the rate, and the line that it makes."""
    amount = planned.service_amount_fen
    key = group_of(rules.category_rates, planned.category_code, given.category_parent)
    rate = (rules.rates if key is None else rules.category_rates[key]).of(given.pair)
    if rate == 0:
        raise Invalid(
            field="category_code",
            message=_l("This scheme pays nothing here: %(pair)s.", pair=PAIR_LABELS[given.pair]),
        )
    if amount < rules.cover_in_full_below_fen:
        label = _l("Services below %(limit)s are taken over in full", limit=Yuan(rules.cover_in_full_below_fen))
        return WHOLE_BP, (label, amount)
    label = _l("%(rate)s percent of it (%(pair)s)", rate=percent(rate), pair=PAIR_LABELS[given.pair])
    return rate, (label, amount * rate // WHOLE_BP)


def _asked(planned: Planned, most: int, limits: list[tuple[Message, int]]) -> int:
    if planned.asked_fen is None:
        return most
    if planned.asked_fen > most:
        label = next(label for label, fen in limits if fen == most)
        raise Invalid(
            field="asked_fen",
            message=_l("At most %(most)s can be taken over: %(why)s.", most=Yuan(most), why=label),
        )
    return planned.asked_fen


def percent(rate_bp: int) -> str:
    """Return a rate as percent without needless zeros: 4250 is "42.5"."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)
