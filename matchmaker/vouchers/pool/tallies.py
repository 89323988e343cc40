"""What the transfers of vouchers add up to by month, district, scheme and type: held by each process, never stored.

Transfers are never changed and never removed, and what a voucher's transfers are told apart by does not change from
its issue on. So what was added up once stays, and only transfers that came since are added. Theirs are the ids above
``until``: up to there, no transaction can bring another one.
"""

import threading
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, String, cast, func, select, union_all
from sqlalchemy.orm import Session

from matchmaker.db import following
from matchmaker.db.engines import WRITING
from matchmaker.db.instants import civil_month
from matchmaker.ledger.models import Transfer
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.pool.rules import NO_TYPE
from matchmaker.vouchers.schemes.models import Scheme

#: Transfers with a voucher on one side.
PURPOSES = (Purpose.ISSUE, Purpose.HAND_BACK, Purpose.REVOKE, Purpose.SETTLE, Purpose.UNSETTLE, Purpose.EXPIRE)


class Cell(NamedTuple):
    """What transfers are told apart by."""

    #: As 202611, in Shanghai.
    month: int
    district: str
    scheme: str
    type: str


class Sum(NamedTuple):
    """The amounts and the number of some transfers."""

    fen: int
    number: int


#: By the transfers' purpose.
Tally = dict[str, dict[Cell, Sum]]


@dataclass(slots=True)
class _Held:
    """What one process has added up of one database."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    until: int = 0
    tally: Tally = field(default_factory=dict)
    #: An id, and the transaction that was the next to come when it was the highest.
    waiting: tuple[int, int] | None = None


_of_database: WeakKeyDictionary[Engine, _Held] = WeakKeyDictionary()
_lock = threading.Lock()
_READ = "pool.tallies"


def read(session: Session) -> list[Tally]:
    """Return what all transfers add up to that ``session`` sees, in parts to be added; looked at once a transaction."""
    if session.connection().get_execution_options().get(WRITING):
        return [_added_up(session)]
    known: tuple[object, list[Tally]] | None = session.info.get(_READ)
    if known is None or known[0] is not session.get_transaction():
        known = session.info[_READ] = (session.get_transaction(), _read(session))
    return known[1]


def _read(session: Session) -> list[Tally]:
    engine = session.get_bind()
    assert isinstance(engine, Engine)  # noqa: S101 - narrows for the type checker; sessions are bound to engines
    with _lock:
        held = _of_database.setdefault(engine, _Held())
    with held.lock:
        newest = _follow(session, held)
        until, tally = held.until, held.tally
    return [tally, _added_up(session, after=until)] if newest > until else [tally]


def _follow(session: Session, held: _Held) -> int:
    """Add what can grow no more, and return the id of the newest transfer.

    A transfer gets its id after its accounts were locked, so from a transaction that has a number already: once all
    that had one when an id was the highest have ended, no lower id can appear.
    """
    newest = session.scalar(select(func.max(Transfer.id))) or 0
    # Asked for afterwards, so that whoever had a number when that id was the highest is below ``next_one``.
    oldest, next_one = following.horizon(session)
    if held.waiting is None and newest > held.until:
        held.waiting = (newest, next_one)
    if held.waiting is not None and oldest >= held.waiting[1]:
        until = held.waiting[0]
        held.tally = _sum_of(held.tally, _added_up(session, after=held.until, until=until))
        held.until, held.waiting = until, None
    return newest


def _added_up(session: Session, *, after: int = 0, until: int | None = None) -> Tally:
    ranged = Transfer.id > after if until is None else Transfer.id.between(after + 1, until)
    # Each side for itself: a join by either of two columns would be made row by row.
    both = union_all(*(_side(side, ranged) for side in (Transfer.debit_account_id, Transfer.credit_account_id)))
    found: Tally = {}
    for purpose, month, district, scheme, kind, fen, number in session.execute(both):
        cells = found.setdefault(purpose, {})
        cell = Cell(month, district, scheme, kind)
        was = cells.get(cell, Sum(0, 0))
        cells[cell] = Sum(was.fen + int(fen), was.number + number)
    return found


def _side(account_id: Any, ranged: ColumnElement[bool]) -> Any:
    columns: tuple[Any, ...] = (
        Transfer.purpose,
        civil_month(Transfer.at),
        Voucher.district_code,
        cast(Scheme.year, String) + "-" + Scheme.key,
        func.coalesce(cast(Voucher.enterprise_type, String), NO_TYPE),
    )
    return (
        select(*columns, func.sum(Transfer.amount_fen), func.count())
        .select_from(Transfer)
        .join(Voucher, Voucher.account_id == account_id)
        .join(Scheme, Scheme.id == Voucher.scheme_id)
        .where(ranged, Transfer.purpose.in_(PURPOSES))
        .group_by(*columns)
    )


def _sum_of(one: Tally, other: Tally) -> Tally:
    """Return a new tally: others may be reading the old one."""
    return {purpose: _merged(one.get(purpose, {}), other.get(purpose, {})) for purpose in one.keys() | other.keys()}


def _merged(one: dict[Cell, Sum], other: dict[Cell, Sum]) -> dict[Cell, Sum]:
    sums: dict[Cell, Sum] = dict(one)
    for cell, more in other.items():
        was = sums.get(cell, Sum(0, 0))
        sums[cell] = Sum(was.fen + more.fen, was.number + more.number)
    return sums
