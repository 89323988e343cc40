"""Ranking for many queries: by several processes that share one index, in the order of the queries."""

import multiprocessing
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from . import compiled, trec
from .index import Index
from .trec import Topic

_AT_ONCE = 16


def rank(index: Index, topics: Sequence[Topic], *, k: int, tag: str, workers: int = 1) -> Iterator[list[str]]:
    """Yield the lines of a run, topic by topic."""
    ask = partial(_lines, index, k, tag)
    if workers == 1 or len(topics) <= _AT_ONCE:
        yield from map(ask, topics)
        return
    # What all of them need is there before they part: compiled code, dictionaries, the file in memory.
    compiled.load_all()
    index.warm()
    forking = multiprocessing.get_context("fork")
    with forking.Pool(workers, _take_over, (ask,)) as pool:
        yield from pool.imap(_ask, topics, chunksize=_AT_ONCE)


def left_of(topics: Sequence[Topic], run: Path) -> tuple[list[Topic], str]:
    """Return the topics that an interrupted run has not finished, and what it has: its last topic may be cut short."""
    if not run.exists():
        return list(topics), ""
    lines = [line for line in run.read_text(encoding="utf-8").splitlines(keepends=True) if line.endswith("\n")]
    last = lines[-1].split(" ", 1)[0] if lines else ""
    kept = [line for line in lines if line.split(" ", 1)[0] != last]
    done = {line.split(" ", 1)[0] for line in kept}
    return [topic for topic in topics if topic.document.id not in done], "".join(kept)


def _lines(index: Index, k: int, tag: str, topic: Topic) -> list[str]:
    matches = index.search(topic.document, k, exclude=topic.exclude)
    return list(trec.run_lines(topic.document.id, matches, tag))


_own: list["partial[list[str]]"] = []


def _take_over(ask: "partial[list[str]]") -> None:
    _own.append(ask)


def _ask(topic: Topic) -> list[str]:
    return _own[-1](topic)
