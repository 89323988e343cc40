"""Papers that were used before: the same file, the same invoice typed differently, a report with little changed.

Reports of one provider share its form. What most of its reports say is therefore left out before two are compared:
what remains is what this report says.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from matchmaker.names import normal
from matchmaker.vouchers.flags import pictures
from matchmaker.vouchers.flags.rules import Claim, Finding, Limits, Paper, PaperKind, Rule

Shingles = npt.NDArray[np.uint64]

_WIDTH = 5
#: What is beyond this many characters of a paper is not compared.
_LONGEST = 20_000
#: A shingle in so many of a provider's reports, and in this share of them, is its form.
_FORM_LEAST, _FORM_SHARE = 4, 0.15
#: A report must say so much of its own to be compared.
_OWN_LEAST = 24
_BANDS, _ROWS = 16, 2
#: More reports than this in one bucket share something that is no report's own.
_CROWD = 40
_MIX = np.uint64(0x9E3779B97F4A7C15)
#: Pictures are looked up by each two bytes of how they look. With d bits of 1024 differing, a part stays whole with
#: (1 - 16/1024) ** d: 25 of 64 are the same at 60 bits, 15 at 90, and 2 of a form's two reports, at 200.
_PART, _LEAST_PARTS = 2, 3
#: From so many reports on, a provider's form is known.
_MANY = 8


@dataclass(frozen=True, slots=True)
class _Own:
    """What a claim's report says of its own."""

    claim: Claim
    said: Shingles
    #: Whether the form was known well enough to leave it out.
    is_bare: bool


def shingles(text: str) -> Shingles:
    """Return the distinct runs of five letters of a text, as numbers, in order."""
    codes = np.frombuffer(normal(text[:_LONGEST]).encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    if len(codes) < _WIDTH:
        return np.empty(0, np.uint64)
    mixed = np.zeros(len(codes) - _WIDTH + 1, np.uint64)
    for place in range(_WIDTH):
        mixed = (mixed + codes[place : place + len(mixed)] + np.uint64(1)) * _MIX
        mixed ^= mixed >> np.uint64(29)
    return np.unique(mixed)


def duplicates(claims: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    """Yield each claim with a paper that an earlier claim on another contract has used."""
    ordered = sorted(claims, key=lambda claim: (claim.filed_at, claim.id))
    told: set[int] = set()
    for found in (_same(ordered), _pictured(ordered, limits), _retyped(ordered, limits), _rewritten(ordered, limits)):
        for finding in found:
            if finding.claim_id not in told:
                told.add(finding.claim_id)
                yield finding


def _same(ordered: Sequence[Claim]) -> Iterator[Finding]:
    first: dict[str, Claim] = {}
    for claim in ordered:
        before = {
            first[paper.sha256].id: first[paper.sha256]
            for paper in claim.papers
            if paper.sha256 in first and not _may_share(claim, first[paper.sha256], paper)
        }
        if before:
            yield _finding(claim, before.values(), 90, how="same")
        for paper in claim.papers:
            first.setdefault(paper.sha256, claim)


def _may_share(claim: Claim, other: Claim, paper: Paper) -> bool:
    """Return whether the two may show the same paper: several claims on one contract, or another kind of copy."""
    return claim.id == other.id or (claim.contract_id == other.contract_id and paper.kind is not PaperKind.INVOICE)


def _pictured(ordered: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    """Compare pictures of one kind of paper that agree in some of the parts into which their looks are cut."""
    shown = [(claim, paper, look) for claim in ordered for paper in claim.papers for look in paper.looks]
    buckets: dict[tuple[PaperKind, int, bytes], list[int]] = defaultdict(list)
    for place, (_claim, paper, look) in enumerate(shown):
        for start in range(0, len(look), _PART):
            buckets[paper.kind, start, look[start : start + _PART]].append(place)
    agreeing = Counter(
        pair for bucket in buckets.values() if 1 < len(bucket) <= _CROWD for pair in combinations(bucket, 2)
    )
    best: dict[int, tuple[int, Claim, Claim]] = {}
    for (one, other), parts in agreeing.items():
        (earlier, paper, look), (later, _paper, like) = shown[one], shown[other]
        if parts < _LEAST_PARTS or _may_share(later, earlier, paper):
            continue
        apart = pictures.distance(look, like)
        most = limits.near_picture_of_report if paper.kind is PaperKind.RESULT else limits.near_picture
        if apart <= most and apart < best.get(later.id, (most + 1,))[0]:
            best[later.id] = (apart, later, earlier)
    for apart, later, earlier in best.values():
        alike = round(100 * (1 - apart / pictures.BITS))
        yield _finding(later, [earlier], 85 if apart <= limits.near_picture else 55, how="picture", percent=alike)


def _retyped(ordered: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    """Compare numbers only within the same seller and amount, and only those with one figure changed or two turned."""
    buckets: dict[Hashable, list[tuple[Claim, Paper]]] = defaultdict(list)
    for claim in ordered:
        for paper in claim.papers:
            if paper.kind is PaperKind.INVOICE and paper.number and paper.amount_fen:
                base = (claim.provider_id, paper.amount_fen, len(paper.number))
                for key in _nearly(paper.number):
                    for earlier, known in buckets[base, key]:
                        if earlier.id != claim.id and _is_retyped(paper, known, limits):
                            yield _finding(claim, [earlier], 65, how="invoice", this=paper.number, other=known.number)
                    if len(buckets[base, key]) < _CROWD:
                        buckets[base, key].append((claim, paper))


def _nearly(number: str) -> Iterator[str]:
    """Yield what two numbers have in common that differ in one place, or by two places turned round."""
    # A change in the last two places gives a neighbour in the same block.
    for place in range(len(number) - 2):
        yield f"{number[:place]}_{number[place + 1 :]}"
    yield "".join(sorted(number))


def _is_retyped(paper: Paper, known: Paper, limits: Limits) -> bool:
    one, other = paper.number, known.number
    if paper.issued_on and known.issued_on and abs((paper.issued_on - known.issued_on).days) > 3:
        return False
    if one.isdigit() and other.isdigit() and abs(int(one) - int(other)) <= limits.invoice_apart:
        # Numbers that follow each other: a block of invoices of the same day.
        return False
    differ = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differ) == 1:
        return True
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and (one[differ[0]], one[differ[1]]) == (other[differ[1]], other[differ[0]])
    )


def _rewritten(ordered: Sequence[Claim], limits: Limits) -> Iterator[Finding]:
    read = [
        (claim, shingles(paper.text))
        for claim in ordered
        for paper in claim.papers
        if paper.kind is PaperKind.RESULT and paper.text
    ]
    owns = _without_form(read)
    best: dict[int, tuple[float, Claim, Claim]] = {}
    for one, other in _candidates(owns):
        if one.claim.contract_id == other.claim.contract_id:
            continue
        share = _share(one.said, other.said)
        earlier, later = sorted((one.claim, other.claim), key=lambda claim: (claim.filed_at, claim.id))
        least = limits.near_paper if one.is_bare and other.is_bare else limits.near_paper_few
        if 100 * share >= least and share > best.get(later.id, (0.0,))[0]:
            best[later.id] = (share, later, earlier)
    for share, later, earlier in best.values():
        yield _finding(later, [earlier], round(30 + 60 * share), how="report", percent=round(100 * share))


def _without_form(read: Sequence[tuple[Claim, Shingles]]) -> list[_Own]:
    by_provider: dict[int, list[tuple[Claim, Shingles]]] = defaultdict(list)
    for claim, said in read:
        by_provider[claim.provider_id].append((claim, said))
    owns = []
    for reports in by_provider.values():
        values, counts = np.unique(np.concatenate([said for _claim, said in reports]), return_counts=True)
        form = values[counts >= max(_FORM_LEAST, _FORM_SHARE * len(reports))]
        for claim, said in reports:
            own = np.setdiff1d(said, form, assume_unique=True)
            if len(own) >= _OWN_LEAST:
                owns.append(_Own(claim, own, len(reports) >= _MANY))
    return owns


def _candidates(owns: Sequence[_Own]) -> Iterator[tuple[_Own, _Own]]:
    """Yield each two that agree in one of the bands of their smallest hashes; no two are compared for nothing."""
    chance = np.random.default_rng(20)
    seeds = chance.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
    buckets: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, own in enumerate(owns):
        hashed = own.said[None, :] * seeds[:, None]
        hashed ^= hashed >> np.uint64(31)
        least = (hashed * _MIX).min(axis=1).reshape(_BANDS, _ROWS)
        for band, row in enumerate(least.tolist()):
            buckets[band, *row].append(place)
    pairs = Counter(
        pair for bucket in buckets.values() if 1 < len(bucket) <= _CROWD for pair in combinations(bucket, 2)
    )
    for one, other in pairs:
        yield owns[one], owns[other]


def _share(one: Shingles, other: Shingles) -> float:
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def _finding(claim: Claim, others: Iterable[Claim], weight: int, **more: object) -> Finding:
    known = sorted(others, key=lambda other: other.id)
    evidence = {"claims": [other.id for other in known], "numbers": [other.number for other in known], **more}
    return Finding(claim.id, Rule.DUPLICATE, weight, evidence)
