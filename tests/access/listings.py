"""Who may do what with tables, data quality and an enterprise's year, and the view that the world keeps.

"own" is kept by the person of "bureau-district".
"""

import io
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.files import store
from matchmaker.reference.models import CITY_CODE
from matchmaker.statistics.exports import operations as exports
from matchmaker.statistics.exports.models import Form, State, TableExport
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
#: "narrowed": the same person asked for it when the bureau was the city's.
_FILE = grid("""
                  own  narrowed waiting missing
anonymous         in   in       in      in
enterprise        404  404      404     404
other-enterprise  404  404      404     404
complex           404  404      404     404
institute         404  404      404     404
bureau-district   200  403      404     404
bureau-elsewhere  404  404      404     404
bureau-city       404  404      404     404
admin             404  404      404     404
unattached        404  404      404     404
""")
_FILE_GONE = grid("""
                  own  narrowed waiting missing
anonymous         in   in       in      in
enterprise        404  404      404     404
other-enterprise  404  404      404     404
complex           404  404      404     404
institute         404  404      404     404
bureau-district   done done     done    404
bureau-elsewhere  404  404      404     404
bureau-city       404  404      404     404
admin             404  404      404     404
unattached        404  404      404     404
""")

ROWS = {
    ("GET", "/tables/"): Row(_FOR_BUREAUS),
    ("GET", "/tables/files/"): Row(_FOR_BUREAUS),
    ("POST", "/tables/files/"): Row(also_done(_FOR_BUREAUS), form="file"),
    ("GET", "/tables/files/<int:export_id>"): Row(_FILE, ("file_of_table",)),
    ("POST", "/tables/files/<int:export_id>/remove"): Row(_FILE_GONE, ("file_of_table",)),
    ("POST", "/tables/views"): Row(also_done(_FOR_BUREAUS), form="view"),
    ("POST", "/tables/views/<int:view_id>/remove"): Row(_VIEW, ("view",)),
    ("GET", "/statistics/quality/"): Row(_FOR_BUREAUS),
    ("GET", "/year/"): Row(_FOR_ENTERPRISES),
    ("GET", "/year/records"): Row(_FOR_ENTERPRISES),
}

FORMS = {
    "view": {"name": "每月服务", "query": "list=services&sort=served"},
    "file": {"query": "list=services&sort=served", "form": "csv"},
}


def fill(world: "World", session: Session, *, missing: int) -> None:
    """Keep one view."""
    asked = rules.asked(SERVICES, {"sort": ["amount"]})
    person = cast.person_of(session, "bureau-district")
    view = operations.save(session, asked, person_id=person.id, name="金额最大的服务")
    world.ids["view"] = {"own": view.id, "missing": missing}
    session.info[store.FOLDER] = world.app.extensions["matchmaker_files"]
    files = {name: _file(session, asked, name) for name in ("own", "narrowed", "waiting")}
    world.ids["file_of_table"] = files | {"missing": missing}


def _file(session: Session, asked: rules.Asked, name: str) -> int:
    """Ask for a file as the person of "bureau-district", and write it unless it waits."""
    person = cast.person_of(session, "bureau-district")
    bureau = cast.organisation_of(session, "bureau-district")
    export = TableExport(
        person_id=person.id, organisation_id=bureau.id, listing="services",
        query=f"{urlencode(asked.address())}&{name}=1",
        district_code=CITY_CODE if name == "narrowed" else bureau.district_code, form=Form.CSV, language="zh",
        state=State.WRITING, asked_at=clock.now(), row_count=0, attempt=1, beat_at=clock.now(),
    )  # fmt: skip
    session.add(export)
    session.flush()
    if name != "waiting":
        folder = exports.folder_of(session)
        with store.receive(folder, io.BytesIO(b"1"), max_bytes=1) as file:
            store.settle(folder, file)
        exports.finish(session, export.id, attempt=1, row_count=0, secret_count=0, file=file, days=7)
    return export.id
