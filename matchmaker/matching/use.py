"""Labels from use: what people opened, contacted, signed or rejected, weighed against where it stood on the page.

What stands first is opened more often whatever it is. So each label counts by the inverse of how likely its place
is looked at (Joachims, Swaminathan and Schnabel, *Unbiased learning-to-rank with biased feedback*, WSDM 2017).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from . import evaluation, learning, training
from .documents import Document
from .index import Index
from .learning import Measured
from .reranking import CANDIDATES, Model
from .trec import BadFile, Topic

#: What an event says about relevance. Being shown and passed over says nothing by itself.
GRADES = {"shown": 0.0, "rejected": 0.0, "opened": 1.0, "contacted": 2.0, "signed": 3.0}
#: Reasons of rejection that do not speak against the text: it fitted, but something else did not.
FITTED_ALL_THE_SAME = frozenset({"price", "deadline", "distance", "capacity", "solved", "time", "confidentiality"})
# The chance that a place is looked at falls with its number to this power, unless labels tell another one, see
# ``falls_by``; a label counts tenfold at most.
FALLS_BY, MOST_WEIGHT = 0.7, 10.0
FEWEST_QUERIES = 50
#: So much must have been shown, and so much of it acted upon, for a power to be measured; these are tried.
FEWEST_SHOWN, FEWEST_ACTED = 1_000, 50
_POWERS = np.arange(0.0, 2.01, 0.05)


class Label(NamedTuple):
    """What happened to an offering that stood at some place (1 is the first) among the matches of a need.

    ``likely`` is how likely it is an answer, by its text alone; nought where nobody knows what was shown there with it
    and passed over: how attention falls is not to be read from what was acted upon alone.
    """

    need: Document
    offering: str
    position: int
    event: str
    reason: str = ""
    likely: float = 0.0


class Outcome(Protocol):
    """What became of a need and an offering, as a site keeps it: any row with these names.

    ``state`` is an event of ``GRADES``, or one of an introduction: waiting, talking, failed.
    """

    @property
    def need(self) -> Document:
        """The need as it was searched with."""
        ...

    @property
    def offering(self) -> str:
        """The id of the offering in the index."""
        ...

    @property
    def state(self) -> str:
        """How far the two have come."""
        ...

    @property
    def reason(self) -> str:
        """Why it failed, where it did."""
        ...

    @property
    def position(self) -> int | None:
        """Where it stood when it was shown, where the site knows."""
        ...

    @property
    def is_listed(self) -> bool:
        """Whether the site tells of all that was shown with it, passed over or not."""
        ...


class Told(NamedTuple):
    """An outcome read from a file."""

    need: Document
    offering: str
    state: str
    reason: str = ""
    position: int | None = None
    is_listed: bool = True


class Verdict(NamedTuple):
    """Held-out nDCG@10 of the weights in use and of the new ones, and whether the new ones may follow."""

    queries: int
    in_use: float
    new: float
    chance: float

    @property
    def may_ship(self) -> bool:
        """New weights follow only where they do better on queries that they never saw."""
        return self.queries > 0 and self.new > self.in_use


#: What the states of an introduction say of a match.
_EVENTS = {"waiting": "contacted", "talking": "contacted", "failed": "rejected"}
#: Nobody answered: that somebody asked is all that is known.
_SILENCE = "no_reply"


def labels(outcomes: Iterable[Outcome], index: Index) -> Iterator[Label]:
    """Turn outcomes into labels. Where an offering stood is told by the site, or else by the index of today.

    What the index does not find for its need any more teaches nothing.
    """
    found: dict[str, dict[str, tuple[int, float]]] = {}
    for outcome in outcomes:
        event = _EVENTS.get(outcome.state, outcome.state)
        if event not in GRADES:
            raise ValueError(f"No state {outcome.state!r} of a need and an offering is known.")
        if outcome.state == "failed" and outcome.reason == _SILENCE:
            event = "contacted"
        need = outcome.need
        if need.id not in found:
            matches = index.search(need, CANDIDATES) if len(index) else []
            found[need.id] = {match.id: (place, match.probability) for place, match in enumerate(matches, start=1)}
        if outcome.offering in found[need.id]:
            place, likely = found[need.id][outcome.offering]
            known = outcome.position
            own = place if known is None else known, likely if outcome.is_listed and known is not None else 0.0
            yield Label(need, outcome.offering, own[0], event, outcome.reason, own[1])


def line(label: Label) -> str:
    """Return a label as ``read`` reads it."""
    need: dict[str, Any] = {
        "id": label.need.id,
        "title": label.need.title,
        "text": label.need.body,
        "keywords": label.need.keywords,
    }
    need |= {"facets": dict(label.need.facets)} if label.need.facets else {}
    told = {"need": need, "offering": label.offering, "position": label.position, "event": label.event}
    more = {"reason": label.reason} | ({"likely": round(label.likely, 4)} if label.likely else {})
    return json.dumps({**told, **more}, ensure_ascii=False) + "\n"


def read_outcomes(path: Path) -> Iterator[Told]:
    """Read ``{need: {id, title, text, keywords, facets?}, offering, state, reason?, position?, listed?}``, one a line.

    Raises ``BadFile``.
    """
    for number, told in _lines(path):
        try:
            place = told.get("position")
            own = str(told["offering"]), str(told["state"]), str(told.get("reason") or "")
            known = None if place is None else max(1, int(place))
            yield Told(_need(told["need"]), *own, known, bool(told.get("listed", True)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadFile(path, number, f"not an outcome ({error!r}).") from None


def read(path: Path) -> Iterator[Label]:
    """Read ``{need: {id, title, text, keywords, facets?}, offering, position, event, reason?, likely?}``, one a line.

    Raises ``BadFile``.
    """
    for number, told in _lines(path):
        yield _label(path, number, told)


def _lines(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                try:
                    yield number, json.loads(text)
                except ValueError as error:
                    raise BadFile(path, number, f"not JSON ({error}).") from None


def _need(told: Mapping[str, Any]) -> Document:
    facets = {str(name): tuple(map(str, values)) for name, values in (told.get("facets") or {}).items()}
    return Document(told["id"], told.get("title", ""), told.get("text", ""), tuple(told.get("keywords", ())), facets)


def _label(path: Path, number: int, told: Any) -> Label:
    try:
        own = told["offering"], int(told["position"]), told["event"], told.get("reason", "")
        label = Label(_need(told["need"]), *own, float(told.get("likely", 0.0)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFile(path, number, f"not a label ({error!r}).") from None
    if label.event not in GRADES or label.position < 1:
        raise BadFile(path, number, f"no event {label.event!r} at place {label.position}.")
    return label


def falls_by(labels: Iterable[Label]) -> float:
    """Return by which power of its place the attention falls that people pay to a match, as the labels tell.

    Whether somebody acts is taken for chance: how likely the match is an answer by its text, times the attention to
    its place, times what is the same for all. The power under which what happened was likeliest is returned; where
    too little was shown, ``FALLS_BY``.
    """
    known = [label for label in labels if label.likely > 0]
    acted = np.array([label.event != "shown" for label in known], bool)
    if len(known) < FEWEST_SHOWN or acted.sum() < FEWEST_ACTED or acted.all():
        return FALLS_BY
    places = np.array([label.position for label in known], float)
    likely = np.array([label.likely for label in known])

    def chance_of_it_all(power: float) -> float:
        expected = likely * places**-power
        share = np.clip(expected * (acted.sum() / expected.sum()), 1e-6, 1.0 - 1e-6)
        return float(np.log(np.where(acted, share, 1.0 - share)).sum())

    return float(max(_POWERS.tolist(), key=chance_of_it_all))


def grade(label: Label, *, power: float = FALLS_BY) -> float:
    """Return how much a label counts for its offering: its grade, divided by the chance that its place is looked at."""
    value = GRADES[label.event]
    if label.event == "rejected" and label.reason in FITTED_ALL_THE_SAME:
        value = GRADES["opened"]
    return float(value * min(MOST_WEIGHT, label.position**power))


def measured(index: Index, labels: Iterable[Label]) -> list[tuple[str, Measured]]:
    """Measure the needs that labels are about, each offering with the best that happened to it.

    A need counts by the inverse of the chance that what happened would be known, on average once. Without that a
    single opening far down would count no more than one at the top: measures compare a need with its own best order.
    """
    labels = list(labels)
    power = falls_by(labels)
    by_need: defaultdict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    needs: dict[str, Document] = {}
    for label in labels:
        needs[label.need.id] = label.need
        held = by_need[label.need.id]
        own = grade(label, power=power), grade(label, power=0.0)
        held[label.offering] = max(held.get(label.offering, (0.0, 0.0)), own)
    found = []
    for name in sorted(needs):
        told = {offering: values for offering, values in by_need[name].items() if values[0] > 0}
        if told:
            grades = {offering: weighed for offering, (weighed, _) in told.items()}
            one = training.measure(index, Topic(needs[name], frozenset()), grades, is_judged=True)
            if len(one.table):
                unweighed = learning.ideal([plain for _, plain in told.values()])
                found.append((name, one._replace(weight=one.ideal / unweighed)))
    mean = float(np.mean([one.weight for _, one in found])) if found else 1.0
    return [(name, one._replace(weight=one.weight / mean)) for name, one in found]


def verdict(
    used: Sequence[tuple[str, Measured]], sets: Mapping[str, Sequence[tuple[str, Measured]]], in_use: Model
) -> Verdict:
    """Learn without every second need and compare on those, as much as each counts.

    Fewer than ``FEWEST_QUERIES`` decide nothing.
    """
    held_out = [one for name, one in used if training.fold_of(name) == 0]
    if len(used) < FEWEST_QUERIES or not held_out:
        return Verdict(0, 0.0, 0.0, 1.0)
    everything = {**sets, "use/labels": used}
    new = training.weights_of(
        everything, taken=lambda name, query: name != "use/labels" or training.fold_of(query) != 0
    )
    before = np.array([one.weight * learning.ndcg(one, learning.values(one, in_use.weights)) for one in held_out])
    after = np.array([one.weight * learning.ndcg(one, learning.values(one, new)) for one in held_out])
    return Verdict(len(held_out), float(before.mean()), float(after.mean()), evaluation.paired_chance(before, after))
