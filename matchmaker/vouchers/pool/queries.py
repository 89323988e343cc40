"""Sums of transfers by district, scheme or type of enterprise, and the transfers behind each sum."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, false, func, literal, or_, select, true
from sqlalchemy.orm import QueryableAttribute, Session, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import Page, page_of
from matchmaker.ledger.models import Account, Phase, Transfer
from matchmaker.reference.models import District
from matchmaker.vouchers import accounts
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import HOLDING, Use, Voucher
from matchmaker.vouchers.pool import tallies
from matchmaker.vouchers.pool.rules import LAST_MONTH, NO_TYPE, Figure, begins, month_of
from matchmaker.vouchers.pool.tallies import Cell
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.queries import funded

#: What the figures are told apart by, and how: name in the URL → column.
BY: Mapping[str, Any] = {
    "district": Voucher.district_code,
    "scheme": cast(Scheme.year, String) + "-" + Scheme.key,
    "type": func.coalesce(cast(Voucher.enterprise_type, String), NO_TYPE),
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which transfers are meant: those of days, and of one district, scheme or type; "" narrows nothing."""

    since: date | None = None
    until: date | None = None
    district: str = ""
    scheme: str = ""
    type: str = ""

    def conditions(self, reader: Reader) -> list[ColumnElement[bool]]:
        """Return them as conditions on transfers and vouchers, within what ``reader`` may know."""
        narrowing = [BY[name] == getattr(self, name) for name in BY if getattr(self, name)]
        return [_in_scope(reader), *self._days(), *narrowing]

    def pool_conditions(self, reader: Reader) -> list[ColumnElement[bool]]:
        """Return them as conditions on transfers and the accounts of pools, which know of no types of enterprises."""
        wanted = ((BY["scheme"], self.scheme), (District.code, self.district))
        codes = (
            select(literal("pool/") + BY["scheme"] + literal("/") + District.code)
            .select_from(Scheme)
            .join(District, true() if reader.is_city_bureau else District.code == reader.district_code)
            .where(*(column == value for column, value in wanted if value))
        )
        return [Account.code.in_(codes), *self._days(), *([false()] if self.type else [])]

    @property
    def is_of_whole_months(self) -> bool:
        """Whether no month is narrowed to a part of it."""
        begins_one = self.since is None or self.since.day == 1
        return begins_one and (self.until is None or (self.until + timedelta(days=1)).day == 1)

    def _days(self) -> list[ColumnElement[bool]]:
        conditions = []
        if self.since is not None:
            conditions.append(Transfer.at >= begins(self.since))
        if self.until is not None:
            conditions.append(Transfer.at < begins(self.until + timedelta(days=1)))
        return conditions


def transfers(reader: Reader, figure: Figure, narrowed: Narrowed) -> Select[Transfer]:
    """The transfers that make up a figure, the latest first."""
    return _of(select(Transfer), reader, figure, narrowed).order_by(Transfer.at.desc(), Transfer.id.desc())


def total(session: Session, reader: Reader, figure: Figure, narrowed: Narrowed) -> int:
    """Return the figure, in fen."""
    if _is_tallied(figure, narrowed):
        return sum(fen for _cell, fen in _cells(session, reader, figure, narrowed))
    summed = _of(select(func.coalesce(func.sum(_signed(figure)), 0)), reader, figure, narrowed)
    return int(session.scalar(summed) or 0)


def sums(session: Session, reader: Reader, figure: Figure, narrowed: Narrowed, *, by: str) -> dict[str, int]:
    """Return the figure for each district, scheme or type, in fen, of whole months."""
    found: dict[str, int] = defaultdict(int)
    for cell, fen in _cells(session, reader, figure, narrowed):
        found[getattr(cell, by)] += fen
    return found


def sums_of_places(session: Session, reader: Reader, figure: Figure, *, year: int) -> dict[tuple[str, str], int]:
    """Return the figure for each scheme of a year and district, in fen."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for cell, fen in _cells(session, reader, figure, Narrowed()):
        if cell.scheme.startswith(f"{year}-"):
            found[cell.scheme, cell.district] += fen
    return found


def page(session: Session, reader: Reader, figure: Figure, narrowed: Narrowed, *, number: int) -> Page[Transfer]:
    """Return a page of the transfers that make up a figure, the latest first."""
    if not _is_of_vouchers(figure):
        return page_of(session, transfers(reader, figure, narrowed), number=number)
    listing = tallies.listing(session)
    is_meant = _is_meant(reader, narrowed)
    kinds = [kind for kind in listing.kinds if kind[0] in figure.purposes and is_meant(*kind[1:])]
    ids = listing.matching(
        kinds,
        begins(narrowed.since or date.min + timedelta(days=1)),
        begins(narrowed.until + timedelta(days=1) if narrowed.until else date.max),
    )
    made: Page[Transfer] = Page(rows=(), number=number, total=len(ids))
    number = min(max(number, 1), made.count)
    wanted = ids[::-1][(number - 1) * made.size : number * made.size].tolist()
    rows = {row.id: row for row in session.scalars(select(Transfer).where(Transfer.id.in_(wanted)))}
    return Page(rows=[rows[one] for one in wanted], number=number, total=made.total)


def _is_of_vouchers(figure: Figure) -> bool:
    return set(figure.purposes) <= set(tallies.PURPOSES) and not figure.is_open and not figure.of_pools


def _is_tallied(figure: Figure, narrowed: Narrowed) -> bool:
    return _is_of_vouchers(figure) and narrowed.is_of_whole_months


def _is_meant(reader: Reader, narrowed: Narrowed) -> Callable[[str, str, str], bool]:
    """Return whether a district, a scheme and a type are meant, within what ``reader`` may know."""
    places, own = {narrowed.district} - {""}, {reader.district_code or ""}
    if not reader.is_city_bureau:
        places = (places or own) & own
    is_anywhere = reader.is_city_bureau and not places
    scheme, kind = narrowed.scheme, narrowed.type
    return lambda district, of_scheme, of_type: (
        (is_anywhere or district in places) and scheme in ("", of_scheme) and kind in ("", of_type)
    )


def _cells(session: Session, reader: Reader, figure: Figure, narrowed: Narrowed) -> Iterator[tuple[Cell, int]]:
    """Return what months and places add to a figure; one of them may come more than once."""
    assert _is_tallied(figure, narrowed)  # noqa: S101 - pages ask for nothing else
    first = month_of(narrowed.since) if narrowed.since else 0
    last = month_of(narrowed.until) if narrowed.until else LAST_MONTH
    is_meant = _is_meant(reader, narrowed)
    tally = tallies.tally(session)
    for purpose in figure.purposes:
        sign = -1 if purpose in figure.takes else 1
        for cell, fen in tally.get(purpose, {}).items():
            if first <= cell.month <= last and is_meant(cell.district, cell.scheme, cell.type):
                yield cell, sign * fen


def vouchers_of(session: Session, rows: list[Transfer]) -> dict[int, Voucher]:
    """Return the voucher that each of these transfers is about, by the transfer's id."""
    ids = {row.debit_account_id for row in rows} | {row.credit_account_id for row in rows}
    of_account = {
        one.account_id: one
        for one in session.scalars(
            select(Voucher).where(Voucher.account_id.in_(ids)).options(joinedload(Voucher.enterprise))
        )
    }
    found = {}
    for row in rows:
        voucher = of_account.get(row.debit_account_id) or of_account.get(row.credit_account_id)
        if voucher is not None:
            found[row.id] = voucher
    uses = {row.id: int(row.reference[4:]) for row in rows if row.id not in found and row.reference.startswith("use/")}
    uses |= _claimed(session, [row for row in rows if row.id not in found])
    if uses:
        by_use = {
            use.id: use.voucher
            for use in session.scalars(
                select(Use)
                .where(Use.id.in_(uses.values()))
                .options(joinedload(Use.voucher).joinedload(Voucher.enterprise))
            )
        }
        found |= {row_id: by_use[use_id] for row_id, use_id in uses.items() if use_id in by_use}
    return found


def _claimed(session: Session, rows: list[Transfer]) -> dict[int, int]:
    """Return the use of each transfer that is about a claim, by the transfer's id."""
    named = {row.id: int(row.reference[11:]) for row in rows if row.reference.startswith("redemption/")}
    if not named:
        return {}
    claims = select(Redemption.id, Redemption.use_id).where(Redemption.id.in_(named.values()))
    uses: dict[int, int] = dict(list(session.execute(claims)))
    return {row_id: uses[number] for row_id, number in named.items() if number in uses}


@dataclass(frozen=True, slots=True)
class Standing:
    """What one district's part of a scheme comes to at present, in fen, read from its accounts."""

    scheme: Scheme
    district_code: str
    funded_fen: int
    left_fen: int
    held_fen: int
    payable_fen: int
    paid_fen: int
    expired_fen: int


def standings(session: Session, reader: Reader, *, year: int) -> list[Standing]:
    """Return each district's part of each scheme of a year, within what ``reader`` may know."""
    newest: dict[str, Scheme] = {}
    for scheme in session.scalars(
        select(Scheme)
        .where(Scheme.year == year, Scheme.approved_at.is_not(None))
        .order_by(Scheme.key, Scheme.version.desc(), Scheme.id)
    ):
        newest.setdefault(scheme.code, scheme)
    rows = []
    for scheme in newest.values():
        given = funded(session, scheme)
        kept = [code for code in given if reader.is_city_bureau or code == reader.district_code]
        held = _accounts(session, scheme, kept)
        rows += [_standing(scheme, code, given[code], held) for code in sorted(kept)]
    return rows


def _standing(scheme: Scheme, code: str, given: int, held: dict[str, Account]) -> Standing:
    pool, payable = held.get(accounts.pool_code(scheme.code, code)), held.get(accounts.payable_code(scheme.code, code))
    paid, expired = held.get(accounts.paid_code(scheme.code, code)), held.get(accounts.expired_code(scheme.code, code))
    return Standing(
        scheme=scheme,
        district_code=code,
        funded_fen=given,
        left_fen=pool.posted_fen if pool else 0,
        held_fen=payable.credits_pending if payable else 0,
        payable_fen=payable.posted_fen if payable else 0,
        paid_fen=paid.posted_fen if paid else 0,
        expired_fen=expired.posted_fen if expired else 0,
    )


def _accounts(session: Session, scheme: Scheme, districts: list[str]) -> dict[str, Account]:
    families = (accounts.pool_code, accounts.payable_code, accounts.paid_code, accounts.expired_code)
    codes = [family(scheme.code, code) for family in families for code in districts]
    return {one.code: one for one in session.scalars(select(Account).where(Account.code.in_(codes)))}


def _of(statement: Select[Any], reader: Reader, figure: Figure, narrowed: Narrowed) -> Select[Any]:
    joined = statement.select_from(Transfer)
    if figure.of_pools:
        joined = joined.join(Account, _touches(Account.id))
        return joined.where(Transfer.purpose.in_(figure.purposes), *narrowed.pool_conditions(reader))
    if figure.is_open:
        # Held at present: what a use points at and has not let go.
        joined = joined.join(Use, Use.reservation_id == Transfer.id).join(Voucher, Voucher.id == Use.voucher_id)
        joined = joined.where(Use.state.in_(HOLDING), Transfer.phase == Phase.RESERVE)
    elif Purpose.PAY in figure.purposes:
        joined = joined.join(Use, Use.id == tallies.use_named())
        joined = joined.join(Voucher, Voucher.id == Use.voucher_id)
    else:
        joined = joined.join(Voucher, _touches(Voucher.account_id))
    return joined.join(Scheme, Scheme.id == Voucher.scheme_id).where(
        Transfer.purpose.in_(figure.purposes), *narrowed.conditions(reader)
    )


def _touches(account_id: ColumnElement[int | None] | QueryableAttribute[Any]) -> ColumnElement[bool]:
    return or_(account_id == Transfer.debit_account_id, account_id == Transfer.credit_account_id)


def _signed(figure: Figure) -> ColumnElement[int]:
    if not figure.takes:
        return Transfer.amount_fen.expression
    return case((Transfer.purpose.in_(figure.takes), -Transfer.amount_fen), else_=Transfer.amount_fen)


def _in_scope(reader: Reader) -> ColumnElement[bool]:
    return true() if reader.is_city_bureau else Voucher.district_code == reader.district_code
