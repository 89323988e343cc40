"""How soon providers give a first word to the enterprises that ask them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from matchmaker.contracts.introductions.models import Introduction, Side


@dataclass(frozen=True, slots=True)
class ResponseTimes:
    """How soon a provider gave a first word to the enterprises that asked it."""

    asked: int
    answered: int
    #: Of those answered; ``None`` when none was.
    median: timedelta | None
    #: Nine of ten were answered within this.
    p90: timedelta | None


def response_times(
    session: Session, *conditions: ColumnElement[bool], since: datetime, until: datetime
) -> Mapping[int, ResponseTimes]:
    """Return how soon each provider answered what enterprises opened from ``since`` until before ``until``.

    ``conditions`` narrow the introductions further. What was never answered counts as asked and has no time.
    """
    rows = session.execute(
        select(Introduction.provider_id, Introduction.opened_at, Introduction.answered_at)
        .where(
            Introduction.opened_by_side == Side.ENTERPRISE,
            Introduction.opened_at >= since,
            Introduction.opened_at < until,
            *conditions,
        )
        .order_by(Introduction.provider_id, Introduction.id)
    )
    found: dict[int, list[timedelta | None]] = {}
    for provider_id, opened_at, answered_at in rows:
        found.setdefault(provider_id, []).append(answered_at - opened_at if answered_at else None)
    return {provider_id: _times(waits) for provider_id, waits in found.items()}


def _times(waits: list[timedelta | None]) -> ResponseTimes:
    known = sorted(wait for wait in waits if wait is not None)
    if not known:
        return ResponseTimes(len(waits), 0, None, None)
    middle = timedelta(seconds=median(wait.total_seconds() for wait in known))
    # The smallest time within which at least nine of ten were answered.
    return ResponseTimes(len(waits), len(known), middle, known[-(-9 * len(known) // 10) - 1])
