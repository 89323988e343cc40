"""How well and how quickly the search finds: labelled queries over the demo data, and completions of 100,000 names.

    python -m benchmarks.searching [--misses] [--names N]
    python -m benchmarks.searching --page [--offerings N] [--needs N]

``searches.jsonl`` holds the queries; each was labelled from the titles alone, before the search had answered it. Those
held out were written after the constants had been set. A query succeeds at k when one of its right answers is among the
first k of the one ranked list. Times are CPU milliseconds of one thread. ``--page`` compares the search page and the
completions with an empty page, as ``benchmarks/site.py`` does, on a corpus grown from the demo.
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
from urllib.parse import quote

import numpy as np
import psutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.grown import grow
from benchmarks.site import serve_both
from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.queries import stream_positions
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
    parser.add_argument("--page", action="store_true", help="Measure the pages instead.")
    parser.add_argument("--offerings", type=int, default=10_000)
    parser.add_argument("--needs", type=int, default=5_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.page:
            _measure_pages(Path(folder), offerings=chosen.offerings, needs=chosen.needs)
            return
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


def _measure_pages(folder: Path, *, offerings: int, needs: int) -> None:
    url = grow(folder, offerings=offerings, needs=needs)
    _measure_shelf(url)
    site, empty = serve_both(folder, url)
    try:
        site.sign_in("city@demo.example", "matchmaker-demo")
        queries = [json.loads(line)["query"] for line in QUERIES.read_text(encoding="utf-8").splitlines()]
        typed = [query[: 1 + place % 4] for place, query in enumerate(queries)]
        pages = {
            "empty page": (empty, ["/"] * 2000),
            "search page": (site, [f"/search/?q={quote(query)}" for query in queries]),
            "completions": (site, [f"/search/suggestions?q={quote(text)}" for text in typed]),
        }
        times: dict[str, list[float]] = {name: [] for name in pages}
        for _round in range(6):
            for name, (server, paths) in pages.items():
                times[name].append(server.cpu_ms(paths))
        none = statistics.median(times["empty page"][1:])
        print(f"{offerings:,} offerings, {needs:,} needs, {len(queries)} queries, 5 rounds")
        for name, took in times.items():
            page = statistics.median(took[1:])
            print(f"{name:12} {page:6.2f} ms of CPU, ratio {page / none:5.1f}")
    finally:
        for server in (site, empty):
            server.process.terminate()
            server.process.wait()


def _measure_shelf(url: str) -> None:
    """Print what a process pays for its names, once."""
    with Session(create_engine(url)) as session:
        positions = stream_positions(session)
        before_mb, started = psutil.Process().memory_info().rss / 1e6, time.process_time()
        shown = NameShelf().at(session, positions)
        took_s, after_mb = time.process_time() - started, psutil.Process().memory_info().rss / 1e6
        print(f"{len(shown.base):,} names read in {took_s:.1f} s, {after_mb - before_mb:.0f} MB more in memory")


if __name__ == "__main__":
    main()
