"""Contracts that are parts of one, contracts claimed under two schemes, and reports older than their contract."""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from matchmaker.names import normal
from matchmaker.vouchers.flags.rules import Claim, Finding, Limits, PaperKind, Rule

#: What numbers the parts of a whole, or the periods of a series.
_NUMBERING = re.compile(
    r"第[一二三四五六七八九十\d]+[期批次部分阶段标]*|[一二三四五六七八九十]+期|\d+|[a-z](?=段|区|线|标|$)"
)
_PERIOD = re.compile(r"\d+月|[一二三四]季度|\d{4}年|上半年|下半年|月度|季度|年度|周期")


def subject_of(title: str) -> str:
    """Return a title without what numbers it."""
    return _NUMBERING.sub("", normal(title))


def splits(claims: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    """Yield each claim on a contract that looks like a part of a larger one. Sorts within the same two parties."""
    groups: dict[Hashable, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.is_live and claim.thresholds_fen:
            groups[claim.enterprise_id, claim.provider_id].append(claim)
    for group in groups.values():
        if len(group) > 1:
            yield from _parts(sorted(group, key=lambda claim: (claim.signed_on, claim.id)), limits)


def _parts(group: list[Claim], limits: Limits) -> Iterator[Finding]:
    for claim in group:
        near = [
            other
            for other in group
            if other.contract_id != claim.contract_id
            and abs((other.signed_on - claim.signed_on).days) <= limits.split_days
            and other.category_code == claim.category_code
            and _is_part_like(claim, other, limits)
        ]
        for threshold in sorted(claim.thresholds_fen):
            together = [claim, *(other for other in near if limits.split_part * threshold <= 100 * other.service_fen)]
            together = [other for other in together if other.service_fen <= threshold]
            total = sum(other.service_fen for other in together)
            if claim not in together or len(together) < 2 or total <= threshold:
                continue
            if limits.split_part * threshold > 100 * claim.service_fen:
                continue
            weight = _weight(claim, together, limits)
            if weight >= limits.least_weight:
                others = sorted(together[1:], key=lambda other: other.id)
                days = (max(one.signed_on for one in together) - min(one.signed_on for one in together)).days
                yield Finding(
                    claim.id,
                    Rule.SPLIT,
                    weight,
                    {
                        "claims": [other.id for other in others],
                        "numbers": [other.number for other in others],
                        "days": days,
                        "total_fen": total,
                        "threshold_fen": threshold,
                    },
                )
                break


def _is_part_like(claim: Claim, other: Claim, limits: Limits) -> bool:
    return bool(fuzz.ratio(subject_of(claim.title), subject_of(other.title)) >= limits.split_titles)


def _weight(claim: Claim, together: list[Claim], limits: Limits) -> int:
    days = sorted(one.signed_on for one in together)
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    weight = 85 - 40 * max(gaps) / limits.split_days
    if all(_PERIOD.search(normal(one.title)) for one in together) and min(gaps) >= 20:
        # A series that says which month each part is for.
        weight -= 45
    return round(weight)


def two_schemes(claims: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    """Yield the later of two claims on one contract under different schemes."""
    ways: list[tuple[str, int, Callable[[Claim], Iterable[Hashable]]]] = [
        ("contract", 90, lambda claim: [claim.contract_id]),
        ("registration", 90, lambda claim: [claim.registration_number] if claim.registration_number else []),
        ("paper", 80, lambda claim: {paper.sha256 for paper in claim.papers if paper.kind is PaperKind.CONTRACT}),
        (
            "likeness",
            60,
            lambda claim: [(claim.enterprise_id, claim.provider_id, claim.contract_fen)],
        ),
    ]
    told: set[int] = set()
    for how, weight, keys in ways:
        groups: dict[Hashable, list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.is_live:
                for key in keys(claim):
                    groups[key].append(claim)
        for group in groups.values():
            if len({claim.scheme for claim in group}) > 1:
                ordered = sorted(group, key=lambda claim: (claim.filed_at, claim.id))
                for claim, others in _twice(ordered, how, limits):
                    if claim.id not in told:
                        told.add(claim.id)
                        evidence = {
                            "how": how,
                            "claims": [other.id for other in others],
                            "numbers": [other.number for other in others],
                        }
                        yield Finding(claim.id, Rule.TWO_SCHEMES, weight, evidence)


def _twice(ordered: list[Claim], how: str, limits: Limits) -> Iterator[tuple[Claim, list[Claim]]]:
    for place, claim in enumerate(ordered):
        before = [other for other in ordered[:place] if other.scheme != claim.scheme]
        if how == "likeness":
            before = [
                other
                for other in before
                if other.contract_id != claim.contract_id
                and abs((other.signed_on - claim.signed_on).days) <= limits.same_contract_days
                and fuzz.ratio(normal(other.title), normal(claim.title)) >= limits.same_contract_titles
            ]
        else:
            # What is left of a long contract may be claimed in the next year, as long as it is what is left.
            spent = sum(other.service_fen for other in ordered[:place]) + claim.service_fen
            before = [other for other in before if other.scheme_year == claim.scheme_year or spent > claim.contract_fen]
        if before:
            yield claim, before[:3]


def early(claims: Iterable[Claim], _limits: Limits) -> Iterator[Finding]:
    """Yield each claim with a report that is older than its contract."""
    for claim in claims:
        dated = [paper.issued_on for paper in claim.papers if paper.kind is PaperKind.RESULT and paper.issued_on]
        before = [day for day in dated if day < claim.signed_on]
        if before:
            first = min(before)
            days = (claim.signed_on - first).days
            # In the new year's first weeks people write the old year.
            maybe_year = 300 <= days <= 366 and claim.signed_on.month <= 3
            evidence = {
                "report_on": first.isoformat(),
                "signed_on": claim.signed_on.isoformat(),
                "days": days,
                "maybe_year": maybe_year,
            }
            yield Finding(claim.id, Rule.EARLY, 40 if maybe_year else min(95, 60 + days), evidence)
