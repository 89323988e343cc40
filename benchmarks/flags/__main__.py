"""Prints precision and recall of each rule on invented redemptions, and the time it takes.

Run by hand: ``python -m benchmarks.flags [--claims N] [--dev] [--mistakes]``. Limits were set on the seeds of
``--dev``; without it, seeds are used on which nothing was set. ``docs/flags.md`` says what the figures mean.
"""

import argparse
import time
from collections import Counter

from benchmarks.flags.honest import Book, fill
from benchmarks.flags.planting import plant
from benchmarks.flags.world import World
from matchmaker.vouchers.flags.examining import examine
from matchmaker.vouchers.flags.rules import Finding, Limits, Rule

DEV, HELD_OUT = (1, 2), (101, 102, 103)


def made(seed: int, *, claims: int) -> Book:
    """Return a book of about ``claims`` redemptions; about one in fourteen is fraud."""
    book = Book(World.made(seed, enterprises=max(200, claims // 5), providers=max(20, claims // 130)))
    fill(book, claims=claims * 13 // 14)
    plant(book, each=max(10, claims // 100))
    return book


def main() -> None:
    """Print one table over all seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=21_500)
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--mistakes", action="store_true", help="print what was missed and what was wrongly found")
    chosen = parser.parse_args()
    scores = {rule: Counter[str]() for rule in Rule}
    innocent: Counter[str] = Counter()
    accused: Counter[str] = Counter()
    ways: dict[str, list[bool]] = {}
    for seed in DEV if chosen.dev else HELD_OUT:
        book = made(seed, claims=chosen.claims)
        corpus = book.corpus()
        began = time.process_time()
        found = examine(corpus, Limits())
        print(f"seed {seed}: {len(book.claims):,} redemptions looked through in {time.process_time() - began:.1f} s")
        count(book, found, scores)
        flagged = {one.claim_id for one in found}
        for what, claims in book.innocent.items():
            innocent[what] += len(claims)
            accused[what] += len(claims & flagged - set().union(*book.planted.values()))
        right = {one.claim_id for one in found if one.claim_id in book.planted[one.rule]}
        for claim, way in book.ways.items():
            ways.setdefault(way, []).append(claim in right)
        if chosen.mistakes:
            show_mistakes(book, found)
    for rule, score in scores.items():
        precision, own, recall = (
            score[part] / max(1, score[whole])
            for part, whole in (("fraud", "found"), ("right", "found"), ("right", "planted"))
        )
        print(
            f"{rule:12} planted {score['planted']:5}  flagged {score['found']:5}  "
            f"precision {precision:.3f} (of its own kind {own:.3f})  recall {recall:.3f}"
        )
    for way, hits in sorted(ways.items()):
        print(f"{way:34} {len(hits):6} planted, {sum(hits):4} found")
    for what, number in sorted(innocent.items()):
        print(f"{what:34} {number:6} honest, {accused[what]:4} flagged")


def count(book: Book, found: list[Finding], scores: dict[Rule, Counter[str]]) -> None:
    """Add what was found and what was missed; a flag on fraud of another kind is not wrong."""
    fraud = set().union(*book.planted.values())
    for rule in Rule:
        flagged = {one.claim_id for one in found if one.rule is rule}
        scores[rule]["planted"] += len(book.planted[rule])
        scores[rule]["found"] += len(flagged)
        scores[rule]["right"] += len(flagged & book.planted[rule])
        scores[rule]["fraud"] += len(flagged & fraud)


def show_mistakes(book: Book, found: list[Finding]) -> None:
    """Print a few mistakes of each rule."""
    for rule in Rule:
        mine = {one.claim_id: one for one in found if one.rule is rule}
        wrong = [one for key, one in mine.items() if key not in book.planted[rule]]
        missed = sorted(book.planted[rule] - mine.keys())
        for one in wrong[:6]:
            kinds = [what for what, claims in book.innocent.items() if one.claim_id in claims]
            kinds += [other.value for other, claims in book.planted.items() if one.claim_id in claims]
            print("  wrong", rule.value, one.claim_id, one.weight, one.evidence, kinds)
        known = {claim.id: claim for claim in book.claims}
        for number in missed[:6]:
            claim = known[number]
            print("  missed", rule.value, claim.title, claim.category_code, claim.service_fen, claim.quantity)


if __name__ == "__main__":
    main()
