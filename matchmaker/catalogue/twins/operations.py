"""Keeping what was found, and what people decided about it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from matchmaker import clock, phrases
from matchmaker.audit import operations as audit
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs import operations as needs
from matchmaker.catalogue.needs.models import Ending, Need
from matchmaker.catalogue.needs.queries import addresses_of
from matchmaker.catalogue.offerings import operations as offerings
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.twins import queries
from matchmaker.catalogue.twins.models import STATE_LABELS, Twin, TwinState
from matchmaker.catalogue.twins.rules import ALLOWED
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of
from matchmaker.letters import operations as letters
from matchmaker.matching.duplicates import Twins
from matchmaker.messages import _l


def keep(session: Session, table: type[Posting], found: Iterable[Twins], *, on: date) -> tuple[int, int]:
    """Keep new pairs and forget those that are alike no more; decisions stay. Return how many came and went."""
    name = "need" if table is Need else "offering"
    rows = {
        (getattr(row, f"first_{name}_id"), getattr(row, f"second_{name}_id")): row
        for row in session.scalars(queries.known(table))
    }
    pairs = {tuple(sorted((int(twins.first), int(twins.second)))): twins for twins in found}
    came = [pair for pair in pairs if pair not in rows]
    went = [row for pair, row in rows.items() if pair not in pairs and row.state is TwinState.FOUND]
    for pair in came:
        twins = pairs[pair]
        session.add(
            Twin(
                **{f"first_{name}_id": pair[0], f"second_{name}_id": pair[1]},
                likeness_percent=round(100 * twins.likeness),
                signs=[sign.value for sign in twins.signs],
                found_on=on,
            )
        )
    for row in went:
        session.delete(row)
    session.flush()
    return len(came), len(went)


def keep_apart(session: Session, twin: Twin) -> None:
    """Say that they are two; they are not offered again. Raises ``Conflict`` when somebody decided before."""
    _decide(session, twin, TwinState.DIFFERENT)


def merge(session: Session, twin: Twin, *, kept: Posting) -> None:
    """End the other one, which says where to look. Raises ``Conflict`` when it ended or was decided on before."""
    _decide(session, twin, TwinState.MERGED)
    other = next(posting for posting in twin.postings if posting is not kept)
    if isinstance(other, Need):
        words = phrases.in_language(_l("Merged into need %(number)s.", number=kept.id), phrases.DEFAULT)
        needs.close(session, other, Ending.OTHER, words)
    elif isinstance(other, Offering):
        offerings.close(session, other)
    audit.note(session, "twin.merged", twin, detail={"kept": kept.id})


def ask(session: Session, twin: Twin) -> int:
    """Ask whose they are to look at them; return how many letters were written. Raises ``Conflict``."""
    transitions.move(session, twin, to=TwinState.ASKED, allowed=ALLOWED, labels=STATE_LABELS)
    session.flush()
    owners = {posting.organisation_id for posting in twin.postings}
    emails = sorted({email for owner in owners for email in session.scalars(addresses_of(owner))})
    # Mail travels in the open, and one owner may not know of the other's posting: neither is named.
    for email in emails:
        letters.post(
            session,
            to=email,
            subject=_l("Please see whether something was posted twice"),
            body=_l(
                "Your bureau thinks that something of yours may stand on the platform twice. Sign in and open /twins/ "
                "to see both, merge them or keep them apart. Where the other one is another organisation's, your "
                "bureau will write to you."
            ),
        )
    return len(emails)


def _decide(session: Session, twin: Twin, to: TwinState) -> None:
    transitions.move(session, twin, to=to, allowed=ALLOWED, labels=STATE_LABELS)
    actor = actor_of(session)
    twin.decided_at = clock.now()
    twin.person_id, twin.organisation_id = actor.person_id, actor.organisation_id
    session.flush()
