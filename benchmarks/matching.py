"""What matching costs, against scikit-learn on the same texts in the same run.

    python -m benchmarks.matching CORPUS.jsonl

CORPUS is as ``matchmaker match index`` reads it. Queries are the first 500 characters of 200 of its documents.
Times are CPU milliseconds of one thread, the median of 5 interleaved rounds.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.matching import Document, Index
from matchmaker.matching.terms import cut
from matchmaker.matching.trec import read_documents

QUERIES = 200
ROUNDS = 5
CANDIDATES = 60
EXPLAINED = 10
CHANGED = 100

Task = Callable[[Document], object]


def main() -> None:
    documents = list(read_documents(Path(sys.argv[1])))
    started = time.perf_counter()
    built = Index.build(documents)
    print(f"{len(documents):,} documents, built in {time.perf_counter() - started:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        built.save(Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        index, opened_ms = opened(Path(folder))
        print(f"{size / 1e6:.1f} MB, opened and checked in {opened_ms:.1f} ms")
        report(measured(tasks(index, documents), queries(documents)))


def opened(folder: Path) -> tuple[Index, float]:
    Index.open(folder)
    started = time.perf_counter()
    index = Index.open(folder)
    elapsed_ms = (time.perf_counter() - started) * 1e3
    index.warm()
    return index, elapsed_ms


def queries(documents: Sequence[Document]) -> list[Document]:
    chosen = random.Random(1).sample(documents, min(QUERIES, len(documents)))
    return [Document("", body=f"{document.title}。{document.body}"[:500]) for document in chosen]


def tasks(index: Index, documents: Sequence[Document]) -> dict[str, Task]:
    half = index.among(document.id for document in documents[::2])
    changed = index.with_changes(documents[:CHANGED], [])

    def explained(query: Document) -> object:
        return [match.reasons for match in index.search(query, CANDIDATES)[:EXPLAINED]]

    return {
        "scikit-learn, words, X @ q": scikit_learn(documents),
        "search": lambda query: index.search(query, CANDIDATES),
        "search, half of it filtered out": lambda query: index.search(query, CANDIDATES, where=half),
        f"search, {CHANGED} documents changed": lambda query: changed.search(query, CANDIDATES),
        f"search, {EXPLAINED} matches explained": explained,
        "search, one line": lambda query: index.search(Document("", body=query.body[:20]), CANDIDATES),
    }


def scikit_learn(documents: Sequence[Document]) -> Task:
    vectorizer = TfidfVectorizer(analyzer=lambda text: cut(text).words, sublinear_tf=True)
    table = vectorizer.fit_transform([f"{document.title}\n{document.body}" for document in documents])

    def best(query: Document) -> object:
        scores = (table @ vectorizer.transform([query.body]).T).toarray().ravel()
        return scores.argpartition(-CANDIDATES)[-CANDIDATES:]

    return best


def measured(work: dict[str, Task], asked: Sequence[Document]) -> dict[str, float]:
    rounds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(ROUNDS):
        for name, task in work.items():
            started = time.process_time()
            for query in asked:
                task(query)
            rounds[name].append((time.process_time() - started) / len(asked) * 1e3)
    return {name: statistics.median(times) for name, times in rounds.items()}


def report(times: dict[str, float]) -> None:
    first = next(iter(times.values()))
    for name, ms in times.items():
        print(f"{name:36} {ms:7.3f} ms  {ms / first:6.2f} × scikit-learn")


if __name__ == "__main__":
    main()
