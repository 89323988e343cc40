"""Who may do what with flags and reconciliations, and what the world holds of them.

"here" and "answered" are on a claim of "enterprise" at "complex"; "far" is on one of "far-enterprise" at "institute",
next door. Particulars are kept of "enterprise" and of "institute".
"""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from matchmaker.vouchers.flags import operations
from matchmaker.vouchers.flags.models import Flag
from matchmaker.vouchers.flags.rules import Finding, Limits, Rule, Shared
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.reconciliation import operations as reconciliation
from tests.access.grids import Row, also_done, grid, same, with_row
from tests.support import cast, claims, money

if TYPE_CHECKING:
    from tests.access.world import World

_FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
_FOR_THE_CITY = same("403", anonymous="in", bureau_city="200")

_FLAG = grid("""
                  here answered far missing
anonymous         in   in       in  in
enterprise        404  404      404 404
other-enterprise  404  404      404 404
complex           404  404      404 404
institute         404  404      404 404
bureau-district   200  200      404 404
bureau-elsewhere  404  404      200 404
bureau-city       200  200      200 404
admin             404  404      404 404
unattached        404  404      404 404
""")
_OVERRIDE = with_row(
    with_row(with_row(_FLAG, "bureau-district", "done 409 404 404"), "bureau-elsewhere", "404 404 done 404"),
    "bureau-city",
    "done 409 done 404",
)
_PARTY = grid("""
                  enterprise institute missing
anonymous         in         in        in
enterprise        404        404       404
other-enterprise  404        404       404
complex           404        404       404
institute         404        404       404
bureau-district   200        404       404
bureau-elsewhere  404        200       404
bureau-city       200        200       404
admin             404        404       404
unattached        404        404       404
""")
_FACT = grid("""
                  noted missing
anonymous         in    in
enterprise        404   404
other-enterprise  404   404
complex           404   404
institute         404   404
bureau-district   done  404
bureau-elsewhere  404   404
bureau-city       done  404
admin             404   404
unattached        404   404
""")
_RECONCILIATION = grid("""
                  kept missing
anonymous         in   in
enterprise        404  404
other-enterprise  404  404
complex           404  404
institute         404  404
bureau-district   404  404
bureau-elsewhere  404  404
bureau-city       200  404
admin             404  404
unattached        404  404
""")

ROWS = {
    ("GET", "/vouchers/flags/"): Row(_FOR_BUREAUS),
    ("GET", "/vouchers/flags/<int:flag_id>"): Row(_FLAG, ("flag",)),
    ("POST", "/vouchers/flags/<int:flag_id>"): Row(_OVERRIDE, ("flag",), form="flag-answer"),
    ("GET", "/vouchers/flags/parties/<int:organisation_id>"): Row(_PARTY, ("party",)),
    ("POST", "/vouchers/flags/parties/<int:organisation_id>"): Row(also_done(_PARTY), ("party",), form="fact"),
    ("POST", "/vouchers/flags/parties/facts/<int:fact_id>/forget"): Row(_FACT, ("fact",)),
    ("GET", "/vouchers/reconciliation/"): Row(_FOR_THE_CITY),
    ("GET", "/vouchers/reconciliation/<int:reconciliation_id>"): Row(_RECONCILIATION, ("reconciliation",)),
    ("POST", "/vouchers/reconciliation/"): Row(also_done(_FOR_THE_CITY)),
}

FORMS = {
    "flag-answer": {"reason": "两家公司在同一园区办公，电话为园区总机，已电话核实。"},
    "fact": {"kind": "phone", "value": "13812345678", "source": "企业信用信息公示系统"},
}


def fill(world: "World", session: Session, *, missing: int) -> None:
    """Raise a flag on a claim here and next door, note a particular, and reconcile once."""
    scheme = money.scheme(session, key="flagged", publicity_days=0, several_vouchers_per_contract=True)
    near = claims.filed(session, claims.use(session, scheme))
    far_voucher = _voucher_of(session, "far-enterprise", scheme)
    flags = {"here": _flag(session, near.id, Rule.PRICE), "answered": _flag(session, near.id, Rule.EARLY)}
    with money.acting(session, "bureau-city"):
        operations.override(session, flags["answered"], "报告日期为笔误，已核对原件。")
        noted = operations.note_fact(
            session,
            cast.organisation_of(session, "enterprise").id,
            kind=Shared.LEGAL_PERSON,
            value="陈厂长",
            source="企业信用信息公示系统",
        )
    world.ids["flag"] = {
        **{name: flag.id for name, flag in flags.items()},
        "far": _flag(session, far_voucher, Rule.PRICE).id,
        "missing": missing,
    }
    world.ids["fact"] = {"noted": noted.id, "missing": missing}
    world.ids["party"] = {
        "enterprise": cast.organisation_of(session, "enterprise").id,
        "institute": cast.organisation_of(session, "institute").id,
        "missing": missing,
    }
    session.flush()
    kept = reconciliation.keep(session, checking.nothing_seen())
    world.ids["reconciliation"] = {"kept": kept.id, "missing": missing}


def _voucher_of(session: Session, role: str, scheme: money.Scheme) -> int:
    """File a claim for an enterprise next door; return its id."""
    voucher = money.voucher(session, scheme, role=role)
    contract = money.contract(session, role=role, provider="institute")
    use = money.use(session, voucher, contract, life="served")
    return claims.filed(session, use).id


def _flag(session: Session, redemption_id: int, rule: Rule) -> Flag:
    evidence = {
        Rule.PRICE: {"times": 5.2, "median_fen": 120_000, "count": 40},
        Rule.EARLY: {"report_on": "2026-03-01", "signed_on": "2026-04-01", "days": 31, "maybe_year": False},
    }[rule]
    finding = Finding(redemption_id, rule, 60, evidence)
    flag = operations.flag_of(finding, Limits())
    session.add(flag)
    session.flush()
    return flag


__all__ = ["FORMS", "ROWS", "fill"]
