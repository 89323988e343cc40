"""The life of a use: registered and held, served, claimed, settled or given up. Locks: voucher, contract, accounts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import OrganisationKind, OrganisationState
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.errors import Conflict, Invalid
from matchmaker.ledger import operations as ledger
from matchmaker.ledger.models import Account, Phase, Transfer
from matchmaker.ledger.operations import Entry
from matchmaker.messages import _l
from matchmaker.vouchers import accounts, operations
from matchmaker.vouchers import queries as vouchers
from matchmaker.vouchers import rules as lives
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import USE_LABELS, Use, UseMove, UseState, Voucher, VoucherState
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.vouchers.uses import queries, rules
from matchmaker.vouchers.uses.queries import Taken
from matchmaker.vouchers.uses.rules import Circumstances, Planned, Working


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything that a registration is judged by, read under the locks."""

    voucher: Voucher
    contract: Contract
    said: SchemeRules
    given: Circumstances
    taken: Taken
    #: The account of the category's own quota, where there is one.
    quota: Account | None
    #: What the district owes; ``None`` before anything was held there.
    payable: Account | None


def register(session: Session, voucher: Voucher, contract_id: int, planned: Planned) -> tuple[Use, Working]:
    """Hold a part of the voucher for a service under the contract, and return how the amount was worked out.

    Raises ``Invalid`` on what is more than may be, ``Conflict`` when the voucher cannot be used any more.
    """
    case = _read(session, voucher, contract_id, planned)
    working = rules.work_out(case.said, planned, case.given)
    held, held_quota = _hold(session, case, working.amount_fen)
    use = Use(
        id=case.taken.next_id,
        voucher_id=case.voucher.id,
        voucher=case.voucher,
        contract_id=case.contract.id,
        contract=case.contract,
        scheme_id=case.voucher.scheme_id,
        scheme=case.voucher.scheme,
        category_code=planned.category_code,
        region_pair=case.given.pair,
        service_amount_fen=planned.service_amount_fen,
        rate_bp=working.rate_bp,
        amount_fen=working.amount_fen,
        reservation_id=held.id,
        quota_reservation_id=held_quota.id if held_quota else None,
        description=planned.description,
        state=UseState.RESERVED,
        registered_at=clock.now(),
        registered_by_id=actor_of(session).person_id,
    )
    session.add(use)
    note(session, use, "register", None, amount_fen=use.amount_fen, number=case.taken.next_move)
    return use, working


def preview(session: Session, voucher: Voucher, contract_id: int, planned: Planned) -> Working:
    """Return what would be held, without holding it. Raises as ``register`` does; it needs no transaction."""
    case = _read(session, voucher, contract_id, planned, locked=False)
    return rules.work_out(case.said, planned, case.given)


def serve(session: Session, use: Use, on: date | None) -> None:
    """Say that the service was done. Raises ``Invalid`` or ``Conflict``."""
    _voucher, today = operations.lock(session, use.voucher_id)
    contract = session.get_one(Contract, use.contract_id)
    day = rules.check_served_on(on, signed_on=contract.signed_on, today=today)
    before = _move(session, use, "serve")
    use.served_on = day
    note(session, use, "serve", before)


def give_up(session: Session, use: Use) -> None:
    """Free what was held; the service is paid otherwise. Raises ``Conflict`` once it was claimed."""
    release(session, use, "give_up")


def claim(session: Session, use: Use) -> None:
    """Say that a claim for it is being filed: from now on what is held outlives the voucher.

    Raises ``Conflict`` when the last day of redemption has passed or the voucher is suspended.
    """
    voucher, today = operations.lock(session, use.voucher_id)
    said = SchemeRules.of(session.get_one(Scheme, use.scheme_id).rules_json)
    if said.redeem_by < today:
        raise Conflict(_l("The last day to redeem, %(day)s, has passed.", day=said.redeem_by.isoformat()))
    if voucher.is_suspended:
        raise Conflict(_l("The bureau has suspended this voucher."))
    note(session, use, "claim", _move(session, use, "claim"))


def unclaim(session: Session, use: Use) -> None:
    """Take the claim back; the amount stays held, unless the voucher was revoked meanwhile. Raises ``Conflict``."""
    voucher, _today = operations.lock(session, use.voucher_id)
    note(session, use, "unclaim", _move(session, use, "unclaim"))
    if voucher.state is VoucherState.REVOKED:
        # The claim outlived the voucher; what is no claim any more does not.
        release(session, use, "revoke")


def refuse(session: Session, use: Use, reason: str) -> None:
    """Free what was held after the claim was rejected. Raises ``Conflict``."""
    release(session, use, "refuse", reason=reason)


def settle(session: Session, use: Use, *, approved_fen: int) -> Transfer:
    """Move what the reviewers approved to what is payable; the rest is free again. Raises ``Invalid``, ``Conflict``."""
    voucher, _today = operations.lock(session, use.voucher_id)
    before = _move(session, use, "settle")
    if not 0 < approved_fen <= use.amount_fen:
        raise Invalid(
            field="approved_fen", message=_l("Approve an amount above zero that is no more than what is held.")
        )
    # With the state, before anything is read: the two are one CHECK.
    use.settled_fen = approved_fen
    reservation = session.get_one(Transfer, use.reservation_id)
    entries = [ledger.settlement(session, reservation, purpose=Purpose.SETTLE, amount_fen=approved_fen)]
    if use.quota_reservation_id is not None:
        of_quota = session.get_one(Transfer, use.quota_reservation_id)
        entries.append(ledger.settlement(session, of_quota, purpose=Purpose.SETTLE, amount_fen=approved_fen))
    settled, *_rest = ledger.make(session, entries)
    note(session, use, "settle", before, amount_fen=approved_fen)
    operations.sweep(session, voucher)
    return settled


def unsettle(session: Session, use: Use, *, reason: str) -> None:
    """Take the settlement back and hold its amount again: the payment failed. Raises ``Conflict``."""
    voucher, _today = operations.lock(session, use.voucher_id)
    before = _move(session, use, "unsettle")
    use.settled_fen = None
    entries: list[Entry] = []
    for held_id in (use.reservation_id, use.quota_reservation_id):
        if held_id is not None:
            settled = session.scalars(select(Transfer).where(Transfer.resolves_id == held_id)).one()
            debit = session.get_one(Account, settled.debit_account_id)
            credit = session.get_one(Account, settled.credit_account_id)
            fen, reference = settled.amount_fen, use.reference
            entries += [
                Entry(credit, debit, fen, Purpose.UNSETTLE, reference, reverses=settled),
                Entry(debit, credit, fen, Purpose.RESERVE, reference, phase=Phase.RESERVE),
            ]
    made = ledger.make(session, entries)
    use.amount_fen = made[1].amount_fen
    use.reservation_id = made[1].id
    use.quota_reservation_id = made[3].id if len(made) > 2 else None
    note(session, use, "unsettle", before, amount_fen=use.amount_fen, reason=reason)
    operations.sweep(session, voucher)


def claw_back(session: Session, use: Use, *, reason: str) -> Transfer:
    """Take what was paid back to the pool. Raises ``Conflict`` when it was not paid."""
    words = lives.needs_words(reason)
    voucher, _today = operations.lock(session, use.voucher_id)
    before = _move(session, use, "claw_back")
    fen, use.settled_fen = use.settled_fen or 0, None
    scheme = session.get_one(Scheme, use.scheme_id)
    paid = accounts.paid(session, scheme, voucher.district_code)
    pool = accounts.pool(session, scheme, voucher.district_code)
    (made,) = ledger.make(session, [Entry(paid, pool, fen, Purpose.CLAW_BACK, use.reference, f"claw-back/{use.id}")])
    note(session, use, "claw_back", before, amount_fen=fen, reason=words)
    return made


def release(session: Session, use: Use, step: str, *, reason: str = "") -> None:
    """Free what a use holds, by one of the steps that end it. Raises ``Conflict``."""
    voucher, _today = operations.lock(session, use.voucher_id)
    before = _move(session, use, step)
    entries = []
    for held_id in (use.reservation_id, use.quota_reservation_id):
        if held_id is not None:
            held = session.get_one(Transfer, held_id)
            entries.append(
                Entry(
                    session.get_one(Account, held.debit_account_id),
                    session.get_one(Account, held.credit_account_id),
                    held.amount_fen,
                    Purpose.RELEASE,
                    held.reference,
                    phase=Phase.VOID,
                    resolves=held,
                )
            )
    ledger.make(session, entries)
    note(session, use, step, before, amount_fen=use.amount_fen, reason=reason)
    operations.sweep(session, voucher)


def note(
    session: Session,
    use: Use,
    step: str,
    before: UseState | None,
    *,
    amount_fen: int = 0,
    reason: str = "",
    number: int | None = None,
) -> None:
    """Keep who took a step."""
    session.add(
        UseMove(
            id=number,
            use_id=use.id,
            at=clock.now(),
            step=step,
            from_state=before,
            to_state=use.state,
            **attribution(session),
            amount_fen=amount_fen,
            reason=reason,
        )
    )


def _move(session: Session, use: Use, step: str) -> UseState:
    """Take a step of the table; the voucher's lock is held. Raises ``Conflict``."""
    row = lives.USE_STEP[step]
    before = transitions.move(session, use, to=row.after, allowed=lives.USE_ALLOWED, labels=USE_LABELS)
    if before not in row.before:
        # Two steps lead to the same state from different ones; the table says which is which.
        use.state = before
        raise Conflict(_l("This is %(now)s; that step cannot be taken from there.", now=USE_LABELS[before]))
    return before


def _read(session: Session, voucher: Voucher, contract_id: int, planned: Planned, *, locked: bool = True) -> _Case:
    found = queries.case_of(session, voucher, contract_id, planned.category_code, locked=locked)
    voucher, contract, category, said = found.voucher, found.contract, found.category, found.said
    why_not = lives.may_still_be_used(
        voucher.state, is_suspended=voucher.is_suspended, use_by=voucher.use_by, on=found.today
    )
    if why_not is not None:
        raise Conflict(why_not)
    taken = queries.taken(session, voucher, contract.id, locked=locked)
    if taken.account.available_fen == 0:
        raise Conflict(_l("Everything on this voucher is held for other services."))
    _check_contract(contract)
    if taken.by_other_vouchers and not said.several_vouchers_per_contract:
        raise Invalid(
            field="contract_id",
            message=_l("Another voucher is used for this contract; the scheme allows one for each."),
        )
    own = rules.category_quota(said, category.code, category.parent_code)
    quota = _quota(session, voucher, said, own, locked=locked)
    scheme = voucher.scheme
    given = Circumstances(
        pair=rules.pair_of(
            enterprise_is_local=vouchers.lies_in(scheme, voucher.district_code, found.above_enterprise),
            provider_is_local=vouchers.lies_in(scheme, contract.provider.district_code, found.above_provider),
        ),
        category_parent=category.parent_code,
        provider_is_complex=contract.provider.kind is OrganisationKind.COMPLEX,
        contract_left_fen=contract.contract_amount_fen - taken.of_contract_fen,
        voucher_left_fen=taken.account.available_fen,
        category_left_fen=(quota.available_fen if quota else own[1]) if own else None,
    )
    return _Case(voucher, contract, said, given, taken, quota, found.payable)


def _check_contract(contract: Contract) -> None:
    if contract.state not in (ContractState.SIGNED, ContractState.COMPLETED):
        raise Invalid(
            field="contract_id", message=_l("The contract has to be confirmed by both sides, and not be terminated.")
        )
    if contract.provider.state is not OrganisationState.APPROVED:
        raise Invalid(field="contract_id", message=_l("The provider is not approved on this platform."))


def _quota(
    session: Session, voucher: Voucher, said: SchemeRules, own: tuple[str, int] | None, *, locked: bool
) -> Account | None:
    if own is None:
        return None
    code, fen = own
    if not locked:
        return session.scalars(
            select(Account).where(Account.code == accounts.quota_code(voucher.scheme.code, voucher.enterprise_id, code))
        ).one_or_none()
    quota = accounts.quota(session, voucher.scheme, voucher.enterprise_id, code)
    operations.bring_to(session, voucher.scheme, quota, fen)
    return quota


def _hold(session: Session, case: _Case, fen: int) -> tuple[Transfer, Transfer | None]:
    scheme, reference = case.voucher.scheme, f"use/{case.taken.next_id}"
    payable = case.payable or accounts.payable(session, scheme, case.voucher.district_code)
    if case.quota is None:
        # All uses of a district end at one account: whoever registers another waits for a COMMIT only.
        held = ledger.reserve_last(
            session,
            number=case.taken.next_transfer,
            debit=case.taken.account,
            credit=payable,
            amount_fen=fen,
            purpose=Purpose.RESERVE,
            reference=reference,
        )
        return held, None
    of_voucher = Entry(case.taken.account, payable, fen, Purpose.RESERVE, reference, phase=Phase.RESERVE)
    granted = accounts.granted(session, scheme)
    of_quota = Entry(case.quota, granted, fen, Purpose.RESERVE, reference, phase=Phase.RESERVE)
    held, held_quota = ledger.make(session, [of_voucher, of_quota])
    return held, held_quota
