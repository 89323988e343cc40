"""Who may do what with contracts, services and the funnel, and what the world holds of them.

All but "far" are of "enterprise" and "complex", which wrote them. "draft" was not shared yet, "shared" awaits the
enterprise's confirmation, in "asked" the complex asks to end the contract.
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.catalogue.sheets import operations as sheets
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.contracts.agreements import operations as contracts
from matchmaker.contracts.agreements.models import Proposal
from matchmaker.contracts.services.models import ServiceUpload
from matchmaker.files import store
from tests.access.grids import ALL_ROLES, Row, also_done, grid, same, with_row
from tests.access.offerings import UPLOAD_DISCARD, UPLOAD_KEEP, UPLOAD_SHOW
from tests.support import cast, deals, papers

if TYPE_CHECKING:
    from tests.access.world import World

Cells = dict[str, dict[str, str]]

SHOW = grid("""
                  draft shared signed asked completed far missing
anonymous         in    in     in     in    in        in  in
enterprise        404   200    200    200   200       404 404
other-enterprise  404   404    404    404   404       404 404
complex           200   200    200    200   200       404 404
institute         404   404    404    404   404       200 404
bureau-district   404   200    200    200   200       404 404
bureau-elsewhere  404   404    404    404   404       200 404
bureau-city       404   200    200    200   200       200 404
admin             404   404    404    404   404       404 404
unattached        404   404    404    404   404       404 404
""")

SERVICE_SHOW = grid("""
                  recorded confirmed disputed withdrawn far missing
anonymous         in       in        in       in        in  in
enterprise        200      200       200      200       404 404
other-enterprise  404      404       404      404       404 404
complex           200      200       200      200       404 404
institute         404      404       404      404       200 404
bureau-district   200      200       200      200       404 404
bureau-elsewhere  404      404       404      404       200 404
bureau-city       200      200       200      200       200 404
admin             404      404       404      404       404 404
unattached        404      404       404      404       404 404
""")


def refused(base: object) -> Cells:
    """Return the grid in which whoever sees a thing may do nothing with it."""
    rows = base.items()  # type: ignore[attr-defined]  # a grid is a mapping
    return {role: {name: "403" if cell == "200" else cell for name, cell in row.items()} for role, row in rows}


def sides(enterprise: str, complex_: str, institute: str) -> Cells:
    """Return what the sides of contracts may do; nobody else does anything."""
    base = with_row(with_row(refused(SHOW), "enterprise", enterprise), "complex", complex_)
    return {
        role: dict(row) for role, row in with_row(base, "institute", f"404 404 404 404 404 {institute} 404").items()
    }


def answers(enterprise: str, complex_: str, institute: str) -> Cells:
    """Return what the sides of services may do; nobody else does anything."""
    base = with_row(with_row(refused(SERVICE_SHOW), "enterprise", enterprise), "complex", complex_)
    return {role: dict(row) for role, row in with_row(base, "institute", f"404 404 404 404 {institute} 404").items()}


EDIT = sides("404 200 200 200 403 404 404", "200 200 200 200 403 404 404", "200")
UPDATE = sides("404 done done 409 403 404 404", "done done done 409 403 404 404", "done")
CONFIRM = sides("404 done 409 409 409 404 404", "done 409 409 409 409 404 404", "409")
DISCARD = sides("404 done 409 409 409 404 404", "done done 409 409 409 404 404", "409")
REGISTER = sides("404 409 done done done 404 404", "409 409 done done done 404 404", "done")
END = sides("404 409 done 409 409 404 404", "409 409 done 409 409 404 404", "done")
# No file is sent along.
ATTACH = sides("404 422 422 422 422 404 404", "422 422 422 422 422 404 404", "422")

_NOBODY = "403 403 403 403 404 404"
CORRECT_PAGE = answers(_NOBODY, "200 200 200 403 404 404", "200")
CORRECT = answers(_NOBODY, "done done done 403 404 404", "done")
TAKE_BACK = answers(_NOBODY, "done done done 409 404 404", "done")
CONFIRM_SERVICE = answers("done 409 done 409 404 404", _NOBODY, "403")
RATE = answers("409 done 409 409 404 404", _NOBODY, "403")
DISPUTE = answers("done 409 409 409 404 404", _NOBODY, "403")

#: The contract "asked" alone, whose question the second columns are about; and "signed" with a milestone and a file.
ASKED = {role: {"asked": row["asked"]} for role, row in SHOW.items()}
SIGNED = {role: {"signed": row["signed"]} for role, row in SHOW.items()}


def second(name: str, enterprise: str, complex_: str, others: str) -> Cells:
    """Return what those who see the first thing may do with the second."""
    cells = {"enterprise": enterprise, "complex": complex_}
    return {role: {name: cells.get(role, others), "missing": "404"} for role in ALL_ROLES}


LIST = same("200", anonymous="in", admin="403", unattached="403")
FOR_SIDES = same("403", anonymous="in", enterprise="200", other_enterprise="200", complex="200", institute="200")
FOR_PROVIDERS = same("403", anonymous="in", complex="200", institute="200")
FOR_ENTERPRISES = same("403", anonymous="in", enterprise="200", other_enterprise="200")
FUNNEL = same(
    "403", anonymous="in", complex="200", institute="200", bureau_district="200", bureau_elsewhere="200",
    bureau_city="200",
)  # fmt: skip
SEE_FREEZES = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
# No month is named.
FREEZE = same("403", anonymous="in", bureau_city="422")
FIGURE = same(
    "403", anonymous="in", complex="404", institute="404", bureau_district="404", bureau_elsewhere="404",
    bureau_city="404",
)  # fmt: skip
# The form names an enterprise as the other side.
CREATE = same("403", anonymous="in", enterprise="422", other_enterprise="422", complex="done", institute="done")
# Nothing is ticked, and nothing is sent along.
CONFIRM_MANY = same("403", anonymous="in", enterprise="422", other_enterprise="422")
SEND_SHEET = same("403", anonymous="in", complex="422", institute="422")

_ONE = "/contracts/<int:contract_id>"
_ASKED = f"{_ONE}/proposals/<int:proposal_id>"
_SERVICE = "/services/<int:record_id>"
_SHEET = "/services/sheet/<int:upload_id>"
ROWS = {
    ("GET", "/contracts/"): Row(LIST),
    ("GET", "/contracts/new"): Row(FOR_SIDES),
    ("POST", "/contracts/"): Row(CREATE, form="contract"),
    ("GET", _ONE): Row(SHOW, ("contract",)),
    ("GET", f"{_ONE}/edit"): Row(EDIT, ("contract",)),
    ("POST", f"{_ONE}/edit"): Row(UPDATE, ("contract",), form="contract"),
    ("GET", f"{_ONE}/versions"): Row(SHOW, ("contract",)),
    ("POST", f"{_ONE}/confirm"): Row(CONFIRM, ("contract",), form="confirming"),
    ("POST", f"{_ONE}/discard"): Row(DISCARD, ("contract",)),
    ("POST", f"{_ONE}/registration"): Row(REGISTER, ("contract",), form="registering"),
    ("POST", f"{_ONE}/end"): Row(END, ("contract",), form="completing"),
    ("POST", f"{_ONE}/files"): Row(ATTACH, ("contract",)),
    ("GET", f"{_ONE}/files/<int:file_id>"): Row(
        SIGNED, ("signed-contract", "contract-file"), second=second("kept", "200", "200", "200")
    ),
    ("POST", f"{_ONE}/milestones/<int:milestone_id>"): Row(
        SIGNED, ("signed-contract", "milestone"), second=second("due", "done", "done", "403"), form="reaching"
    ),
    ("POST", f"{_ASKED}/accept"): Row(
        ASKED, ("asked-contract", "question"), second=second("open", "done", "409", "403")
    ),
    ("POST", f"{_ASKED}/refuse"): Row(
        ASKED, ("asked-contract", "question"), second=second("open", "done", "409", "403"), form="refusing"
    ),
    ("POST", f"{_ASKED}/take-back"): Row(
        ASKED, ("asked-contract", "question"), second=second("open", "409", "done", "403")
    ),
    ("GET", "/services/"): Row(LIST),
    ("GET", "/services/new"): Row(FOR_PROVIDERS),
    ("POST", "/services/"): Row(also_done(FOR_PROVIDERS), form="service"),
    ("GET", "/services/to-confirm"): Row(FOR_ENTERPRISES),
    ("POST", "/services/to-confirm"): Row(CONFIRM_MANY),
    ("GET", _SERVICE): Row(SERVICE_SHOW, ("service",)),
    ("GET", f"{_SERVICE}/correct"): Row(CORRECT_PAGE, ("service",)),
    ("POST", f"{_SERVICE}/correct"): Row(CORRECT, ("service",), form="service"),
    ("POST", f"{_SERVICE}/take-back"): Row(TAKE_BACK, ("service",), form="reasoning"),
    ("POST", f"{_SERVICE}/confirm"): Row(CONFIRM_SERVICE, ("service",), form="rating"),
    ("POST", f"{_SERVICE}/rate"): Row(RATE, ("service",), form="rating"),
    ("POST", f"{_SERVICE}/dispute"): Row(DISPUTE, ("service",), form="reasoning"),
    ("GET", "/services/sheet/"): Row(FOR_PROVIDERS),
    ("GET", "/services/sheet/template.xlsx"): Row(FOR_PROVIDERS),
    ("POST", "/services/sheet/"): Row(SEND_SHEET),
    ("GET", _SHEET): Row(UPLOAD_SHOW, ("service-upload",)),
    ("POST", f"{_SHEET}/keep"): Row(UPLOAD_KEEP, ("service-upload",)),
    ("POST", f"{_SHEET}/discard"): Row(UPLOAD_DISCARD, ("service-upload",)),
    ("GET", "/funnel/"): Row(FUNNEL),
    ("GET", "/metrics/"): Row(FUNNEL),
    # Without a figure named there is none.
    ("GET", "/metrics/records"): Row(FIGURE),
    ("GET", "/metrics/freezes/"): Row(SEE_FREEZES),
    ("POST", "/metrics/freezes/"): Row(FREEZE),
    ("POST", "/metrics/freezes/confirm"): Row(FREEZE),
    ("POST", "/metrics/freezes/restatements"): Row(FREEZE),
    ("GET", "/metrics/definitions"): Row(same("200")),
    ("GET", "/funnel/records"): Row(FUNNEL),
}

_TODAY = deals.day(0)
FORMS = {
    "contract": deals.contract_form(party=cast.ROLES["enterprise"].organisation, words="签了补充协议。"),
    "confirming": {},
    "registering": {"registration_number": f"{_TODAY.year}330602000123", "registered_on": str(_TODAY)},
    "completing": {"kind": "completion", "words": "验收过了。"},
    "reaching": {"done_on": str(_TODAY)},
    "refusing": {"answer": "还差验收。"},
    "service": deals.service_form(party=cast.ROLES["enterprise"].organisation, words="只做了三个样品。"),
    "reasoning": {"reason": "记错了。"},
    "rating": {"satisfaction": "2", "effect": "3"},
}

#: Who sent each spreadsheet, and whether it was kept.
_UPLOADS = {"own": ("complex", False), "far": ("institute", False), "kept": ("complex", True)}


def fill(world: "World", session: Session, *, canary: Callable[[], str], missing: int) -> None:
    """Put contracts, services and spreadsheets into the world, each with words of its own."""
    session.info[store.FOLDER] = world.app.extensions["matchmaker_files"]
    made = {name: _contract(world, session, name, canary()) for name in SHOW["complex"] if name != "missing"}
    world.ids["contract"] = made | {"missing": missing}
    world.ids["signed-contract"] = {"signed": made["signed"]}
    world.ids["asked-contract"] = {"asked": made["asked"]}
    signed = session.get_one(contracts.Contract, made["signed"])
    kept = contracts.attach(session, signed, io.BytesIO(papers.pdf()), name="合同.pdf")
    world.ids["contract-file"] = {"kept": kept.id, "missing": missing}
    world.ids["milestone"] = {"due": signed.milestones[0].id, "missing": missing}
    question = session.scalars(select(Proposal.id).where(Proposal.contract_id == made["asked"])).one()
    world.ids["question"] = {"open": question, "missing": missing}
    records = {name: _service(world, session, name, canary()) for name in SERVICE_SHOW["complex"] if name != "missing"}
    world.ids["service"] = records | {"missing": missing}
    world.ids["service-upload"] = {name: _upload(world, session, name, canary()) for name in _UPLOADS} | {
        "missing": missing
    }


def _sides(name: str) -> tuple[str, str]:
    return ("far-enterprise", "institute") if name == "far" else ("enterprise", "complex")


def _contract(world: "World", session: Session, name: str, word: str) -> int:
    enterprise, provider = _sides(name)
    life = "signed" if name == "far" else name
    row = deals.contract(session, life, enterprise=enterprise, provider=provider, title=f"染整诊断 {word}")
    world.secrets_from[word] = {role for role in ALL_ROLES if SHOW[role][name] != "200"}
    return row.id


def _service(world: "World", session: Session, name: str, word: str) -> int:
    enterprise, provider = _sides(name)
    life = "recorded" if name == "far" else name
    row = deals.service(session, life, enterprise=enterprise, provider=provider, description=f"上门检测 {word}")
    world.secrets_from[word] = {role for role in ALL_ROLES if SERVICE_SHOW[role][name] != "200"}
    return row.id


def _upload(world: "World", session: Session, name: str, word: str) -> int:
    sender, is_kept = _UPLOADS[name]
    cells = [
        cast.ROLES["enterprise"].organisation,
        str(deals.day(-1)),
        cast.TESTING,
        f"检测 {word}",
        "12",
        "enterprise",
    ]
    table = Table(["enterprise", "served_on", "category_code", "description", "amount_fen", "paid_by"], [(2, cells)])
    upload = sheets.receive(
        session,
        ServiceUpload,
        table,
        file_name="服务.csv",
        organisation_id=cast.organisation_of(session, sender).id,
        person_id=cast.person_of(session, sender).id,
    )
    upload.kept_at = upload.created_at if is_kept else None
    world.secrets_from[word] = {role for role in ALL_ROLES if UPLOAD_SHOW[role][name] != "200"}
    return upload.id
