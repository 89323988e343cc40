"""Keeping new matches, and that they were seen."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.arrivals import queries
from matchmaker.catalogue.arrivals.models import Arrival, ArrivalDigest
from matchmaker.catalogue.needs.queries import addresses_of
from matchmaker.letters import operations as letters
from matchmaker.messages import _l

#: What counts as news in the very first night.
RECENT = timedelta(days=7)


class Found(NamedTuple):
    """A match of tonight, and the days on which its two sides were published."""

    need_id: int
    offering_id: int
    place: int
    is_strong: bool
    need_on: date
    offering_on: date


def keep(session: Session, found: Sequence[Found], *, on: date) -> int:
    """Keep what was never found before; return how much.

    Whoever publishes something looks at its matches there and then, so those are no news to them. In the very first
    night only what the other side published within ``RECENT`` is news.
    """
    known = queries.known_pairs(session)
    now = clock.now()

    def is_news(own: date, other: date) -> bool:
        return own < on - timedelta(days=1) and (bool(known) or other >= on - RECENT)

    rows = [
        {
            "need_id": one.need_id,
            "offering_id": one.offering_id,
            "found_on": on,
            "place": one.place,
            "is_strong": one.is_strong,
            "seen_by_enterprise_at": None if is_news(one.need_on, one.offering_on) else now,
            "seen_by_provider_at": None if is_news(one.offering_on, one.need_on) else now,
        }
        for one in found
        if (one.need_id, one.offering_id) not in known
    ]
    if rows:
        session.execute(insert(Arrival), rows)
    return len(rows)


def see(session: Session, reader: Reader, *, until: date, on: date) -> int:
    """Note that the reader's organisation has seen what was found until the day ``until``; return how much it was."""
    pairs = [
        (arrival.need_id, arrival.offering_id)
        for arrival in session.scalars(queries.unseen(reader, on=on).where(Arrival.found_on <= until))
    ]
    name = queries.seen_column(reader).key
    for need_id, offering_id in pairs:
        session.execute(
            update(Arrival)
            .where(Arrival.need_id == need_id, Arrival.offering_id == offering_id)
            .values({name: clock.now()})
        )
    session.flush()
    return len(pairs)


def wish_letters(session: Session, organisation_id: int, *, is_wished: bool) -> None:
    """Begin or stop telling an organisation of new matches by letter."""
    wish = session.get(ArrivalDigest, organisation_id)
    if is_wished and wish is None:
        session.add(ArrivalDigest(organisation_id=organisation_id, wished_at=clock.now()))
    elif not is_wished and wish is not None:
        session.delete(wish)
    session.flush()


def write_letters(session: Session, *, on: date) -> int:
    """Write to everybody of the organisations that want it; return how many letters."""
    written = 0
    for organisation_id, count in queries.new_by_organisation(session, on=on).items():
        for email in session.scalars(addresses_of(organisation_id)):
            # Mail travels in the open: it tells a number, and the site tells the rest.
            letters.post(
                session,
                to=email,
                subject=_l("%(count)s new matches", count=count),
                body=_l(
                    "Last night %(count)s new matches of your postings were found. Sign in and open /arrivals/ to see "
                    "them. There you can also stop these letters.",
                    count=count,
                ),
            )
            written += 1
    return written
