"""Who may do what with what, written from what the product promises and by hand.

Columns are things, rows are people. The things belong to "enterprise" (needs) and "complex" (offerings), both of the
home district, except those called far-…, which belong to "far-enterprise" and "institute" of the district next door.

A cell says what comes of asking: a status, ``in`` for being sent to sign in, ``done`` for being sent on after it was
done. What one may not know of is a 404, what one may know of but not do a 403, what the state forbids a 409, what
the text itself forbids a 422.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Grid = Mapping[str, Mapping[str, str]]

ALL_ROLES = (
    "anonymous", "enterprise", "other-enterprise", "complex", "institute",
    "bureau-district", "bureau-elsewhere", "bureau-city", "admin", "unattached",
)  # fmt: skip


def grid(text: str) -> Grid:
    """Read a table: the first line names the columns, the first word of each other line the row."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    read = {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows}
    assert tuple(read) == ALL_ROLES, f"rows are {tuple(read)}"
    return read


def same(everybody: str = "403", **others: str) -> Grid:
    """Return a grid of one column, without a thing: ``others`` by role, with _ for -."""
    cells = {name.replace("_", "-"): cell for name, cell in others.items()}
    return {role: {"": cells.get(role, everybody)} for role in ALL_ROLES}


NEED_SHOW = grid("""
                  public draft withdrawn closed summary members closed-members far-public far-draft far-summary far-members missing
anonymous         200    404   404       200    200     404     404            200        404       200         404         404
enterprise        200    200   200       200    200     200     200            200        404       200         404         404
other-enterprise  200    404   404       200    200     404     404            200        404       200         404         404
complex           200    404   404       200    200     200     200            200        404       200         200         404
institute         200    404   404       200    200     200     200            200        404       200         200         404
bureau-district   200    404   404       200    200     200     200            200        404       200         404         404
bureau-elsewhere  200    404   404       200    200     404     404            200        404       200         200         404
bureau-city       200    404   404       200    200     200     200            200        404       200         200         404
admin             200    404   404       200    200     404     404            200        404       200         404         404
unattached        200    404   404       200    200     404     404            200        404       200         404         404
""")  # noqa: E501 - a table is read by its columns

#: How much of a need's texts one reads: all, its title and keywords, or nothing.
NEED_READ = grid("""
                  public draft withdrawn closed summary members closed-members far-public far-draft far-summary far-members missing
anonymous         all    no    no        all    title   no      no             all        no        title       no          no
enterprise        all    all   all       all    all     all     all            all        no        title       no          no
other-enterprise  all    no    no        all    title   no      no             all        no        title       no          no
complex           all    no    no        all    all     all     all            all        no        all         all         no
institute         all    no    no        all    all     all     all            all        no        all         all         no
bureau-district   all    no    no        all    all     all     all            all        no        title       no          no
bureau-elsewhere  all    no    no        all    title   no      no             all        no        all         all         no
bureau-city       all    no    no        all    all     all     all            all        no        all         all         no
admin             all    no    no        all    title   no      no             all        no        title       no          no
unattached        all    no    no        all    title   no      no             all        no        title       no          no
""")  # noqa: E501 - a table is read by its columns

NEED_EDIT = grid("""
                  public draft withdrawn closed summary members closed-members far-public far-draft far-summary far-members missing
anonymous         in     in    in        in     in      in      in             in         in        in          in          in
enterprise        200    200   200       403    200     200     403            403        404       403         404         404
other-enterprise  403    404   404       403    403     404     404            403        404       403         404         404
complex           403    404   404       403    403     403     403            403        404       403         403         404
institute         403    404   404       403    403     403     403            403        404       403         403         404
bureau-district   403    404   404       403    403     403     403            403        404       403         404         404
bureau-elsewhere  403    404   404       403    403     404     404            403        404       403         403         404
bureau-city       403    404   404       403    403     403     403            403        404       403         403         404
admin             403    404   404       403    403     404     404            403        404       403         404         404
unattached        403    404   404       403    403     404     404            403        404       403         404         404
""")  # noqa: E501 - a table is read by its columns


def with_row(base: Grid, role: str, cells: str) -> Grid:
    """Return ``base`` with another row for ``role``."""
    columns = list(base[role])
    return {**base, role: dict(zip(columns, cells.split(), strict=True))}


# Nobody but the owner does these; for the owner the state decides.
NEED_UPDATE = with_row(NEED_EDIT, "enterprise", "done done done 403 done done 403 403 404 403 404 404")
NEED_PUBLISH = with_row(NEED_EDIT, "enterprise", "409 done done 409 409 409 409 403 404 403 404 404")
NEED_WITHDRAW = with_row(NEED_EDIT, "enterprise", "done 409 409 409 done done 409 403 404 403 404 404")
NEED_CLOSE = NEED_WITHDRAW

NEED_MATCHES = grid("""
                  public draft withdrawn closed summary members closed-members far-public far-draft far-summary far-members missing
anonymous         in     in    in        in     in      in      in             in         in        in          in          in
enterprise        200    200   200       200    200     200     200            403        404       403         404         404
other-enterprise  403    404   404       403    403     404     404            403        404       403         404         404
complex           403    404   404       403    403     403     403            403        404       403         403         404
institute         403    404   404       403    403     403     403            403        404       403         403         404
bureau-district   200    404   404       403    200     200     403            403        404       403         404         404
bureau-elsewhere  403    404   404       403    403     404     404            200        404       200         200         404
bureau-city       200    404   404       403    200     200     403            200        404       200         200         404
admin             403    404   404       403    403     404     404            403        404       403         404         404
unattached        403    404   404       403    403     404     404            403        404       403         404         404
""")  # noqa: E501 - a table is read by its columns

OFFERING_SHOW = grid("""
                  public draft withdrawn closed expired far-public far-draft missing
anonymous         200    404   404       200    200     200        404       404
enterprise        200    404   404       200    200     200        404       404
other-enterprise  200    404   404       200    200     200        404       404
complex           200    200   200       200    200     200        404       404
institute         200    404   404       200    200     200        200       404
bureau-district   200    404   404       200    200     200        404       404
bureau-elsewhere  200    404   404       200    200     200        404       404
bureau-city       200    404   404       200    200     200        404       404
admin             200    404   404       200    200     200        404       404
unattached        200    404   404       200    200     200        404       404
""")

OFFERING_EDIT = grid("""
                  public draft withdrawn closed expired far-public far-draft missing
anonymous         in     in    in        in     in      in         in        in
enterprise        403    404   404       403    403     403        404       404
other-enterprise  403    404   404       403    403     403        404       404
complex           200    200   200       403    200     403        404       404
institute         403    404   404       403    403     200        200       404
bureau-district   403    404   404       403    403     403        404       404
bureau-elsewhere  403    404   404       403    403     403        404       404
bureau-city       403    404   404       403    403     403        404       404
admin             403    404   404       403    403     403        404       404
unattached        403    404   404       403    403     403        404       404
""")


def of_providers(complex_: str, institute: str) -> Grid:
    """Return what the two owners may do; everybody else is refused as at editing."""
    return with_row(with_row(OFFERING_EDIT, "complex", complex_), "institute", institute)


OFFERING_UPDATE = of_providers("done done done 403 done 403 404 404", "403 404 404 403 403 done done 404")
OFFERING_PUBLISH = of_providers("409 done done 409 422 403 404 404", "403 404 404 403 403 409 done 404")
OFFERING_WITHDRAW = of_providers("done 409 409 409 done 403 404 404", "403 404 404 403 403 done 409 404")
OFFERING_CLOSE = OFFERING_WITHDRAW

OFFERING_MATCHES = grid("""
                  public draft withdrawn closed expired far-public far-draft missing
anonymous         in     in    in        in     in      in         in        in
enterprise        403    404   404       403    403     403        404       404
other-enterprise  403    404   404       403    403     403        404       404
complex           200    200   200       200    200     403        404       404
institute         403    404   404       403    403     200        200       404
bureau-district   200    404   404       403    200     403        404       404
bureau-elsewhere  403    404   404       403    403     200        404       404
bureau-city       200    404   404       403    200     200        404       404
admin             403    404   404       403    403     403        404       404
unattached        403    404   404       403    403     403        404       404
""")

#: "self" is whoever asks; "shut-out" was disabled before.
PERSON_DISABLE = grid("""
                  active self shut-out missing
anonymous         in     in   in       in
enterprise        404    404  404      404
other-enterprise  404    404  404      404
complex           404    404  404      404
institute         404    404  404      404
bureau-district   404    404  404      404
bureau-elsewhere  404    404  404      404
bureau-city       404    404  404      404
admin             done   403  403      404
unattached        404    404  404      404
""")
PERSON_ENABLE = with_row(PERSON_DISABLE, "admin", "403 403 done 404")

ORGANISATION_SHOW = {
    role: {"enterprise": "200", "complex": "200", "bureau": "200", "missing": "404"} for role in ALL_ROLES
}

FOR_ALL = same("200")
FOR_ENTERPRISES = same("403", anonymous="in", enterprise="200", other_enterprise="200")
FOR_PROVIDERS = same("403", anonymous="in", complex="200", institute="200")


@dataclass(frozen=True)
class Row:
    """What is promised of one route. ``things`` are the kinds its address names; a pair is judged by ``second`` too."""

    grid: Grid
    things: tuple[str, ...] = ()
    second: Grid | None = None
    #: The form that is sent, by its name in ``world``.
    form: str = ""


def also_done(base: Grid) -> Grid:
    """Return the grid of sending the form whose page ``base`` is about."""
    return {role: {name: "done" if cell == "200" else cell for name, cell in row.items()} for role, row in base.items()}


TABLE = {
    ("GET", "/"): Row(FOR_ALL),
    ("GET", "/components"): Row(FOR_ALL),
    ("GET", "/health"): Row(FOR_ALL),
    ("GET", "/static/<path:filename>"): Row(FOR_ALL, ("file",)),
    ("GET", "/sign-in"): Row(same("done", anonymous="200")),
    ("POST", "/sign-in"): Row(same("422")),
    ("POST", "/sign-out"): Row(same("done")),
    ("POST", "/language/<language>"): Row(same("done"), ("language",)),
    ("GET", "/people"): Row(same("403", anonymous="in", admin="200")),
    ("POST", "/people/<int:person_id>/disable"): Row(PERSON_DISABLE, ("person",)),
    ("POST", "/people/<int:person_id>/enable"): Row(PERSON_ENABLE, ("person",)),
    ("GET", "/organisations/"): Row(FOR_ALL),
    ("GET", "/organisations/figures"): Row(FOR_ALL),
    ("GET", "/organisations/<int:organisation_id>"): Row(ORGANISATION_SHOW, ("organisation",)),
    ("GET", "/search/"): Row(FOR_ALL),
    ("GET", "/needs/"): Row(FOR_ALL),
    ("GET", "/needs/new"): Row(FOR_ENTERPRISES),
    ("POST", "/needs/"): Row(also_done(FOR_ENTERPRISES), form="need"),
    ("POST", "/needs/coach"): Row(FOR_ENTERPRISES, form="need"),
    ("POST", "/needs/<int:need_id>/coach"): Row(NEED_EDIT, ("need",), form="need"),
    ("GET", "/needs/<int:need_id>"): Row(NEED_SHOW, ("need",)),
    ("GET", "/needs/<int:need_id>/edit"): Row(NEED_EDIT, ("need",)),
    ("POST", "/needs/<int:need_id>"): Row(NEED_UPDATE, ("need",), form="need"),
    ("POST", "/needs/<int:need_id>/publish"): Row(NEED_PUBLISH, ("need",)),
    ("POST", "/needs/<int:need_id>/withdraw"): Row(NEED_WITHDRAW, ("need",)),
    ("POST", "/needs/<int:need_id>/close"): Row(NEED_CLOSE, ("need",)),
    ("GET", "/needs/<int:need_id>/matches"): Row(NEED_MATCHES, ("need",)),
    ("GET", "/needs/<int:need_id>/matches/<int:offering_id>"): Row(
        NEED_MATCHES, ("need", "offering"), second=OFFERING_SHOW
    ),
    ("GET", "/offerings/"): Row(FOR_ALL),
    ("GET", "/offerings/new"): Row(FOR_PROVIDERS),
    ("POST", "/offerings/"): Row(also_done(FOR_PROVIDERS), form="offering"),
    ("GET", "/offerings/<int:offering_id>"): Row(OFFERING_SHOW, ("offering",)),
    ("GET", "/offerings/<int:offering_id>/edit"): Row(OFFERING_EDIT, ("offering",)),
    ("POST", "/offerings/<int:offering_id>"): Row(OFFERING_UPDATE, ("offering",), form="offering"),
    ("POST", "/offerings/<int:offering_id>/publish"): Row(OFFERING_PUBLISH, ("offering",)),
    ("POST", "/offerings/<int:offering_id>/withdraw"): Row(OFFERING_WITHDRAW, ("offering",)),
    ("POST", "/offerings/<int:offering_id>/close"): Row(OFFERING_CLOSE, ("offering",)),
    ("GET", "/offerings/<int:offering_id>/matches"): Row(OFFERING_MATCHES, ("offering",)),
    ("GET", "/offerings/<int:offering_id>/matches/<int:need_id>"): Row(
        OFFERING_MATCHES, ("offering", "need"), second=NEED_SHOW
    ),
}
