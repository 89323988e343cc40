"""What time does to needs: they expire, and their enterprises are reminded before."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from matchmaker.catalogue.needs import operations, queries
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.rules import VALIDITY
from matchmaker.jobs import daily
from matchmaker.letters import operations as letters
from matchmaker.messages import _l


@daily("expire-needs")
def expire(session: Session, *, on: date) -> str:
    """End the needs whose last day was before ``on``."""
    needs = session.scalars(queries.past_their_day(on)).all()
    for need in needs:
        operations.expire(session, need, on=on)
    return f"{len(needs)} needs expired"


@daily("remind-of-needs")
def remind(session: Session, *, on: date) -> str:
    """Write one letter to everybody of each enterprise whose needs expire soon, once for each last day."""
    needs = session.scalars(queries.to_remind_of(on)).all()
    count = 0
    for organisation_id, group in _by_enterprise(needs):
        theirs = list(group)
        for email in session.scalars(queries.addresses_of(organisation_id)):
            _write(session, email, theirs)
            count += 1
        for need in theirs:
            need.reminded_of = need.valid_until
    session.flush()
    return f"{len(needs)} needs expire within {VALIDITY.reminder} days, {count} letters written"


def _by_enterprise(needs: Sequence[Need]) -> Iterator[tuple[int, Iterator[Need]]]:
    return groupby(needs, key=lambda need: need.organisation_id)


def _write(session: Session, email: str, needs: Sequence[Need]) -> None:
    # Mail travels in the open: it tells numbers and days, and the site tells the rest to whoever may read it.
    lines = "\n".join(f"/needs/{need.id}  {need.valid_until}" for need in needs)
    letters.post(
        session,
        to=email,
        subject=_l("%(count)s of your needs expire soon", count=len(needs)),
        body=_l(
            "These needs are found until the day beside them:\n\n%(lines)s\n\nSign in and press “Renew” on the page of "
            "each that still stands. What is not renewed expires; you can renew it later too.",
            lines=lines,
        ),
    )
