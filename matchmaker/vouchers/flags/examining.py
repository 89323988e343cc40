"""All rules over a body of claims, in one call."""

from collections.abc import Callable, Collection, Iterable, Mapping

from matchmaker.vouchers.flags import bargains, circles, papers, parties, prices
from matchmaker.vouchers.flags.rules import Claim, Corpus, Finding, Limits, Rule

_Look = Callable[[Corpus, list[Claim], Limits], Iterable[Finding]]

_LOOKS: Mapping[Rule, _Look] = {
    Rule.RELATED: lambda corpus, asked, limits: parties.related(asked, corpus, limits),
    Rule.EARLY: lambda _corpus, asked, limits: bargains.early(asked, limits),
    Rule.SPLIT: lambda corpus, _asked, limits: bargains.splits(corpus.claims, limits),
    Rule.TWO_SCHEMES: lambda corpus, _asked, limits: bargains.two_schemes(corpus.claims, limits),
    Rule.DUPLICATE: lambda corpus, _asked, limits: papers.duplicates(corpus.claims, limits),
    Rule.PRICE: lambda corpus, _asked, limits: prices.far(corpus.claims, limits),
    Rule.CIRCLE: lambda corpus, _asked, limits: circles.circles(corpus, limits),
}


def examine(
    corpus: Corpus, limits: Limits, *, only: Collection[int] | None = None, which: Collection[Rule] = tuple(Rule)
) -> list[Finding]:
    """Return what is odd about the claims, or about those in ``only``, at least as heavy as the limits say.

    Each rule looks claims up by what they would have to share, so that the time grows with their number.
    """
    asked = [claim for claim in corpus.claims if only is None or claim.id in only]
    found = [one for rule in Rule if rule in which for one in _LOOKS[rule](corpus, asked, limits)]
    kept = [one for one in found if one.weight >= limits.least_weight and (only is None or one.claim_id in only)]
    return sorted(kept, key=lambda one: (one.claim_id, -one.weight, one.rule))
