"""How well and how quickly the search finds: labelled queries over the demo data, and completions of 100,000 names.

    python -m benchmarks.searching [--names N] [--misses]

``searches.jsonl`` holds the queries; each was labelled from the titles alone, before the search had answered it. Those
held out were written after the last constant had been set, and only measured. A query succeeds at k when one of its
right answers is among the first k of the one ranked list. Times are CPU milliseconds of one thread. What the page costs
beside an empty one is printed by ``benchmarks/site.py``.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
from matchmaker.catalogue.search.rules import Kind
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.db import create_engine
from matchmaker.names import Table, correction

QUERIES = Path(__file__).with_name("searches.jsonl")
TYPED = ("印染", "染色废水", "yinran", "yrfs", "y", "dsc214", "ICP-MS 7800", "jinlanyinran", "shao xing", "印ran")
TABLES = {
    Kind.OFFERINGS: "offering",
    Kind.INSTRUMENTS: "offering",
    Kind.NEEDS: "need",
    Kind.ORGANISATIONS: "organisation",
}
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


@dataclass(frozen=True)
class Answer:
    """What came of one labelled query: the place of the first right answer (0: none), and what it cost."""

    query: str
    labels: tuple[str, ...]
    place: int
    meant: str
    took_ms: float
    #: The cosines of right answers, by kind.
    cosines: list[tuple[Kind, float]]


def _measure_quality(session: Session, folder: Path, *, misses: bool) -> None:
    searcher = Searcher(session, Indexes(folder / "index"), NameShelf(), reader=ANONYMOUS, on=clock.today())
    ids = _ids(session)
    searcher.search("预热")
    answers = [_answer(searcher, ids, json.loads(line)) for line in QUERIES.read_text(encoding="utf-8").splitlines()]
    for answer in answers if misses else ():
        if answer.place != 1:
            print(f"  {answer.query} {answer.labels}: {answer.place or 'not found'} {answer.meant}")
    print(f"{'queries':16} {'n':>4} {'success@1':>10} {'success@5':>10} {'MRR':>6}")
    for label in dict.fromkeys(label for answer in answers for label in answer.labels):
        places = [answer.place for answer in answers if label in answer.labels]
        first, five = (statistics.mean(0 < place <= k for place in places) for k in (1, 5))
        reciprocal = statistics.mean(1 / place if place else 0 for place in places)
        print(f"{label:16} {len(places):4} {first:10.2f} {five:10.2f} {reciprocal:6.3f}")
    for kind in Kind:
        cosines = [cosine for answer in answers for of, cosine in answer.cosines if of is kind]
        print(f"median cosine of {len(cosines)} right {kind.value}: {statistics.median(cosines):.2f}")
    times = sorted(answer.took_ms for answer in answers)
    print(f"a search: {statistics.median(times):.1f} ms, one in ten above {times[-len(times) // 10]:.1f} ms")


def _answer(searcher: Searcher, ids: dict[str, tuple[str, int]], query: dict[str, Any]) -> Answer:
    right = {ids[key] for key in query["right"] if key in ids}
    started = time.process_time()
    found = searcher.search(query["query"])
    took_ms = (time.process_time() - started) * 1e3
    order = [(TABLES[one.kind], one.id) for one in found.candidates]
    cosines = [
        (kind, match.score) for (kind, number), match in found.matches.items() if (TABLES[kind], number) in right
    ]
    place = next((place for place, thing in enumerate(order, 1) if thing in right), 0)
    return Answer(
        query["query"],
        (query["sort"], query["kind"], "all", "held out" if query.get("held_out") else "first set"),
        place,
        found.meant,
        took_ms,
        cosines,
    )


def _ids(session: Session) -> dict[str, tuple[str, int]]:
    return {
        key: (table.__tablename__, number)
        for table in (Need, Offering, Organisation)
        for key, number in session.execute(select(table.key, table.id).where(table.key.is_not(None)))
    }


def _measure_speed(session: Session, wanted: int) -> None:
    titles = list(session.scalars(select(Offering.title))) + list(session.scalars(select(Need.title)))
    chance = random.Random(20261122)
    names = titles + [f"{a[:14]}{b[-10:]}" for a, b in (chance.sample(titles, 2) for _ in range(wanted - len(titles)))]
    started = time.process_time()
    table = Table(names)
    took_s = time.process_time() - started
    print(f"{len(table):,} names: made in {took_s:.2f} s, {table.memory_bytes / 1e6:.0f} MB of arrays")
    told = np.ones(len(table), np.bool_)
    _report("completing", TYPED, lambda text: table.find(text, allowed=told, most=30))
    _report(
        "correcting",
        MISTYPED,
        lambda text: correction(table, text, allowed=told, proper=told, known=lambda _word: False),
    )


def _unknown(_word: str) -> bool:
    return False


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
