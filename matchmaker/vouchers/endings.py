"""How vouchers end with something left on them: handed back, revoked, past their day."""

from datetime import date

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.errors import Conflict
from matchmaker.ledger import operations as ledger
from matchmaker.ledger.operations import Entry
from matchmaker.messages import _l
from matchmaker.vouchers import accounts, operations, queries, rules
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.redemptions import queries as redemptions
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.vouchers.uses import operations as uses
from matchmaker.vouchers.uses import queries as use_queries


def hand_back(session: Session, voucher: Voucher) -> int:
    """Return what is left to the pool, and to the enterprise's quota. Return how much, in fen.

    Raises ``Conflict`` while a use holds an amount, or one was approved that is not paid yet: it would come back to a
    voucher that has ended.
    """
    operations.lock(session, voucher.id)
    unpaid = redemptions.unpaid(voucher.id).limit(1)
    if use_queries.holding(session, voucher.id) or session.scalars(unpaid).first() is not None:
        raise Conflict(_l("Uses still hold an amount of this voucher; give them up, or wait until they are paid."))
    before = operations.move(session, voucher, "hand_back", ended=True)
    scheme = session.get_one(Scheme, voucher.scheme_id)
    account = accounts.voucher(session, voucher)
    pool = accounts.pool(session, scheme, voucher.district_code)
    quota = accounts.quota(session, scheme, voucher.enterprise_id)
    granted = accounts.granted(session, scheme)
    rest, reference = account.available_fen, f"voucher/{voucher.id}"
    ledger.make(
        session,
        [
            Entry(account, pool, rest, Purpose.HAND_BACK, reference, f"hand-back/{voucher.id}"),
            Entry(granted, quota, rest, Purpose.HAND_BACK, reference, f"hand-back/{voucher.id}/quota"),
        ],
    )
    operations.note(session, voucher, "hand_back", before, amount_fen=rest)
    return rest


def revoke(session: Session, voucher: Voucher, reason: str) -> int:
    """Take back what is left, and what uses hold that were not claimed. Return how much, in fen.

    What was claimed in time is reviewed all the same; what the review frees goes to the pool then.
    """
    words = rules.needs_words(reason)
    operations.lock(session, voucher.id)
    operations.refuse_kin(session, voucher)
    for use in session.scalars(use_queries.unclaimed_of(voucher.id)).all():
        uses.release(session, use, "revoke", reason=words)
    before = operations.move(session, voucher, "revoke", ended=True)
    voucher.is_suspended, voucher.suspended_reason = False, ""
    scheme = session.get_one(Scheme, voucher.scheme_id)
    account = accounts.voucher(session, voucher)
    pool = accounts.pool(session, scheme, voucher.district_code)
    rest = operations.take_rest(session, voucher, account, pool, Purpose.REVOKE)
    operations.note(session, voucher, "revoke", before, amount_fen=rest, reason=words)
    return rest


def expire_due(session: Session, *, on: date) -> tuple[int, int]:
    """End the vouchers whose last day was before ``on``, and the uses that were not claimed in time.

    Returns how many of each. What was claimed in time stays held.
    """
    expired = 0
    for voucher_id in session.scalars(queries.to_expire(on)).all():
        voucher, _day = operations.lock(session, voucher_id)
        if voucher.is_due_to_expire(on):
            _expire(session, voucher)
            expired += 1
    lapsed = 0
    for use in session.scalars(use_queries.unclaimed()).all():
        if SchemeRules.of(use.scheme.rules_json).redeem_by < on:
            uses.release(session, use, "lapse")
            lapsed += 1
    return expired, lapsed


def _expire(session: Session, voucher: Voucher) -> None:
    before = operations.move(session, voucher, "expire")
    voucher.ended_at = clock.now()
    voucher.is_suspended, voucher.suspended_reason = False, ""
    scheme = session.get_one(Scheme, voucher.scheme_id)
    account = accounts.voucher(session, voucher)
    to = accounts.expired(session, scheme, voucher.district_code)
    rest = operations.take_rest(session, voucher, account, to, Purpose.EXPIRE)
    operations.note(session, voucher, "expire", before, amount_fen=rest)
