"""The bureau's page of the pool, and the transfers behind each of its figures."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.registration.models import TYPE_LABELS
from matchmaker.messages import Message, _l
from matchmaker.vouchers.pool import policies, queries, rules
from matchmaker.vouchers.pool.queries import Narrowed, Standing
from matchmaker.vouchers.pool.rules import FIGURES, Period
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import chosen, label_of
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("pool", __name__, url_prefix="/vouchers")
bp.record_once(lambda setup: setup.app.jinja_env.filters.update(tenths=rules.tenths))

BY_LABELS = {"district": _l("District"), "type": _l("Type of enterprise"), "scheme": _l("Scheme")}
#: Days of other years are nobody's; some have no neighbour, or none in another time zone.
YEARS = range(2000, 2101)
_NO_TYPE = _l("None of these types")


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a row in both years, with the addresses of its transfers. Amounts in fen."""

    now_fen: int
    before_fen: int
    now_url: str
    before_url: str

    @property
    def change(self) -> int | None:
        """The change in tenths of a percent."""
        return rules.change_tenths(self.now_fen, self.before_fen)


@dataclass(frozen=True, slots=True)
class Row:
    """One district, type or scheme: issued and used apart, and the share of the one in the other."""

    label: str
    issued: Compared
    used: Compared

    @property
    def shares(self) -> tuple[int | None, int | None]:
        """Used of issued in both years, in tenths of a percent."""
        return (
            rules.share_tenths(self.used.now_fen, self.issued.now_fen),
            rules.share_tenths(self.used.before_fen, self.issued.before_fen),
        )

    @property
    def points(self) -> int | None:
        """The difference of the shares in tenths of a percentage point."""
        now, before = self.shares
        return None if now is None or before is None else now - before


@bp.get("/pool")
@protect(policies.may_read)
def index() -> ResponseReturnValue:
    """Show what the pools hold, and what was issued and used in the same months of two years."""
    today = clock.today()
    period = Period.of(_number("year", today.year), _number("first", 1), _number("last", today.month))
    by = chosen("by")["by"]
    by = by if by in BY_LABELS else "district"
    standings = queries.standings(session(), reader(), year=period.year)
    return render_template(
        "pool/index.html",
        period=period,
        by=by,
        by_labels=BY_LABELS,
        rows=_rows(period, by),
        standings=standings,
        states=_states(period.year, standings),
        figures=FIGURES,
        transfers_of=_transfers_of,
    )


@bp.get("/transfers")
@protect(policies.may_read)
def transfers() -> ResponseReturnValue:
    """List the transfers that make up one figure, and their sum."""
    wanted = chosen("figure", "since", "until", *queries.BY)
    figure = FIGURES.get(wanted["figure"], FIGURES["issued"])
    narrowed = Narrowed(
        since=_day(wanted["since"]),
        until=_day(wanted["until"]),
        **{name: wanted[name] for name in queries.BY},
    )
    page = queries.page(session(), reader(), figure, narrowed, number=page_number())
    return page_or_fragment(
        "pool/transfers.html",
        "pool/_transfers.html",
        page=page,
        figure=figure,
        figures=FIGURES,
        narrowed=narrowed,
        total=queries.total(session(), reader(), figure, narrowed),
        vouchers=queries.vouchers_of(session(), list(page.rows)),
        purposes={purpose.value: label for purpose, label in rules.PURPOSE_LABELS.items()},
        where=[_label(name, wanted[name]) for name in queries.BY if wanted[name]],
    )


def _rows(period: Period, by: str) -> list[Row]:
    found = {}
    for name in ("issued", "used"):
        for when in (period, period.before):
            narrowed = Narrowed(since=when.since, until=when.until)
            found[name, when.year] = queries.sums(session(), reader(), FIGURES[name], narrowed, by=by)
    values = sorted({value for sums in found.values() for value in sums}, key=lambda value: _order(by, value))

    def compared(name: str, value: str) -> Compared:
        now, before = (
            sum(sums.values()) if value == "" else sums.get(value, 0)
            for sums in (found[name, period.year], found[name, period.year - 1])
        )
        return Compared(now, before, *(_url(name, when, by, value) for when in (period, period.before)))

    every = [Row(_label(by, value), compared("issued", value), compared("used", value)) for value in values]
    return [*every, Row(say(_l("All")), compared("issued", ""), compared("used", ""))]


def _states(year: int, standings: list[Standing]) -> dict[tuple[str, str], dict[str, int]]:
    """Return what was issued, used and returned of each scheme of the year, by scheme and district."""
    names = ("issued", "used", "returned")
    sums = {name: queries.sums_of_places(session(), reader(), FIGURES[name], year=year) for name in names}
    places = [(one.scheme.code, one.district_code) for one in standings]
    return {place: {name: sums[name].get(place, 0) for name in names} for place in places}


def _transfers_of(figure: str, scheme: str, district: str) -> str:
    return url_for("pool.transfers", figure=figure, scheme=scheme, district=district)


def _url(figure: str, period: Period, by: str, value: str) -> str:
    values: dict[str, Any] = {"figure": figure, "since": period.since, "until": period.until, by: value or None}
    return url_for("pool.transfers", **values)


def _order(by: str, value: str) -> tuple[int, str]:
    lists = {"district": list(codes().districts), "type": [one.value for one in TYPE_LABELS]}.get(by, [])
    return (lists.index(value) if value in lists else len(lists), value)


def _label(by: str, value: str) -> str:
    if by == "district" and value in codes().districts:
        return label_of(codes().districts[value])
    if by == "type":
        labels: dict[str, Message] = {one.value: label for one, label in TYPE_LABELS.items()}
        return say(labels.get(value, _NO_TYPE))
    return value


def _number(name: str, usual: int) -> int:
    number = request.args.get(name, type=int)
    return usual if number is None else number


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None
