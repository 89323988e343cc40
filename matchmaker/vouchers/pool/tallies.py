"""What the transfers of vouchers add up to by month, district, scheme and type, and which they are, in memory.

Transfers are never changed and never removed, and what a voucher's transfers are told apart by does not change from
its issue on. So each process keeps what it read once, and reads only transfers that came since. Theirs are the ids
above ``until``: up to there, no transaction can bring another one.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Engine, Integer, String, case, cast, func, select, union_all
from sqlalchemy.orm import Session

from matchmaker.db import following
from matchmaker.db.engines import WRITING
from matchmaker.db.instants import civil_month
from matchmaker.ledger.models import Transfer
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.pool.rules import NO_TYPE
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.schemes.models import Scheme

#: Transfers with a voucher on one side, and those that name a use or a claim.
OF_VOUCHERS = (Purpose.ISSUE, Purpose.HAND_BACK, Purpose.REVOKE, Purpose.SETTLE, Purpose.UNSETTLE, Purpose.EXPIRE)
OF_USES = (Purpose.PAY, Purpose.CLAW_BACK)
PURPOSES = OF_VOUCHERS + OF_USES
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Numbers = NDArray[np.int64]


class Cell(NamedTuple):
    """What transfers are told apart by."""

    #: As 202611, in Shanghai.
    month: int
    district: str
    scheme: str
    type: str


#: Fen by the transfers' purpose.
Tally = dict[str, dict[Cell, int]]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which transfers there are, in the order of their instants and ids."""

    ids: Numbers
    #: Microseconds since 1970.
    instants: Numbers
    #: The place of purpose, district, scheme and type among ``kinds``.
    places: Numbers
    kinds: dict[tuple[str, str, str, str], int]

    def matching(self, kinds: Collection[tuple[str, str, str, str]], since: datetime, until: datetime) -> Numbers:
        """Return the ids of the transfers of these kinds from one instant to before another, the latest last."""
        is_wanted = np.zeros(len(self.kinds) + 1, bool)
        is_wanted[[self.kinds[kind] for kind in kinds]] = True
        first, last = np.searchsorted(self.instants, [_microseconds(since), _microseconds(until)])
        return self.ids[first:last][is_wanted[self.places[first:last]]]


Part = TypeVar("Part")
Reading = Callable[[Session, ColumnElement[bool]], Part]


@dataclass(slots=True)
class _Held(Generic[Part]):
    """What one process has read of one database."""

    value: Part
    lock: threading.Lock = field(default_factory=threading.Lock)
    until: int = 0
    #: An id, and the transaction that was the next to come when it was the highest.
    waiting: tuple[int, int] | None = None


_of_database: WeakKeyDictionary[Engine, dict[str, _Held[Any]]] = WeakKeyDictionary()
_lock = threading.Lock()
_READ = "pool.tallies"


def tally(session: Session) -> Tally:
    """Return what the transfers that ``session`` sees add up to."""
    return _current(session, "tally", _added_up, _sum_of, {})


def listing(session: Session) -> Listing:
    """Return which transfers ``session`` sees."""
    nothing = np.zeros(0, np.int64)
    return _current(session, "listing", _listed, _joined, Listing(nothing, nothing, nothing, {}))


def _current(
    session: Session, name: str, read: Reading[Part], add: Callable[[Part, Part], Part], nothing: Part
) -> Part:
    """Return what is held and what came since, looked at once a transaction; who writes reads everything anew."""
    if session.connection().get_execution_options().get(WRITING):
        return read(session, Transfer.id > 0)
    known: tuple[object, dict[str, Any]] | None = session.info.get(_READ)
    if known is None or known[0] is not session.get_transaction():
        known = session.info[_READ] = (session.get_transaction(), {})
    if name not in known[1]:
        engine = session.get_bind()
        assert isinstance(engine, Engine)  # noqa: S101 - narrows for the type checker; sessions are bound to engines
        with _lock:
            held: _Held[Part] = _of_database.setdefault(engine, {}).setdefault(name, _Held(nothing))
        with held.lock:
            newest = _follow(session, held, read, add)
            value, until = held.value, held.until
        known[1][name] = add(value, read(session, Transfer.id > until)) if newest > until else value
    found: Part = known[1][name]
    return found


def _follow(session: Session, held: _Held[Part], read: Reading[Part], add: Callable[[Part, Part], Part]) -> int:
    """Add what can grow no more, and return the id of the newest transfer.

    A transfer of ``PURPOSES`` gets its id after its accounts were locked, so from a transaction that has a number
    already: once all that had one when an id was the highest have ended, no lower id of theirs can appear. Not so
    reservations, which draw their ids before they lock (``ledger.operations.reserve_last``); they are not held here.
    """
    newest = session.scalar(select(func.max(Transfer.id))) or 0
    # Asked for afterwards, so that whoever had a number when that id was the highest is below ``next_one``.
    oldest, next_one = following.horizon(session)
    if held.waiting is None and newest > held.until:
        held.waiting = (newest, next_one)
    if held.waiting is not None and oldest >= held.waiting[1]:
        until = held.waiting[0]
        held.value = add(held.value, read(session, Transfer.id.between(held.until + 1, until)))
        held.until, held.waiting = until, None
    return newest


def use_named() -> ColumnElement[int]:
    """The use that a payment (``redemption/…``) or a claw-back (``use/…``) is about."""
    claimed = select(Redemption.use_id).where(Redemption.id == cast(func.substr(Transfer.reference, 12), Integer))
    return case(
        (Transfer.reference.like("redemption/%"), claimed.scalar_subquery()),
        (Transfer.reference.like("use/%"), cast(func.substr(Transfer.reference, 5), Integer)),
    )


def _told_apart() -> tuple[Any, ...]:
    kind = func.coalesce(cast(Voucher.enterprise_type, String), NO_TYPE)
    return (Transfer.purpose, Voucher.district_code, cast(Scheme.year, String) + "-" + Scheme.key, kind)


def _branches(columns: Sequence[Any], ranged: ColumnElement[bool]) -> list[Any]:
    """Select from the transfers of vouchers; each side for itself, since a join by either would be made row by row."""
    found = []
    for side in (Transfer.debit_account_id, Transfer.credit_account_id):
        joined = select(*columns).select_from(Transfer).join(Voucher, Voucher.account_id == side)
        found.append(joined.where(ranged, Transfer.purpose.in_(OF_VOUCHERS)))
    named = select(*columns).select_from(Transfer).join(Use, Use.id == use_named())
    found.append(named.join(Voucher, Voucher.id == Use.voucher_id).where(ranged, Transfer.purpose.in_(OF_USES)))
    return [one.join(Scheme, Scheme.id == Voucher.scheme_id) for one in found]


def _added_up(session: Session, ranged: ColumnElement[bool]) -> Tally:
    apart = (*_told_apart(), civil_month(Transfer.at))
    branches = _branches((*apart, func.sum(Transfer.amount_fen)), ranged)
    found: Tally = {}
    for purpose, district, scheme, kind, month, fen in session.execute(
        union_all(*(one.group_by(*apart) for one in branches))
    ):
        cells = found.setdefault(purpose, {})
        cell = Cell(month, district, scheme, kind)
        cells[cell] = cells.get(cell, 0) + int(fen)
    return found


def _sum_of(one: Tally, other: Tally) -> Tally:
    """Return a new tally: others may be reading the old one."""
    sums = {purpose: dict(cells) for purpose, cells in one.items()}
    for purpose, cells in other.items():
        into = sums.setdefault(purpose, {})
        for cell, fen in cells.items():
            into[cell] = into.get(cell, 0) + fen
    return sums


def _listed(session: Session, ranged: ColumnElement[bool]) -> Listing:
    kinds: dict[tuple[str, str, str, str], int] = {}
    branches = _branches((Transfer.at, Transfer.id, *_told_apart()), ranged)
    rows = sorted(
        (_microseconds(at), number, kinds.setdefault((purpose, district, scheme, kind), len(kinds)))
        for at, number, purpose, district, scheme, kind in session.execute(union_all(*branches))
    )
    instants, ids, places = np.array(rows, np.int64).reshape(-1, 3).T
    return Listing(ids.copy(), instants.copy(), places.copy(), kinds)


def _joined(one: Listing, other: Listing) -> Listing:
    kinds = one.kinds | {
        kind: len(one.kinds) + at for at, kind in enumerate(k for k in other.kinds if k not in one.kinds)
    }
    moved = np.array([kinds[kind] for kind in other.kinds] or [0], np.int64)
    parts = ((one.ids, other.ids), (one.instants, other.instants), (one.places, moved[other.places]))
    ids, instants, places = (np.concatenate(pair) for pair in parts)
    if len(one.ids) and len(other.ids) and (one.instants[-1], one.ids[-1]) > (other.instants[0], other.ids[0]):
        order = np.lexsort((ids, instants))
        ids, instants, places = ids[order], instants[order], places[order]
    return Listing(ids, instants, places, kinds)


def _microseconds(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
