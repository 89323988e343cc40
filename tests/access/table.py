"""Who may do what with what, written from what the product promises and by hand.

Columns are things, rows are people. The things belong to "enterprise" (needs) and "complex" (offerings), both of the
home district, except those called far-…, which belong to "far-enterprise" and "institute" of the district next door.

A cell says what comes of asking: a status, ``in`` for being sent to sign in, ``done`` for being sent on after it was
done. What one may not know of is a 404, what one may know of but not do a 403, what the state forbids a 409, what
the text itself forbids a 422.
"""

from tests.access.alike import ROWS as ALIKE
from tests.access.claims import ROWS as CLAIMS
from tests.access.contracts import ROWS as CONTRACTS
from tests.access.flags import ROWS as FLAGS
from tests.access.grids import ALL_ROLES, Grid, Row, also_done, grid, same, with_row
from tests.access.introductions import ROWS as INTRODUCTIONS
from tests.access.listings import ROWS as LISTINGS
from tests.access.lists import rows_of
from tests.access.offerings import (
    OFFERING_CLOSE,
    OFFERING_CONFIRM,
    OFFERING_EDIT,
    OFFERING_MATCHES,
    OFFERING_PAUSE,
    OFFERING_PUBLISH,
    OFFERING_RESUME,
    OFFERING_SHOW,
    OFFERING_UPDATE,
    OFFERING_VERSIONS,
    OFFERING_WITHDRAW,
    UPLOAD_DISCARD,
    UPLOAD_KEEP,
    UPLOAD_SHOW,
)
from tests.access.people import ROWS as PEOPLE
from tests.access.registry import ROWS as REGISTRY
from tests.access.reports import ROWS as REPORTS
from tests.access.statistics import ROWS as STATISTICS
from tests.access.vouchers import ROWS as VOUCHERS


def beside(left: Grid, right: Grid) -> Grid:
    """Return a grid with the columns of both."""
    return {role: {**left[role], **right[role]} for role in ALL_ROLES}


_NEED_SHOW = grid("""
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

# The rest are all public once published. "behalf" is a draft that "complex" posted for "enterprise" by mandate,
# "behalf-ended" one that "institute" posted before its mandate was ended.
MORE_NEEDS = grid("""
                  submitted returned in-discussion solved expired far-submitted behalf behalf-ended
anonymous         404       404      200           200    200     404           404    404
enterprise        200       200      200           200    200     404           200    200
other-enterprise  404       404      200           200    200     404           404    404
complex           404       404      200           200    200     404           200    404
institute         404       404      200           200    200     404           404    404
bureau-district   200       200      200           200    200     404           404    404
bureau-elsewhere  404       404      200           200    200     200           404    404
bureau-city       200       200      200           200    200     200           404    404
admin             404       404      200           200    200     404           404    404
unattached        404       404      200           200    200     404           404    404
""")
NEED_SHOW = beside(_NEED_SHOW, MORE_NEEDS)

#: How much of a need's texts one reads: all, its title and keywords, or nothing.
_NEED_READ = grid("""
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

NEED_READ = beside(
    _NEED_READ,
    {role: {name: {"200": "all", "404": "no"}[cell] for name, cell in row.items()} for role, row in MORE_NEEDS.items()},
)

_NEED_EDIT = grid("""
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
NEED_EDIT = beside(_NEED_EDIT, grid("""
                  submitted returned in-discussion solved expired far-submitted behalf behalf-ended
anonymous         in        in       in            in     in      in            in     in
enterprise        200       200      200           403    200     404           200    200
other-enterprise  404       404      403           403    403     404           404    404
complex           404       404      403           403    403     404           200    404
institute         404       404      403           403    403     404           404    404
bureau-district   403       403      403           403    403     404           404    404
bureau-elsewhere  404       404      403           403    403     403           404    404
bureau-city       403       403      403           403    403     403           404    404
admin             404       404      403           403    403     404           404    404
unattached        404       404      403           403    403     404           404    404
"""))  # fmt: skip


def of_owners(enterprise: str, behalf: str) -> Grid:
    """Return what the owner may do, and whoever posted "behalf"; everybody else is refused as at editing."""
    own = with_row(NEED_EDIT, "enterprise", enterprise)
    return {**own, "complex": {**own["complex"], "behalf": behalf}}


# Nobody but the owner does these, or who posted it by mandate; for them the state decides. Columns are, in order:
# public draft withdrawn closed summary members closed-members far-public far-draft far-summary far-members missing
# submitted returned in-discussion solved expired far-submitted behalf behalf-ended
NEED_UPDATE = of_owners(
    "done done done 403 done done 403 403 404 403 404 404 done done done 403 done 404 done done", "done"
)
NEED_SUBMIT = of_owners("409 done done 409 409 409 409 403 404 403 404 404 409 done 409 409 409 404 done done", "done")
NEED_WITHDRAW = of_owners("done 409 409 409 done done 409 403 404 403 404 404 done done 409 409 409 404 409 409", "409")
NEED_DISCUSS = of_owners("done 409 409 409 done done 409 403 404 403 404 404 409 409 409 409 409 404 409 409", "409")
NEED_REOPEN = of_owners("409 409 409 409 409 409 409 403 404 403 404 404 409 409 done 409 409 404 409 409", "409")
NEED_SOLVE = of_owners("done 409 409 409 done done 409 403 404 403 404 404 409 409 done 409 409 404 409 409", "409")
NEED_CLOSE = of_owners("done 409 409 409 done done 409 403 404 403 404 404 409 409 done 409 done 404 409 409", "409")
NEED_RENEW = of_owners("done 409 409 409 done done 409 403 404 403 404 404 409 409 done 409 done 404 409 409", "409")
NEED_TAKE_OVER = of_owners("403 403 403 403 403 403 403 403 404 403 404 404 403 403 403 403 403 404 done done", "403")
#: Pages of the owner that every state has: a copy, and why it ends.
NEED_OWN = of_owners("200 200 200 200 200 200 200 403 404 403 404 404 200 200 200 200 200 404 200 200", "200")
NEED_HISTORY = with_row(
    with_row(
        with_row(
            NEED_OWN, "bureau-district",
            "200 404 404 200 200 200 200 403 404 403 404 404 200 200 200 200 200 404 404 404",
        ),
        "bureau-elsewhere",
        "403 404 404 403 403 404 404 200 404 200 200 404 404 404 403 403 403 200 404 404",
    ),
    "bureau-city",
    "200 404 404 200 200 200 200 200 404 200 200 404 200 200 200 200 200 200 404 404",
)  # fmt: skip
_OTHERS_REVIEW = of_owners("403 403 403 403 403 403 403 403 404 403 404 404 403 403 403 403 403 404 403 403", "403")
NEED_REVIEW = {**_OTHERS_REVIEW, **{role: NEED_HISTORY[role] for role in ALL_ROLES if role.startswith("bureau")}}
NEED_DECIDE = with_row(
    with_row(
        with_row(
            _OTHERS_REVIEW, "bureau-district",
            "409 404 404 409 409 409 409 403 404 403 404 404 done 409 409 409 409 404 404 404",
        ),
        "bureau-elsewhere",
        "403 404 404 403 403 404 404 409 404 409 409 404 404 404 403 403 403 done 404 404",
    ),
    "bureau-city",
    "409 404 404 409 409 409 409 409 404 409 409 404 done 409 409 409 409 done 404 404",
)  # fmt: skip

_NEED_MATCHES = grid("""
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
NEED_MATCHES = beside(_NEED_MATCHES, grid("""
                  submitted returned in-discussion solved expired far-submitted behalf behalf-ended
anonymous         in        in       in            in     in      in            in     in
enterprise        200       200      200           200    200     404           200    200
other-enterprise  404       404      403           403    403     404           404    404
complex           404       404      403           403    403     404           200    404
institute         404       404      403           403    403     404           404    404
bureau-district   200       403      200           403    403     404           404    404
bureau-elsewhere  404       404      403           403    403     200           404    404
bureau-city       200       403      200           403    403     200           404    404
admin             404       404      403           403    403     404           404    404
unattached        404       404      403           403    403     404           404    404
"""))  # fmt: skip


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


#: "held" and "ended" were granted by "enterprise", "others" by "other-enterprise".
MANDATE_END = grid("""
                  held ended others missing
anonymous         in   in    in     in
enterprise        done 403   404    404
other-enterprise  404  404   done   404
complex           404  404   404    404
institute         404  404   404    404
bureau-district   404  404   404    404
bureau-elsewhere  404  404   404    404
bureau-city       404  404   404    404
admin             404  404   404    404
unattached        404  404   404    404
""")

DISTRICT_CHECKING = grid("""
                  here elsewhere missing
anonymous         in   in        in
enterprise        403  403       404
other-enterprise  403  403       404
complex           403  403       404
institute         403  403       404
bureau-district   done 403       404
bureau-elsewhere  403  done      404
bureau-city       done done      404
admin             403  403       404
unattached        403  403       404
""")

FOR_ALL = same("200")
FOR_ENTERPRISES = same("403", anonymous="in", enterprise="200", other_enterprise="200")
FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
#: Enterprises, and "complex" by its mandates.
FOR_POSTING = same("403", anonymous="in", enterprise="200", other_enterprise="200", complex="200")
FOR_PROVIDERS = same("403", anonymous="in", complex="200", institute="200")


TABLE = {
    **PEOPLE,
    **REGISTRY,
    **INTRODUCTIONS,
    **CONTRACTS,
    **ALIKE,
    **CLAIMS,
    **VOUCHERS,
    **FLAGS,
    **rows_of(NEED_SHOW),
    **LISTINGS,
    **STATISTICS,
    **REPORTS,
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
    ("GET", "/search/"): Row(FOR_ALL),
    ("GET", "/search/suggestions"): Row(FOR_ALL),
    ("GET", "/needs/"): Row(FOR_ALL),
    ("GET", "/needs/new"): Row(FOR_POSTING),
    ("POST", "/needs/"): Row(also_done(FOR_POSTING), form="need"),
    ("GET", "/needs/queue"): Row(FOR_BUREAUS),
    ("GET", "/needs/checking"): Row(FOR_BUREAUS),
    ("POST", "/needs/checking/<district_code>"): Row(DISTRICT_CHECKING, ("district",)),
    ("POST", "/needs/coach"): Row(FOR_POSTING, form="need"),
    ("POST", "/needs/<int:need_id>/coach"): Row(NEED_EDIT, ("need",), form="need"),
    ("GET", "/needs/<int:need_id>"): Row(NEED_SHOW, ("need",)),
    ("GET", "/needs/<int:need_id>/edit"): Row(NEED_EDIT, ("need",)),
    ("POST", "/needs/<int:need_id>"): Row(NEED_UPDATE, ("need",), form="need"),
    ("POST", "/needs/<int:need_id>/submit"): Row(NEED_SUBMIT, ("need",)),
    ("POST", "/needs/<int:need_id>/withdraw"): Row(NEED_WITHDRAW, ("need",)),
    ("POST", "/needs/<int:need_id>/discuss"): Row(NEED_DISCUSS, ("need",)),
    ("POST", "/needs/<int:need_id>/reopen"): Row(NEED_REOPEN, ("need",)),
    ("POST", "/needs/<int:need_id>/renew"): Row(NEED_RENEW, ("need",)),
    ("POST", "/needs/<int:need_id>/take-over"): Row(NEED_TAKE_OVER, ("need",)),
    ("GET", "/needs/<int:need_id>/solve"): Row(NEED_OWN, ("need",)),
    ("POST", "/needs/<int:need_id>/solve"): Row(NEED_SOLVE, ("need",), form="solving"),
    ("GET", "/needs/<int:need_id>/close"): Row(NEED_OWN, ("need",)),
    ("POST", "/needs/<int:need_id>/close"): Row(NEED_CLOSE, ("need",), form="closing"),
    ("GET", "/needs/<int:need_id>/copy"): Row(NEED_OWN, ("need",)),
    ("GET", "/needs/<int:need_id>/versions"): Row(NEED_HISTORY, ("need",)),
    ("GET", "/needs/<int:need_id>/review"): Row(NEED_REVIEW, ("need",)),
    ("POST", "/needs/<int:need_id>/approve"): Row(NEED_DECIDE, ("need",)),
    ("POST", "/needs/<int:need_id>/return"): Row(NEED_DECIDE, ("need",), form="return"),
    ("GET", "/mandates/"): Row(FOR_ENTERPRISES),
    ("POST", "/mandates/"): Row(also_done(FOR_ENTERPRISES), form="mandate"),
    ("POST", "/mandates/<int:mandate_id>/end"): Row(MANDATE_END, ("mandate",)),
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
    ("POST", "/offerings/<int:offering_id>/pause"): Row(OFFERING_PAUSE, ("offering",)),
    ("POST", "/offerings/<int:offering_id>/resume"): Row(OFFERING_RESUME, ("offering",)),
    ("POST", "/offerings/<int:offering_id>/confirm"): Row(OFFERING_CONFIRM, ("offering",)),
    ("POST", "/offerings/confirm"): Row(also_done(FOR_PROVIDERS)),
    ("GET", "/offerings/<int:offering_id>/versions"): Row(OFFERING_VERSIONS, ("offering",)),
    ("GET", "/offerings/instruments"): Row(FOR_ALL),
    ("GET", "/offerings/found/"): Row(FOR_PROVIDERS),
    ("GET", "/offerings/sheet/"): Row(FOR_PROVIDERS),
    ("GET", "/offerings/sheet/template.xlsx"): Row(FOR_PROVIDERS),
    ("GET", "/offerings/sheet/export.xlsx"): Row(FOR_PROVIDERS),
    # Nothing is sent along.
    ("POST", "/offerings/sheet/"): Row(same("403", anonymous="in", complex="422", institute="422")),
    ("GET", "/offerings/sheet/<int:upload_id>"): Row(UPLOAD_SHOW, ("upload",)),
    ("POST", "/offerings/sheet/<int:upload_id>/keep"): Row(UPLOAD_KEEP, ("upload",)),
    ("POST", "/offerings/sheet/<int:upload_id>/discard"): Row(UPLOAD_DISCARD, ("upload",)),
    ("GET", "/offerings/<int:offering_id>/matches"): Row(OFFERING_MATCHES, ("offering",)),
    ("GET", "/offerings/<int:offering_id>/matches/<int:need_id>"): Row(
        OFFERING_MATCHES, ("offering", "need"), second=NEED_SHOW
    ),
}
