"""Prices far from those of their category: middle and spread that a few wild prices cannot move."""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from statistics import median

from matchmaker.vouchers.flags.rules import Claim, Finding, Limits, Rule

#: Makes the median of deviations comparable to a standard deviation.
_NORMAL = 0.6745
#: A category whose prices hardly differ must not make every small difference far.
_LEAST_SPREAD = math.log(1.25)
#: From so many own prices on, a provider is compared with itself too.
_OWN = 5


def far(claims: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    """Yield each claim that costs many times what its category does. Linear but for sorting."""
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.category_code].append(claim)
    for group in groups.values():
        if len(group) >= limits.price_least:
            yield from _far(group, limits)


def unit_price_fen(claim: Claim) -> float:
    """Return what one hour, sample or whatever is counted cost."""
    return claim.service_fen / max(claim.quantity, 0.01)


def _far(group: list[Claim], limits: Limits) -> Iterator[Finding]:
    logs = {claim.id: math.log(max(unit_price_fen(claim), 1)) for claim in group}
    middle = median(logs.values())
    spread = max(median(abs(value - middle) for value in logs.values()), _LEAST_SPREAD * _NORMAL)
    own: dict[Hashable, list[float]] = defaultdict(list)
    for claim in group:
        own[claim.provider_id].append(logs[claim.id])
    usual = {provider: median(values) for provider, values in own.items() if len(values) >= _OWN}
    for claim in group:
        value = logs[claim.id]
        score = _NORMAL * (value - middle) / spread
        times = math.exp(value - middle)
        if score < limits.price_z or times < limits.price_times or _is_listed(claim):
            continue
        # A laboratory with dear machines is dear for everybody.
        if _NORMAL * (value - usual.get(claim.provider_id, -math.inf)) / spread < limits.price_own_z:
            continue
        weight = min(95, round(40 + 8 * (score - limits.price_z) + 4 * times))
        if weight >= limits.least_weight:
            evidence = {"times": round(times, 1), "median_fen": round(math.exp(middle)), "count": len(group)}
            yield Finding(claim.id, Rule.PRICE, weight, evidence)


def _is_listed(claim: Claim) -> bool:
    return claim.listed_fen is not None and unit_price_fen(claim) <= 1.1 * claim.listed_fen
