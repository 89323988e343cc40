"""How the databases go about the lists of vouchers and claims: nothing is read from end to end."""

import pytest
from sqlalchemy import select

from matchmaker.vouchers.models import Voucher
from tests.conftest import MakeApp
from tests.support import cast, claims, money, sites
from tests.support.databases import Database
from tests.support.statements import planned, whole_tables

PAGES = (
    ("bureau-city", "/vouchers/"),
    ("bureau-city", f"/vouchers/?state=issued&district={cast.HERE}"),
    ("bureau-district", "/vouchers/?page=99"),
    ("enterprise", "/vouchers/"),
    ("bureau-city", "/vouchers/queue"),
    ("bureau-city", "/redemptions/"),
    ("bureau-district", "/redemptions/?state=filed&page=99"),
    ("enterprise", "/redemptions/"),
    ("complex", "/redemptions/"),
    ("bureau-city", "/review/"),
    ("bureau-district", "/review/?stage=first&assigned=nobody"),
    ("enterprise", "/redemptions/notices"),
    ("bureau-city", "/vouchers/pool"),
    ("bureau-district", "/vouchers/pool?by=type&first=1"),
    ("bureau-city", "/vouchers/transfers?figure=issued"),
    ("bureau-district", "/vouchers/transfers?figure=used&page=99"),
    ("bureau-district", "/vouchers/transfers?figure=paid"),
)


@pytest.fixture
def filled(either_database: Database) -> Database:
    with either_database.writing() as session:
        scheme = money.scheme(session, quota_fen=30 * money.WAN)
        claims.approved(session, claims.use(session, scheme))
        claims.filed(session, claims.use(session, scheme))
        claims.use(session, scheme)
    return either_database


def test_a_list_of_money_reads_nothing_from_end_to_end(make_app: MakeApp, filled: Database) -> None:
    app = make_app(filled)
    visitors = {role: sites.visitor_as(app, role) for role in {role for role, _path in PAGES}}
    for role, path in PAGES:
        # The first page of a process reads what it holds in memory.
        visitors[role].get(path)
        # What changed meanwhile is found by its index.
        with filled.writing() as session:
            voucher = session.scalars(select(Voucher).order_by(Voucher.id)).first()
            assert voucher is not None
            voucher.staff = (voucher.staff or 0) + 1
        with planned(filled) as plans:
            visitors[role].get(path)

        assert any("changed_in" in line or "redemption" in line or "ledger" in line for line in plans), path
        assert whole_tables(plans) == [], path


def test_a_list_that_did_would_be_found(filled: Database) -> None:
    with planned(filled) as plans, filled.reading() as session:
        session.scalars(select(Voucher).where(Voucher.purpose == "染色")).all()

    assert len(whole_tables(plans)) == 1, plans
