"""Who may do what with the three lists, and one of each thing for the tests to ask for.

The one complex is "complex", of the home district. Needs are those of the table; "here" and "far" stand on a list of
the city, "off" was taken off one.
"""

import io
import secrets
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.generics.models import Generic
from matchmaker.catalogue.needs.models import Need
from matchmaker.files import operations as files
from matchmaker.metrics.lists import operations, selects
from matchmaker.metrics.lists.models import KeyTechnology, NeedTag, TagKind
from matchmaker.metrics.lists.rules import TechnologyText
from matchmaker.metrics.periods import Period
from tests.access.grids import ALL_ROLES, Grid, Row, also_done, grid, same
from tests.support import cast, papers
from tests.support.money import acting

if TYPE_CHECKING:
    from tests.access.world import World

COMPLEX = grid("""
                  complex institute missing
anonymous         in      in        in
enterprise        404     404       404
other-enterprise  404     404       404
complex           200     404       404
institute         404     404       404
bureau-district   200     404       404
bureau-elsewhere  404     404       404
bureau-city       200     404       404
admin             404     404       404
unattached        404     404       404
""")
#: "proposed" is of "complex" by "bureau-district", "frozen" was proposed by "complex"; "city" by nobody of the cast.
FREEZE = grid("""
                  proposed frozen city missing
anonymous         in       in     in   in
enterprise        404      404    404  404
other-enterprise  404      404    404  404
complex           200      200    404  404
institute         404      404    404  404
bureau-district   200      200    200  404
bureau-elsewhere  404      404    200  404
bureau-city       200      200    200  404
admin             404      404    404  404
unattached        404      404    404  404
""")
CONFIRM = grid("""
                  proposed frozen city missing
anonymous         in       in     in   in
enterprise        404      404    404  404
other-enterprise  404      404    404  404
complex           403      403    404  404
institute         404      404    404  404
bureau-district   403      409    403  404
bureau-elsewhere  404      404    403  404
bureau-city       done     409    done 404
admin             404      404    404  404
unattached        404      404    404  404
""")
REFUSE = {**CONFIRM, "bureau-district": {**CONFIRM["bureau-district"], "proposed": "done"}}
TAG = grid("""
                  here far off missing
anonymous         in   in  in  in
enterprise        404  404 404 404
other-enterprise  404  404 404 404
complex           404  404 404 404
institute         404  404 404 404
bureau-district   200  404 200 404
bureau-elsewhere  404  200 404 404
bureau-city       200  200 200 404
admin             404  404 404 404
unattached        404  404 404 404
""")
WITHDRAW: Grid = {
    role: {name: {"200": "409" if name == "off" else "done"}.get(cell, cell) for name, cell in row.items()}
    for role, row in TAG.items()
}
#: "draft" was written by "complex", "own" by "bureau-district".
TECHNOLOGY = grid("""
                  draft own  confirmed missing
anonymous         in    in   in        in
enterprise        404   404  404       404
other-enterprise  404   404  404       404
complex           200   200  200       404
institute         404   404  404       404
bureau-district   200   200  200       404
bureau-elsewhere  404   404  404       404
bureau-city       200   200  200       404
admin             404   404  404       404
unattached        404   404  404       404
""")


def _of_staff(base: Grid, **rows_: str) -> Grid:
    found = {role: dict(row) for role, row in base.items()}
    for role, cells in rows_.items():
        name = role.replace("_", "-")
        found[name] = dict(zip(base[name], cells.split(), strict=True))
    return found


REWORD = _of_staff(
    TECHNOLOGY, complex="done done 409 404", bureau_district="done done 409 404", bureau_city="done done 409 404"
)
CONFIRM_TECHNOLOGY = _of_staff(
    TECHNOLOGY, complex="403 403 403 404", bureau_district="done 403 409 404", bureau_city="done done 409 404"
)
WITHDRAW_TECHNOLOGY = _of_staff(
    TECHNOLOGY, complex="403 403 403 404", bureau_district="409 409 done 404", bureau_city="409 409 done 404"
)
_FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
_FOR_LISTS = same(
    "403", anonymous="in", complex="200", bureau_district="200", bureau_elsewhere="200", bureau_city="200"
)
_FOR_CITY = same("403", anonymous="in", bureau_city="done")


def of_needs(needs: Grid) -> Grid:
    """Return the grid of the pages of tags: bureaus that look after a need and know of it."""
    return {role: {name: _tags_cell(role, name, cell) for name, cell in row.items()} for role, row in needs.items()}


def _tags_cell(role: str, name: str, cell: str) -> str:
    if role == "anonymous":
        return "in"
    theirs = {
        "bureau-city": True,
        "bureau-district": not name.startswith("far-"),
        "bureau-elsewhere": name.startswith("far-"),
    }
    return cell if theirs.get(role, False) else "404"


def tagging(needs: Grid) -> Grid:
    """Return the grid of tagging: what is not published cannot be tagged."""
    before = ("submitted", "returned", "far-submitted")
    return {
        role: {name: "403" if cell == "200" and name in before else {"200": "done"}.get(cell, cell)
               for name, cell in row.items()}
        for role, row in of_needs(needs).items()
    }  # fmt: skip


def rows_of(needs: Grid) -> dict[tuple[str, str], Row]:
    """Return the rows of the table, given who knows of which needs."""
    return {
        ("GET", "/lists/"): Row(_FOR_LISTS),
        ("GET", "/lists/complexes/<int:organisation_id>"): Row(COMPLEX, ("listing",)),
        ("GET", "/lists/complexes/<int:organisation_id>/export"): Row(COMPLEX, ("listing",)),
        ("POST", "/lists/complexes/<int:organisation_id>/freeze"): Row(also_done(COMPLEX), ("listing",), form="period"),
        ("GET", "/lists/complexes/<int:organisation_id>/technologies/new"): Row(COMPLEX, ("listing",)),
        ("POST", "/lists/complexes/<int:organisation_id>/technologies"): Row(
            also_done(COMPLEX), ("listing",), form="choosing"
        ),
        ("GET", "/lists/city"): Row(_FOR_BUREAUS),
        ("GET", "/lists/city/export"): Row(_FOR_BUREAUS),
        ("POST", "/lists/city/freeze"): Row(_FOR_CITY, form="period"),
        ("GET", "/lists/frozen/<int:freeze_id>"): Row(FREEZE, ("freeze",)),
        ("GET", "/lists/frozen/<int:freeze_id>/export"): Row(FREEZE, ("freeze",)),
        ("POST", "/lists/frozen/<int:freeze_id>/confirm"): Row(CONFIRM, ("freeze",)),
        ("POST", "/lists/frozen/<int:freeze_id>/refuse"): Row(REFUSE, ("freeze",), form="flag-answer"),
        ("GET", "/lists/needs/<int:need_id>/tags"): Row(of_needs(needs), ("need",)),
        ("POST", "/lists/needs/<int:need_id>/tags"): Row(tagging(needs), ("need",), form="tag"),
        ("POST", "/lists/tags/<int:tag_id>/withdraw"): Row(WITHDRAW, ("tag",), form="flag-answer"),
        ("GET", "/lists/tags/<int:tag_id>/file"): Row(TAG, ("tag",)),
        ("GET", "/lists/technologies/<int:technology_id>"): Row(TECHNOLOGY, ("technology",)),
        ("POST", "/lists/technologies/<int:technology_id>"): Row(REWORD, ("technology",), form="technology"),
        ("POST", "/lists/technologies/<int:technology_id>/confirm"): Row(
            CONFIRM_TECHNOLOGY, ("technology",), form="agreeing"
        ),
        ("POST", "/lists/technologies/<int:technology_id>/withdraw"): Row(
            WITHDRAW_TECHNOLOGY, ("technology",), form="flag-answer"
        ),
        ("POST", "/lists/technologies/<int:technology_id>/drop"): Row(REWORD, ("technology",), form="flag-answer"),
    }


#: What the version in a form is of.
VERSIONED = {"technology": KeyTechnology, "agreeing": KeyTechnology}
FORMS = {
    "period": {"period": "2020"},
    "tag": {"kind": "choke_point", "evidence": "核心部件全部进口，交货期九个月。"},
    "technology": {"title": "低浴比染色控制", "summary": "在线测色与加料闭环。"},
    "choosing": {"title": "低浴比染色控制", "summary": "在线测色与加料闭环。"},
    "agreeing": {},
}


def fill(world: "World", session: Session, *, missing: int) -> None:
    """Tag needs, choose technologies and freeze lists."""
    complex_ = cast.organisation_of(session, "complex")
    world.ids["listing"] = {
        "complex": complex_.id,
        "institute": cast.organisation_of(session, "institute").id,
        "missing": missing,
    }
    world.ids["tag"] = {**_tags(world, session), "missing": missing}
    world.ids["technology"] = {**_technologies(world, session, complex_), "missing": missing}
    scope = selects.scope_of(session, complex_, on=Period.year(2019).last_day)
    with acting(session, "bureau-district"):
        proposed = operations.propose(session, scope, Period.year(2018))
    with acting(session, "complex"):
        frozen = operations.propose(session, scope, Period.year(2019))
    with acting(session, "bureau-district"):
        operations.confirm(session, frozen)
    city = operations.propose(session, selects.CITY, Period.year(2019))
    world.ids["freeze"] = {"proposed": proposed.id, "frozen": frozen.id, "city": city.id, "missing": missing}


def _tags(world: "World", session: Session) -> dict[str, int]:
    stored = files.keep(session, io.BytesIO(papers.pdf("海关进口数据")), name="进口.pdf")
    found: dict[str, NeedTag] = {}
    for name, need in {"here": "public", "far": "far-public", "off": "in-discussion"}.items():
        word = f"zq{secrets.token_hex(5)}"
        about = session.get_one(Need, world.ids["need"][need])
        found[name] = operations.tag(session, about, TagKind.SHORTAGE, f"全部进口 {word}", (stored, "进口.pdf"))
        world.secrets_from[word] = {role for role in ALL_ROLES if TAG[role][name] != "200"}
    operations.withdraw(session, found["off"], "已有国产替代。")
    return {name: tag.id for name, tag in found.items()}


def _technologies(world: "World", session: Session, complex_: Organisation) -> dict[str, int]:
    generic = session.get_one(Generic, world.ids["generic"]["open"])
    session.refresh(generic, ["members"])
    members = [member.need_id for member in generic.members]
    world.ids["of-choosing"] = {"generic": generic.id, "needs": members[0]}

    def chosen(role: str) -> KeyTechnology:
        text = TechnologyText("染色一次成功率", "在线测色，闭环加料。")
        with acting(session, role):
            return operations.choose(session, complex_.id, generic, text, members)

    found = {"draft": chosen("complex"), "own": chosen("bureau-district"), "confirmed": chosen("complex")}
    with acting(session, "bureau-district"):
        operations.confirm_technology(session, found["confirmed"], version=found["confirmed"].version)
    return {name: row.id for name, row in found.items()}
