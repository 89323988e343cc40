"""Reading again how far introductions have come; what that changes is for the cells."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matchmaker.contracts.introductions.models import Introduction
from matchmaker.metrics.cohorts import queries
from matchmaker.metrics.cohorts.models import MetricPath
from matchmaker.metrics.cohorts.rules import Path, added
from matchmaker.metrics.rules import Cell, Place

_PATHS: Table = MetricPath.__table__  # type: ignore[assignment]  # a declarative class's table is a Table
#: A statement's values stay far below what either database takes.
_BATCH = 200


def follow(session: Session, introduction_ids: Collection[int]) -> Counter[Cell]:
    """Keep the present paths of these introductions; return what they add now less what they had added.

    The kept paths are locked first, in the order of their ids, and the records are read after that. So of two who
    carry one introduction on at the same moment, the second reads what the first has done.
    """
    ids, change = sorted(introduction_ids), Counter[Cell]()
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        kept = {row.introduction_id: row for row in _locked(session, batch)}
        wanted = queries.paths().where(Introduction.id.in_(batch))
        present = {row.introduction_id: row for row in session.connection().execute(wanted)}
        for number in batch:
            change.update(added(_path(present.get(number))))
            change.subtract(added(_path(kept[number])))
        _keep(session, batch, list(present.values()))
    return Counter({cell: amount for cell, amount in change.items() if amount})


def _locked(session: Session, ids: list[int]) -> list[Any]:
    """Lock the kept paths and return them; of an introduction that has none, an empty one is made, to be locked too."""
    empty = {"month": 0, "district_code": "", "provider_id": 0, "path": ""}
    wanted = _insert(session).values([{"introduction_id": number, **empty} for number in ids])
    locking = wanted.on_conflict_do_update(index_elements=["introduction_id"], set_={"path": _PATHS.c.path})
    return list(session.connection().execute(locking.returning(*(_PATHS.c[name] for name in queries.COLUMNS))))


def _keep(session: Session, ids: list[int], present: list[Any]) -> None:
    gone = set(ids) - {row.introduction_id for row in present}
    if gone:
        session.connection().execute(delete(_PATHS).where(_PATHS.c.introduction_id.in_(gone)))
    if present:
        wanted = _insert(session).values([dict(zip(queries.COLUMNS, row, strict=True)) for row in present])
        new = {name: wanted.excluded[name] for name in queries.COLUMNS[1:]}
        session.connection().execute(wanted.on_conflict_do_update(index_elements=["introduction_id"], set_=new))


def _insert(session: Session) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(_PATHS)


def _path(row: Any) -> Path | None:
    if row is None or not row.month:
        return None
    return Path(row.month, Place(row.district_code, row.industry_code, row.provider_id), tuple(row.path.split()))
