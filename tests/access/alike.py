"""The access table's part on what is alike: pairs, groups of needs, new matches."""

from tests.access.grids import Row, also_done, grid, same

#: "own" and "decided" are two needs of "enterprise", "offerings" two of "complex"; "cross" has one of each district.
KEEP_APART = grid("""
                  own  cross offerings decided missing
anonymous         in   in    in        in      in
enterprise        done 404   404       403     404
other-enterprise  404  404   404       404     404
complex           404  404   done      404     404
institute         404  404   404       404     404
bureau-district   done 404   done      403     404
bureau-elsewhere  404  404   404       404     404
bureau-city       done done  done      403     404
admin             404  404   404       404     404
unattached        404  404   404       404     404
""")
MERGE = grid("""
                  own  cross offerings decided missing
anonymous         in   in    in        in      in
enterprise        done 404   404       403     404
other-enterprise  404  404   404       404     404
complex           404  404   done      404     404
institute         404  404   404       404     404
bureau-district   403  404   403       403     404
bureau-elsewhere  404  404   404       404     404
bureau-city       403  403   403       403     404
admin             404  404   404       404     404
unattached        404  404   404       404     404
""")
ASK = grid("""
                  own  cross offerings decided missing
anonymous         in   in    in        in      in
enterprise        403  404   404       403     404
other-enterprise  404  404   404       404     404
complex           404  404   403       404     404
institute         404  404   404       404     404
bureau-district   done 404   done      403     404
bureau-elsewhere  404  404   404       404     404
bureau-city       done done  done      403     404
admin             404  404   404       404     404
unattached        404  404   404       404     404
""")
#: "open" holds public needs only; "members" one of the district next door that members alone may read.
GENERIC_SHOW = grid("""
                  open members missing
anonymous         in   in      in
enterprise        404  404     404
other-enterprise  404  404     404
complex           404  404     404
institute         404  404     404
bureau-district   200  404     404
bureau-elsewhere  200  200     404
bureau-city       200  200     404
admin             404  404     404
unattached        404  404     404
""")
_FOR_ORGANISATIONS = same("200", anonymous="in", admin="403", unattached="403")
_FOR_POSTERS = same("403", anonymous="in", enterprise="200", other_enterprise="200", complex="200", institute="200")
_FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")

ROWS = {
    ("GET", "/twins/"): Row(_FOR_ORGANISATIONS),
    ("POST", "/twins/<int:twin_id>/apart"): Row(KEEP_APART, ("twin",)),
    ("POST", "/twins/<int:twin_id>/merge"): Row(MERGE, ("twin",)),
    ("POST", "/twins/<int:twin_id>/ask"): Row(ASK, ("twin",)),
    ("GET", "/generics/"): Row(_FOR_BUREAUS),
    ("GET", "/generics/<int:generic_id>"): Row(GENERIC_SHOW, ("generic",)),
    ("GET", "/arrivals/"): Row(_FOR_POSTERS),
    ("POST", "/arrivals/seen"): Row(also_done(_FOR_POSTERS)),
    ("POST", "/arrivals/letters"): Row(also_done(_FOR_POSTERS)),
}
