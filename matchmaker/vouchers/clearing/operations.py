"""Putting a batch together, sealing, approving and sending it, and keeping what came of each payment.

Locks are taken in one order: the batch, vouchers, redemptions, the ledger's accounts, each by id.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit import operations as audit
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.db.instants import today
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger import operations as ledger
from matchmaker.ledger.models import Account
from matchmaker.ledger.operations import Entry
from matchmaker.messages import _l
from matchmaker.vouchers import accounts
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.clearing import queries, rules
from matchmaker.vouchers.clearing.models import STATE_LABELS, Batch, BatchItem, BatchMove, BatchState, Outcome
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.redemptions import impartiality, letters, seams
from matchmaker.vouchers.redemptions import operations as redemptions
from matchmaker.vouchers.redemptions import queries as redemption_queries
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState
from matchmaker.vouchers.redemptions.rules import check_reason
from matchmaker.vouchers.schemes.models import Scheme


def open_(session: Session, district_code: str, *, key: str | None = None) -> Batch:
    """Put everything that the district may pay into its open batch, and return that. Raises ``Conflict`` when empty."""
    redemptions.end_notices(session, on=today(session))
    batch = session.scalars(queries.open_batch(district_code).with_for_update()).one_or_none()
    room = rules.MOST_ITEMS - (len(session.scalars(queries.items_of(batch.id)).all()) if batch else 0)
    found = session.scalars(queries.to_pay(district_code, most=max(room, 0))).all()
    if not found:
        if batch is not None:
            return batch
        raise Conflict(_l("Nothing of this district is to be paid."))
    if batch is None:
        batch = Batch(
            district_code=district_code, opened_at=clock.now(), opened_by_id=actor_of(session).person_id, key=key
        )
        session.add(batch)
        session.flush()
        _note(session, batch, "open", None)
    for redemption in found:
        amount = redemption.amount_fen
        redemptions.move(session, redemption, "batch", amount_fen=amount)
        session.add(BatchItem(batch_id=batch.id, redemption_id=redemption.id, amount_fen=amount))
    session.flush()
    return batch


def take_out(session: Session, item: BatchItem) -> None:
    """Leave a redemption for a later batch. Raises ``Conflict`` unless its batch is still put together."""
    batch = _locked(session, item.batch_id)
    session.refresh(item, with_for_update=True)
    if batch.state is not BatchState.OPEN or item.outcome is not Outcome.PENDING:
        raise Conflict(_l("This batch is sealed; open it again first."))
    _take_out(session, item)


def dissolve(session: Session, batch: Batch) -> None:
    """Give a batch up that was not sealed; its redemptions can be paid with another. Raises ``Conflict``."""
    _move(session, batch, "dissolve")
    for item in session.scalars(queries.items_of(batch.id)).all():
        _take_out(session, item)


def seal(session: Session, batch: Batch) -> None:
    """Fix a batch's items and total by a hash, and send their amounts on their way.

    Raises ``Conflict`` when it is empty or not open, or when something stops clearing.
    """
    seams.check_clearing(session)
    _locked(session, batch.id)
    items = session.scalars(queries.items_of(batch.id)).all()
    if not items:
        raise Conflict(_l("There is nothing in this batch."))
    total = sum(item.amount_fen for item in items)
    sets = {
        "items_sha256": _hash(batch, items),
        "total_fen": total,
        "item_count": len(items),
        "sealed_at": clock.now(),
        "sealed_by_id": actor_of(session).person_id,
        "approved_at": None,
        "approved_by_id": None,
    }
    _move(session, batch, "seal", sets=sets, amount_fen=total)
    _transfer(session, batch, items, Purpose.CLEAR)


def refuse(session: Session, batch: Batch, reason: str) -> None:
    """Open a sealed batch again, so that items can be taken out. Raises ``Invalid`` on ``reason``, ``Conflict``."""
    said = check_reason(reason)
    _locked(session, batch.id)
    other = session.scalars(queries.open_batch(batch.district_code)).first()
    if other is not None and other.id != batch.id:
        raise Conflict(_l("Batch %(number)s is being put together: seal or dissolve it first.", number=other.number))
    items = session.scalars(queries.items_of(batch.id)).all()
    _move(session, batch, "refuse", reason=said, amount_fen=batch.total_fen or 0)
    _transfer(session, batch, items, Purpose.FAIL)


def approve(session: Session, batch: Batch) -> None:
    """Agree to a sealed batch. Raises ``Forbidden`` to whoever sealed it or reviewed any of its items, ``Conflict``."""
    seams.check_clearing(session)
    _locked(session, batch.id)
    items = session.scalars(queries.items_of(batch.id)).all()
    person_id = impartiality.check(session, [item.redemption for item in items])
    if person_id == batch.sealed_by_id:
        raise Forbidden(_l("Somebody else has to approve what you sealed."))
    if person_id in session.scalars(redemption_queries.judges([item.redemption_id for item in items])).all():
        raise Forbidden(_l("You reviewed a claim of this batch: somebody who reviewed none of them has to approve it."))
    _check_seal(batch, items)
    _move(session, batch, "approve", sets={"approved_at": clock.now(), "approved_by_id": person_id})


def export(session: Session, batch: Batch) -> None:
    """Keep that the batch goes to the bank; from then on its files can be fetched. Raises ``Conflict``."""
    seams.check_clearing(session)
    _locked(session, batch.id)
    _check_seal(batch, session.scalars(queries.items_of(batch.id)).all())
    _move(session, batch, "export", sets={"exported_at": clock.now()})


def settle(session: Session, batch: Batch, *, failed: Mapping[int, str], on: date) -> None:
    """Keep what came of each payment: those in ``failed`` (item → why) go back to review, all others are paid.

    Raises ``Invalid`` on ``settled_on`` or on ``reason-…``, or ``Conflict``.
    """
    _locked(session, batch.id)
    if on > today(session) or (batch.exported_at and on < clock.civil_day(batch.exported_at)):
        raise Invalid(field="settled_on", message=_l("Choose a day between the sending and today."))
    items = session.scalars(queries.items_of(batch.id)).all()
    reasons = _reasons(failed, items)
    if batch.state is BatchState.EXPORTED:
        # The bank paid what was sealed; whatever stands here now must be the same.
        _check_seal(batch, items)
    _lock_vouchers(session, items)
    name = "settle_partly" if reasons else "settle"
    _move(session, batch, name, sets={"settled_on": on}, amount_fen=batch.total_fen or 0)
    paid = [item for item in items if item.id not in reasons]
    _transfer(session, batch, paid, Purpose.PAY)
    _transfer(session, batch, [item for item in items if item.id in reasons], Purpose.FAIL)
    for item in items:
        item.outcome, item.reason = (Outcome.FAILED, reasons[item.id]) if item.id in reasons else (Outcome.PAID, "")
    session.flush()
    for item in items:
        if item.outcome is Outcome.PAID:
            redemptions.pay(session, item.redemption, on=on)
        else:
            redemptions.back_to_review(session, item.redemption, "fail", reason=item.reason)
            letters.told(session, item.redemption)


def check_file(batch: Batch, items: Sequence[BatchItem]) -> None:
    """Raise ``Conflict`` where what a file would tell is not what was sealed: its hash stands in the file."""
    if batch.items_sha256 != _hash(batch, items):
        raise Conflict(_l("What stands in this batch was changed after it was sealed: its file is not made any more."))


def lines_of(items: Sequence[BatchItem]) -> list[rules.Line]:
    """Return the payments as they go to the bank."""
    return [
        rules.Line(
            item.redemption_id,
            item.redemption.number,
            item.redemption.payee_name,
            item.redemption.payee_bank,
            item.redemption.payee_account,
            item.amount_fen,
        )
        for item in items
    ]


def _reasons(failed: Mapping[int, str], items: Sequence[BatchItem]) -> dict[int, str]:
    known = {item.id for item in items}
    reasons = {}
    for number, reason in failed.items():
        if number not in known:
            raise Conflict(_l("This payment is not in the batch any more."))
        reasons[number] = check_reason(reason, field=f"reason-{number}")[:200]
    return reasons


def _take_out(session: Session, item: BatchItem) -> None:
    item.outcome = Outcome.TAKEN_OUT
    session.flush()
    redemption = session.get_one(Redemption, item.redemption_id)
    redemptions.move(session, redemption, "unbatch")


def _hash(batch: Batch, items: Sequence[BatchItem]) -> str:
    return rules.seal(batch.number, lines_of(items))


def _check_seal(batch: Batch, items: Sequence[BatchItem]) -> None:
    """Refuse a batch that is not what was sealed, whoever changed it and how."""
    stand = all(
        item.redemption.state is RedemptionState.BATCHED and item.redemption.approved_fen == item.amount_fen
        for item in items
    )
    if not stand or batch.items_sha256 != _hash(batch, items):
        raise Conflict(_l("This batch is not what was sealed. Go no further with it, and tell your auditor."))


def _transfer(session: Session, batch: Batch, items: Sequence[BatchItem], purpose: Purpose) -> None:
    """Move the items' amounts between payable, the batch's own account and what was paid, in one call."""
    way = accounts.clearing(session, batch.id)
    entries = []
    for item in items:
        redemption = item.redemption
        scheme = session.get_one(Scheme, redemption.scheme_id)
        payable = accounts.payable(session, scheme, redemption.district_code)
        ends: dict[Purpose, tuple[Account, Account]] = {Purpose.CLEAR: (payable, way), Purpose.FAIL: (way, payable)}
        debit, credit = ends.get(purpose) or (way, accounts.paid(session, scheme, redemption.district_code))
        entries.append(Entry(debit, credit, item.amount_fen, purpose, redemption.reference))
    if entries:
        ledger.make(session, entries)


def _lock_vouchers(session: Session, items: Sequence[BatchItem]) -> None:
    ids = sorted({item.redemption.voucher_id for item in items})
    session.scalars(
        select(Voucher)
        .where(Voucher.id.in_(ids))
        .order_by(Voucher.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _locked(session: Session, batch_id: int) -> Batch:
    batch = session.get_one(Batch, batch_id)
    session.refresh(batch, attribute_names=inspect(Batch).column_attrs.keys(), with_for_update=True)
    return batch


def _move(
    session: Session,
    batch: Batch,
    name: str,
    *,
    sets: Mapping[str, object] | None = None,
    reason: str = "",
    amount_fen: int = 0,
) -> None:
    step = rules.STEPS[name]
    before = transitions.move(session, batch, to=step.to, allowed=rules.ALLOWED, labels=STATE_LABELS)
    for column, value in (sets or {}).items():
        setattr(batch, column, value)
    _note(session, batch, name, before, reason=reason, amount_fen=amount_fen)
    if name in ("seal", "approve", "export"):
        audit.note(session, f"batch.{name}", batch, detail={"sha256": batch.items_sha256, "total_fen": batch.total_fen})


def _note(
    session: Session, batch: Batch, step: str, before: BatchState | None, *, reason: str = "", amount_fen: int = 0
) -> None:
    session.add(
        BatchMove(
            batch_id=batch.id,
            at=clock.now(),
            step=step,
            from_state=before,
            to_state=batch.state,
            **attribution(session),
            amount_fen=amount_fen,
            reason=reason,
        )
    )
    session.flush()
