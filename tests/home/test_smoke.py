from tests.support import factories, cast
import pytest

@pytest.mark.parametrize("role", ["anonymous", *cast.ROLES])
def test_x(client_for, role, database):
    with database.writing() as s:
        factories.need(s, "enterprise")
        factories.offering(s, "complex")
    v = client_for(role)
    for p in ("/needs/", "/offerings/", "/organisations/", "/search/?q=染色", "/needs/1"):
        v.get(p)
    v.get("/nope", expect=404)

def test_pg(make_app, either_database):
    from tests.support.sites import visitor_as
    app = make_app(either_database)
    visitor_as(app, "enterprise").get("/needs/")
def test_live(live_server):
    import urllib.request
    with urllib.request.urlopen(live_server+"/needs/") as r: assert r.status == 200
