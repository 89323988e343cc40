"""Counting everything anew from the records, to repair the cells or to find where they disagree."""

from typing import NamedTuple

from sqlalchemy import Connection, Table, delete, except_, func, insert, literal, select, text, union_all
from sqlalchemy.orm import Session

from matchmaker.metrics import sums
from matchmaker.metrics.cohorts import queries as cohorts
from matchmaker.metrics.cohorts.models import MetricPath
from matchmaker.metrics.models import MetricCell, MetricFirst, MetricPresence
from matchmaker.metrics.periods import FIRST_MONTH_CODE
from matchmaker.metrics.rules import ENTERPRISES, NEW_ENTERPRISES, UNENDED
from matchmaker.metrics.sums import Rows

_CELLS: Table = MetricCell.__table__  # type: ignore[assignment]  # a declarative class's table is a Table
_PRESENCES: Table = MetricPresence.__table__  # type: ignore[assignment]  # as above
_FIRSTS: Table = MetricFirst.__table__  # type: ignore[assignment]  # as above
_PATHS: Table = MetricPath.__table__  # type: ignore[assignment]  # as above

#: What one step of the counting may hold in memory on PostgreSQL.
_MEMORY = "128MB"

Key = tuple[str | int | None, ...]
#: What ``sums`` tells of each table, the value last.
_COLUMNS = {
    "metric_cell": ("scope_kind", "scope_code", "measure", "span", "part", "value"),
    "metric_presence": ("scope_kind", "scope_code", "span", "enterprise_id", "records"),
    "metric_first": ("scope_kind", "scope_code", "enterprise_id", "month"),
    "metric_path": cohorts.COLUMNS,
}


class Disagreement(NamedTuple):
    """A number that is not what the records add up to; ``None`` where one side has no such number."""

    table: str
    key: Key
    kept: int | str | None
    counted: int | str | None

    def __str__(self) -> str:
        key = "/".join(str(part) for part in self.key)
        return f"{self.table} {key}: kept {self.kept}, counted {self.counted}"


def rebuild(session: Session) -> int:
    """Replace all cells by what the records add up to; return how many there are."""
    connection = _prepared(session)
    if connection.dialect.name == "postgresql":
        # Whoever has counted a record commits first, whoever has not waits: nothing is counted twice or left out.
        connection.execute(text("LOCK TABLE metric_path, metric_presence, metric_cell IN SHARE ROW EXCLUSIVE MODE"))
    for table in (_CELLS, _FIRSTS, _PRESENCES, _PATHS):
        connection.execute(delete(table))
    for table, counted in (
        (_PATHS, cohorts.paths()),
        (_PRESENCES, sums.presences()),
        (_FIRSTS, _firsts()),
        (_CELLS, sums.cells()),
        (_CELLS, cohorts.cells()),
        (_CELLS, _guests()),
        (_CELLS, _newcomers()),
    ):
        connection.execute(insert(table).from_select(_COLUMNS[table.name], counted))
    return session.scalars(select(func.count()).select_from(_CELLS)).one()


def disagreements(session: Session, *, most: int = 100) -> list[Disagreement]:
    """Return numbers that the records do not bear out, at most so many of each table and side."""
    _prepared(session)
    distinct, unended = (_CELLS.c.measure.in_(names) for names in ((ENTERPRISES, NEW_ENTERPRISES), UNENDED))
    pairs = (
        (_PATHS, select(*(_PATHS.c[name] for name in cohorts.COLUMNS)), cohorts.paths()),
        (_PRESENCES, _kept(_PRESENCES), sums.presences()),
        (_FIRSTS, _kept(_FIRSTS), _firsts()),
        (_CELLS, _kept(_CELLS).where(~distinct, ~unended), sums.cells()),
        (_CELLS, _kept(_CELLS).where(unended), cohorts.cells()),
        (_CELLS, _kept(_CELLS).where(distinct), _distinct()),
    )
    return [one for table, ours, theirs in pairs for one in _differing(session, table, ours, theirs, most=most)]


def _prepared(session: Session) -> Connection:
    """Let PostgreSQL group in memory what would be sorted on disk."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL work_mem = '{_MEMORY}'"))
    return connection


def _differing(session: Session, table: Table, kept: Rows, counted: Rows, *, most: int) -> list[Disagreement]:
    found: dict[Key, list[int | str | None]] = {}
    for side, difference in enumerate((except_(kept, counted), except_(counted, kept))):
        for *key, value in session.execute(difference.limit(most)):
            found.setdefault(tuple(key), [None, None])[side] = value if isinstance(value, str) else int(value)
    told = sorted(found.items(), key=lambda one: [str(part) for part in one[0]])
    return [Disagreement(table.name, key, *values) for key, values in told]


def _kept(table: Table) -> Rows:
    """Select the rows of a table that say something, in the order in which ``sums`` tells its columns."""
    names = _COLUMNS[table.name]
    return select(*(table.c[name] for name in names)).where(table.c[names[-1]] != 0)


def _firsts() -> Rows:
    key = (_PRESENCES.c.scope_kind, _PRESENCES.c.scope_code, _PRESENCES.c.enterprise_id)
    months = (_PRESENCES.c.span >= FIRST_MONTH_CODE, _PRESENCES.c.records > 0)
    return select(*key, func.min(_PRESENCES.c.span)).where(*months).group_by(*key)


def _distinct() -> Rows:
    # SQLite takes no brackets around one side of EXCEPT.
    both = union_all(_guests(), _newcomers()).subquery()
    return select(both)


def _guests() -> Rows:
    key = (_PRESENCES.c.scope_kind, _PRESENCES.c.scope_code)
    counted = (literal(ENTERPRISES), _PRESENCES.c.span, literal(""), func.count())
    return select(*key, *counted).where(_PRESENCES.c.records > 0).group_by(*key, _PRESENCES.c.span)


def _newcomers() -> Rows:
    key = (_FIRSTS.c.scope_kind, _FIRSTS.c.scope_code)
    counted = (literal(NEW_ENTERPRISES), _FIRSTS.c.month, literal(""), func.count())
    return select(*key, *counted).group_by(*key, _FIRSTS.c.month)
