"""Who may decide on claims: nobody on their own, on those of organisations they act for, or after a recusal."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from matchmaker.db.actors import actor_of
from matchmaker.errors import Forbidden
from matchmaker.messages import _l
from matchmaker.vouchers.redemptions import queries
from matchmaker.vouchers.redemptions.models import Redemption

RECUSED = _l("You declared a conflict of interest on this claim: somebody else decides.")


def check(session: Session, redemptions: Collection[Redemption]) -> int:
    """Return who decides, once nothing speaks against them on any of these claims. Raises ``Forbidden``.

    The rows are locked by the caller, so that what is read here holds.
    """
    person_id = actor_of(session).person_id
    if person_id is None:
        raise Forbidden(_l("Decisions are made by people."))
    ids = [one.id for one in redemptions]
    filed = person_id in {one.filed_by_id for one in redemptions}
    if filed or session.scalars(queries.claimed_by(person_id, ids)).first() is not None:
        raise Forbidden(_l("Whoever filed a claim does not decide on it."))
    side = session.scalars(queries.belongs_to_a_side(person_id, redemptions)).first()
    if side is not None:
        raise Forbidden(_l("You also act for %(name)s: somebody else has to decide on this.", name=side))
    if session.scalars(queries.recusal(person_id, ids)).first() is not None:
        raise Forbidden(RECUSED)
    return person_id
