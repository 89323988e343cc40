"""How likely a match is an answer: a logistic model over named signals, straightened by isotonic regression."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from . import reranking
from .reranking import Ranked
from .segment import Places

#: ``beyond`` is the similarity less what chance reaches, see ``judgement``. The others are the second stage's own.
SIGNALS = ("beyond", "similarity", "title", "theme", "lead", "short", "long")
#: What is known of a match that the second stage did not measure.
PLAIN = ("beyond", "similarity")

_Floats = npt.NDArray[np.float64]
_RANKS_OF_OTHERS = slice(9, 30)
#: Among fewer candidates a lead says nothing, and ``PLAIN`` signals have to do.
FEWEST = 30


@dataclass(frozen=True)
class Calibration:
    """Weights of signals, and the curve from the logistic's probability to the one observed."""

    names: tuple[str, ...]
    weights: _Floats
    intercept: float
    curve: tuple[_Floats, _Floats]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Calibration":
        """Read what ``told`` returns."""
        names = tuple(name for name in SIGNALS if name in told["signals"])
        return cls(
            names,
            np.array([told["signals"][name] for name in names], float),
            float(told["intercept"]),
            (np.array(told["curve"]["told"], float), np.array(told["curve"]["observed"], float)),
        )

    def told(self) -> dict[str, Any]:
        """Return the calibration as plain numbers."""
        return {
            "signals": {name: round(weight, 4) for name, weight in zip(self.names, self.weights.tolist(), strict=True)},
            "intercept": round(self.intercept, 4),
            "curve": {
                "told": [round(value, 4) for value in self.curve[0].tolist()],
                "observed": [round(value, 4) for value in self.curve[1].tolist()],
            },
        }

    def probability(self, signals: _Floats) -> _Floats:
        """Return the probability for each row of signals, in the order of ``names``."""
        raw = 1.0 / (1.0 + np.exp(-np.clip(signals @ self.weights + self.intercept, -30, 30)))
        return np.asarray(np.interp(raw, *self.curve))


def learn(signals: _Floats, is_answer: npt.NDArray[np.bool_], names: tuple[str, ...]) -> Calibration:
    """Fit the weights, then the curve; few knots, never falling."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415  (slow to load; serving never needs it)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  (slow to load; serving never needs it)

    spread = np.maximum(signals.std(axis=0), 1e-9)
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(signals / spread, is_answer)
    weights, intercept = fitted.coef_[0] / spread, float(fitted.intercept_[0])
    raw = 1.0 / (1.0 + np.exp(-(signals @ weights + intercept)))
    knots = np.unique(np.quantile(raw, np.linspace(0, 1, 21)))
    straight = IsotonicRegression(y_min=0.005, y_max=0.995, out_of_bounds="clip").fit(raw, is_answer)
    middles = np.array([straight.predict(raw[(raw >= low) & (raw <= high)]).mean() for low, high in pairwise(knots)])
    return Calibration(names, weights, intercept, ((knots[:-1] + knots[1:]) / 2, np.maximum.accumulate(middles)))


def signals(ranked: Ranked, rows: Places, *, beyond: _Floats, scores: _Floats) -> _Floats:
    """Return one row of ``SIGNALS`` for each of some candidates, with what their scores have beyond chance."""
    raw = ranked.raw[rows].astype(float)
    others = np.sort(ranked.values)[::-1][_RANKS_OF_OTHERS]
    lead = ranked.values[rows] - others.mean()
    title, theme = raw[:, reranking.NAMES.index("title_coverage")], raw[:, reranking.NAMES.index("theme")]
    gates = np.tile(ranked.gates[[2, 1]], (len(rows), 1))
    return np.column_stack([beyond, scores, title, theme, lead, gates])


@cache
def shipped() -> tuple[Calibration, Calibration]:
    """Return what ships with the library: for matches that the second stage measured, and for others."""
    told = reranking.shipped()["calibration"]
    return Calibration.of(told["measured"]), Calibration.of(told["plain"])
