"""The figures of the pool: which transfers make each up, and how two years compare. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from matchmaker import clock
from matchmaker.messages import Message, _l
from matchmaker.vouchers.accounts import Purpose


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the purposes of the transfers that add to it, and of those that take from it."""

    name: str
    label: Message
    adds: tuple[Purpose, ...]
    takes: tuple[Purpose, ...] = ()
    #: Only those that are held at present.
    is_open: bool = False
    #: Of the pools themselves: vouchers are on one side of some of the transfers only.
    of_pools: bool = False

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """All of them."""
        return self.adds + self.takes


#: After all months there are.
LAST_MONTH = 999912
#: The type of an enterprise that has none.
NO_TYPE = "none"
_INTO_POOLS = (Purpose.FUND, Purpose.HAND_BACK, Purpose.REVOKE, Purpose.CLAW_BACK)
#: Issued is not used, and used is not paid: each is counted by its own transfers.
FIGURES = {
    figure.name: figure
    for figure in (
        Figure("funded", _l("Pool"), (Purpose.FUND,), (Purpose.DEFUND,), of_pools=True),
        Figure("left", _l("Not issued"), _INTO_POOLS, (Purpose.DEFUND, Purpose.ISSUE), of_pools=True),
        Figure("issued", _l("Issued"), (Purpose.ISSUE,)),
        Figure("returned", _l("Handed back or revoked"), (Purpose.HAND_BACK, Purpose.REVOKE)),
        Figure("held", _l("Held for uses"), (Purpose.RESERVE,), is_open=True),
        Figure("used", _l("Used"), (Purpose.SETTLE,), (Purpose.UNSETTLE,)),
        Figure("paid", _l("Paid out"), (Purpose.PAY,), (Purpose.CLAW_BACK,)),
        Figure("expired", _l("Expired"), (Purpose.EXPIRE,)),
    )
}

PURPOSE_LABELS = {
    Purpose.FUND: _l("Pool funded"),
    Purpose.DEFUND: _l("Pool made smaller"),
    Purpose.QUOTA: _l("Quota given"),
    Purpose.QUOTA_LESS: _l("Quota made smaller"),
    Purpose.ISSUE: _l("Issued"),
    Purpose.RESERVE: _l("Held for a use"),
    Purpose.RELEASE: _l("Freed"),
    Purpose.SETTLE: _l("Approved for payment"),
    Purpose.UNSETTLE: _l("Approval taken back"),
    Purpose.CLEAR: _l("Sent to the bank"),
    Purpose.PAY: _l("Paid out"),
    Purpose.FAIL: _l("Payment failed"),
    Purpose.CLAW_BACK: _l("Clawed back"),
    Purpose.EXPIRE: _l("Expired"),
    Purpose.HAND_BACK: _l("Handed back"),
    Purpose.REVOKE: _l("Revoked"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months of one year, first and last included."""

    year: int
    first: int
    last: int

    @classmethod
    def of(cls, year: int, first: int, last: int) -> "Period":
        """Return the period nearest to what was asked for."""
        first = min(max(first, 1), 12)
        return cls(min(max(year, 2000), 2100), first, min(max(last, first), 12))

    @property
    def since(self) -> date:
        """Its first day."""
        return date(self.year, self.first, 1)

    @property
    def until(self) -> date:
        """Its last day."""
        following = date(self.year + self.last // 12, self.last % 12 + 1, 1)
        return following - timedelta(days=1)

    @property
    def before(self) -> "Period":
        """The same months of the year before."""
        return Period(self.year - 1, self.first, self.last)


def month_of(day: date) -> int:
    """Return a day's month, as 202611."""
    return day.year * 100 + day.month


def begins(day: date) -> datetime:
    """Return the first instant of a civil day."""
    return datetime.combine(day, time(), tzinfo=clock.CIVIL_ZONE)


def change_tenths(now_fen: int, before_fen: int) -> int | None:
    """Return the change in tenths of a percent, rounded half away from zero; ``None`` where there was nothing."""
    if before_fen <= 0:
        return None
    difference = (now_fen - before_fen) * 1000
    size = (abs(difference) * 2 + before_fen) // (2 * before_fen)
    return size if difference >= 0 else -size


def share_tenths(part_fen: int, whole_fen: int) -> int | None:
    """Return a part in tenths of a percent of the whole; ``None`` of nothing."""
    return None if whole_fen <= 0 else (part_fen * 2000 + whole_fen) // (2 * whole_fen)


def tenths(value: int) -> str:
    """Return tenths as a signed decimal: -123 is "−12.3"."""
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value) // 10}.{abs(value) % 10}"
