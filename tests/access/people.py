"""The access table's rows of registrations, members, one's own account, the trail and the dossier."""

from tests.access.grids import ALL_ROLES, Grid, Row, also_done, grid, same, with_row

#: Registrations: "pending" and "rejected" are of the home district and nobody's own.
REGISTRATION_SHOW = grid("""
                  enterprise pending rejected far-pending bureau missing
anonymous         in         in      in       in          in     in
enterprise        200        404     404      404         404    404
other-enterprise  403        404     404      404         404    404
complex           403        404     404      404         404    404
institute         403        404     404      404         404    404
bureau-district   200        200     200      404         404    404
bureau-elsewhere  403        404     404      200         404    404
bureau-city       200        200     200      200         404    404
admin             403        404     404      404         404    404
unattached        403        404     404      404         404    404
""")
DECIDE = grid("""
                  enterprise pending rejected far-pending bureau missing
anonymous         in         in      in       in          in     in
enterprise        403        404     404      404         404    404
other-enterprise  403        404     404      404         404    404
complex           403        404     404      404         404    404
institute         403        404     404      404         404    404
bureau-district   409        done    409      404         404    404
bureau-elsewhere  403        404     404      done        404    404
bureau-city       409        done    409      done        404    404
admin             403        404     404      404         404    404
unattached        403        404     404      404         404    404
""")
REGISTRATION_EDIT = grid("""
                  enterprise pending rejected far-pending bureau missing
anonymous         in         in      in       in          in     in
enterprise        200        404     404      404         404    404
other-enterprise  403        404     404      404         404    404
complex           403        404     404      404         404    404
institute         403        404     404      404         404    404
bureau-district   403        403     403      404         404    404
bureau-elsewhere  403        404     404      403         404    404
bureau-city       403        403     403      403         404    404
admin             403        404     404      404         404    404
unattached        403        404     404      404         404    404
""")

#: Who works where. The colleague acts for "enterprise" and for the district's bureau, and manages neither.
MEMBERS = grid("""
                  enterprise far-enterprise bureau missing
anonymous         in         in             in     in
enterprise        200        403            403    404
other-enterprise  403        403            403    404
complex           403        403            403    404
institute         403        403            403    404
bureau-district   403        403            200    404
bureau-elsewhere  403        403            403    404
bureau-city       403        403            403    404
admin             200        200            200    404
unattached        403        403            403    404
""")
INVITE = grid("""
                  enterprise far-enterprise bureau missing
anonymous         in         in             in     in
enterprise        done       403            403    404
other-enterprise  403        403            403    404
complex           403        403            403    404
institute         403        403            403    404
bureau-district   403        403            403    404
bureau-elsewhere  403        403            403    404
bureau-city       403        403            403    404
admin             done       done           done   404
unattached        403        403            403    404
""")
#: A manager goes only when another is there; the last one of all may.
LEAVE = grid("""
                  enterprise far-enterprise bureau missing
anonymous         in         in             in     in
enterprise        409        403            403    404
other-enterprise  403        403            403    404
complex           403        403            403    404
institute         403        403            403    404
bureau-district   403        403            done   404
bureau-elsewhere  403        403            403    404
bureau-city       403        403            403    404
admin             403        403            403    404
unattached        403        403            403    404
""")
#: What is done to the colleague: who works elsewhere does not learn that they are one.
MEMBER_CHANGE = grid("""
                  enterprise far-enterprise bureau missing
anonymous         in         in             in     in
enterprise        done       404            404    404
other-enterprise  404        404            404    404
complex           404        404            404    404
institute         404        404            404    404
bureau-district   404        404            403    404
bureau-elsewhere  404        404            404    404
bureau-city       404        404            404    404
admin             done       404            done   404
unattached        404        404            404    404
""")
MEMBER_ROLES = with_row(MEMBER_CHANGE, "admin", "done 404 422 404")
HAND_OVER = with_row(MEMBER_CHANGE, "admin", "403 404 403 404")
BUREAU_INVITATION = grid("""
                  bureau
anonymous         in
enterprise        404
other-enterprise  404
complex           404
institute         404
bureau-district   403
bureau-elsewhere  404
bureau-city       404
admin             done
unattached        404
""")


def by_link(answer: str) -> Grid:
    """Return the grid of a page behind a mailed link: the link opens it, whoever follows it."""
    return {role: {"good": answer, "missing": "404"} for role in ALL_ROLES}


ASK = {
    role: {"enterprise": "403" if role == "enterprise" else "200", "pending": "404", "bureau": "404", "missing": "404"}
    for role in ALL_ROLES
}
FOR_SIGNED_IN = same("200", anonymous="in")
FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")
FOR_ADMINS = same("403", anonymous="in", admin="200")

FOR_ALL = same("200")

ROWS = {
    ("GET", "/register"): Row(FOR_ALL),
    ("POST", "/register"): Row(same("422")),
    ("GET", "/register/sent"): Row(FOR_ALL),
    ("GET", "/register/<token>"): Row(by_link("200"), ("registration-link",)),
    ("POST", "/register/<token>"): Row(by_link("done"), ("registration-link",)),
    ("GET", "/registrations/"): Row(FOR_BUREAUS),
    ("GET", "/registrations/<int:organisation_id>"): Row(REGISTRATION_SHOW, ("registration",)),
    ("POST", "/registrations/<int:organisation_id>/approve"): Row(DECIDE, ("registration",)),
    ("POST", "/registrations/<int:organisation_id>/reject"): Row(DECIDE, ("registration",), form="rejection"),
    ("GET", "/registrations/<int:organisation_id>/edit"): Row(REGISTRATION_EDIT, ("registration",)),
    ("POST", "/registrations/<int:organisation_id>"): Row(
        also_done(REGISTRATION_EDIT), ("registration",), form="details"
    ),
    ("GET", "/organisations/<int:organisation_id>/people"): Row(MEMBERS, ("staffed",)),
    ("POST", "/organisations/<int:organisation_id>/people/invite"): Row(INVITE, ("staffed",), form="invitation"),
    ("POST", "/organisations/<int:organisation_id>/leave"): Row(LEAVE, ("staffed",)),
    ("POST", "/organisations/<int:organisation_id>/people/<int:person_id>/roles"): Row(
        MEMBER_ROLES, ("staffed", "colleague"), form="roles"
    ),
    ("POST", "/organisations/<int:organisation_id>/people/<int:person_id>/hand-over"): Row(
        HAND_OVER, ("staffed", "colleague")
    ),
    ("POST", "/organisations/<int:organisation_id>/people/<int:person_id>/remove"): Row(
        MEMBER_CHANGE, ("staffed", "colleague")
    ),
    ("POST", "/organisations/<int:organisation_id>/invitations/<int:link_id>/withdraw"): Row(
        BUREAU_INVITATION, ("inviting", "invitation")
    ),
    ("GET", "/bureaus"): Row(FOR_ADMINS),
    ("GET", "/invitations/<token>"): Row(by_link("200"), ("invitation-link",)),
    ("POST", "/invitations/<token>"): Row(by_link("done"), ("invitation-link",), form="newcomer"),
    ("GET", "/organisations/<int:organisation_id>/join"): Row(ASK, ("joinable",)),
    ("POST", "/organisations/<int:organisation_id>/join"): Row(also_done(ASK), ("joinable",), form="request"),
    ("GET", "/organisations/<int:organisation_id>/dossier"): Row(REGISTRATION_SHOW, ("registration",)),
    ("GET", "/account"): Row(FOR_SIGNED_IN),
    ("POST", "/account/password"): Row(same("422", anonymous="in")),
    ("POST", "/account/sessions/end"): Row(same("done", anonymous="in")),
    ("POST", "/account/organisation"): Row(same("403", anonymous="in")),
    ("GET", "/password/forgotten"): Row(FOR_ALL),
    ("POST", "/password/forgotten"): Row(same("422")),
    ("GET", "/password/forgotten/sent"): Row(FOR_ALL),
    ("GET", "/password/reset/<token>"): Row(by_link("200"), ("reset-link",)),
    ("POST", "/password/reset/<token>"): Row(by_link("done"), ("reset-link",), form="password"),
    ("GET", "/audit"): Row(FOR_ADMINS),
}
