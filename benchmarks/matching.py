"""What matching costs beside its peers, on the same passages in the same run.

    uv pip install -r requirements/peers.txt    (or pip; an environment of its own will do)
    MATCHMAKER_DATA=… python -m benchmarks.matching [--documents N] [--keep FOLDER] [--only ours,tantivy] [--check]

The passages are made from the Chinese texts below MATCHMAKER_DATA (``benchmarks/passages.py``); ``--check`` prints how
like the real ones they are. Needs are the first 50 different words of real needs, short queries the first 5 of real
titles. Engines answer from raw text to the ids of the best ten, in turns over the rounds. Times are milliseconds that
all threads of the process spent together: the medians over the rounds of each round's p50 and p99; ratios are taken
round by round. ``--keep`` names a folder for passages and peers' files, so that the next run starts at once; ours is
built anew each time unless ``--reuse`` is given.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

import numpy as np

# The peers' own threads would hide behind the clock of one; two cores are measured apart.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from benchmarks.measuring import child, private_mb
from benchmarks.within import SLICES, Answer, K, answer, ours, passages_of, table, within
from matchmaker.matching import Document, Index

NEED_WORDS, SHORT_WORDS = 50, 5
QUERIES, BULK = 200, 2_000
FEW = 100_000
OURS = "ours, words + pairs"


def main() -> None:
    chosen = _arguments()
    if chosen.role:
        print(json.dumps(_ROLES[chosen.role](chosen.keep, chosen.documents)), flush=True)
        return
    with ExitStack() as stack:
        keep = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keep.mkdir(parents=True, exist_ok=True)
        _compare(chosen, keep)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--reuse", action="store_true", help="take the index of an earlier run")
    parser.add_argument("--only", default="ours,tantivy,bm25s,scikitlearn,sparsedottopn")
    parser.add_argument("--check", action="store_true", help="print how like the real passages are and stop")
    parser.add_argument("--role", choices=list(_ROLES), help=argparse.SUPPRESS)
    return parser.parse_args()


def _data() -> Path:
    named = os.environ.get("MATCHMAKER_DATA", "")
    if not named:
        raise SystemExit("MATCHMAKER_DATA must name the folder of the labelled data.")
    return Path(named)


# The corpus and the queries.


def _write_passages(path: Path, documents: int) -> None:
    from benchmarks import passages

    if path.exists():
        return
    real = passages.source(passages.real_passages(_data()))
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as file:
        file.writelines(passage + "\n" for passage in passages.made_passages(real, documents))
    unfinished.rename(path)


def _documents(keep: Path, documents: int) -> Iterator[Document]:
    for number, passage in enumerate(passages_of(keep, documents)):
        slices = tuple(name for name, every in SLICES.items() if number % every == 0)
        yield Document(f"p{number:07}", body=passage, facets={"slice": slices} if slices else {})


def _queries(name: str, field: str, words: int, count: int) -> list[str]:
    """Return real queries, each cut off where it has so many different words; those that have fewer are left out."""
    from benchmarks.peers import words_of

    found = []
    for path in sorted(_data().glob(f"*/{name}queries.jsonl")):
        for line in path.open(encoding="utf-8"):
            text = json.loads(line)[field]
            short = _first(text, words, words_of)
            if short:
                found.append(short)
    if not found:
        raise SystemExit(f"No {name}queries.jsonl below {_data()}.")
    return [found[place % len(found)] for place in range(count)]


def _first(text: str, words: int, words_of: Callable[[str], list[str]]) -> str:
    low, high = 0, len(text)
    if len(set(words_of(text))) < words:
        return ""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if len(set(words_of(text[:middle]))) >= words else (middle + 1, high)
    return text[:low]


# What a child does.


def _build(keep: Path, documents: int) -> dict[str, float]:
    folder = ours(keep, documents)
    started, spent = time.perf_counter(), time.process_time()
    built = Index.build(_documents(keep, documents))
    built.save(folder)
    return {"seconds": time.perf_counter() - started, "here": time.process_time() - spent, "documents": len(built)}


def _first_answer(keep: Path, documents: int) -> dict[str, float]:
    started = time.perf_counter()
    index = Index.open(ours(keep, documents))
    opened = time.perf_counter()
    found = [match.id for match in index.search(Document("", body="低温环境下锂电池容量衰减快，如何延长寿命"), K)]
    answered = time.perf_counter()
    return {
        "open_ms": (opened - started) * 1e3,
        "first_ms": (answered - opened) * 1e3,
        "found": len(found),
        "private_mb": private_mb(os.getpid(), keep),
    }


_ROLES = {"build": _build, "first": _first_answer}


# The table.


def _compare(chosen: argparse.Namespace, keep: Path) -> None:
    from benchmarks import passages, peers

    if chosen.check:
        texts = passages.real_passages(_data())
        real = [passage for own in texts for passage in own]
        print("\n".join(passages.likeness(real, list(passages.made_passages(passages.source(texts), len(real))))))
        return
    needs = _queries("need_", "text", NEED_WORDS, chosen.queries)
    short = _queries("group_", "title", SHORT_WORDS, chosen.queries)
    few = min(FEW, chosen.documents)
    for size in sorted({few, chosen.documents}):
        _write_passages(keep / f"passages-{size}.txt", size)
        built_already = ours(keep, size).exists() and chosen.reuse
        if "ours" in chosen.only:
            if not built_already:
                _told_build(keep, size)
            _told_start(keep, size)
    engines: dict[str, Answer] = {}
    made: list[peers.Peer] = []
    wanted = [peer for peer in peers.PEERS if peer.__name__.lower() in chosen.only.split(",")]
    if wanted:
        beside = keep / f"peers-{chosen.documents}"
        beside.mkdir(exist_ok=True)
        words = peers.cut_all(passages_of(keep, chosen.documents), beside)
        print(f"\n{len(words):,} passages, cut in {words.seconds:.0f} s:", end=" ")
        print(f"{len(words.vocabulary):,} different words, {len(words.flat):,} in all")
        for peer in wanted:
            one = peer(words, beside)
            made.append(one)
            engines[one.name] = one.answer
            print(f"{one.name:34} indexed in {one.seconds:6.1f} s besides cutting; {one.size() / 1e6:7.0f} MB")
        if not chosen.reuse:
            _touched(words, {"need": needs, "short query": short})
    if "ours" in chosen.only:
        index = Index.open(ours(keep, chosen.documents))
        index.warm()
        first_stage = index.ranked_by(None)
        engines = {OURS: answer(first_stage), **engines}
    kinds = {"needs of 50 words": needs, "short queries of 5 words": short}
    for name, texts in kinds.items():
        table(f"{name}, one at a time", engines, texts, chosen.rounds)
    if "ours" in chosen.only:
        within(keep, (chosen.documents, few), kinds, chosen.rounds)
    _bulk(chosen, keep, made, needs)


def _told_build(keep: Path, documents: int) -> None:
    made = child(["--role", "build", "--keep", str(keep), "--documents", str(documents)])
    size = sum(path.stat().st_size for path in ours(keep, documents).rglob("*") if path.is_file())
    print(
        f"{OURS}: {documents:,} passages built in {made.said['seconds']:.1f} s"
        f" ({made.processor_seconds:.0f} s of processor),"
        f" {made.peak_mb:,.0f} MB private at most, {size / 1e6:,.0f} MB of files"
    )
    for path in sorted(ours(keep, documents).rglob("*")):
        if path.is_file():
            print(f"    {path.name:40} {path.stat().st_size / 1e6:8.1f} MB")


def _told_start(keep: Path, documents: int) -> None:
    # The second time, when everything is compiled and in the page cache.
    for _ in range(2):
        first = child(["--role", "first", "--keep", str(keep), "--documents", str(documents)])
    said = first.said
    print(
        f"    a fresh process: opened in {said['open_ms']:.1f} ms, first answer {said['first_ms']:.0f} ms later,"
        f" {first.seconds:.2f} s after its start, {first.processor_seconds:.2f} s of processor;"
        f" {said['private_mb']:.0f} MB private"
    )


def _touched(words: object, asked: dict[str, Sequence[str]]) -> None:
    from benchmarks import peers

    assert isinstance(words, peers.Words)
    number = np.repeat(np.arange(len(words), dtype=np.int64), np.diff(words.ends))
    pairs = np.unique(number * len(words.vocabulary) + words.flat)
    held = np.bincount(pairs % len(words.vocabulary), minlength=len(words.vocabulary))
    for name, texts in asked.items():
        sums = [
            sum(int(held[words.vocabulary[word]]) for word in set(peers.words_of(text)) if word in words.vocabulary)
            for text in texts
        ]
        print(f"a {name} touches {np.mean(sums):,.0f} postings of words")


# Many at once.


def _bulk(chosen: argparse.Namespace, keep: Path, made: Sequence[object], needs: Sequence[str]) -> None:
    from benchmarks import peers

    many = [needs[place % len(needs)] for place in range(min(BULK, 10 * len(needs)))]
    rates: dict[str, float] = {}
    if "ours" in chosen.only:
        folder = ours(keep, chosen.documents)
        rates[f"{OURS}, one core"] = _rate(folder, many, processes=1)
        rates[f"{OURS}, two cores"] = _rate(folder, many, processes=2)
        rates[f"{OURS}, two cores, by the clock"] = _rate(folder, many, processes=2, by_clock=True)
    for peer in made:
        assert isinstance(peer, peers.Peer)
        part = many if peer.name.startswith(("bm25s", "tantivy")) else many[:200]
        started = time.process_time()
        peer.answer_all(part)
        rates[f"{peer.name}, one core"] = len(part) / (time.process_time() - started)
    print(f"\n{'in bulk':44}{'needs/s':>9}   ours on one core ÷ it")
    for name, rate in rates.items():
        print(f"{name:44}{rate:9.0f}{rates.get(f'{OURS}, one core', 0) / rate:9.2f}")


def _rate(folder: Path, texts: Sequence[str], *, processes: int, by_clock: bool = False) -> float:
    """Return needs a second of the busiest process: what the clock shows when nobody else wants the processors."""
    with get_context("spawn").Pool(processes, _open_in_worker, [folder]) as pool:
        parts = [texts[at::processes] for at in range(processes)]
        pool.map(_search_in_worker, [texts[:20]] * processes, chunksize=1)
        started = time.perf_counter()
        spent = pool.map(_search_in_worker, parts, chunksize=1)
        wall = time.perf_counter() - started
    return len(texts) / (wall if by_clock else max(spent))


_opened: list[Index] = []


def _open_in_worker(folder: Path) -> None:
    _opened.append(Index.open(folder).ranked_by(None))


def _search_in_worker(texts: Sequence[str]) -> float:
    started = time.process_time()
    _opened[0].search_many((Document("", body=text) for text in texts), K)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main())
