"""``matchmaker match train``: learn weights and calibration, compare on what was held out, write or refuse."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import calibration, reranking, training, trec, use
from .calibration import PLAIN, SIGNALS, Calibration
from .index import Index
from .reranking import Model
from .training import Quality, Sets

# How many of the best hits of a query teach how likely matches are answers.
JUDGED_HITS = 3
BINS = 10

_Floats = npt.NDArray[np.float64]
_Tell = Callable[[str], None]


def train(data: Path, *, use: Path | None, corpus: Path | None, out: Path | None, tell: _Tell) -> bool:
    """Learn from a folder of labelled corpora and from labels of use. Return whether anything was written."""
    sets: dict[str, Sequence[training.Query]] = dict(training.measured_sets(data, tell))
    if not sets:
        raise ValueError(f"{data} holds no corpus.jsonl in any folder.")
    quality = training.cross_validated(sets, tell)
    for line in table(quality):
        tell(line)
    if np.mean([one.by_query for one in quality.values()]) <= np.mean([one.first_stage for one in quality.values()]):
        return False
    if use is not None and corpus is not None:
        labels = _measured_use(use, corpus)
        if not _is_better(labels, sets, tell):
            return False
        sets["use/labels"] = labels
    weights = training.weights_of(sets, taken=lambda *_: True)
    tell("Learned the weights.")
    judged = calibrated(sets, Model(weights), tell)
    held = {name: [one.queries, *(round(float(value), 4) for value in one[1:])] for name, one in quality.items()}
    training.write(out or reranking.WEIGHTS_FILE, weights, {"calibration": judged, "cross_validated": held})
    return True


def table(quality: Mapping[str, Quality]) -> list[str]:
    """Return the cross-validated figures, one line for each set."""
    lines = [f"{'set':34} queries  first  by query  by corpus   (nDCG@10)"]
    for name, one in quality.items():
        lines.append(f"{name:34} {one.queries:7,} {one.first_stage:6.4f}   {one.by_query:6.4f}    {one.by_corpus:6.4f}")
    return lines


def _measured_use(labels: Path, corpus: Path) -> list[training.Query]:
    return use.measured(Index.build(trec.read_documents(corpus)), use.read(labels))


def _is_better(labels: list[training.Query], sets: Mapping[str, Sequence[training.Query]], tell: _Tell) -> bool:
    found = use.verdict(labels, sets, reranking.shipped_model())
    tell(
        f"Use: {len(labels):,} needs, {found.queries:,} held out, nDCG@10 {found.in_use:.4f} in use,"
        f" {found.new:.4f} new, p = {found.chance:.3f}."
    )
    return found.may_ship


def calibrated(sets: Sets, model: Model, tell: _Tell) -> dict[str, Any]:
    """Learn how likely matches are answers; half of the queries learn, half tell how far it holds."""
    signals, answers, queries = _judged(sets, model)
    learned, held = queries % 2 == 0, queries % 2 == 1
    told: dict[str, Any] = {}
    for name, columns in (("measured", SIGNALS), ("plain", PLAIN)):
        own = signals[:, : len(columns)]
        found = calibration.learn(own[learned], answers[learned], columns)
        told[name] = {**found.told(), "reliability": reliability(found, own[held], answers[held])}
        tell(f"Calibrated ({name}): AUC {told[name]['reliability']['auc']:.3f}.")
    return told


def reliability(found: Calibration, signals: _Floats, answers: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return, for tenths of the probability told, how many matches had it and how many of those were answers."""
    from sklearn.metrics import brier_score_loss, roc_auc_score  # noqa: PLC0415  (slow to load)

    told = found.probability(signals)
    bins = np.minimum((told * BINS).astype(int), BINS - 1)
    rows = [
        [
            round(float(told[bins == one].mean()), 3),
            round(float(answers[bins == one].mean()), 3),
            int((bins == one).sum()),
        ]
        for one in range(BINS)
        if (bins == one).any()
    ]
    auc, brier = float(roc_auc_score(answers, told)), float(brier_score_loss(answers, told))
    return {"auc": round(auc, 4), "brier": round(brier, 4), "told_observed_count": rows}


def _judged(sets: Sets, model: Model) -> tuple[_Floats, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Return signals of the best hits, whether each is an answer, and the number of the query it belongs to."""
    signals, answers, numbers = [], [], []
    for number, asked in enumerate(one.judged for queries in sets.values() for _, one in queries if one.judged):
        for one in asked:
            if len(one.raw) < calibration.FEWEST:
                continue
            ranked = reranking.weighed(one.raw, one.gates, model)
            best = np.argsort(-ranked.values, kind="stable")[:JUDGED_HITS]
            signals.append(calibration.signals(ranked, best, beyond=one.beyond[best], scores=one.scores[best]))
            answers.append(one.grades[best] > 0)
            numbers.append(np.full(len(best), number))
    return np.concatenate(signals), np.concatenate(answers), np.concatenate(numbers)
