"""What matching costs beside itself: filters, changes, the second stage, reasons, growth, and the floor.

``benchmarks/matching.py`` prints it after its table of peers.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.measuring import bandwidth_gb_a_second, milliseconds
from matchmaker.matching import Document, Index
from matchmaker.matching.query import prepare

K = 10
LIVE = 10_000
SLICES = {"half": 2, "tenth": 10, "hundredth": 100, "thousandth": 1_000}
_POSTING_BYTES = 3

Answer = Callable[[str], object]


def passages_of(keep: Path, documents: int) -> Iterator[str]:
    """Read the passages that were made, one a line."""
    with (keep / f"passages-{documents}.txt").open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def ours(keep: Path, documents: int) -> Path:
    """Where our index of so many passages is kept."""
    return keep / f"ours-{documents}"


def answer(index: Index, **options: object) -> Answer:
    """Answer from raw text to the ids of the best ten."""
    return lambda text: [match.id for match in index.search(Document("", body=text), K, **options)]


def table(title: str, engines: dict[str, Answer], texts: Sequence[str], rounds: int) -> dict[str, float]:
    """Print the engines in turns. Return the p50 of each."""
    for answer in engines.values():
        for text in texts[:20]:
            answer(text)
    figures: dict[str, list[tuple[float, float, float]]] = {name: [] for name in engines}
    for _ in range(rounds):
        for name, answer in engines.items():
            spent, wall = milliseconds(answer, texts)
            ordered = sorted(spent)
            figures[name].append((statistics.median(ordered), ordered[int(len(ordered) * 0.99)], wall))
    first = next(iter(engines))
    print(f"\n{title:36}{'p50 ms':>9}{'p99 ms':>9}{'wall':>9}   {first.split(',')[0]} ÷ it")
    for name, rows in figures.items():
        middle, worst, wall = (statistics.median(row[at] for row in rows) for at in range(3))
        ratio = statistics.median(own[0] / other[0] for own, other in zip(figures[first], rows, strict=True))
        print(f"{name:36}{middle:9.3f}{worst:9.3f}{wall:9.3f}{ratio:9.2f}")
    return {name: statistics.median(row[0] for row in rows) for name, rows in figures.items()}


def within(keep: Path, sizes: tuple[int, int], kinds: Mapping[str, Sequence[str]], rounds: int) -> None:
    """Print ours beside itself, for each kind of query; ``sizes`` are all documents and fewer."""
    whole, few = sizes
    index = Index.open(ours(keep, whole))
    index.warm()
    first_stage = index.ranked_by(None)
    extra = [
        Document(f"live-{number:06}", body=passage)
        for number, passage in zip(range(LIVE), passages_of(keep, few), strict=False)
    ]
    started = time.process_time()
    changed = first_stage.with_changes(put=extra)
    print(f"\n{len(extra):,} documents put on top in {time.process_time() - started:.1f} s of processor")
    ways = {"first stage, no filter": answer(first_stage)}
    for name in SLICES:
        ways[f"first stage, a {name} allowed"] = answer(first_stage, where=first_stage.where(slice=name))
    ways[f"first stage, {len(extra):,} put on top"] = answer(changed)
    ways["both stages"] = answer(index)
    for name in SLICES:
        ways[f"both stages, a {name} allowed"] = answer(index, where=index.where(slice=name))
    smaller = None
    if few != whole:
        smaller = Index.open(ours(keep, few))
        smaller.warm()
        ways[f"first stage, {few:,} passages"] = answer(smaller.ranked_by(None))
    speed = bandwidth_gb_a_second()
    for kind, texts in kinds.items():
        times = table(f"ours, {kind}", ways, texts, rounds)
        base, both = times["first stage, no filter"], times["both stages"]
        print(f"{'beside the same stages without a filter':44}")
        for name, ms in times.items():
            print(f"    {name:44}{ms / (both if name.startswith('both stages,') else base):6.2f}")
        _reasons(index, texts)
        floor_ms = _floor(index, whole, texts, base, speed)
        if smaller is not None:
            less = times[f"first stage, {few:,} passages"]
            less_floor_ms = _floor(smaller, few, texts, less, speed)
            print(
                f"growth: {whole / few:.0f} times the passages take {base / less:.1f} times as long,"
                f" and the floor {floor_ms / less_floor_ms:.1f} times"
            )


def _reasons(index: Index, texts: Sequence[str]) -> None:
    spent = []
    for text in texts:
        found = index.search(Document("", body=text), K)
        started = time.process_time()
        for match in found:
            _ = match.reasons, match.moved, match.band
        spent.append((time.process_time() - started) * 1e3)
    spent.sort()
    middle, worst = statistics.median(spent), spent[int(len(spent) * 0.99)]
    print(f"explain: reasons, moves and band of {K} matches take {middle:.2f} ms, at p99 {worst:.2f}; of one a tenth")


def _floor(index: Index, documents: int, texts: Sequence[str], ms: float, speed: float) -> float:
    postings = statistics.mean(_postings(index, text) for text in texts)
    floor_ms = postings * _POSTING_BYTES / speed / 1e6
    print(
        f"the floor of {documents:,}: {postings:,.0f} postings of {_POSTING_BYTES} bytes at {speed:.1f} GB/s are"
        f" {floor_ms:.3f} ms; the first stage takes {ms / floor_ms:.1f} times that"
    )
    return floor_ms


def _postings(index: Index, text: str) -> int:
    rows = prepare(Document("", body=text), index.base, index.live, index.weights).base.rows
    held = index.base.postings
    # Rare terms have their postings side by side, common ones block by block.
    common = held.directory[np.flatnonzero(np.isin(held.common_rows, rows))]
    rare = held.starts[rows + 1].astype(np.int64) - held.starts[rows]
    return int(rare.sum() + (common[:, -1].astype(np.int64) - common[:, 0]).sum())
