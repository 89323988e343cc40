"""What the funnel's cells are, and what one introduction adds to them. Pure."""

from collections import Counter
from typing import NamedTuple

from matchmaker.contracts.funnel.queries import breaks, joined
from matchmaker.contracts.funnel.rules import Step
from matchmaker.contracts.introductions.models import REASON_LABELS
from matchmaker.metrics.rules import FUNNEL as REACHED
from matchmaker.metrics.rules import LOSSES, Cell, Place
from matchmaker.vouchers.uses import steps as uses

#: What domains above contracts hand in; the application gives the same to the funnel's own page.
FUNNEL: tuple[Step, ...] = (uses.STEP,)
STEPS = joined(FUNNEL)
WAYS = breaks(REASON_LABELS)

#: Measure and part of every cell that an introduction may add to, by the name that stands in its path.
COUNTED = {step.name: (REACHED, step.name) for step in STEPS} | {way.name: (LOSSES, way.name) for way in WAYS}


class Path(NamedTuple):
    """An introduction as the funnel counts it: where it belongs, when it began, which steps it took."""

    month: int
    place: Place
    names: tuple[str, ...]


def added(path: Path | None) -> Counter[Cell]:
    """Return what it adds to which cells; one that is not there adds nothing."""
    found: Counter[Cell] = Counter()
    if path is not None:
        for name in path.names:
            measure, part = COUNTED[name]
            found.update(dict(path.place.cells(measure, path.month, part=part)))
    return found
