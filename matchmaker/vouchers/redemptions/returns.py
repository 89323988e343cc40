"""Returned claims: until when they may be filed again, and what becomes of those that are not."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import invoices, letters, operations, queries
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.vouchers.uses import operations as uses


def end_returned(session: Session, *, on: date) -> int:
    """Close the claims that were not corrected in time, so that nothing stays held for ever; return how many."""
    over = 0
    for redemption_id in session.scalars(queries.returned()).all():
        over += _end_returned(session, redemption_id, on=on)
    return over


def _end_returned(session: Session, redemption_id: int, *, on: date) -> bool:
    redemption = session.get_one(Redemption, redemption_id)
    operations.lock_voucher(session, redemption.voucher_id)
    last = correct_until(session, redemption)
    if last is None or last >= on:
        return False
    operations.move(session, redemption, "lapse")
    invoices.free(session, redemption)
    uses.unclaim(session, session.get_one(Use, redemption.use_id))
    letters.told(session, redemption)
    return True


def correct_until(session: Session, redemption: Redemption) -> date | None:
    """Return the last day to file a returned claim again, ``None`` for one that does not wait to be corrected."""
    if redemption.state is not RedemptionState.RETURNED:
        return None
    returned = session.scalars(queries.last_move(redemption, "return")).one()
    said = SchemeRules.of(session.get_one(Scheme, redemption.scheme_id).rules_json)
    return said.correct_until(clock.civil_day(returned.at))
