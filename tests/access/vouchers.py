"""Who may do what with schemes, vouchers, their uses and the pool, and one of each for the tests to ask for."""

from typing import Any

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.vouchers import operations
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.schemes import operations as schemes
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.operations import SchemeText
from tests.access.grids import Row, also_done, grid, same
from tests.support import cast, factories, money
from tests.support.money import WAN, acting

# Of "enterprise", except far-…, which is of "far-enterprise" next door. "reviewed" was approved by "bureau-district".
VOUCHER_SHOW = grid("""
                  applied reviewed returned issued far-issued missing
anonymous         in      in       in       in     in         in
enterprise        200     200      200      200    404        404
other-enterprise  404     404      404      404    404        404
complex           404     404      404      404    404        404
institute         404     404      404      404    404        404
bureau-district   200     200      200      200    404        404
bureau-elsewhere  404     404      404      404    200        404
bureau-city       200     200      200      200    200        404
admin             404     404      404      404    404        404
unattached        404     404      404      404    404        404
""")


def owned(cells: str) -> Any:
    """Return the grid of what its enterprise alone may do, which gets ``cells``."""
    return _with(
        {
            "enterprise": f"{cells} 404 404",
            "bureau-district": "403 403 403 403 404 404",
            "bureau-elsewhere": "404 404 404 404 403 404",
            "bureau-city": "403 403 403 403 403 404",
        }
    )


def decided(district: str, city: str, *, far: str, far_city: str) -> Any:
    """Return the grid of what reviewers may do: those of its district, and those of the city."""
    return _with(
        {
            "enterprise": "403 403 403 403 404 404",
            "bureau-district": f"{district} 404 404",
            "bureau-elsewhere": f"404 404 404 404 {far} 404",
            "bureau-city": f"{city} {far_city} 404",
        }
    )


def _with(rows: dict[str, str]) -> Any:
    columns = list(VOUCHER_SHOW["enterprise"])
    return {
        role: dict(zip(columns, rows[role].split(), strict=True)) if role in rows else row
        for role, row in VOUCHER_SHOW.items()
    }


_RETURNED_ONLY = "409 409 200 409"
_OPEN = "done done 409 409"
_ISSUED_ONLY = "409 409 409 done"
_NONE = "409 409 409 409"

USE_SHOW = grid("""
                  held served far-held missing
anonymous         in   in     in       in
enterprise        200  200    404      404
other-enterprise  404  404    404      404
complex           200  200    404      404
institute         404  404    200      404
bureau-district   200  200    404      404
bureau-elsewhere  404  404    200      404
bureau-city       200  200    200      404
admin             404  404    404      404
unattached        404  404    404      404
""")
USE_SERVE = grid("""
                  held served far-held missing
anonymous         in   in     in       in
enterprise        done 409    404      404
other-enterprise  404  404    404      404
complex           403  403    404      404
institute         404  404    403      404
bureau-district   403  403    404      404
bureau-elsewhere  404  404    403      404
bureau-city       403  403    403      404
admin             404  404    404      404
unattached        404  404    404      404
""")
USE_GIVE_UP = USE_SERVE | {
    "enterprise": {"held": "done", "served": "done", "far-held": "404", "missing": "404"},
}

#: "draft" and "proposed" are of the home district, by "bureau-district"; "active" is the city's.
SCHEME_SHOW = grid("""
                  draft proposed active missing
anonymous         in    in       in     in
enterprise        404   404      200    404
other-enterprise  404   404      200    404
complex           404   404      200    404
institute         404   404      200    404
bureau-district   200   200      200    404
bureau-elsewhere  404   404      200    404
bureau-city       200   200      200    404
admin             404   404      200    404
unattached        404   404      200    404
""")


def ruled(district: str, city: str) -> Any:
    """Return the grid of what the bureau whose scheme it is may do; of the city's, the city's alone."""
    columns = list(SCHEME_SHOW["enterprise"])
    rows = {"bureau-district": f"{district} 403 404", "bureau-city": f"{city} 404"}
    refused = {"draft": "404", "proposed": "404", "active": "403", "missing": "404"}
    return {
        role: dict(zip(columns, rows[role].split(), strict=True))
        if role in rows
        else (row if role == "anonymous" else refused)
        for role, row in SCHEME_SHOW.items()
    }


_EDIT = ruled("200 200", "200 200 200")
FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
FOR_APPLICANTS = same("403", anonymous="in", enterprise="200", other_enterprise="200")
FOR_HOLDERS = same(
    "403",
    anonymous="in",
    enterprise="200",
    other_enterprise="200",
    bureau_district="200",
    bureau_elsewhere="200",
    bureau_city="200",
)

ROWS = {
    ("GET", "/vouchers/"): Row(FOR_HOLDERS),
    ("GET", "/vouchers/new"): Row(FOR_APPLICANTS),
    ("POST", "/vouchers/"): Row(also_done(FOR_APPLICANTS), form="application"),
    ("GET", "/vouchers/queue"): Row(FOR_BUREAUS),
    ("GET", "/vouchers/pool"): Row(FOR_BUREAUS),
    ("GET", "/vouchers/transfers"): Row(FOR_BUREAUS),
    ("GET", "/vouchers/<int:voucher_id>"): Row(VOUCHER_SHOW, ("voucher",)),
    ("GET", "/vouchers/<int:voucher_id>/change"): Row(owned(_RETURNED_ONLY), ("voucher",)),
    ("POST", "/vouchers/<int:voucher_id>/change"): Row(owned("409 409 done 409"), ("voucher",), form="application"),
    ("POST", "/vouchers/<int:voucher_id>/withdraw"): Row(owned("done 409 done 409"), ("voucher",)),
    ("POST", "/vouchers/<int:voucher_id>/hand-back"): Row(owned(_ISSUED_ONLY), ("voucher",)),
    ("GET", "/vouchers/<int:voucher_id>/use"): Row(owned("200 200 200 200"), ("voucher",)),
    ("POST", "/vouchers/<int:voucher_id>/use"): Row(owned(_ISSUED_ONLY), ("voucher",), form="use"),
    ("GET", "/vouchers/<int:voucher_id>/review"): Row(
        decided("200 200 200 200", "200 200 200 200", far="200", far_city="200"), ("voucher",)
    ),
    ("POST", "/vouchers/<int:voucher_id>/approve"): Row(
        decided("done 409 409 409", "done 409 409 409", far="409", far_city="409"), ("voucher",), form="reason"
    ),
    # Two levels of review: the city issues.
    ("POST", "/vouchers/<int:voucher_id>/issue"): Row(
        decided("403 403 403 403", "409 done 409 409", far="403", far_city="409"), ("voucher",), form="reason"
    ),
    ("POST", "/vouchers/<int:voucher_id>/return"): Row(
        decided(_OPEN, _OPEN, far="409", far_city="409"), ("voucher",), form="reason"
    ),
    ("POST", "/vouchers/<int:voucher_id>/reject"): Row(
        decided(_OPEN, _OPEN, far="409", far_city="409"), ("voucher",), form="reason"
    ),
    ("POST", "/vouchers/<int:voucher_id>/suspend"): Row(
        decided(_ISSUED_ONLY, _ISSUED_ONLY, far="done", far_city="done"), ("voucher",), form="reason"
    ),
    ("POST", "/vouchers/<int:voucher_id>/resume"): Row(
        decided(_NONE, _NONE, far="409", far_city="409"), ("voucher",), form="reason"
    ),
    ("POST", "/vouchers/<int:voucher_id>/revoke"): Row(
        decided(_ISSUED_ONLY, _ISSUED_ONLY, far="done", far_city="done"), ("voucher",), form="reason"
    ),
    ("GET", "/vouchers/uses/<int:use_id>"): Row(USE_SHOW, ("use",)),
    ("POST", "/vouchers/uses/<int:use_id>/serve"): Row(USE_SERVE, ("use",), form="served"),
    ("POST", "/vouchers/uses/<int:use_id>/give-up"): Row(USE_GIVE_UP, ("use",)),
    ("GET", "/vouchers/schemes/"): Row(same("200", anonymous="in")),
    ("GET", "/vouchers/schemes/new"): Row(FOR_BUREAUS),
    ("POST", "/vouchers/schemes/"): Row(also_done(FOR_BUREAUS), form="scheme"),
    ("GET", "/vouchers/schemes/<int:scheme_id>"): Row(SCHEME_SHOW, ("scheme",)),
    ("GET", "/vouchers/schemes/<int:scheme_id>/edit"): Row(_EDIT, ("scheme",)),
    ("POST", "/vouchers/schemes/<int:scheme_id>"): Row(ruled("done 409", "done 409 409"), ("scheme",), form="scheme"),
    ("POST", "/vouchers/schemes/<int:scheme_id>/propose"): Row(ruled("done 409", "done 409 409"), ("scheme",)),
    # Whoever proposed it does not decide.
    ("POST", "/vouchers/schemes/<int:scheme_id>/approve"): Row(ruled("409 403", "409 done 409"), ("scheme",)),
    ("POST", "/vouchers/schemes/<int:scheme_id>/send-back"): Row(
        ruled("409 403", "409 done 409"), ("scheme",), form="words"
    ),
    ("POST", "/vouchers/schemes/<int:scheme_id>/versions"): Row(ruled("409 409", "409 409 done"), ("scheme",)),
    ("POST", "/vouchers/schemes/<int:scheme_id>/copy"): Row(ruled("done done", "done done done"), ("scheme",)),
}

#: What somebody who fills in a form would send.
FORMS: dict[str, dict[str, str]] = {
    "application": {"face_fen": "1万", "purpose": "染色检测", "declares_single_funding": "1"},
    "use": {
        "service_amount_fen": "1000", "category_code": cast.TESTING, "declares_voluntary": "1",
        "declares_unrelated": "1",
    },
    "reason": {"reason": "请补充说明。"},
    "words": {"words": "额度再核一下。"},
    "served": {"served_on": clock.today().isoformat()},
    "scheme": {
        "year": str(money.year()), "key": "another", "title": "另一项创新券", "pools": f"{cast.HERE} 10万",
        "apply_from": f"{money.year()}-01-01", "apply_until": f"{money.year()}-12-31",
        "use_by": f"{money.year()}-12-31", "redeem_by": f"{money.year() + 1}-03-31", "quota_fen": "2万",
        "least_face_fen": "100", "local_local": "50", "provider_rule": "registered", "payee": "enterprise",
        "reviews": "2", "evidence": "invoice", "publicity_days": "5", "correction_days": "30", "reminder_days": "30",
    },
}  # fmt: skip


def fill(world: Any, session: Session, *, missing: int) -> None:
    """Put one of each into the world."""
    for role in ("enterprise", "other-enterprise", "far-enterprise"):
        cast.organisation_of(session, role).credit_code = factories.credit_code()
    active = money.scheme(session)
    world.ids["scheme"] = {**_schemes(session), "active": active.id, "missing": missing}
    world.ids["voucher"] = {name: _voucher(session, active, name).id for name in _LIVES} | {"missing": missing}
    contract = money.contract(session)
    used = money.voucher(session, active, face_fen=2 * WAN)
    far = money.voucher(session, active, role="far-enterprise", face_fen=1 * WAN)
    far_contract = money.contract(session, role="far-enterprise", provider="institute")
    world.ids["use"] = {
        "held": money.use(session, used, contract, 1000_00).id,
        "served": money.use(session, used, contract, 1000_00, life="served").id,
        "far-held": money.use(session, far, far_contract, 1000_00).id,
        "missing": missing,
    }
    world.ids["of-forms"] = {"scheme_id": active.id, "contract_id": money.contract(session).id}


_LIVES = {"applied": "", "reviewed": "approve", "returned": "return", "issued": "issue", "far-issued": "issue"}


def _voucher(session: Session, scheme: Scheme, name: str) -> Voucher:
    role = "far-enterprise" if name.startswith("far") else "enterprise"
    made = money.voucher(session, scheme, role=role, issued=_LIVES[name] == "issue", face_fen=1 * WAN)
    with acting(session, money.FIRST):
        if _LIVES[name] == "approve":
            operations.approve(session, made)
        elif _LIVES[name] == "return":
            operations.return_(session, made, "请写明检测项目。")
    return made


def _schemes(session: Session) -> dict[str, int]:
    with acting(session, money.FIRST):
        draft, proposed = (
            schemes.draft(
                session, SchemeText(money.year(), key, "区级创新券", district_code=cast.HERE), money.scheme_rules()
            )
            for key in ("district-draft", "district-proposed")
        )
        schemes.propose(session, proposed)
    return {"draft": draft.id, "proposed": proposed.id}
