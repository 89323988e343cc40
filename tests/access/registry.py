"""Who may do what in the registry: profiles, what is proposed of them, coverage and targets."""

from tests.access.grids import ALL_ROLES, Row, also_done, grid, same

ORGANISATION_SHOW = {
    role: {"enterprise": "200", "complex": "200", "bureau": "200", "missing": "404"} for role in ALL_ROLES
}

#: Of "complex" of the home district, and of "institute" next door (far-…). The provincial list is the city's.
PROPOSAL_SHOW = grid("""
                  waiting provincial returned far-waiting far-confirmed missing
anonymous         in      in         in       in          in            in
enterprise        404     404        404      404         404           404
other-enterprise  404     404        404      404         404           404
complex           200     200        200      404         404           404
institute         404     404        404      200         200           404
bureau-district   200     200        200      404         404           404
bureau-elsewhere  404     404        404      200         200           404
bureau-city       200     200        200      200         200           404
admin             404     404        404      404         404           404
unattached        404     404        404      404         404           404
""")
PROPOSAL_DECIDE = grid("""
                  waiting provincial returned far-waiting far-confirmed missing
anonymous         in      in         in       in          in            in
enterprise        404     404        404      404         404           404
other-enterprise  404     404        404      404         404           404
complex           403     403        403      404         404           404
institute         404     404        404      403         403           404
bureau-district   done    403        409      404         404           404
bureau-elsewhere  404     404        404      done        409           404
bureau-city       done    done       409      done        409           404
admin             404     404        404      404         404           404
unattached        404     404        404      404         404           404
""")
PROPOSAL_WITHDRAW = grid("""
                  waiting provincial returned far-waiting far-confirmed missing
anonymous         in      in         in       in          in            in
enterprise        404     404        404      404         404           404
other-enterprise  404     404        404      404         404           404
complex           done    done       409      404         404           404
institute         404     404        404      done        409           404
bureau-district   403     403        403      404         404           404
bureau-elsewhere  404     404        404      403         403           404
bureau-city       403     403        403      403         403           404
admin             404     404        404      404         404           404
unattached        404     404        404      404         404           404
""")

#: A profile is its own body's to change; an enterprise has none.
PROFILE_EDIT = {
    role: {"enterprise": "403", "complex": "403", "bureau": "403", "missing": "404"} for role in ALL_ROLES
} | {
    "anonymous": {"enterprise": "in", "complex": "in", "bureau": "in", "missing": "in"},
    "complex": {"enterprise": "403", "complex": "200", "bureau": "403", "missing": "404"},
}

FOR_ALL = same("200")
FOR_REGISTRARS = same(
    "403",
    anonymous="in",
    complex="200",
    institute="200",
    bureau_district="200",
    bureau_elsewhere="200",
    bureau_city="200",
)

ROWS = {
    ("GET", "/organisations/"): Row(FOR_ALL),
    ("GET", "/organisations/figures"): Row(FOR_ALL),
    ("GET", "/organisations/<int:organisation_id>"): Row(ORGANISATION_SHOW, ("organisation",)),
    ("GET", "/organisations/<int:organisation_id>/history"): Row(ORGANISATION_SHOW, ("organisation",)),
    ("GET", "/organisations/coverage"): Row(FOR_ALL),
    ("GET", "/organisations/targets"): Row(FOR_ALL),
    ("GET", "/organisations/<int:organisation_id>/profile/edit"): Row(PROFILE_EDIT, ("organisation",)),
    ("POST", "/organisations/<int:organisation_id>/proposals"): Row(
        also_done(PROFILE_EDIT), ("organisation",), form="profile"
    ),
    ("GET", "/organisations/proposals"): Row(FOR_REGISTRARS),
    ("GET", "/organisations/proposals/<int:proposal_id>"): Row(PROPOSAL_SHOW, ("proposal",)),
    ("POST", "/organisations/proposals/<int:proposal_id>/confirm"): Row(PROPOSAL_DECIDE, ("proposal",), form="answer"),
    ("POST", "/organisations/proposals/<int:proposal_id>/return"): Row(PROPOSAL_DECIDE, ("proposal",), form="answer"),
    ("POST", "/organisations/proposals/<int:proposal_id>/withdraw"): Row(PROPOSAL_WITHDRAW, ("proposal",)),
}
