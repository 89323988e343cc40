"""Invoices belong to one claim while it stands, over all enterprises."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from matchmaker.errors import Conflict, Invalid
from matchmaker.messages import _l
from matchmaker.vouchers.redemptions.models import Evidence, Redemption


def hold(session: Session, redemption: Redemption) -> None:
    """Keep others from claiming with the same invoices; the unique constraint decides when two file at once."""
    papers = session.scalars(
        select(Evidence)
        .where(Evidence.redemption_id == redemption.id, Evidence.invoice_key.is_not(None))
        .order_by(Evidence.id)
    ).all()
    keys = {paper.invoice_key: paper.id for paper in papers}
    # Two numbers that were mixed up change places: neither may stand in the other's way.
    free(session, redemption)
    try:
        with session.begin_nested():
            for paper in papers:
                paper.held_key = paper.invoice_key
    except IntegrityError:
        raise _taken(session, redemption, keys) from None


def _taken(session: Session, redemption: Redemption, keys: Mapping[str | None, int]) -> Invalid:
    held = select(Evidence.held_key, Redemption).join(Evidence.redemption)
    others = held.where(Evidence.held_key.in_(keys), Redemption.id != redemption.id).order_by(Evidence.id)
    found = session.execute(others).first()
    if found is None:
        # Whoever held it let go of it this moment.
        raise Conflict(_l("Somebody else claimed with one of these invoices just now. Please file again."))
    key, holder = found
    # What others claim is nobody's business; that somebody did has to be said.
    if holder.enterprise_id == redemption.enterprise_id:
        message = _l("This invoice is in your claim %(number)s already.", number=holder.number)
    else:
        message = _l("This invoice is in another claim already. Ask your bureau if it is yours alone.")
    return Invalid(field=f"number-{keys[key]}", message=message)


def free(session: Session, redemption: Redemption) -> None:
    """Let the invoices of a claim that came to nothing be claimed with again."""
    for paper in session.scalars(select(Evidence).where(Evidence.redemption_id == redemption.id)):
        paper.held_key = None
    session.flush()
