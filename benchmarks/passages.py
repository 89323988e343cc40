"""Passages like those of real texts, as many as asked for: the corpus of ``benchmarks/matching.py``.

Real texts are cut into passages of some 177 characters. A made passage walks through the real words: mostly it goes on
with the word that follows where it stands, sometimes from another place of the same word, so that neighbours stay
neighbours; after a sentence it mostly returns home, to the text it began in, so that a passage keeps its subject. A
word that the real texts hold up to three times is split into variants whose frequencies follow Zipf's law, because a
larger corpus has more rare words, not the same ones more often. ``likeness`` says how well this succeeded.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import rjieba
from numba import njit

from matchmaker.matching.terms import UNSPACED, cut, singular

CHARACTERS = 170
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；\n]?")
_IDEOGRAPH = re.compile(f"[{UNSPACED}]")
_END = 0
# Chosen so that ``likeness`` comes out alike.
_COMMON = 100
_LEAPS = 0.2
_RETURNS = 0.8
_RARE = 3
_SPLIT = 4
_BATCH = 20_000

_Array = np.ndarray[Any, Any]


class Source(NamedTuple):
    """The real words. ``text`` numbers them through all passages, each ended by nought.

    ``homes`` says for each passage where its text's passages begin and end; ``places`` lists where each word stands.
    """

    words: list[str]
    text: _Array
    starts: _Array
    homes: _Array
    places: _Array
    bounds: _Array
    rare: _Array
    letters: str


def real_passages(data: Path) -> list[list[str]]:
    """Return the passages of each Chinese text among the labelled data."""
    texts = []
    for path in sorted(data.glob("*/corpus.jsonl")):
        for line in path.open(encoding="utf-8"):
            text = json.loads(line)["text"]
            if 2 * len(_IDEOGRAPH.findall(text)) > len(text):
                texts.append(list(_passages(text)))
    if not texts:
        raise SystemExit(f"No Chinese corpus.jsonl below {data}.")
    return texts


def _passages(text: str) -> Iterator[str]:
    passage = ""
    for sentence in _SENTENCE.findall(text):
        passage += sentence.strip()
        if len(passage) >= CHARACTERS:
            yield passage
            passage = ""
    if passage:
        yield passage


def source(texts: Sequence[Sequence[str]]) -> Source:
    """Take the real passages apart."""
    numbers: dict[str, int] = {"\n": _END}
    stream: list[int] = []
    starts: list[int] = []
    homes: list[tuple[int, int]] = []
    for passages in texts:
        home = len(starts), len(starts) + len(passages)
        for passage in passages:
            starts.append(len(stream))
            homes.append(home)
            stream += [numbers.setdefault(word, len(numbers)) for word in rjieba.cut(passage)]
            stream.append(_END)
    words = list(numbers)
    text = np.array(stream, np.int64)
    counts = np.bincount(text, minlength=len(words))
    is_word = np.array([bool(cut(word).words or cut(word).spelled) and len(word) > 1 for word in words])
    return Source(
        words,
        text,
        np.array(starts, np.int64),
        np.array(homes, np.int64),
        np.argsort(text, kind="stable"),
        np.concatenate(([0], np.cumsum(counts))),
        is_word & (counts <= _RARE),
        "".join(word for word in words if _IDEOGRAPH.fullmatch(word)),
    )


@njit(cache=True)
def _walk(  # noqa: PLR0917 - numba knows no keyword-only arguments
    text: _Array,
    starts: _Array,
    homes: _Array,
    places: _Array,
    bounds: _Array,
    lengths: _Array,
    stop: int,
    common: int,
    leaps: float,
    seed: int,
) -> _Array:
    np.random.seed(seed)
    made = np.empty(lengths.sum(), np.int64)
    at = 0
    for length in lengths:
        home = np.random.randint(len(starts))
        place = starts[home]
        for _ in range(length):
            while place >= len(text) or text[place] == 0:
                place = starts[np.random.randint(homes[home, 0], homes[home, 1])]
            word = text[place]
            made[at] = word
            at += 1
            if bounds[word + 1] - bounds[word] < common and np.random.random() < leaps:
                place = places[np.random.randint(bounds[word], bounds[word + 1])]
            elif word == stop and np.random.random() < _RETURNS:
                place = np.random.randint(starts[homes[home, 0]], starts[homes[home, 1] - 1] + 1)
                while text[place] != stop and text[place] != 0:
                    place += 1
            place += 1
    return made


def made_passages(real: Source, count: int, seed: int = 20261122) -> Iterator[str]:
    """Yield passages, the same for the same numbers."""
    chance = np.random.default_rng(seed)
    long = np.diff(np.append(real.starts, len(real.text))) - 1
    # Twice, because drawing with replacement loses a third of the words that stand but once.
    variants = _SPLIT * max(1.0, count / len(long))
    spelled: dict[tuple[int, int], str] = {}
    words = np.array(real.words, object)
    stop = real.words.index("。")
    for first in range(0, count, _BATCH):
        lengths = chance.choice(long, min(_BATCH, count - first))
        made = _walk(
            real.text, real.starts, real.homes, real.places, real.bounds, lengths, stop, _COMMON, _LEAPS, seed + first
        )
        spellings = words[made]
        at = np.flatnonzero(real.rare[made])
        which = (variants ** chance.random(len(at))).astype(np.int64)
        for place, number, variant in zip(at.tolist(), made[at].tolist(), which.tolist(), strict=True):
            if variant > 1:
                key = number, variant
                if key not in spelled:
                    spelled[key] = _variant(real, *key)
                spellings[place] = spelled[key]
        end = 0
        whole = spellings.tolist()
        for length in lengths.tolist():
            yield "".join(whole[end : end + length])
            end += length


def _variant(real: Source, number: int, variant: int) -> str:
    word = real.words[number]
    if not _IDEOGRAPH.search(word):
        return f"{word}{variant}"
    # A fixed letter for each word and variant: the same word comes again.
    letter = real.letters[(number * 7919 + variant * 104729) % len(real.letters)]
    return word[:-1] + letter if (number + variant) % 2 else letter + word[1:]


def terms(text: str) -> list[str]:
    """Return the words that peers index: those of ours."""
    apart = cut(text)
    return [*apart.words, *map(singular, apart.spelled)]


def profile(passages: Sequence[str]) -> dict[str, float]:
    """Measure what decides the cost of a search: lengths, distinct words, and how many passages hold a word."""
    lengths, distinct, pairs = [], [], []
    held: dict[str, int] = {}
    half = 0
    for number, passage in enumerate(passages):
        apart = cut(passage)
        own = {*apart.words, *map(singular, apart.spelled)}
        lengths.append(len(passage))
        distinct.append(len(own))
        run = apart.unspaced
        pairs.append(len({pair for pair in pairwise(run) if "\n" not in pair}))
        for word in own:
            held[word] = held.get(word, 0) + 1
        if number == len(passages) // 2:
            half = len(held)
    shares = sorted(held.values(), reverse=True)
    tenth, middle, most = np.percentile(lengths, [10, 50, 90])
    figures = {
        "characters, mean": float(np.mean(lengths)),
        "characters, 10 %": tenth,
        "characters, 50 %": middle,
        "characters, 90 %": most,
        "distinct words, mean": float(np.mean(distinct)),
        "distinct pairs, mean": float(np.mean(pairs)),
        "vocabulary": len(held),
        "vocabulary, half of it": half,
        "held by one passage": sum(1 for share in shares if share == 1),
    }
    for rank in (1, 10, 100, 1_000, 10_000):
        if rank <= len(shares):
            figures[f"% that hold word {rank:,}"] = 100 * shares[rank - 1] / len(passages)
    return figures


def likeness(real: Sequence[str], made: Sequence[str]) -> Iterator[str]:
    """Yield a table: the real passages beside as many made ones."""
    ours, theirs = profile(made), profile(real)
    yield f"{'passages like the real ones':28}{'real':>12}{'made':>12}{'ratio':>8}"
    for name, figure in theirs.items():
        if name in ours:
            yield f"{name:28}{figure:12,.2f}{ours[name]:12,.2f}{ours[name] / figure:8.2f}"
