"""A second program, in plain Python, comes to the same figures: every scope, month, quarter and year of the demo."""

from sqlalchemy.orm import Session

from matchmaker.metrics import queries
from matchmaker.metrics.definitions import DEFINITIONS
from matchmaker.metrics.figures import Percent
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.queries import Scope
from matchmaker.metrics.rules import FUNNEL, LOSSES
from tests.metrics.plain import Records

#: What the registry says is no record that is counted: its own tests hold it.
ELSEWHERE = {"institutes_brought_in"}


def _periods(months: list[tuple[int, int]]) -> list[Period]:
    """Return the months, quarters and years from the first to the last, and one run that is none of these."""
    run = Period(Month(*months[0]), Month(*months[-1]))
    years = range(run.first.year, run.last.year + 1)
    quarters = [Period.quarter(year, number) for year in years for number in range(1, 5)]
    return [*map(Period.month, run), *quarters, *map(Period.year, years), Period(run.first.later(1), run.last)]


def test_a_second_program_comes_to_the_same_figures_of_the_demo(demo_session: Session) -> None:
    records = Records(demo_session)
    periods, scopes = _periods(records.months()), records.scopes()
    seen = dict.fromkeys(DEFINITIONS.keys() - ELSEWHERE, 0)
    wrong = []
    for kind, code in scopes:
        for period in periods:
            plain = records.figures(kind, code, tuple(period.first), tuple(period.last))
            for key, figure in queries.figures(demo_session, Scope(ScopeKind(kind), code), period).items():
                if key in ELSEWHERE:
                    continue
                value = figure.value.value if isinstance(figure.value, Percent) else figure.value
                seen[key] += bool(value)
                if value != plain[key]:
                    wrong.append(f"{kind} {code} {period} {key}: {value} is shown, {plain[key]} is right")
    assert not wrong, "\n".join(wrong[:20])
    assert all(seen.values()), "a figure was nothing everywhere, so nothing was compared"
    assert len(scopes) > 10 and len(periods) > 12


def test_a_second_program_follows_the_introductions_of_the_demo_just_as_far(demo_session: Session) -> None:
    records = Records(demo_session)
    run = Period(Month(*records.months()[0]), Month(*records.months()[-1]))
    seen: set[str] = set()
    for kind, code in records.scopes():
        for period in (*map(Period.month, run), run):
            kept = queries.measured(demo_session, Scope(ScopeKind(kind), code), (FUNNEL, LOSSES), period)
            counts = records.funnel(kind, code, tuple(period.first), tuple(period.last))
            for measure, counted in zip((FUNNEL, LOSSES), counts, strict=True):
                assert dict(kept.get(measure, {})) == dict(counted), (kind, code, str(period))
                seen |= counted.keys()
    assert {"asked", "match", "talks", "contract", "service", "effect"} <= seen
    assert len(seen) > 10, "too few ways were taken for anything to be compared"
