"""A report's figures, read in as many statements whatever there is to tell."""

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.messages import Message
from matchmaker.metrics import published
from matchmaker.metrics.periods import Period
from matchmaker.metrics.queries import Scope
from matchmaker.statistics.reports import rules
from matchmaker.statistics.reports.rules import Report


def report(session: Session, scope: Scope, period: Period, *, name: str, called: Message | str = "") -> Report:
    """Return the report of a scope: ``name`` heads it, ``called`` is what its sentences say, such as 全市."""
    kind = rules.kind_of(scope, period)
    periods = rules.periods_of(kind, period, clock.today())
    keys = rules.keys_of(kind, scope)
    found = [published.figures(session, scope, one, keys) for one in periods]
    return Report(
        kind=kind,
        scope=scope,
        name=name,
        periods=periods,
        sentences=rules.sentences_of(found[-1], periods[-1], called or name),
        sections=rules.sections_of(found),
        read_at=clock.now(),
    )
