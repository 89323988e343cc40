"""Money that comes back: circles in the graph of who paid whom, within a time and of nearly the same amount."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from matchmaker.vouchers.flags.rules import Corpus, Finding, Limits, Payment, Rule

#: Steps taken from one payment before it is given up: parties that pay each other by the hundred are no circle.
_MOST_STEPS = 5_000


def circles(corpus: Corpus, limits: Limits) -> Iterator[Finding]:
    """Yield each claim whose payment came back to the payer.

    A circle lies within one strongly connected part of the graph; only those are walked, from each payment onwards in
    time, and only along payments of nearly the same amount.
    """
    inside = _within_parts(corpus.payments)
    leaving: dict[int, list[Payment]] = defaultdict(list)
    for payment in sorted(inside, key=lambda one: one.on):
        leaving[payment.payer_id].append(payment)
    told: set[int] = set()
    for first in sorted(inside, key=lambda one: one.on):
        path = _back(first, leaving, limits)
        if path is None:
            continue
        names = [corpus.parties[one.payer_id].name if one.payer_id in corpus.parties else "…" for one in path]
        days = (path[-1].on - path[0].on).days
        claims = [one.claim_id for one in path if one.claim_id is not None]
        spread = max(one.amount_fen for one in path) / min(one.amount_fen for one in path)
        weight = round(90 - 20 * (spread - 1) - 20 * days / limits.circle_days)
        for claim in claims:
            if claim not in told and weight >= limits.least_weight:
                told.add(claim)
                others = sorted(other for other in claims if other != claim)
                evidence = {"names": [*names, names[0]], "days": days, "claims": others}
                yield Finding(claim, Rule.CIRCLE, weight, evidence)


def _within_parts(payments: Sequence[Payment]) -> list[Payment]:
    """Return the payments both of whose ends lie in the same strongly connected part."""
    if not payments:
        return []
    parties = sorted({one.payer_id for one in payments} | {one.payee_id for one in payments})
    place = {party: number for number, party in enumerate(parties)}
    rows = np.array([place[one.payer_id] for one in payments])
    columns = np.array([place[one.payee_id] for one in payments])
    graph = coo_array((np.ones(len(payments), np.int8), (rows, columns)), shape=(len(parties), len(parties)))
    _count, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    return [
        one
        for one, row, column in zip(payments, rows, columns, strict=True)
        if row != column and part[row] == part[column]
    ]


def _back(first: Payment, leaving: Mapping[int, list[Payment]], limits: Limits) -> list[Payment] | None:
    """Return the shortest way back to who paid ``first``, each step later than the one before; depth first."""
    until = first.on + timedelta(days=limits.circle_days)
    steps = 0
    for length in range(2, limits.circle_parties + 1):
        stack: list[list[Payment]] = [[first]]
        while stack:
            path = stack.pop()
            for following in _from(path[-1], leaving):
                steps += 1
                if steps > _MOST_STEPS:
                    return None
                if following.on > until:
                    break
                amounts = [one.amount_fen for one in path] + [following.amount_fen]
                if max(amounts) > limits.circle_times * min(amounts):
                    continue
                if following.payee_id == first.payer_id:
                    if len(path) + 1 == length:
                        return [*path, following]
                elif len(path) + 1 < length and following.payee_id not in {one.payer_id for one in path}:
                    stack.append([*path, following])
    return None


def _from(payment: Payment, leaving: Mapping[int, list[Payment]]) -> Iterator[Payment]:
    onwards = leaving.get(payment.payee_id, [])
    yield from onwards[bisect_left(onwards, payment.on, key=lambda one: one.on) :]
