"""Every published figure once more, in plain Python over the rows themselves: no sums in SQL, no cells, no shared rule.

Slow and simple on purpose. It reads each table whole and counts in loops; all it shares with the program is the rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.db import Base

Row = Mapping[str, Any]
#: (2026, 11) stands for November.
Month = tuple[int, int]

#: purpose → (figure, sign)
_MONEY = {
    "issue": ("voucher_issued_fen", 1),
    "reserve": ("voucher_reserved_fen", 1),
    "settle": ("voucher_used_fen", 1),
    "unsettle": ("voucher_used_fen", -1),
    "pay": ("voucher_paid_fen", 1),
    "claw-back": ("voucher_paid_fen", -1),
    "expire": ("voucher_expired_fen", 1),
    "hand-back": ("voucher_returned_fen", 1),
    "revoke": ("voucher_returned_fen", 1),
}


class Records:
    """All records of a database, in memory."""

    def __init__(self, session: Session) -> None:
        def rows(name: str) -> list[Row]:
            return [dict(row._mapping) for row in session.execute(select(Base.metadata.tables[name]))]

        self.services = [row for row in rows("service_record") if row["state"] == "confirmed"]
        self.open = [row for row in rows("service_record") if row["state"] in ("recorded", "disputed")]
        self.introductions = rows("introduction")
        self.contracts = [row for row in rows("contract") if row["state"] != "draft"]
        self.transfers = list(_placed(rows))
        self.standing = [*self.services, *self.open]
        self.uses = [row for row in rows("voucher_use") if row["state"] != "released"]

    def scopes(self) -> list[tuple[str, str]]:
        """Return every scope that a record belongs to."""
        everything = [*self.services, *self.open, *self.introductions, *self.contracts, *self.transfers]
        found = {("city", "")}
        for row in everything:
            found.add(("district", row["district_code"]))
            if row["industry_code"]:
                found.add(("industry", row["industry_code"]))
            if row["provider_id"]:
                found.add(("provider", str(row["provider_id"])))
        return sorted(found)

    def months(self) -> list[Month]:
        """Return the months in which something was done."""
        days = [row["served_on"] for row in self.services] + [row["signed_on"] for row in self.contracts]
        return sorted({(day.year, day.month) for day in days} | {_month(row["at"]) for row in self.transfers})

    def funnel(self, kind: str, code: str, first: Month, last: Month) -> tuple[Counter[str], Counter[str]]:
        """Return how many introductions of these months took each step, and how many stopped in each way."""
        column = {"city": None, "district": "district_code", "industry": "industry_code"}.get(kind, "provider_id")
        steps, losses = Counter[str](), Counter[str]()
        for row in self.introductions:
            if first <= _month(row["opened_at"]) <= last and (column is None or str(row[column]) == code):
                taken, stopped = self._path(row)
                steps.update(taken)
                losses.update(stopped)
        return steps, losses

    def _path(self, row: Row) -> tuple[list[str], list[str]]:
        contracts = [one["id"] for one in self.contracts if one["introduction_id"] == row["id"]]
        services = [one for one in self.standing if one["introduction_id"] == row["id"]]
        uses = [one for one in self.uses if one["contract_id"] in contracts]
        confirmed = [one["effect"] or 0 for one in services if one["state"] == "confirmed"]
        has_talked = row["accepted_at"] is not None
        steps = {
            "asked": True,
            "match": row["match_score"] is not None,
            "talks": has_talked,
            "contract": bool(contracts or services),
            "service": bool(services),
            "voucher": bool(services) and bool(uses or [one for one in services if one["with_voucher"]]),
            "effect": max(confirmed, default=0) >= 3,
        }
        rated = [one for one in services if one["effect"] is not None]
        losses = {
            "waiting": row["state"] == "waiting",
            "talking": row["state"] == "talking" and not contracts and not services,
            "no-service": bool(contracts) and not services,
            "unrated": bool(services) and not rated,
            "no-effect": bool(rated) and not steps["effect"],
            f"{'talks' if has_talked else 'asked'}-{row['failed_reason']}": row["state"] == "failed",
        }
        return [name for name, did in steps.items() if did], [name for name, did in losses.items() if did]

    def figures(self, kind: str, code: str, first: Month, last: Month) -> dict[str, Any]:
        """Return every figure but that of the registry; a percent as a bare fraction."""

        def here(rows: Iterable[Row]) -> list[Row]:
            column = {"city": None, "district": "district_code", "industry": "industry_code"}.get(kind, "provider_id")
            return [row for row in rows if column is None or str(row[column]) == code]

        def then(rows: Iterable[Row], column: str) -> list[Row]:
            return [row for row in rows if row[column] is not None and first <= _month(row[column]) <= last]

        ever = here(self.services)
        return {
            **_of_services(ever, then(ever, "served_on"), first),
            "services_open": len(then(here(self.open), "served_on")),
            **_of_introductions(here(self.introductions), then),
            **_of_contracts(then(here(self.contracts), "signed_on")),
            **_of_transfers(then(here(self.transfers), "at")),
        }


def _of_services(ever: list[Row], done: list[Row], first: Month) -> dict[str, Any]:
    before = {row["enterprise_id"] for row in ever if _month(row["served_on"]) < first}
    served = {row["enterprise_id"] for row in done}
    fen = sum(row["amount_fen"] for row in done)
    return {
        "enterprises": len(served),
        "enterprises_new": len(served - before),
        "enterprises_repeat": len(served & before),
        "services": len(done),
        "service_fen": fen,
        "self_earned_share": _percent(sum(row["amount_fen"] for row in done if row["paid_by"] == "enterprise"), fen),
        "services_matched": len([row for row in done if row["source"] == "match"]),
        "services_with_voucher": len([row for row in done if row["with_voucher"]]),
        "cross_district_share": _percent(
            len([row for row in done if row["district_code"] != row["provider_district_code"]]), len(done)
        ),
        "instrument_hours": sum(row["instrument_minutes"] or 0 for row in done),
        "satisfaction": _mean([row["satisfaction"] for row in done]),
        "effect": _mean([row["effect"] for row in done]),
    }


def _of_introductions(rows: list[Row], then: Callable[[Iterable[Row], str], list[Row]]) -> dict[str, Any]:
    opened, ended = then(rows, "opened_at"), then(rows, "ended_at")
    needs = [row for row in opened if row["need_id"]]
    answered = [row for row in opened if row["answered_at"]]
    hours = sorted(int((row["answered_at"] - row["opened_at"]).total_seconds() // 3600) for row in answered)
    signed = [row for row in ended if row["state"] == "signed"]
    needs_answered = len([row for row in answered if row["need_id"]])
    return {
        "introductions": len(opened),
        "introductions_matched": len([row for row in opened if row["match_score"] is not None]),
        "needs_received": len(needs),
        "needs_answered": needs_answered,
        "answered_share": _percent(needs_answered, len(needs)),
        "needs_solved": len([row for row in signed if row["need_id"]]),
        "response_median": _rank(hours, Fraction(1, 2)),
        "response_p90": _rank(hours, Fraction(9, 10)),
        "talks": len(then(rows, "accepted_at")),
        "introductions_signed": len(signed),
        "introductions_failed": len([row for row in ended if row["state"] == "failed"]),
    }


def _of_contracts(signed: list[Row]) -> dict[str, Any]:
    return {
        "contracts": len(signed),
        "contract_fen": sum(row["contract_amount_fen"] for row in signed),
        "technology_fen": sum(row["technology_amount_fen"] for row in signed),
        "registered_share": _percent(len([row for row in signed if row["registration_number"]]), len(signed)),
    }


def _of_transfers(moved: list[Row]) -> dict[str, Any]:
    found = dict.fromkeys((name for name, _sign in _MONEY.values()), 0)
    for row in moved:
        name, sign = _MONEY[row["purpose"]]
        found[name] += sign * row["amount_fen"]
    return {
        "vouchers_issued": len([row for row in moved if row["purpose"] == "issue"]),
        **found,
        "voucher_use_rate": _percent(found["voucher_used_fen"], found["voucher_issued_fen"]),
    }


def _placed(rows: Callable[[str], list[Row]]) -> Iterator[Row]:
    """Return the transfers of money with their voucher's district and industry, and their contract's provider."""
    limits = {row["id"] for row in rows("ledger_account") if row["code"].startswith("granted/")}
    vouchers, contracts, uses, redemptions = (
        {row["id"]: row for row in rows(name)} for name in ("voucher", "contract", "voucher_use", "redemption")
    )
    for row in rows("ledger_transfer"):
        if row["purpose"] not in _MONEY or {row["debit_account_id"], row["credit_account_id"]} & limits:
            continue
        kind, _slash, number = row["reference"].partition("/")
        if kind not in ("voucher", "use", "redemption"):
            continue
        of = {"voucher": vouchers, "use": uses, "redemption": redemptions}[kind][int(number)]
        voucher = of if kind == "voucher" else vouchers[of["voucher_id"]]
        provider = None if kind == "voucher" else contracts[of["contract_id"]]["provider_id"]
        places = {"district_code": voucher["district_code"], "industry_code": voucher["industry_code"]}
        yield {**row, **places, "provider_id": provider}


def _month(when: date | datetime) -> Month:
    if isinstance(when, datetime):
        when += timedelta(hours=8)
    return when.year, when.month


def _percent(part: int, whole: int) -> Fraction | None:
    return Fraction(part * 100, whole) if whole else None


def _mean(marks: list[int | None]) -> Fraction | None:
    given = [mark for mark in marks if mark is not None]
    return Fraction(sum(given), len(given)) if given else None


def _rank(ordered: list[int], share: Fraction) -> int | None:
    """Return the first value that at least this share of all does not exceed."""
    for place, value in enumerate(ordered, start=1):
        if Fraction(place, len(ordered)) >= share:
            return value
    return None
