"""What the tests of lists share: a day on which September is over, and who reads."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.metrics.lists import selects
from matchmaker.metrics.periods import Month, Period
from tests.support import cast

SEPTEMBER, AUGUST = Period.month(Month(2026, 9)), Period.month(Month(2026, 8))


@pytest.fixture(autouse=True)
def october(at: Callable[[str], None]) -> Callable[[str], None]:
    """Let it be October, and let tests go to other days."""
    at("2026-10-12T10:00")
    return at


def reader_of(session: Session, role: str) -> Reader:
    """Return who plays ``role``, as a page would know them."""
    body = cast.organisation_of(session, role)
    return Reader(
        person_id=cast.person_of(session, role).id,
        organisation_id=body.id,
        organisation_kind=body.kind,
        district_code=body.district_code,
        roles=cast.ROLES[role].roles,
    )


def complex_lists(session: Session) -> selects.Scope:
    """Return the lists of the cast's complex."""
    return selects.scope_of(session, cast.organisation_of(session, "complex"), on=SEPTEMBER.last_day)
