"""The night's check of the cells against the records."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker.jobs import daily
from matchmaker.metrics import rebuilding, recording
from matchmaker.metrics.rebuilding import Disagreement

# Other domains' jobs end vouchers and services; whatever runs them counts that too.
recording.listen()


def look(session: Session, *, on: date) -> list[Disagreement]:
    """Count anew; a long look keeps no writer waiting."""
    del on
    return rebuilding.disagreements(session)


@daily("check-metrics", prepare=look)
def check(_session: Session, *, on: date, prepared: list[Disagreement]) -> str:
    """Say where the cells are not what the records add up to."""
    del on
    if not prepared:
        return "every figure agrees with its records"
    told = "; ".join(str(one) for one in prepared[:5])
    return f"{len(prepared)} cells do not agree: {told}"[:500]
