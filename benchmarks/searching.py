"""How well and how quickly the search finds: labelled queries over the demo data, and completions of 100,000 names.

    python -m benchmarks.searching [--names N]

``searches.jsonl`` holds the queries; each was labelled from the titles alone, before the search had answered it. A query
succeeds at k when one of its right answers is among the first k of the one ranked list. Times are CPU milliseconds of one
thread. What the page costs beside an empty one is printed by ``benchmarks/site.py``.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.grown import grow
from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import ANONYMOUS
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.search.names import NameShelf
from matchmaker.catalogue.search.queries import Searcher
from matchmaker.catalogue.search.rules import SCALES, Kind
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.db import create_engine
from matchmaker.names import Table, correction

QUERIES = Path(__file__).with_name("searches.jsonl")
TYPED = ("印染", "染色废水", "yinran", "yrfs", "y", "dsc214", "ICP-MS 7800", "jinlanyinran", "shao xing", "印ran")
MISTYPED = ("因染", "netzch", "定形机油烟", "绍兴锦栏印染有限公司")


def main() -> None:
    """Print success, reciprocal rank and times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=100_000)
    parser.add_argument("--misses", action="store_true", help="Name the queries whose right answer is not first.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = grow(Path(folder), offerings=0, needs=0)
        with Session(create_engine(url)) as session:
            _measure_quality(session, Path(folder), misses=chosen.misses)
            _measure_speed(session, chosen.names)


def _measure_quality(session: Session, folder: Path, *, misses: bool) -> None:
    searcher = Searcher(session, Indexes(folder / "index"), NameShelf(), reader=ANONYMOUS, on=clock.today())
    ids = _ids(session)
    ranks: dict[str, list[int]] = {}
    right_scores: dict[Kind, list[float]] = {}
    corrected = 0
    times = []
    for line in QUERIES.read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        right = {ids[key] for key in query["right"] if key in ids}
        started = time.process_time()
        found = searcher.search(query["query"])
        times.append((time.process_time() - started) * 1e3)
        order = [(one.kind in (Kind.OFFERINGS, Kind.INSTRUMENTS), one.kind, one.id) for one in found.candidates]
        places = [
            place
            for place, (is_offered, kind, number) in enumerate(order, 1)
            if _table(is_offered, kind, number) in right
        ]
        rank = places[0] if places else 0
        if not rank and found.meant:
            corrected += 1
        for key in (query["sort"], query["kind"], "all"):
            ranks.setdefault(key, []).append(rank)
        for (kind, number), match in found.matches.items():
            if _table(kind in (Kind.OFFERINGS, Kind.INSTRUMENTS), kind, number) in right:
                right_scores.setdefault(kind, []).append(match.score)
        if misses and rank != 1:
            print(
                f"  {query['query']} ({query['sort']}): {rank or 'not found'}{', meant ' + found.meant if found.meant else ''}"
            )
    print(f"{'queries':16} {'n':>4} {'success@1':>10} {'success@5':>10} {'MRR':>6}")
    for key, found_at in ranks.items():
        print(
            f"{key:16} {len(found_at):4} {_share(rank == 1 for rank in found_at):10.2f} "
            f"{_share(0 < rank <= 5 for rank in found_at):10.2f} {statistics.mean(1 / rank if rank else 0 for rank in found_at):6.3f}"
        )
    print(f"not found but another spelling offered: {corrected}")
    for kind, scores in right_scores.items():
        print(
            f"median cosine of right answers, {kind.value}: {statistics.median(scores):.3f} of {len(scores)} (scale {SCALES[kind]})"
        )
    print(
        f"a search: {statistics.median(times):.1f} ms, the slowest tenth from {sorted(times)[-len(times) // 10]:.1f} ms"
    )


def _ids(session: Session) -> dict[str, tuple[str, int]]:
    return {
        key: (table.__tablename__, number)
        for table in (Need, Offering, Organisation)
        for key, number in session.execute(select(table.key, table.id).where(table.key.is_not(None)))
    }


def _table(is_offered: bool, kind: Kind, number: int) -> tuple[str, int]:
    return ("offering" if is_offered else "need" if kind is Kind.NEEDS else "organisation", number)


def _share(outcomes: Iterable[bool]) -> float:
    return statistics.mean(1.0 if one else 0.0 for one in outcomes)


def _measure_speed(session: Session, wanted: int) -> None:
    titles = list(session.scalars(select(Offering.title))) + list(session.scalars(select(Need.title)))
    chance = random.Random(20261122)
    names = titles + [f"{a[:14]}{b[-10:]}" for a, b in (chance.sample(titles, 2) for _ in range(wanted - len(titles)))]
    started = time.process_time()
    table = Table(names)
    print(
        f"{len(table):,} names: made in {time.process_time() - started:.2f} s, {table.memory_bytes / 1e6:.0f} MB of arrays"
    )
    told = np.ones(len(table), np.bool_)
    _report("completing", TYPED, lambda text: table.find(text, allowed=told, most=30))
    _report("correcting", MISTYPED, lambda text: correction(table, text, allowed=told, known=lambda _word: False))


def _report(what: str, texts: Sequence[str], act: Callable[[str], Any]) -> None:
    for text in texts:
        times = []
        for _ in range(7):
            started = time.process_time()
            act(text)
            times.append((time.process_time() - started) * 1e3)
        print(f"{what} {text:24} {statistics.median(times):6.2f} ms")


if __name__ == "__main__":
    main()
