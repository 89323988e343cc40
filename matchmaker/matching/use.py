"""Labels from use: what people opened, contacted, signed or rejected, weighed against where it stood on the page.

What stands first is opened more often whatever it is. So each label counts by the inverse of how likely its place
is looked at (Joachims, Swaminathan and Schnabel, *Unbiased learning-to-rank with biased feedback*, WSDM 2017).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import evaluation, learning, training
from .documents import Document
from .index import Index
from .learning import Measured
from .reranking import Model
from .trec import BadFile, Topic

#: What an event says about relevance. Being shown and passed over says nothing by itself.
GRADES = {"shown": 0.0, "rejected": 0.0, "opened": 1.0, "contacted": 2.0, "signed": 3.0}
#: Reasons of rejection that do not speak against the text: it fitted, but something else did not.
FITTED_ALL_THE_SAME = frozenset({"price", "deadline", "distance", "capacity", "solved"})
# The chance that a place is looked at falls with its number to this power; a label counts tenfold at most.
FALLS_BY, MOST_WEIGHT = 0.7, 10.0
FEWEST_QUERIES = 50


class Label(NamedTuple):
    """What happened to an offering that stood at some place (1 is the first) among the matches of a need."""

    need: Document
    offering: str
    position: int
    event: str
    reason: str = ""


class Verdict(NamedTuple):
    """Held-out quality of the weights in use and of the new ones, and whether the new ones may follow."""

    queries: int
    in_use: float
    new: float
    chance: float

    @property
    def may_ship(self) -> bool:
        """New weights follow only where they do better on queries that they never saw."""
        return self.queries > 0 and self.new > self.in_use


def read(path: Path) -> Iterator[Label]:
    """Read ``{need: {id, title, text, keywords}, offering, position, event, reason?}``, one a line.

    Raises ``BadFile``.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _label(path, number, line)


def _label(path: Path, number: int, line: str) -> Label:
    try:
        told = json.loads(line)
        need = told["need"]
        document = Document(need["id"], need.get("title", ""), need.get("text", ""), tuple(need.get("keywords", ())))
        label = Label(document, told["offering"], int(told["position"]), told["event"], told.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(path, number, f"not a label ({error!r}).") from None
    if label.event not in GRADES or label.position < 1:
        raise BadFile(path, number, f"no event {label.event!r} at place {label.position}.")
    return label


def grade(label: Label) -> float:
    """Return how much a label counts for its offering: its grade, divided by the chance that its place is looked at."""
    value = GRADES[label.event]
    if label.event == "rejected" and label.reason in FITTED_ALL_THE_SAME:
        value = GRADES["opened"]
    return float(value * min(MOST_WEIGHT, label.position**FALLS_BY))


def measured(index: Index, labels: Iterable[Label]) -> list[tuple[str, Measured]]:
    """Measure the needs that labels are about, each offering with the best that happened to it."""
    by_need: defaultdict[str, dict[str, float]] = defaultdict(dict)
    needs: dict[str, Document] = {}
    for label in labels:
        needs[label.need.id] = label.need
        held = by_need[label.need.id]
        held[label.offering] = max(held.get(label.offering, 0.0), grade(label))
    found = []
    for name in sorted(needs):
        grades = {offering: value for offering, value in by_need[name].items() if value > 0}
        if grades:
            one = training.measure(index, Topic(needs[name], frozenset()), grades)
            if len(one.table):
                found.append((name, one))
    return found


def verdict(
    used: Sequence[tuple[str, Measured]], sets: Mapping[str, Sequence[tuple[str, Measured]]], in_use: Model
) -> Verdict:
    """Learn without every second need and compare on those; fewer than ``FEWEST_QUERIES`` decide nothing."""
    held_out = [one for name, one in used if training.fold_of(name) == 0]
    if len(used) < FEWEST_QUERIES or not held_out:
        return Verdict(0, 0.0, 0.0, 1.0)
    everything = {**sets, "use/labels": used}
    new = training.weights_of(
        everything, taken=lambda name, query: name != "use/labels" or training.fold_of(query) != 0
    )
    before = np.array([learning.ndcg(one, learning.values(one, in_use.weights)) for one in held_out])
    after = np.array([learning.ndcg(one, learning.values(one, new)) for one in held_out])
    return Verdict(len(held_out), float(before.mean()), float(after.mean()), evaluation.paired_chance(before, after))
