"""Reads of the books, of what claims say, and of former reconciliations. Nothing here writes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Select, false, func, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from matchmaker.accounts.rules import Reader
from matchmaker.ledger.models import Account, Phase, Transfer
from matchmaker.vouchers import accounts
from matchmaker.vouchers.clearing import rules as clearing
from matchmaker.vouchers.clearing.models import UNDER_WAY, Batch, BatchItem, BatchState, Outcome
from matchmaker.vouchers.models import HOLDING, Use, UseState, Voucher, VoucherState
from matchmaker.vouchers.reconciliation import rules
from matchmaker.vouchers.reconciliation.claims import BatchFacts, ClaimFacts
from matchmaker.vouchers.reconciliation.models import Reconciliation
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.schemes.models import Scheme, SchemeState
from matchmaker.vouchers.schemes.rules import SchemeRules

_BATCH = 5_000
_MOVES = (Phase.POST, Phase.SETTLE)
_ENDED = (VoucherState.EXPIRED, VoucherState.HANDED_BACK, VoucherState.REVOKED)


def last() -> Select[Reconciliation]:
    """The latest reconciliation."""
    return select(Reconciliation).order_by(Reconciliation.id.desc()).limit(1)


def listed() -> Select[Reconciliation]:
    """All reconciliations, the latest first."""
    return select(Reconciliation).options(joinedload(Reconciliation.person)).order_by(Reconciliation.id.desc())


def reconciliation_by_id(reader: Reader, reconciliation_id: int) -> Select[Reconciliation]:
    """One of them; they are the city's."""
    theirs = true() if reader.is_city_bureau else false()
    return (
        select(Reconciliation)
        .where(Reconciliation.id == reconciliation_id, theirs)
        .options(joinedload(Reconciliation.person))
    )


def books(session: Session) -> rules.Books:
    """Return all accounts as the ledger carries them, and what flowed between them as the transfers tell."""
    found = {
        identity: rules.Account(identity, code, credits - debits, pending)
        for identity, code, credits, debits, pending in session.execute(
            select(
                Account.id, Account.code, Account.credits_posted, Account.debits_posted, Account.debits_pending
            ).execution_options(yield_per=_BATCH)
        )
    }
    flowed = (
        select(Transfer.debit_account_id, Transfer.credit_account_id, Transfer.purpose, func.sum(Transfer.amount_fen))
        .where(Transfer.phase.in_(_MOVES))
        .group_by(Transfer.debit_account_id, Transfer.credit_account_id, Transfer.purpose)
        .execution_options(yield_per=_BATCH)
    )
    flows = {(debit, credit, purpose): int(fen) for debit, credit, purpose, fen in session.execute(flowed)}
    return rules.Books(found, flows)


def vouchers(session: Session) -> list[rules.VoucherFacts]:
    """Return all vouchers that were ever issued."""
    rows = session.execute(
        select(
            Voucher.id,
            Voucher.number,
            Voucher.face_fen,
            Voucher.account_id,
            Scheme.year,
            Scheme.key,
            Voucher.district_code,
            Voucher.enterprise_id,
            Voucher.state,
        )
        .join(Scheme, Scheme.id == Voucher.scheme_id)
        .where(Voucher.account_id.is_not(None))
        .order_by(Voucher.id)
        .execution_options(yield_per=_BATCH)
    )
    return [
        rules.VoucherFacts(
            identity,
            number,
            face,
            account or 0,
            f"{year}-{key}",
            district,
            enterprise,
            state in _ENDED,
            state is VoucherState.EXHAUSTED,
        )
        for identity, number, face, account, year, key, district, enterprise, state in rows
    ]


def uses(session: Session) -> Iterator[tuple[int | None, rules.UseFacts]]:
    """Yield each use with the number of its reservation."""
    held, ended = aliased(Transfer), aliased(Transfer)
    rows = session.execute(
        select(
            Use.id, Voucher.number, Use.state, Use.amount_fen, Use.settled_fen, Voucher.account_id,
            held.id, held.amount_fen, held.debit_account_id, ended.phase, ended.amount_fen,
        )
        .join(Voucher, Voucher.id == Use.voucher_id)
        .outerjoin(held, (held.id == Use.reservation_id) & (held.phase == Phase.RESERVE))
        .outerjoin(ended, ended.resolves_id == held.id)
        .order_by(Use.id)
        .execution_options(yield_per=_BATCH)
    )  # fmt: skip
    for identity, voucher, state, amount, settled, account, reservation, fen, on, phase, ended_fen in rows:
        yield (
            reservation,
            rules.UseFacts(
                identity, voucher, state in HOLDING, state is UseState.SETTLED, amount, settled, fen, on, account,
                phase, ended_fen,
            ),
        )  # fmt: skip


def held_on_vouchers(session: Session) -> Iterator[tuple[int, str, int]]:
    """Yield every reservation on a voucher's account that has not ended: its number, the account and the amount."""
    ended = aliased(Transfer)
    rows = session.execute(
        select(Transfer.id, Account.code, Transfer.amount_fen)
        .join(Account, Account.id == Transfer.debit_account_id)
        .outerjoin(ended, ended.resolves_id == Transfer.id)
        .where(Transfer.phase == Phase.RESERVE, ended.id.is_(None), Account.code.like("voucher/%"))
        .order_by(Transfer.id)
        .execution_options(yield_per=_BATCH)
    )
    yield from ((identity, code, fen) for identity, code, fen in rows)


def claims(session: Session) -> Iterator[ClaimFacts]:
    """Yield each claim with the state of its use and of the batch that holds it."""
    under_way = (
        select(BatchItem.redemption_id, Batch.state)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .where(BatchItem.outcome == Outcome.PENDING, Batch.state.in_(UNDER_WAY))
        .subquery()
    )
    rows = session.execute(
        select(
            Redemption.id, Redemption.created_at, Redemption.state, Redemption.approved_fen, Scheme.year, Scheme.key,
            Redemption.district_code, Use.state, Use.settled_fen, under_way.c.state,
        )
        .join(Scheme, Scheme.id == Redemption.scheme_id)
        .join(Use, Use.id == Redemption.use_id)
        .outerjoin(under_way, under_way.c.redemption_id == Redemption.id)
        .order_by(Redemption.id)
        .execution_options(yield_per=_BATCH)
    )  # fmt: skip
    for identity, created, state, approved, year, key, district, use_state, settled, batch_state in rows:
        number = Redemption(id=identity, created_at=created).number
        yield ClaimFacts(identity, number, state, approved, f"{year}-{key}", district, use_state, settled, batch_state)


def batches(session: Session) -> Iterator[BatchFacts]:
    """Yield each batch with its items summed and, where it is on its way to the bank, hashed anew."""
    sums: Mapping[int, tuple[int, int]] = {
        batch: (int(fen), count)
        for batch, fen, count in session.execute(
            select(BatchItem.batch_id, func.sum(BatchItem.amount_fen), func.count())
            .where(BatchItem.outcome != Outcome.TAKEN_OUT)
            .group_by(BatchItem.batch_id)
        )
    }
    hashes = _hashes(session)
    for batch in session.scalars(select(Batch).order_by(Batch.id)).all():
        fen, count = sums.get(batch.id, (0, 0))
        is_sealed = batch.state not in (BatchState.OPEN, BatchState.DISSOLVED)
        # What was paid, or failed and was claimed anew, no longer has the payee that was sealed.
        agrees = hashes.get(batch.id, batch.items_sha256) == batch.items_sha256 if is_sealed else None
        yield BatchFacts(batch.id, batch.number, batch.state, batch.total_fen, batch.item_count, fen, count, agrees)


def payments(session: Session) -> tuple[dict[tuple[str, str], int], list[tuple[str, str, int]]]:
    """Return what batches say was paid, by the batch's account and the claim, and each transfer that paid."""
    items = {
        (accounts.clearing_code(batch), f"redemption/{redemption}"): fen
        for batch, redemption, fen in session.execute(
            select(BatchItem.batch_id, BatchItem.redemption_id, BatchItem.amount_fen)
            .where(BatchItem.outcome == Outcome.PAID)
            .execution_options(yield_per=_BATCH)
        )
    }
    made = session.execute(
        select(Account.code, Transfer.reference, Transfer.amount_fen)
        .join(Account, Account.id == Transfer.debit_account_id)
        .where(Transfer.purpose == accounts.Purpose.PAY, Transfer.phase.in_(_MOVES))
        .order_by(Transfer.id)
        .execution_options(yield_per=_BATCH)
    )
    return items, [(code, reference, fen) for code, reference, fen in made]


def _hashes(session: Session) -> dict[int, str]:
    """Return the hash of each batch that is sealed and not settled, worked out anew."""
    lines: dict[Batch, list[clearing.Line]] = defaultdict(list)
    rows = session.execute(
        select(Batch, BatchItem, Redemption)
        .join(BatchItem, BatchItem.batch_id == Batch.id)
        .join(Redemption, Redemption.id == BatchItem.redemption_id)
        .where(Batch.state.in_(set(UNDER_WAY) - {BatchState.OPEN}), BatchItem.outcome == Outcome.PENDING)
        .order_by(Batch.id, BatchItem.id)
        .execution_options(populate_existing=True)
    )
    for batch, item, redemption in rows:
        lines[batch].append(
            clearing.Line(
                redemption.id, redemption.number, redemption.payee_name, redemption.payee_bank,
                redemption.payee_account, item.amount_fen,
            )
        )  # fmt: skip
    return {batch.id: clearing.seal(batch.number, some) for batch, some in lines.items()}


def planned_pools(session: Session) -> dict[tuple[str, str], int]:
    """Return what the versions in force plan for each district."""
    return {
        (scheme.code, district): fen
        for scheme in session.scalars(select(Scheme).where(Scheme.state == SchemeState.ACTIVE))
        for district, fen in SchemeRules.of(scheme.rules_json).pools_fen.items()
    }
