"""The peers of ``benchmarks/matching.py``: tantivy, bm25s, scikit-learn and sparse_dot_topn, on the same words.

All of them index the words of ours without its stop words, and answer from raw text to ids; ours holds pairs of
characters besides, three times as much.
"""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from benchmarks.passages import terms
from matchmaker.matching.stopwords import CHINESE, ENGLISH

K = 10
_HEAP_BYTES = 1_000_000_000

Answer = Sequence[int]


@cache
def _stops() -> frozenset[str]:
    return frozenset([*CHINESE.split(), *ENGLISH.split()])


def words_of(text: str) -> list[str]:
    """Return what a peer searches with."""
    return [word for word in terms(text) if word not in _stops()]


class Words(NamedTuple):
    """The corpus as numbers: the words of passage i are ``flat[ends[i]:ends[i + 1]]``."""

    vocabulary: dict[str, int]
    flat: np.ndarray[Any, Any]
    ends: np.ndarray[Any, Any]
    seconds: float

    def __len__(self) -> int:
        return len(self.ends) - 1

    def each(self) -> Iterator[list[int]]:
        """Yield the numbers of each passage."""
        for start, end in zip(self.ends[:-1].tolist(), self.ends[1:].tolist(), strict=True):
            yield self.flat[start:end].tolist()


def cut_all(passages: Iterable[str], folder: Path) -> Words:
    """Cut the passages into words once for all peers, or read what an earlier run left in ``folder``."""
    saved = folder / "words.npz"
    names = folder / "words.json"
    if saved.exists():
        kept = np.load(saved)
        vocabulary = {word: number for number, word in enumerate(json.loads(names.read_text("utf-8")))}
        return Words(vocabulary, kept["flat"], kept["ends"], float(kept["seconds"]))
    started = time.process_time()
    vocabulary: dict[str, int] = {}
    flat, sizes = [], [0]
    for passage in passages:
        numbers = [vocabulary.setdefault(word, len(vocabulary)) for word in words_of(passage)]
        flat.append(np.array(numbers, np.int32))
        sizes.append(len(numbers))
    words = Words(vocabulary, np.concatenate(flat), np.cumsum(sizes), time.process_time() - started)
    np.savez(saved, flat=words.flat, ends=words.ends, seconds=words.seconds)
    names.write_text(json.dumps(list(vocabulary), ensure_ascii=False), "utf-8")
    return words


class Peer:
    """One engine: built in ``__init__``, which keeps its files below ``folder``, or opens what is there."""

    name = ""

    def __init__(self, words: Words, folder: Path) -> None:
        self.folder = folder / type(self).__name__.lower()
        started = time.perf_counter()
        note = self.folder / "seconds"
        if not note.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.build(words)
            note.write_text(str(time.perf_counter() - started))
        self.seconds = float(note.read_text())
        self.open(words)

    def size(self) -> int:
        """Return the bytes of its files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def build(self, words: Words) -> None:
        """Write the index."""
        raise NotImplementedError

    def open(self, words: Words) -> None:
        """Open the index."""
        raise NotImplementedError

    def answer(self, text: str) -> Answer:
        """Return the numbers of the best passages."""
        raise NotImplementedError

    def answer_all(self, texts: Sequence[str]) -> None:
        """Answer many at once on one core."""
        for text in texts:
            self.answer(text)


class Tantivy(Peer):
    """BM25 in Rust; one thread writes, so that few segments are left."""

    name = "tantivy, words"

    def _index(self) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("body", stored=False, tokenizer_name="whole words", index_option="freq")
        self.schema = builder.build()
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        index = tantivy.Index(self.schema, path=str(files))
        splitting = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"[^\n]+")).build()
        index.register_tokenizer("whole words", splitting)
        return index

    def build(self, words: Words) -> None:
        import tantivy

        names = list(words.vocabulary)
        writer = self._index().writer(heap_size=_HEAP_BYTES, num_threads=1)
        for own in words.each():
            document = tantivy.Document()
            document.add_text("body", "\n".join([names[word] for word in own]))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, words: Words) -> None:
        self.index = self._index()
        self.index.reload()
        self.searcher = self.index.searcher()
        assert self.searcher.num_docs == len(words)

    def answer(self, text: str) -> Answer:
        import tantivy

        should = tantivy.Occur.Should
        parts = [
            (should, tantivy.Query.term_query(self.schema, "body", word, index_option="freq"))
            for word in dict.fromkeys(words_of(text))
        ]
        found = self.searcher.search(tantivy.Query.boolean_query(parts), K, count=False).hits
        return [address.doc for _score, address in found]


class Bm25s(Peer):
    """BM25 with the scores of every posting worked out beforehand, added up by numba."""

    name = "bm25s, words"

    def build(self, words: Words) -> None:
        import bm25s

        made = bm25s.BM25(backend="numba", csc_backend="scipy")
        made.index((list(words.each()), words.vocabulary), show_progress=False)
        made.save(str(self.folder / "files"), show_progress=False)

    def open(self, words: Words) -> None:
        import bm25s

        self.index = bm25s.BM25.load(str(self.folder / "files"), load_vocab=True)
        self.index.backend = "numba"
        self.index.activate_numba_scorer()
        self.vocabulary = words.vocabulary

    def _ids(self, text: str) -> list[int]:
        known = map(self.vocabulary.get, dict.fromkeys(words_of(text)))
        return [number for number in known if number is not None]

    def answer(self, text: str) -> Answer:
        found, _scores = self.index.retrieve([self._ids(text)], k=K, show_progress=False)
        return list(map(int, found[0]))

    def answer_all(self, texts: Sequence[str]) -> None:
        self.index.retrieve([self._ids(text) for text in texts], k=K, show_progress=False)


class ScikitLearn(Peer):
    """TF-IDF as scikit-learn weighs it, multiplied with the query by SciPy: all passages, every time."""

    name = "scikit-learn X @ q, words"

    def build(self, words: Words) -> None:
        from sklearn.feature_extraction.text import TfidfTransformer

        counts = sparse.csr_matrix(
            (np.ones(len(words.flat), np.float32), words.flat, words.ends), (len(words), len(words.vocabulary))
        )
        counts.sum_duplicates()
        fitted = TfidfTransformer(sublinear_tf=True).fit(counts)
        table = fitted.transform(counts).astype(np.float32)
        sparse.save_npz(self.folder / "table.npz", table, compressed=False)
        np.save(self.folder / "idf.npy", fitted.idf_)

    def open(self, words: Words) -> None:
        self.table = sparse.load_npz(self.folder / "table.npz")
        self.idf = np.load(self.folder / "idf.npy")
        self.vocabulary = words.vocabulary

    def weighed(self, text: str) -> tuple[list[int], np.ndarray[Any, Any]]:
        """Return the query's words and their weights."""
        counts: dict[int, int] = {}
        for word in words_of(text):
            if word in self.vocabulary:
                counts[self.vocabulary[word]] = counts.get(self.vocabulary[word], 0) + 1
        columns = list(counts)
        weights = (1 + np.log(list(counts.values()))) * self.idf[columns]
        return columns, (weights / (np.sqrt(weights @ weights) or 1)).astype(np.float32)

    def answer(self, text: str) -> Answer:
        columns, weights = self.weighed(text)
        query = np.zeros(len(self.idf), np.float32)
        query[columns] = weights
        scores = self.table @ query
        best = np.argpartition(-scores, K)[:K]
        return best[np.argsort(-scores[best])].tolist()


class SparseDotTopN(ScikitLearn):
    """The same table turned round, multiplied by sparse_dot_topn, which keeps the best of each row."""

    name = "sparse_dot_topn, words"

    def open(self, words: Words) -> None:
        super().open(words)
        self.turned = self.table.T.tocsr()
        del self.table

    def answer(self, text: str) -> Answer:
        return self._best([text]).indices.tolist()

    def answer_all(self, texts: Sequence[str]) -> None:
        self._best(texts)

    def _best(self, texts: Sequence[str]) -> Any:
        from sparse_dot_topn import sp_matmul_topn

        rows = [self.weighed(text) for text in texts]
        ends = np.cumsum([0, *(len(columns) for columns, _weights in rows)])
        columns = np.concatenate([np.array(columns, np.int32) for columns, _weights in rows])
        weights = np.concatenate([weights for _columns, weights in rows])
        queries = sparse.csr_matrix((weights, columns, ends), (len(rows), len(self.idf)))
        return sp_matmul_topn(queries, self.turned, top_n=K, sort=True)


PEERS: tuple[type[Peer], ...] = (Tantivy, Bm25s, ScikitLearn, SparseDotTopN)
