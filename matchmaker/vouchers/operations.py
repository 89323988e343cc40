"""The life of a voucher: applied for, reviewed by two people, issued from the pool, suspended. Money by the ledger."""

from datetime import date

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, joinedload

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation
from matchmaker.db import instants, transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.ledger import operations as ledger
from matchmaker.ledger.models import Account
from matchmaker.ledger.operations import Entry
from matchmaker.ledger.rules import Overdrawn
from matchmaker.messages import Message, _l
from matchmaker.vouchers import accounts, queries, rules
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import VOUCHER_LABELS, Voucher, VoucherMove, VoucherState
from matchmaker.vouchers.rules import Application
from matchmaker.vouchers.schemes import queries as schemes
from matchmaker.vouchers.schemes.models import Scheme, SchemeState
from matchmaker.vouchers.schemes.operations import person_of
from matchmaker.vouchers.schemes.rules import SchemeRules, Yuan

_NOT_IN_FORCE = _l("This scheme is not in force any more.")
_POOL_EMPTY = _l("The pool of this district holds %(left)s; the voucher is for %(face)s.")
_QUOTA_EMPTY = _l("This would be more than the enterprise's quota of the year: %(left)s are left of it.")


def apply(session: Session, scheme: Scheme, enterprise: Organisation, asked: Application) -> Voucher:
    """Apply for a voucher in the enterprise's name. Raises ``Invalid`` on the condition that fails, or ``Conflict``."""
    said = _judged(session, scheme, enterprise, asked)
    fill_quota(session, scheme, said, enterprise.id)
    voucher = Voucher(
        number=rules.new_number(scheme.year),
        scheme_id=scheme.id,
        scheme=scheme,
        enterprise_id=enterprise.id,
        enterprise=enterprise,
        district_code=enterprise.district_code,
        industry_code=enterprise.industry_code,
        applied_at=clock.now(),
        applied_by_id=actor_of(session).person_id,
        **_columns(asked),
    )
    session.add(voucher)
    session.flush()
    note(session, voucher, "apply", None)
    return voucher


def apply_again(session: Session, voucher: Voucher, asked: Application) -> None:
    """Send a returned application in anew, judged by the version that holds now. Raises ``Invalid`` or ``Conflict``."""
    _lock(session, voucher)
    scheme = _in_force(session, voucher)
    enterprise = session.get_one(Organisation, voucher.enterprise_id)
    _judged(session, scheme, enterprise, asked, besides=voucher)
    before = move(session, voucher, "apply_again")
    voucher.scheme_id = scheme.id
    voucher.applied_at, voucher.applied_by_id = clock.now(), actor_of(session).person_id
    for name, value in _columns(asked).items():
        setattr(voucher, name, value)
    note(session, voucher, "apply_again", before)


def withdraw(session: Session, voucher: Voucher) -> None:
    """Take an application back. Raises ``Conflict`` once it is being granted."""
    before = move(session, voucher, "withdraw")
    voucher.ended_at = clock.now()
    note(session, voucher, "withdraw", before)


def return_(session: Session, voucher: Voucher, reason: str) -> None:
    """Give an application back to be changed; its reviews begin anew. Raises ``Invalid`` or ``Conflict``."""
    words = rules.needs_words(reason)
    _lock(session, voucher)
    refuse_kin(session, voucher)
    before = move(session, voucher, "return")
    voucher.reviewed_by_id = None
    note(session, voucher, "return", before, reason=words)


def reject(session: Session, voucher: Voucher, reason: str) -> None:
    """Refuse an application for good. Raises ``Invalid`` or ``Conflict``."""
    words = rules.needs_words(reason)
    _lock(session, voucher)
    refuse_kin(session, voucher)
    before = move(session, voucher, "reject")
    voucher.ended_at = clock.now()
    note(session, voucher, "reject", before, reason=words)


def approve(session: Session, voucher: Voucher) -> None:
    """Agree as the first reviewer. Raises ``Forbidden`` or ``Conflict``."""
    person_id = person_of(session)
    _lock(session, voucher)
    refuse_kin(session, voucher)
    scheme = _in_force(session, voucher)
    before = move(session, voucher, "approve")
    voucher.scheme_id, voucher.reviewed_by_id = scheme.id, person_id
    note(session, voucher, "approve", before)


def issue(session: Session, voucher: Voucher) -> None:
    """Agree as the second reviewer, and put the amount on the voucher: from the pool and from the quota, in one call.

    Raises ``Forbidden`` for the first reviewer, ``Conflict`` when the pool or the quota does not suffice.
    """
    person_id = person_of(session)
    _lock(session, voucher)
    refuse_kin(session, voucher)
    if voucher.reviewed_by_id == person_id:
        raise Forbidden(_l("You reviewed this application first; another person has to issue the voucher."))
    scheme = _in_force(session, voucher)
    said = SchemeRules.of(scheme.rules_json)
    fill_quota(session, scheme, said, voucher.enterprise_id)
    account, today = accounts.voucher(session, voucher), instants.today(session)
    if said.use_by < today:
        raise Conflict(_l("The scheme's last day of use has passed: nothing can be issued any more."))
    before = move(session, voucher, "issue")
    voucher.scheme_id, voucher.account_id, voucher.account = scheme.id, account.id, account
    voucher.issued_by_id, voucher.issued_at = person_id, clock.now()
    voucher.use_by = said.last_day(today)
    note(session, voucher, "issue", before, amount_fen=voucher.face_fen)
    _put_on(session, voucher, scheme, account)
    if said.most_vouchers is not None and queries.count_issued(session, scheme, voucher) > said.most_vouchers:
        # Counted under the lock of the quota, which every issue to this enterprise takes.
        raise Conflict(_l("The enterprise has as many vouchers of this scheme as it may have."))


def suspend(session: Session, voucher: Voucher, reason: str) -> None:
    """Keep the voucher from being used until ``resume``. Raises ``Invalid`` or ``Conflict``."""
    words = rules.needs_words(reason)
    _lock(session, voucher)
    refuse_kin(session, voucher)
    if voucher.is_suspended or voucher.state is not VoucherState.ISSUED:
        raise Conflict(_l("Only a voucher that is issued and not suspended yet can be suspended."))
    voucher.is_suspended, voucher.suspended_reason = True, words
    note(session, voucher, "suspend", voucher.state, reason=words)


def resume(session: Session, voucher: Voucher, reason: str) -> None:
    """End a suspension. Raises ``Invalid`` or ``Conflict``."""
    words = rules.needs_words(reason)
    _lock(session, voucher)
    refuse_kin(session, voucher)
    if not voucher.is_suspended:
        raise Conflict(_l("This voucher is not suspended."))
    voucher.is_suspended, voucher.suspended_reason = False, ""
    note(session, voucher, "resume", voucher.state, reason=words)


def fill_quota(session: Session, scheme: Scheme, said: SchemeRules, enterprise_id: int) -> Account:
    """Bring an enterprise's quota to what the version gives; what was granted of it stays granted.

    Raises ``Conflict`` when more was granted than the version gives.
    """
    quota = accounts.quota(session, scheme, enterprise_id)
    bring_to(session, scheme, quota, said.quota_fen)
    return quota


def bring_to(session: Session, scheme: Scheme, quota: Account, fen: int) -> None:
    """Fill a quota's account up to ``fen`` in all, or take back what it has too much."""
    source = accounts.quota_source(session, scheme)
    if queries.filled(session, quota, source) == fen:
        return
    # Somebody may be filling it at this very moment: how much is missing is known under its lock alone.
    ledger.lock(session, [quota])
    more = fen - queries.filled(session, quota, source)
    if more > 0:
        ledger.make(session, [Entry(source, quota, more, Purpose.QUOTA, quota.code)])
    elif more < 0:
        # What was granted by the version before stays granted: no more than what is left can be taken.
        less = min(-more, quota.available_fen)
        if less > 0:
            ledger.make(session, [Entry(quota, source, less, Purpose.QUOTA_LESS, quota.code)])


def sweep(session: Session, voucher: Voucher) -> None:
    """Bring a voucher's state and its account together, after something was settled or freed on it.

    What is free on a voucher that has ended does not stay there; one with nothing left on it is used up.
    """
    account = _read_account(session, voucher)
    scheme = session.get_one(Scheme, voucher.scheme_id)
    if voucher.state is VoucherState.EXPIRED and account.available_fen > 0:
        to = accounts.expired(session, scheme, voucher.district_code)
        take_rest(session, voucher, account, to, Purpose.EXPIRE)
    elif voucher.state is VoucherState.REVOKED and account.available_fen > 0:
        take_rest(session, voucher, account, accounts.pool(session, scheme, voucher.district_code), Purpose.REVOKE)
    elif voucher.state is VoucherState.ISSUED and account.posted_fen == 0:
        note(session, voucher, "exhaust", move(session, voucher, "exhaust", ended=True))
    elif voucher.state is VoucherState.EXHAUSTED and account.posted_fen > 0:
        before = move(session, voucher, "reopen")
        voucher.ended_at = None
        note(session, voucher, "reopen", before)


def take_rest(session: Session, voucher: Voucher, account: Account, to: Account, purpose: Purpose) -> int:
    """Move all that is free on a voucher to another account. Return how much, which may be nothing."""
    rest = account.available_fen
    if rest:
        ledger.make(session, [Entry(account, to, rest, purpose, f"voucher/{voucher.id}")])
    return rest


def lock(session: Session, voucher_id: int) -> tuple[Voucher, date]:
    """Read a voucher, its scheme and its account under its lock, and the civil day by the database's clock."""
    voucher, now = session.execute(
        select(Voucher, instants.now_column())
        .where(Voucher.id == voucher_id)
        .options(joinedload(Voucher.scheme), joinedload(Voucher.account))
        .with_for_update(of=Voucher)
        .execution_options(populate_existing=True)
    ).one()
    return voucher, instants.day_of(now)


def move(session: Session, voucher: Voucher, step: str, *, ended: bool = False) -> VoucherState:
    """Take a step of the table under the voucher's lock and return where it stood. Raises ``Conflict``."""
    row = rules.VOUCHER_STEP[step]
    before = transitions.move(session, voucher, to=row.after, allowed=rules.VOUCHER_ALLOWED, labels=VOUCHER_LABELS)
    if before not in row.before:
        raise Conflict(_l("This is %(now)s; that step cannot be taken from there.", now=VOUCHER_LABELS[before]))
    if ended:
        voucher.ended_at = clock.now()
    return before


def note(
    session: Session,
    voucher: Voucher,
    step: str,
    before: VoucherState | None,
    *,
    amount_fen: int = 0,
    reason: str = "",
) -> None:
    """Keep who took a step, by which version of the rules."""
    session.add(
        VoucherMove(
            voucher_id=voucher.id,
            at=clock.now(),
            step=step,
            from_state=before,
            to_state=voucher.state,
            **attribution(session),
            scheme_id=voucher.scheme_id,
            amount_fen=amount_fen,
            reason=reason,
        )
    )
    session.flush()


def _judged(
    session: Session, scheme: Scheme, enterprise: Organisation, asked: Application, *, besides: Voucher | None = None
) -> SchemeRules:
    """Raise ``Invalid`` unless the enterprise may ask for this now."""
    if scheme.state is not SchemeState.ACTIVE:
        raise Conflict(_NOT_IN_FORCE)
    said = SchemeRules.of(scheme.rules_json)
    if not said.takes_applications(instants.today(session)):
        raise Invalid(
            field="scheme_id",
            message=_l(
                "Applications are taken from %(first)s to %(last)s.",
                first=said.apply_from.isoformat(),
                last=said.apply_until.isoformat(),
            ),
        )
    if enterprise.district_code not in said.pools_fen:
        raise Invalid(field="scheme_id", message=_l("Your district takes no part in this scheme."))
    for condition in said.conditions(queries.facts(session, scheme, enterprise, asked)):
        if not condition.holds:
            raise Invalid(field=condition.name, message=_l("This is asked for: %(words)s", words=condition.words))
    asked.check(said)
    queries.claimable(session, scheme, said, enterprise, besides=besides).check(asked.face_fen)
    return said


def _columns(asked: Application) -> dict[str, object]:
    return {
        "face_fen": asked.face_fen,
        "enterprise_type": asked.main_type,
        "staff": asked.staff,
        "revenue_fen": asked.revenue_fen,
        "revenue_before_fen": asked.revenue_before_fen,
        "purpose": asked.purpose,
        "category_code": asked.category_code,
        "need_id": asked.need_id,
        "introduction_id": asked.introduction_id,
        "contract_id": asked.contract_id,
    }


def _put_on(session: Session, voucher: Voucher, scheme: Scheme, account: Account) -> None:
    pool = accounts.pool(session, scheme, voucher.district_code)
    quota, granted = accounts.quota(session, scheme, voucher.enterprise_id), accounts.granted(session, scheme)
    reference, face = f"voucher/{voucher.id}", voucher.face_fen
    try:
        ledger.make(
            session,
            [
                Entry(pool, account, face, Purpose.ISSUE, reference, f"issue/{voucher.id}"),
                Entry(quota, granted, face, Purpose.ISSUE, reference, f"issue/{voucher.id}/quota"),
            ],
        )
    except Overdrawn as error:
        raise Conflict(_short(pool, quota, face)) from error


def _short(pool: Account, quota: Account, face: int) -> Message:
    """Say which of the two does not suffice."""
    if pool.available_fen < face:
        return Message(_POOL_EMPTY.text, {"left": Yuan(pool.available_fen), "face": Yuan(face)})
    return Message(_QUOTA_EMPTY.text, {"left": Yuan(quota.available_fen)})


def _in_force(session: Session, voucher: Voucher) -> Scheme:
    """Return the version that holds of the voucher's scheme. Raises ``Conflict`` when none does."""
    used = session.get_one(Scheme, voucher.scheme_id)
    found = session.scalars(schemes.active_of(used.year, used.key)).one_or_none()
    if found is None:
        raise Conflict(_NOT_IN_FORCE)
    return found


def refuse_kin(session: Session, voucher: Voucher) -> None:
    """Raise ``Forbidden`` when whoever acts belongs to the enterprise: nobody decides for themselves."""
    person_id = person_of(session)
    kin = select(Membership.person_id).where(
        Membership.person_id == person_id, Membership.organisation_id == voucher.enterprise_id
    )
    # Wherever they work now, whoever once applied does not decide.
    applied = select(VoucherMove.id).where(
        VoucherMove.voucher_id == voucher.id, VoucherMove.person_id == person_id, VoucherMove.step.in_(rules.APPLYING)
    )
    if voucher.applied_by_id == person_id or session.scalars(kin.union_all(applied)).first() is not None:
        raise Forbidden(_l("You belong to this enterprise, or applied in its name: somebody else has to decide."))


def _lock(session: Session, voucher: Voucher) -> None:
    session.refresh(voucher, attribute_names=inspect(Voucher).column_attrs.keys(), with_for_update=True)


def _read_account(session: Session, voucher: Voucher) -> Account:
    return session.scalars(
        select(Account).where(Account.id == voucher.account_id).execution_options(populate_existing=True)
    ).one()
