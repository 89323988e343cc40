"""Who may do what with claims, their evidence, objections and batches, and one of each for the tests to ask for.

Claims are of "enterprise" and "complex", except "far", of "far-enterprise" and "institute" next door. "bureau-district"
reviewed first and "bureau-city" approved; "recalled" was paid, and "bureau-district" proposes to claw it back.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.clearing.models import Batch, BatchItem
from matchmaker.vouchers.redemptions import operations, recalls
from matchmaker.vouchers.redemptions.models import Evidence, Redemption
from matchmaker.vouchers.review import operations as review
from matchmaker.vouchers.schemes.models import Scheme
from tests.access.grids import ALL_ROLES, Grid, Row, grid, same
from tests.support import cast, claims, money
from tests.support.money import WAN, acting

SHOW = grid("""
                  draft filed reviewed public paid recalled far missing
anonymous         in    in    in       in     in   in       in  in
enterprise        200   200   200      200    200  200      404 404
other-enterprise  404   404   404      404    404  404      404 404
complex           404   200   200      200    200  200      404 404
institute         404   404   404      404    404  404      200 404
bureau-district   404   200   200      200    200  200      404 404
bureau-elsewhere  404   404   404      404    404  404      200 404
bureau-city       404   200   200      200    200  200      200 404
admin             404   404   404      404    404  404      404 404
unattached        404   404   404      404    404  404      404 404
""")


def refused(base: Grid) -> dict[str, Mapping[str, str]]:
    """Return the grid in which whoever sees a thing is refused and whoever does not is told nothing."""
    return {role: {name: "403" if cell == "200" else cell for name, cell in row.items()} for role, row in base.items()}


def for_(base: Grid, **rows: str) -> Grid:
    """Return what some roles get; everybody else is refused. Roles are written with _ for -."""
    found = refused(base)
    for role, cells in rows.items():
        name = role.replace("_", "-")
        found[name] = dict(zip(base[name], cells.split(), strict=True))
    return found


def by_reviewers(here: str, far: str, *, city: str = "", city_far: str = "") -> Grid:
    """Return what reviewers of its district and of the city may do: filed reviewed public paid recalled, and far."""
    return for_(
        SHOW,
        bureau_district=f"404 {here} 404 404",
        bureau_elsewhere=f"404 404 404 404 404 404 {far} 404",
        bureau_city=f"404 {city or here} {city_far or far} 404",
    )


EVIDENCE = grid("""
                  draft filed far missing
anonymous         in    in    in  in
enterprise        200   200   404 404
other-enterprise  404   404   404 404
complex           404   403   404 404
institute         404   404   403 404
bureau-district   404   200   404 404
bureau-elsewhere  404   404   200 404
bureau-city       404   200   200 404
admin             404   404   404 404
unattached        404   404   404 404
""")
USE = grid("""
                  served missing
anonymous         in     in
enterprise        done   404
other-enterprise  404    404
complex           404    404
institute         404    404
bureau-district   404    404
bureau-elsewhere  404    404
bureau-city       404    404
admin             404    404
unattached        404    404
""")
_ON_NOTICE = "404 404 404 200 404 404 404 404"
NOTICE = {
    role: dict(zip(SHOW["enterprise"], ("in " * 8 if role == "anonymous" else _ON_NOTICE).split(), strict=True))
    for role in ALL_ROLES
}
NOTICE["enterprise"] = {**NOTICE["enterprise"], "public": "403"}
OBJECT: Grid = {
    role: {name: "done" if cell == "200" else cell for name, cell in row.items()} for role, row in NOTICE.items()
}
#: Both who could answer have reviewed the claim of "open"; of "anothers", the city's reviewer alone.
OBJECTION = grid("""
                  open anothers missing
anonymous         in   in       in
enterprise        403  403      404
other-enterprise  404  404      404
complex           403  403      404
institute         404  404      404
bureau-district   403  200      404
bureau-elsewhere  404  404      404
bureau-city       403  403      404
admin             404  404      404
unattached        404  404      404
""")
BATCH = grid("""
                  open sealed exported missing
anonymous         in   in     in       in
enterprise        404  404    404      404
other-enterprise  404  404    404      404
complex           404  404    404      404
institute         404  404    404      404
bureau-district   200  200    200      404
bureau-elsewhere  404  404    404      404
bureau-city       200  200    200      404
admin             404  404    404      404
unattached        404  404    404      404
""")
BATCH_FILE: Grid = {role: {"csv": "200", "exe": "404"} for role in ALL_ROLES}
DISTRICT = grid("""
                  here elsewhere missing
anonymous         in   in        in
enterprise        404  404       404
other-enterprise  404  404       404
complex           404  404       404
institute         404  404       404
bureau-district   done 404       404
bureau-elsewhere  404  409       404
bureau-city       done 409       404
admin             404  404       404
unattached        404  404       404
""")


def by_handlers(cells: str) -> Grid:
    """Return what reviewers may do with a batch."""
    return for_(BATCH, bureau_district=f"{cells} 404", bureau_city=f"{cells} 404")


_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
_LIST = same("200", anonymous="in", admin="403", unattached="403")
_CLAIM, _REVIEW, _BATCH = "/redemptions/<int:redemption_id>", "/review/<int:redemption_id>", "/batches/<int:batch_id>"
_IN_REVIEW = "done done 409 409 409"
_ONE = ("claim",)

ROWS = {
    ("GET", "/redemptions/"): Row(_LIST),
    ("GET", "/redemptions/notices"): Row(same("200")),
    ("POST", "/redemptions/for-use/<int:use_id>"): Row(USE, ("use-to-claim",)),
    ("GET", _CLAIM): Row(SHOW, _ONE),
    ("GET", f"{_CLAIM}/edit"): Row(for_(SHOW, enterprise="200 403 403 403 403 403 404 404"), _ONE),
    ("POST", _CLAIM): Row(for_(SHOW, enterprise="done 409 409 409 409 409 404 404"), _ONE, form="claim"),
    # The form says nothing of the papers, which a draft may and a claim may not.
    ("POST", f"{_CLAIM}/file"): Row(for_(SHOW, enterprise="422 409 409 409 409 409 404 404"), _ONE, form="claim"),
    ("POST", f"{_CLAIM}/withdraw"): Row(for_(SHOW, enterprise="done done 409 409 409 409 404 404"), _ONE),
    ("POST", f"{_CLAIM}/recall"): Row(by_reviewers("409 409 409 done 409", "409"), _ONE, form="because"),
    ("POST", f"{_CLAIM}/recall/drop"): Row(
        by_reviewers("403 403 403 403 done", "403", city="403 403 403 403 403", city_far="403"), _ONE
    ),
    ("POST", f"{_CLAIM}/claw-back"): Row(
        by_reviewers("403 403 403 403 403", "403", city="403 403 403 403 done", city_far="403"), _ONE
    ),
    ("GET", f"{_CLAIM}/objection"): Row(NOTICE, _ONE),
    ("POST", f"{_CLAIM}/objection"): Row(OBJECT, _ONE, form="objecting"),
    ("GET", "/redemptions/objections/<int:objection_id>"): Row(OBJECTION, ("objection",)),
    ("POST", "/redemptions/objections/<int:objection_id>"): Row(
        for_(OBJECTION, bureau_district="403 done 404"), ("objection",), form="answering"
    ),
    ("GET", "/redemptions/papers/<int:evidence_id>"): Row(EVIDENCE, ("evidence",)),
    ("GET", "/redemptions/papers/<int:evidence_id>/view"): Row(EVIDENCE, ("evidence",)),
    ("POST", "/redemptions/papers/<int:evidence_id>/remove"): Row(
        for_(EVIDENCE, enterprise="done 409 404 404"), ("evidence",)
    ),
    ("GET", "/review/"): Row(_BUREAUS),
    ("GET", _REVIEW): Row(by_reviewers("200 200 200 200 200", "200"), _ONE),
    ("POST", f"{_REVIEW}/agree"): Row(by_reviewers("done 409 409 409 409", "done"), _ONE, form="decision"),
    # Two levels: the city decides second.
    ("POST", f"{_REVIEW}/approve"): Row(
        by_reviewers("403 409 403 403 403", "403", city="409 done 409 409 409", city_far="409"), _ONE, form="decision"
    ),
    ("POST", f"{_REVIEW}/reject"): Row(by_reviewers(_IN_REVIEW, "done"), _ONE, form="decision"),
    ("POST", f"{_REVIEW}/return"): Row(by_reviewers(_IN_REVIEW, "done"), _ONE, form="remarks"),
    ("POST", f"{_REVIEW}/assign"): Row(by_reviewers(_IN_REVIEW, "done"), _ONE),
    ("POST", f"{_REVIEW}/recuse"): Row(
        by_reviewers("done 409 409 409 409", "done", city=_IN_REVIEW), _ONE, form="recusing"
    ),
    ("GET", "/batches/"): Row(_BUREAUS),
    ("POST", "/batches/for/<district_code>"): Row(DISTRICT, ("district",)),
    ("GET", _BATCH): Row(BATCH, ("batch",)),
    ("POST", f"{_BATCH}/seal"): Row(by_handlers("done 409 409"), ("batch",)),
    ("POST", f"{_BATCH}/dissolve"): Row(by_handlers("done 409 409"), ("batch",)),
    # Everybody who could has reviewed its items.
    ("POST", f"{_BATCH}/approve"): Row(by_handlers("403 403 403"), ("batch",)),
    ("POST", f"{_BATCH}/export"): Row(by_handlers("409 409 409"), ("batch",)),
    # A district puts one batch together at a time.
    ("POST", f"{_BATCH}/refuse"): Row(by_handlers("409 409 409"), ("batch",), form="because"),
    ("POST", f"{_BATCH}/settle"): Row(by_handlers("409 409 done"), ("batch",), form="outcome"),
    ("GET", f"{_BATCH}/files/<kind>"): Row(by_handlers("403 403 200"), ("batch", "batch-file"), second=BATCH_FILE),
    ("POST", "/batches/items/<int:item_id>/take-out"): Row(
        {role: {name: by_handlers("done 409 409")[role][name] for name in ("open", "sealed", "missing")}
         for role in ALL_ROLES},
        ("batch-item",),
    ),
}  # fmt: skip

#: What somebody who fills in a form would send.
FORMS: dict[str, dict[str, str]] = {
    "claim": {"claimed_fen": "10", "payee_name": "绍兴锦程", "payee_bank": "绍兴银行", "payee_account": claims.ACCOUNT},
    "because": {"reason": "材料不实。"},
    "objecting": {"words": "同一项目已获资助。"},
    "answering": {"answer": "经核实，不属实。", "is_upheld": "0"},
    "decision": {"approved_fen": "10", "reason": "按合同核减。"},
    "recusing": {"why": "申请单位负责人是我的亲属。"},
    "remarks": {"papers": "发票看不清。"},
    "outcome": {"settled_on": clock.today().isoformat()},
}


def fill(world: Any, session: Session, *, canary: Callable[[], str], missing: int) -> None:
    """Put one of each into the world, each claim with a word that only its reviewers and its enterprise read."""
    scheme = money.scheme(session, key="claims")
    made = _paid(session) | {name: _claim(session, scheme, name, canary(), world) for name in _LIVES}
    reviewed = _reviewed_by_the_third(session, scheme)
    with acting(session, "other-enterprise"):
        objection = operations.object_to(session, made["public"], "同一项目已获资助")
        another = operations.object_to(session, reviewed, "同一项目已获资助")
    world.ids["claim"] = {name: one.id for name, one in made.items()} | {"missing": missing}
    world.ids["objection"] = {"open": objection.id, "anothers": another.id, "missing": missing}
    world.ids["use-to-claim"] = {"served": claims.use(session, scheme, 1_000_00, face_fen=WAN).id, "missing": missing}
    world.ids["evidence"] = {
        name: session.scalars(select(Evidence.id).where(Evidence.redemption_id == made[name].id)).first()
        for name in ("draft", "filed", "far")
    } | {"missing": missing}
    batches = _batches(session)
    world.ids["batch"] = {name: one.id for name, one in batches.items()} | {"missing": missing}
    world.ids["batch-file"] = {"csv": "csv", "exe": "exe"}
    world.ids["batch-item"] = {
        name: session.scalars(select(BatchItem.id).where(BatchItem.batch_id == batches[name].id)).first()
        for name in ("open", "sealed")
    } | {"missing": missing}


_LIVES: dict[str, Callable[..., Redemption]] = {
    "draft": claims.written,
    "filed": claims.filed,
    "reviewed": claims.agreed,
    "public": claims.approved,
    "far": claims.filed,
}


def _claim(session: Session, scheme: Scheme, name: str, word: str, world: Any) -> Redemption:
    if name == "far":
        voucher = money.voucher(session, scheme, role="far-enterprise", face_fen=WAN)
        contract = money.contract(session, role="far-enterprise", provider="institute")
        use = money.use(session, voucher, contract, 1_000_00, life="served")
    else:
        use = claims.use(session, scheme, 1_000_00, face_fen=WAN)
    knowing = {role for role in ALL_ROLES if SHOW[role][name] == "200"} - {"complex", "institute"}
    world.secrets_from[word] = set(ALL_ROLES) - knowing
    return _LIVES[name](session, use, words=word)


def _reviewed_by_the_third(session: Session, scheme: Scheme) -> Redemption:
    redemption = claims.filed(session, claims.use(session, scheme, 1_000_00, face_fen=WAN))
    with claims.acting_as(session, claims.third(session)):
        review.agree(session, redemption)
    with acting(session, money.SECOND):
        review.approve(session, redemption, redemption.claimed_fen, "")
    return redemption


def _paid(session: Session) -> dict[str, Redemption]:
    scheme = money.scheme(session, key="paid", publicity_days=0)
    made = {name: _payable(session, scheme) for name in ("paid", "recalled")}
    batch = claims.exported(session)
    with acting(session, money.FIRST):
        clearing.settle(session, batch, failed={}, on=clock.today())
        recalls.ask_back(session, made["recalled"], "成果造假")
    return made


def _payable(session: Session, scheme: Scheme) -> Redemption:
    return claims.approved(session, claims.use(session, scheme, 1_000_00, face_fen=WAN))


def _batches(session: Session) -> dict[str, Batch]:
    scheme = money.scheme(session, key="batches", publicity_days=0)
    made: dict[str, Batch] = {}
    for name, lead in (("exported", claims.exported), ("sealed", claims.sealed)):
        _payable(session, scheme)
        made[name] = lead(session)
    _payable(session, scheme)
    with acting(session, money.FIRST):
        made["open"] = clearing.open_(session, cast.HERE)
    return made
