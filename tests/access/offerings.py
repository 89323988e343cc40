"""Who may do what with an offering and with a spreadsheet of them; see ``table``."""

from tests.access.grids import Grid, grid, with_row

OFFERING_SHOW = grid("""
                  public draft withdrawn closed expired far-public far-draft paused missing
anonymous         200    404   404       200    200     200        404       200    404
enterprise        200    404   404       200    200     200        404       200    404
other-enterprise  200    404   404       200    200     200        404       200    404
complex           200    200   200       200    200     200        404       200    404
institute         200    404   404       200    200     200        200       200    404
bureau-district   200    404   404       200    200     200        404       200    404
bureau-elsewhere  200    404   404       200    200     200        404       200    404
bureau-city       200    404   404       200    200     200        404       200    404
admin             200    404   404       200    200     200        404       200    404
unattached        200    404   404       200    200     200        404       200    404
""")

OFFERING_EDIT = grid("""
                  public draft withdrawn closed expired far-public far-draft paused missing
anonymous         in     in    in        in     in      in         in        in     in
enterprise        403    404   404       403    403     403        404       403    404
other-enterprise  403    404   404       403    403     403        404       403    404
complex           200    200   200       403    200     403        404       200    404
institute         403    404   404       403    403     200        200       403    404
bureau-district   403    404   404       403    403     403        404       403    404
bureau-elsewhere  403    404   404       403    403     403        404       403    404
bureau-city       403    404   404       403    403     403        404       403    404
admin             403    404   404       403    403     403        404       403    404
unattached        403    404   404       403    403     403        404       403    404
""")


def of_providers(complex_: str, institute: str) -> Grid:
    """Return what the two owners may do; everybody else is refused as at editing."""
    return with_row(with_row(OFFERING_EDIT, "complex", complex_), "institute", institute)


OFFERING_UPDATE = of_providers("done done done 403 done 403 404 done 404", "403 404 404 403 403 done done 403 404")

OFFERING_PUBLISH = of_providers("409 done done 409 422 403 404 409 404", "403 404 404 403 403 409 done 403 404")

OFFERING_WITHDRAW = of_providers("done 409 409 409 done 403 404 done 404", "403 404 404 403 403 done 409 403 404")

OFFERING_CLOSE = OFFERING_WITHDRAW

OFFERING_CONFIRM = OFFERING_WITHDRAW

OFFERING_PAUSE = of_providers("done 409 409 409 done 403 404 409 404", "403 404 404 403 403 done 409 403 404")

OFFERING_RESUME = of_providers("409 409 409 409 409 403 404 done 404", "403 404 404 403 403 409 409 403 404")

# Its provider, and the bureau that looks after it.
OFFERING_VERSIONS = grid("""
                  public draft withdrawn closed expired far-public far-draft paused missing
anonymous         in     in    in        in     in      in         in        in     in
enterprise        403    404   404       403    403     403        404       403    404
other-enterprise  403    404   404       403    403     403        404       403    404
complex           200    200   200       200    200     403        404       200    404
institute         403    404   404       403    403     200        200       403    404
bureau-district   200    404   404       200    200     403        404       200    404
bureau-elsewhere  403    404   404       403    403     200        404       403    404
bureau-city       200    404   404       200    200     200        404       200    404
admin             403    404   404       403    403     403        404       403    404
unattached        403    404   404       403    403     403        404       403    404
""")

#: A spreadsheet is its sender's until it is kept.
UPLOAD_SHOW = grid("""
                  own far kept missing
anonymous         in  in  in   in
enterprise        404 404 404  404
other-enterprise  404 404 404  404
complex           200 404 403  404
institute         404 200 404  404
bureau-district   404 404 404  404
bureau-elsewhere  404 404 404  404
bureau-city       404 404 404  404
admin             404 404 404  404
unattached        404 404 404  404
""")

UPLOAD_DISCARD = with_row(with_row(UPLOAD_SHOW, "complex", "done 404 403 404"), "institute", "404 done 404 404")

# What is sent does not say what the sender saw: somebody has to look again.
UPLOAD_KEEP = with_row(with_row(UPLOAD_SHOW, "complex", "409 404 403 404"), "institute", "404 409 404 404")

OFFERING_MATCHES = grid("""
                  public draft withdrawn closed expired far-public far-draft paused missing
anonymous         in     in    in        in     in      in         in        in     in
enterprise        403    404   404       403    403     403        404       403    404
other-enterprise  403    404   404       403    403     403        404       403    404
complex           200    200   200       200    200     403        404       200    404
institute         403    404   404       403    403     200        200       403    404
bureau-district   200    404   404       403    200     403        404       403    404
bureau-elsewhere  403    404   404       403    403     200        404       403    404
bureau-city       200    404   404       403    200     200        404       403    404
admin             403    404   404       403    403     403        404       403    404
unattached        403    404   404       403    403     403        404       403    404
""")
