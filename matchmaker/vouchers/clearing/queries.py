"""Reads of batches and of what may be paid."""

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker.accounts.models import Role
from matchmaker.accounts.rules import Reader
from matchmaker.db.pages import narrowed
from matchmaker.reference.models import District
from matchmaker.vouchers.clearing.models import UNDER_WAY, Batch, BatchItem, BatchMove, BatchState, Outcome
from matchmaker.vouchers.redemptions.models import Recusal, Redemption, RedemptionMove, RedemptionState
from matchmaker.vouchers.redemptions.rules import JUDGING

FACETS = {"state": Batch.state, "district": Batch.district_code}


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """A district's batches are its bureau's and the city's."""
    if not reader.is_bureau:
        return false()
    return true() if reader.is_city_bureau else Batch.district_code == reader.district_code


def batches(reader: Reader, chosen: dict[str, str]) -> Select[Batch]:
    """Batches in the reader's scope, the newest first."""
    return select(Batch).where(in_scope(reader), *narrowed(FACETS, chosen, besides="")).order_by(Batch.id.desc())


def batch_by_id(reader: Reader, batch_id: int) -> Select[Batch]:
    """One batch with its items and their redemptions."""
    items = selectinload(Batch.items).joinedload(BatchItem.redemption)
    return (
        select(Batch)
        .where(Batch.id == batch_id, in_scope(reader))
        .options(
            items.joinedload(Redemption.enterprise),
            items.joinedload(Redemption.provider),
            joinedload(Batch.sealed_by),
            joinedload(Batch.approved_by),
        )
    )


def batch_to_fetch(reader: Reader, batch_id: int, kind: str) -> Select[Batch]:
    """One batch, as a file of some kind."""
    return batch_by_id(reader, batch_id)


def district_by_code(reader: Reader, district_code: str) -> Select[District]:
    """A district whose batches the reader's bureau puts together."""
    scope = true() if reader.is_city_bureau else District.code == reader.district_code
    if not reader.is_bureau:
        scope = false()
    return select(District).where(District.code == district_code, scope)


def item_by_id(reader: Reader, item_id: int) -> Select[BatchItem]:
    """One item of a batch in the reader's scope."""
    return (
        select(BatchItem)
        .join(BatchItem.batch)
        .where(BatchItem.id == item_id, in_scope(reader))
        .options(joinedload(BatchItem.batch))
    )


def items_of(batch_id: int) -> Select[BatchItem]:
    """What is in a batch and was not taken out, with its redemptions."""
    return (
        select(BatchItem)
        .where(BatchItem.batch_id == batch_id, BatchItem.outcome != Outcome.TAKEN_OUT)
        .options(joinedload(BatchItem.redemption))
        .order_by(BatchItem.redemption_id)
    )


def open_batch(district_code: str) -> Select[Batch]:
    """The batch that a district is putting together."""
    return select(Batch).where(Batch.district_code == district_code, Batch.state == BatchState.OPEN)


def to_pay(district_code: str, *, most: int) -> Select[Redemption]:
    """What the district may pay, the longest waiting first, locked."""
    return (
        select(Redemption)
        .where(Redemption.district_code == district_code, Redemption.state == RedemptionState.PAYABLE)
        .order_by(Redemption.payable_at, Redemption.id)
        .limit(most)
        .with_for_update()
    )


def payable_by_district(session: Session, reader: Reader) -> dict[str, tuple[int, int]]:
    """How many redemptions each district may pay, and what they add up to in fen."""
    scope = true() if reader.is_city_bureau else Redemption.district_code == reader.district_code
    rows = session.execute(
        select(Redemption.district_code, func.count(), func.sum(Redemption.approved_fen))
        .where(Redemption.state == RedemptionState.PAYABLE, scope)
        .group_by(Redemption.district_code)
        .order_by(Redemption.district_code)
    )
    return {code: (count, int(total or 0)) for code, count, total in rows}


def count_under_way(session: Session, reader: Reader) -> int:
    """How many batches are not settled yet."""
    counted = select(func.count(Batch.id)).where(in_scope(reader), Batch.state.in_(UNDER_WAY))
    return session.scalar(counted) or 0


def to_approve(reader: Reader) -> Select[Batch]:
    """The sealed batches that this reviewer may approve: who sealed one, or reviewed one of its claims, may not."""
    judged = (
        select(RedemptionMove.id)
        .join(BatchItem, BatchItem.redemption_id == RedemptionMove.redemption_id)
        .where(
            BatchItem.batch_id == Batch.id,
            BatchItem.outcome != Outcome.TAKEN_OUT,
            RedemptionMove.person_id == reader.person_id,
            RedemptionMove.step.in_(JUDGING),
        )
    )
    recused = (
        select(Recusal.id)
        .join(BatchItem, BatchItem.redemption_id == Recusal.redemption_id)
        .where(
            BatchItem.batch_id == Batch.id,
            BatchItem.outcome != Outcome.TAKEN_OUT,
            Recusal.person_id == reader.person_id,
        )
    )
    return select(Batch).where(
        in_scope(reader) if Role.REVIEWER in reader.roles else false(),
        Batch.state == BatchState.SEALED,
        Batch.sealed_by_id != reader.person_id,
        ~judged.exists(),
        ~recused.exists(),
    )


def moves(batch: Batch) -> Select[BatchMove]:
    """The steps of a batch's life, the latest first, each with who took it."""
    return (
        select(BatchMove)
        .where(BatchMove.batch_id == batch.id)
        .options(joinedload(BatchMove.person), joinedload(BatchMove.organisation))
        .order_by(BatchMove.id.desc())
    )


def batch_of(redemption: Redemption) -> Select[Batch]:
    """The batch in which a redemption was last."""
    return (
        select(Batch)
        .join(Batch.items)
        .where(BatchItem.redemption_id == redemption.id, BatchItem.outcome != Outcome.TAKEN_OUT)
        .order_by(BatchItem.id.desc())
        .limit(1)
    )
