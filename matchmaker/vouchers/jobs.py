"""What time does to vouchers: they expire at midnight in Shanghai, and their enterprises are told before."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from matchmaker.catalogue.needs.queries import addresses_of
from matchmaker.db import instants
from matchmaker.jobs import daily
from matchmaker.letters import operations as letters
from matchmaker.messages import _l
from matchmaker.vouchers import endings
from matchmaker.vouchers.models import Voucher, VoucherState
from matchmaker.vouchers.schemes.rules import SchemeRules

#: No scheme reminds earlier than this.
_LONGEST = timedelta(days=180)


@daily("expire-vouchers")
def expire(session: Session, *, on: date) -> str:
    """End what was not used, and free what was not claimed, in time. The database's clock says which day it is."""
    day = min(on, instants.today(session))
    expired, lapsed = endings.expire_due(session, on=day)
    return f"{expired} vouchers expired, {lapsed} uses were not claimed in time"


@daily("remind-of-vouchers")
def remind(session: Session, *, on: date) -> str:
    """Write to each enterprise whose voucher's last day comes near, once for each last day."""
    soon = session.scalars(
        select(Voucher)
        .where(Voucher.state == VoucherState.ISSUED, Voucher.use_by.between(on, on + _LONGEST))
        .options(joinedload(Voucher.scheme), joinedload(Voucher.account))
        .order_by(Voucher.id)
    ).all()
    told = 0
    for voucher in soon:
        ahead = timedelta(days=SchemeRules.of(voucher.scheme.rules_json).reminder_days)
        if voucher.reminded_of == voucher.use_by or voucher.use_by is None or on + ahead < voucher.use_by:
            continue
        if voucher.account is not None and voucher.account.available_fen > 0:
            _write(session, voucher)
            told += 1
        voucher.reminded_of = voucher.use_by
    session.flush()
    return f"{told} vouchers whose last day comes near"


def _write(session: Session, voucher: Voucher) -> None:
    # Mail travels in the open: it tells the number and the day, and the site tells the rest.
    for email in session.scalars(addresses_of(voucher.enterprise_id)):
        letters.post(
            session,
            to=email,
            subject=_l("A voucher can be used until %(day)s", day=str(voucher.use_by)),
            body=_l(
                "Something is left on voucher %(number)s. Its last day is %(day)s:\n\n/vouchers/%(id)s\n\nWhat is not "
                "registered for a service by then expires.",
                number=voucher.number,
                day=str(voucher.use_by),
                id=voucher.id,
            ),
        )
