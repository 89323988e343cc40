"""Writing down what a look through everything found, and stopping clearing while something does not agree."""

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit import sealing as trail
from matchmaker.db.actors import actor_of
from matchmaker.errors import Conflict
from matchmaker.ledger import sealing
from matchmaker.messages import _l
from matchmaker.vouchers.reconciliation import queries
from matchmaker.vouchers.reconciliation.checking import Looked
from matchmaker.vouchers.reconciliation.models import Reconciliation
from matchmaker.vouchers.reconciliation.rules import Mismatch
from matchmaker.vouchers.redemptions import seams


def keep(session: Session, looked: Looked) -> Reconciliation:
    """Write a look down, and seal what has been added to the ledger and to the trail since the last one."""
    sealing.seal(session)
    trail.seal(session, before=clock.now())
    # An end of the chain that was cut off stays missed until it is found again.
    position, digest = sealing.head(session) if not looked.mismatches else looked.known or looked.head
    kept = Reconciliation(
        began_at=looked.began_at,
        finished_at=looked.finished_at,
        person_id=actor_of(session).person_id,
        counted=dict(looked.counted),
        mismatches=looked.mismatches,
        findings=[mismatch.plain() for mismatch in looked.kept],
        head_position=position,
        head_digest=digest,
    )
    session.add(kept)
    session.flush()
    return kept


@seams.gate
def require_sound(session: Session) -> None:
    """Raise ``Conflict`` while the latest reconciliation found something that does not agree."""
    last = session.scalars(queries.last()).one_or_none()
    if last is None or last.is_sound:
        return
    first = Mismatch.of(last.findings[0])
    raise Conflict(
        _l(
            "Clearing is stopped: the reconciliation of %(when)s found %(count)s places that do not agree, the first "
            "at %(where)s: %(what)s",
            when=clock.civil_day(last.finished_at).isoformat(),
            count=last.mismatches,
            where=first.name,
            what=first.message,
        )
    )
