"""All rules over a body of claims, in one call."""

from collections.abc import Iterator

from matchmaker.vouchers.flags import bargains, circles, papers, parties, prices
from matchmaker.vouchers.flags.rules import Corpus, Finding, Limits


def examine(corpus: Corpus, limits: Limits, *, only: frozenset[int] | None = None) -> list[Finding]:
    """Return what is odd about the claims, or about those in ``only``, at least as heavy as the limits say.

    Each rule looks claims up by what they would have to share, so that the time grows with their number.
    """
    found = sorted(_all(corpus, limits, only), key=lambda one: (one.claim_id, -one.weight, one.rule))
    return [one for one in found if one.weight >= limits.least_weight and (only is None or one.claim_id in only)]


def _all(corpus: Corpus, limits: Limits, only: frozenset[int] | None) -> Iterator[Finding]:
    asked = [claim for claim in corpus.claims if only is None or claim.id in only]
    yield from parties.related(asked, corpus, limits)
    yield from bargains.early(asked, limits)
    yield from bargains.splits(corpus.claims, limits)
    yield from bargains.two_schemes(corpus.claims, limits)
    yield from papers.duplicates(corpus.claims, limits)
    yield from prices.far(corpus.claims, limits)
    yield from circles.circles(corpus, limits)
