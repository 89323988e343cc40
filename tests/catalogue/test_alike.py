"""Enterprises with needs like one: shown as far as its reader may know of them, counted only when they are many."""

import pytest

from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.catalogue.suggestions.glances import FEWEST_COUNTED
from tests.conftest import ClientFor
from tests.support import factories, words
from tests.support.databases import Database

COUNTED = words.said("%(count)s other enterprises ask for something alike.", count=FEWEST_COUNTED)


def post(database: Database, others: int, **differences: object) -> int:
    with database.writing() as session:
        own = factories.need(session, "enterprise").id
        for number in range(others):
            owner = factories.organisation(session)
            factories.need(session, owner, title=f"第{number}家染色缸差大", **differences)
        return own


def test_needs_like_it_are_shown_to_its_enterprise_and_its_bureau_only(
    database: Database, client_for: ClientFor
) -> None:
    own = post(database, 2)

    for role, sees in {"enterprise": True, "bureau-district": True, "complex": False, "anonymous": False}.items():
        assert ("第1家染色缸差大" in client_for(role).get(f"/needs/{own}").text) == sees, role


def test_few_that_the_reader_may_not_know_of_leave_no_trace(database: Database, client_for: ClientFor) -> None:
    own = post(database, FEWEST_COUNTED - 1, confidentiality=Confidentiality.MEMBERS)
    page = client_for("enterprise").get(f"/needs/{own}")

    assert "家染色缸差大" not in page.text
    assert words.said("Enterprises with needs like this") not in page.text


@pytest.mark.parametrize("level", list(Confidentiality))
def test_many_are_counted_whoever_may_read_them(
    database: Database, client_for: ClientFor, level: Confidentiality
) -> None:
    own = post(database, FEWEST_COUNTED, confidentiality=level)
    page = client_for("enterprise").get(f"/needs/{own}")

    assert COUNTED in page.text
    assert ("家染色缸差大" in page.text) == (level is not Confidentiality.MEMBERS)
