"""Records of every kind, for figures to be counted from."""

import pytest
from sqlalchemy.orm import Session

from matchmaker.contracts.services.operations import Rating
from tests.support import deals, factories, money
from tests.support.databases import Database


def fill(session: Session) -> None:
    """Introductions that came differently far, contracts, services, and a voucher with a use."""
    factories.introduction(session, life="waiting")
    factories.introduction(session, life="failed")
    talks = factories.introduction(session, life="talking")
    contract = deals.contract(session, introduction=talks)
    deals.service(session, "confirmed", under=contract, rating=Rating(3, 2))
    factories.introduction(session, "far-enterprise", "institute")
    deals.service(session, "confirmed", with_voucher=True, rating=Rating(5, 5))
    deals.service(session, "withdrawn")
    deals.service(session)
    scheme = money.scheme(session)
    money.use(session, money.voucher(session, scheme), money.contract(session), life="settled")


@pytest.fixture
def filled(database: Database) -> None:
    """Fill the database."""
    with database.writing() as session:
        fill(session)
