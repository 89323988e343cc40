"""Taking back what was paid (追回): one reviewer proposes, another confirms that the money came back."""

from sqlalchemy.orm import Session

from matchmaker.audit import operations as audit
from matchmaker.db.actors import actor_of
from matchmaker.errors import Conflict, Forbidden
from matchmaker.messages import _l
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import impartiality, operations, rules
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from matchmaker.vouchers.uses import operations as uses


def ask_back(session: Session, redemption: Redemption, reason: str) -> None:
    """Propose that a paid amount is taken back (追回); somebody else does it. Raises ``Conflict``."""
    said = rules.check_reason(reason)
    session.refresh(redemption, with_for_update=True)
    if redemption.state is not RedemptionState.PAID or redemption.recall_by_id is not None:
        raise Conflict(_l("Only what was paid can be clawed back, and only once."))
    redemption.recall_by_id, redemption.recall_reason = impartiality.check(session, [redemption]), said
    session.flush()
    audit.note(session, "redemption.recall-asked", redemption)


def drop(session: Session, redemption: Redemption) -> None:
    """Take the proposal to claw back away again, while nobody has confirmed it. Raises ``Conflict``, ``Forbidden``."""
    session.refresh(redemption, with_for_update=True)
    if redemption.state is not RedemptionState.PAID or redemption.recall_by_id is None:
        raise Conflict(_l("Nobody has proposed to claw this back."))
    if redemption.recall_by_id != actor_of(session).person_id:
        raise Forbidden(_l("Whoever proposed it takes it back."))
    said, redemption.recall_by_id, redemption.recall_reason = redemption.recall_reason, None, ""
    session.flush()
    audit.note(session, "redemption.recall-dropped", redemption, detail={"reason": said})


def claw_back(session: Session, redemption: Redemption) -> None:
    """Keep that a paid amount came back to the pool, as somebody else proposed. Raises ``Conflict``, ``Forbidden``."""
    operations.lock_voucher(session, redemption.voucher_id)
    session.refresh(redemption, with_for_update=True)
    if redemption.recall_by_id is None:
        raise Conflict(_l("Nobody has proposed to claw this back."))
    if redemption.recall_by_id == impartiality.check(session, [redemption]):
        raise Forbidden(_l("Somebody else has to confirm what you proposed."))
    operations.move(session, redemption, "claw_back", reason=redemption.recall_reason, amount_fen=redemption.amount_fen)
    uses.claw_back(session, session.get_one(Use, redemption.use_id), reason=redemption.recall_reason)
