"""Everything that moves money. Operations lock, insert and flush; the caller's transaction commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from matchmaker import clock
from matchmaker.ledger import rules
from matchmaker.ledger.models import Account, Guard, Phase, Transfer
from matchmaker.ledger.rules import Sums
from matchmaker.messages import _l

_SUMS = ("debits_posted", "debits_pending", "credits_posted", "credits_pending")


@dataclass(frozen=True, slots=True)
class Entry:
    """One transfer to be made: ``amount_fen`` from ``debit`` to ``credit``."""

    debit: Account
    credit: Account
    amount_fen: int
    purpose: str
    reference: str = ""
    key: str | None = None
    phase: Phase = Phase.POST
    resolves: Transfer | None = None
    reverses: Transfer | None = None


def open_account(session: Session, code: str, *, guard: Guard) -> Account:
    """Return the account called ``code``, opening it when there is none. Raises ``ValueError`` on another guard."""
    found = session.scalars(select(Account).where(Account.code == code)).one_or_none()
    if found is None:
        try:
            with session.begin_nested():
                found = Account(code=code, guard=guard, opened_at=clock.now())
                session.add(found)
        except IntegrityError:
            # Somebody opened it at the same moment.
            found = session.scalars(select(Account).where(Account.code == code)).one()
    if found.guard is not guard:
        raise ValueError(f"The account {code} is guarded as {found.guard}, not as {guard}.")
    return found


def make(session: Session, entries: Sequence[Entry]) -> list[Transfer]:
    """Make the transfers in their order, all or none; one whose key was used for the same transfer is found done.

    All accounts are locked first, in the order of their ids, so that no two callers wait for each other in a
    circle. Raises ``Overdrawn``, ``AlreadyResolved``, ``AlreadyReversed`` or ``KeyReused``.
    """
    for entry in entries:
        rules.check_amount(entry.amount_fen)
    locked = _lock(session, {account.id for entry in entries for account in (entry.debit, entry.credit)})
    return [_make(session, entry, locked) for entry in entries]


def lock(session: Session, accounts: Iterable[Account]) -> None:
    """Keep others from moving the accounts' sums until the transaction ends, and read the sums anew.

    For what has to be judged before an amount is known; ``make`` locks by itself.
    """
    _lock(session, {account.id for account in accounts})


def post(
    session: Session,
    *,
    debit: Account,
    credit: Account,
    amount_fen: int,
    purpose: str,
    reference: str = "",
    key: str | None = None,
) -> Transfer:
    """Move an amount at once. Raises ``Overdrawn``."""
    (transfer,) = make(session, [Entry(debit, credit, amount_fen, purpose, reference, key)])
    return transfer


def reserve(
    session: Session,
    *,
    debit: Account,
    credit: Account,
    amount_fen: int,
    purpose: str,
    reference: str = "",
    key: str | None = None,
) -> Transfer:
    """Hold an amount, so that nothing else can take it. Raises ``Overdrawn``."""
    (transfer,) = make(session, [Entry(debit, credit, amount_fen, purpose, reference, key, Phase.RESERVE)])
    return transfer


def reserve_last(
    session: Session, *, number: int, debit: Account, credit: Account, amount_fen: int, purpose: str, reference: str
) -> Transfer:
    """Hold an amount as the last thing that the transaction does, however many transfers end at ``credit``.

    It is written with the COMMIT, so that nobody waits for ``credit`` while this transaction still works. The caller
    has locked and read ``debit`` and drawn a number (``queries.next_number``). Raises ``Overdrawn``.
    """
    rules.check_amount(amount_fen)
    entry = Entry(debit, credit, amount_fen, purpose, reference, phase=Phase.RESERVE)
    after = Sums.of(debit).debited(**rules.effect(entry.phase, amount_fen))
    transfer = _written(session, entry, number)
    _follow(debit, after, transfer)
    # What the other holds by then is known to the database alone.
    session.expire(credit, [*_SUMS, "last_transfer_id"])
    return transfer


def settle(
    session: Session,
    reservation: Transfer,
    *,
    purpose: str,
    amount_fen: int | None = None,
    key: str | None = None,
) -> Transfer:
    """Move what was held, or ``amount_fen`` of it; the rest is free again. Raises ``AlreadyResolved``."""
    (transfer,) = make(session, [settlement(session, reservation, purpose=purpose, amount_fen=amount_fen, key=key)])
    return transfer


def void(session: Session, reservation: Transfer, *, purpose: str, key: str | None = None) -> Transfer:
    """Free what was held. Raises ``AlreadyResolved``."""
    debit, credit = _accounts(session, reservation)
    (transfer,) = make(
        session,
        [
            Entry(
                debit,
                credit,
                reservation.amount_fen,
                purpose,
                reservation.reference,
                key,
                Phase.VOID,
                resolves=reservation,
            )
        ],
    )
    return transfer


def settlement(
    session: Session,
    reservation: Transfer,
    *,
    purpose: str,
    amount_fen: int | None = None,
    key: str | None = None,
) -> Entry:
    """Return the entry that settles ``reservation``, to be made together with others."""
    debit, credit = _accounts(session, reservation)
    amount = reservation.amount_fen if amount_fen is None else amount_fen
    return Entry(debit, credit, amount, purpose, reservation.reference, key, Phase.SETTLE, resolves=reservation)


def reverse(session: Session, transfer: Transfer, *, purpose: str, key: str | None = None) -> Transfer:
    """Move the whole amount of a posted transfer back. Raises ``AlreadyReversed`` or ``Overdrawn``."""
    debit, credit = _accounts(session, transfer)
    entry = Entry(credit, debit, transfer.amount_fen, purpose, transfer.reference, key, reverses=transfer)
    (made,) = make(session, [entry])
    return made


@cache
def _locking() -> Select[Account]:
    # FOR NO KEY UPDATE: transfers that only point at an account are not kept waiting.
    return (
        select(Account)
        .where(Account.id.in_(bindparam("ids", expanding=True)))
        .order_by(Account.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def _lock(session: Session, ids: Iterable[int]) -> dict[int, Account]:
    return {account.id: account for account in session.scalars(_locking(), {"ids": list(ids)})}


def _make(session: Session, entry: Entry, locked: dict[int, Account]) -> Transfer:
    if entry.key is not None:
        done = session.scalars(select(Transfer).where(Transfer.key == entry.key)).one_or_none()
        if done is not None:
            return _same(done, entry)
    _check_open(session, entry)
    debit, credit = locked[entry.debit.id], locked[entry.credit.id]
    held = entry.resolves.amount_fen if entry.resolves is not None else 0
    change = rules.effect(entry.phase, entry.amount_fen, held_fen=held)
    after = (Sums.of(debit).debited(**change), Sums.of(credit).credited(**change))
    transfer = _written(session, entry)
    session.flush()
    # The trigger has moved the sums; what the session holds follows without being read again.
    for account, sums in zip((debit, credit), after, strict=True):
        _follow(account, sums, transfer)
    return transfer


def _written(session: Session, entry: Entry, number: int | None = None) -> Transfer:
    """Return the transfer, to be written with the next flush."""
    transfer = Transfer(
        id=number,
        debit_account_id=entry.debit.id,
        credit_account_id=entry.credit.id,
        amount_fen=entry.amount_fen,
        phase=entry.phase,
        resolves_id=entry.resolves.id if entry.resolves is not None else None,
        reverses_id=entry.reverses.id if entry.reverses is not None else None,
        purpose=entry.purpose,
        reference=entry.reference,
        key=entry.key,
        at=clock.now(),
    )
    session.add(transfer)
    # Whoever counts the transfer before the commit finds its accounts without reading them again.
    set_committed_value(transfer, "debit_account", entry.debit)
    set_committed_value(transfer, "credit_account", entry.credit)
    return transfer


def _follow(account: Account, sums: Sums, transfer: Transfer) -> None:
    for name in _SUMS:
        set_committed_value(account, name, getattr(sums, name))
    set_committed_value(account, "last_transfer_id", transfer.id)


def _same(done: Transfer, entry: Entry) -> Transfer:
    """Return the transfer that the key names already. Raises ``KeyReused`` when it is another one."""
    asked = (entry.debit.id, entry.credit.id, entry.amount_fen, entry.phase, entry.purpose)
    if (done.debit_account_id, done.credit_account_id, done.amount_fen, done.phase, done.purpose) != asked:
        raise rules.KeyReused(_l("This was done before, with another amount or other accounts."))
    return done


def _check_open(session: Session, entry: Entry) -> None:
    """Raise when what is to be settled, voided or reversed has been; the unique constraints would refuse it too."""
    if entry.resolves is not None:
        taken = select(Transfer.id).where(Transfer.resolves_id == entry.resolves.id)
        if session.scalars(taken).first() is not None:
            raise rules.AlreadyResolved(_l("What was held here has been settled or freed already."))
        if entry.amount_fen > entry.resolves.amount_fen:
            raise rules.Overdrawn(_l("This is more than was held."))
    if entry.reverses is not None:
        taken = select(Transfer.id).where(Transfer.reverses_id == entry.reverses.id)
        if session.scalars(taken).first() is not None:
            raise rules.AlreadyReversed(_l("This transfer has been reversed already."))


def _accounts(session: Session, transfer: Transfer) -> tuple[Account, Account]:
    return (
        session.get_one(Account, transfer.debit_account_id),
        session.get_one(Account, transfer.credit_account_id),
    )
