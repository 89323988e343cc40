"""Who may do what with tables, data quality and an enterprise's year, and the view that the world keeps.

"own" is kept by the person of "bureau-district".
"""

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from matchmaker.statistics.tables import operations, rules
from matchmaker.statistics.tables.listings import SERVICES
from tests.access.grids import Row, also_done, grid, same
from tests.support import cast

if TYPE_CHECKING:
    from tests.access.world import World

_FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
_FOR_ENTERPRISES = same("403", anonymous="in", enterprise="200", other_enterprise="200")
_VIEW = grid("""
                  own  missing
anonymous         in   in
enterprise        404  404
other-enterprise  404  404
complex           404  404
institute         404  404
bureau-district   done 404
bureau-elsewhere  404  404
bureau-city       404  404
admin             404  404
unattached        404  404
""")

ROWS = {
    ("GET", "/tables/"): Row(_FOR_BUREAUS),
    ("GET", "/tables/export"): Row(_FOR_BUREAUS),
    ("POST", "/tables/views"): Row(also_done(_FOR_BUREAUS), form="view"),
    ("POST", "/tables/views/<int:view_id>/remove"): Row(_VIEW, ("view",)),
    ("GET", "/statistics/quality/"): Row(_FOR_BUREAUS),
    ("GET", "/year/"): Row(_FOR_ENTERPRISES),
    ("GET", "/year/records"): Row(_FOR_ENTERPRISES),
}

FORMS = {"view": {"name": "每月服务", "query": "list=services&sort=served"}}


def fill(world: "World", session: Session, *, missing: int) -> None:
    """Keep one view."""
    asked = rules.asked(SERVICES, {"sort": ["amount"]})
    person = cast.person_of(session, "bureau-district")
    view = operations.save(session, asked, person_id=person.id, name="金额最大的服务")
    world.ids["view"] = {"own": view.id, "missing": missing}
