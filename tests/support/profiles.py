"""Proposals and facts of profiles, made as the site makes them, and the forms that browsers send."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.registry.profiles import operations
from matchmaker.registry.profiles.models import Proposal, Topic
from tests.support import cast

#: A day that is past whenever the tests run.
LONG_AGO = date(2021, 3, 1)


def proposal(
    session: Session, role: str, facts: Mapping[Topic, str], valid_from: date = LONG_AGO, **differences: Any
) -> Proposal:
    """Let ``role`` propose facts of its own organisation."""
    values: dict[str, Any] = {"by": cast.person_of(session, role).id, "note": "绍市科〔2021〕1号"} | differences
    change = operations.Change(facts=facts, valid_from=valid_from, note=values.pop("note"))
    return operations.propose(session, cast.organisation_of(session, role), change, **values)


def fact(session: Session, role: str, facts: Mapping[Topic, str], valid_from: date = LONG_AGO) -> Proposal:
    """The same, confirmed by the city's bureau."""
    made = proposal(session, role, facts, valid_from)
    operations.confirm(session, made, by=cast.person_of(session, "bureau-city").id)
    return made


def profile_form(**differences: Any) -> dict[str, Any]:
    """Return what a browser sends of a form in which a complex states its level."""
    return {
        "valid_from": LONG_AGO.isoformat(),
        "note": "绍市科〔2021〕1号",
        "level": "city",
        "status": "registered",
        "industries": [cast.TEXTILES],
        "last_id": "0",
    } | differences
