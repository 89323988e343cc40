"""Writing and filing a claim, and what becomes of it once it is approved: notice, objections, payment, claw-back.

Locks are taken in one order: the voucher, the redemption, the ledger's accounts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.db.instants import today
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.files import operations as files
from matchmaker.messages import _l
from matchmaker.vouchers.models import Use, UseState, Voucher
from matchmaker.vouchers.redemptions import impartiality, invoices, letters, queries, rules, seams
from matchmaker.vouchers.redemptions.models import (
    STATE_LABELS,
    Evidence,
    Objection,
    Redemption,
    RedemptionMove,
    RedemptionState,
)
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import EvidenceKind, Payee, SchemeRules
from matchmaker.vouchers.uses import operations as uses
from matchmaker.vouchers.uses import queries as use_queries

#: More papers than any claim needs.
MOST_PAPERS = 40
#: A claim that goes to its reviewers anew.
NOBODY = dict.fromkeys(("first_reviewed_by_id", "approved_by_id", "approved_at", "approved_fen", "payable_at"))


@dataclass(frozen=True, slots=True)
class PaperText:
    """What is said of one paper. The amount in fen."""

    kind: EvidenceKind
    code: str = ""
    number: str = ""
    amount_fen: int | None = None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimText:
    """What an enterprise writes of its claim; papers by the id of their evidence."""

    claimed_fen: int | None
    payee_name: str = ""
    payee_bank: str = ""
    payee_account: str = ""
    words: str = ""
    papers: Mapping[int, PaperText] = field(default_factory=dict)


def begin(session: Session, use: Use, *, key: str | None = None) -> Redemption:
    """Return the claim for a use, writing its draft from the use and the contract when there is none."""
    voucher = lock_voucher(session, use.voucher_id)
    session.refresh(use, with_for_update=True)
    found = session.scalars(queries.alive_for(use.id)).one_or_none()
    if found is not None:
        return found
    if use.state is not UseState.SERVED:
        raise Conflict(_l("A claim begins when the use's service was done."))
    contract = session.get_one(Contract, use.contract_id)
    scheme = session.get_one(Scheme, use.scheme_id)
    payee = SchemeRules.of(scheme.rules_json).payee
    payee_id = contract.enterprise_id if payee is Payee.ENTERPRISE else contract.provider_id
    last = session.scalars(queries.last_payee(voucher.enterprise_id, payee_id)).one_or_none()
    redemption = Redemption(
        use_id=use.id,
        voucher_id=voucher.id,
        contract_id=contract.id,
        scheme_id=scheme.id,
        enterprise_id=voucher.enterprise_id,
        provider_id=contract.provider_id,
        district_code=voucher.district_code,
        claimed_fen=use.amount_fen,
        payee=payee,
        payee_id=payee_id,
        payee_name=last.payee_name if last else session.get_one(Organisation, payee_id).name[:120],
        payee_bank=last.payee_bank if last else "",
        payee_account=last.payee_account if last else "",
        created_at=clock.now(),
        key=key,
    )
    session.add(redemption)
    session.flush()
    _note(session, redemption, "write", None)
    return redemption


def add_papers(session: Session, redemption: Redemption, sent: Iterable[tuple[IO[bytes], str]]) -> list[Evidence]:
    """Keep files with a claim that is being written, each as what its name says. Raises ``Invalid`` on ``files``."""
    _check_editable(session, redemption)
    added: list[Evidence] = []
    have = len(session.scalars(select(Evidence.id).where(Evidence.redemption_id == redemption.id)).all())
    for stream, name in sent:
        if have + len(added) >= MOST_PAPERS:
            raise Invalid(field="files", message=_l("A claim has at most %(most)s files.", most=MOST_PAPERS))
        stored = files.keep(session, stream, name=name, field="files")
        paper = Evidence(
            redemption_id=redemption.id,
            kind=rules.guessed(name),
            file_id=stored.id,
            name=name[-160:],
            sent_at=clock.now(),
            **attribution(session),
        )
        session.add(paper)
        added.append(paper)
    if not added:
        raise Invalid(field="files", message=_l("Choose a file first."))
    session.flush()
    return added


def remove_paper(session: Session, redemption: Redemption, paper: Evidence) -> None:
    """Take a file out of a claim that is being written."""
    _check_editable(session, redemption)
    session.delete(paper)
    session.flush()


def write(session: Session, redemption: Redemption, text: ClaimText) -> None:
    """Keep what was written of a claim; it may lack much. Raises ``Invalid`` on what cannot be kept."""
    _check_editable(session, redemption)
    if not text.claimed_fen:
        raise Invalid(field="claimed_fen", message=_l("Claim an amount above zero."))
    redemption.claimed_fen = text.claimed_fen
    redemption.payee_name = text.payee_name.strip()[:120]
    redemption.payee_bank = text.payee_bank.strip()[:120]
    redemption.payee_account = rules.account(text.payee_account) if text.payee_account.strip() else ""
    redemption.words = text.words.strip()
    if len(redemption.words) > rules.MAX_WORDS:
        raise Invalid(field="words", message=_l("At most %(most)s characters, please.", most=rules.MAX_WORDS))
    papers = session.scalars(select(Evidence).where(Evidence.redemption_id == redemption.id).order_by(Evidence.id))
    for paper in papers:
        if paper.id in text.papers:
            _describe(paper, text.papers[paper.id])
    session.flush()


def _describe(paper: Evidence, text: PaperText) -> None:
    paper.kind, paper.issued_on = text.kind, text.issued_on
    is_invoice = text.kind is EvidenceKind.INVOICE
    paper.invoice_amount_fen = text.amount_fen if is_invoice else None
    paper.invoice_code = paper.invoice_number = ""
    held, paper.invoice_key = paper.held_key, None
    if is_invoice and (text.number.strip() or text.code.strip()):
        try:
            invoice = rules.invoice(text.code, text.number)
        except Invalid as error:
            raise Invalid(field=f"{error.field}-{paper.id}", message=error.message) from None
        paper.invoice_code, paper.invoice_number, paper.invoice_key = invoice.code, invoice.number, invoice.key
    if held != paper.invoice_key:
        # A returned claim lets go of an invoice that it names no more.
        paper.held_key = None


def file(session: Session, redemption: Redemption) -> None:
    """Hand a claim in. From now on its invoices are its own, and its amount stays held past the voucher's day.

    Raises ``Invalid`` on the first thing that is missing, or ``Conflict``.
    """
    lock_voucher(session, redemption.voucher_id)
    session.refresh(redemption, attribute_names=inspect(Redemption).column_attrs.keys(), with_for_update=True)
    is_again = redemption.state is RedemptionState.RETURNED
    if redemption.is_editable:
        scheme = session.get_one(Scheme, redemption.scheme_id)
        rules.check(claim_of(session, redemption), SchemeRules.of(scheme.rules_json), on=today(session))
    filed = {"filed_at": redemption.filed_at or clock.now(), "filed_by_id": actor_of(session).person_id}
    move(session, redemption, "file", sets=filed | NOBODY)
    invoices.hold(session, redemption)
    if not is_again:
        uses.claim(session, session.get_one(Use, redemption.use_id))
    seams.filed(session, redemption)


def claim_of(session: Session, redemption: Redemption) -> rules.Claim:
    """Return what is known of a claim as the rules judge it."""
    use = session.get_one(Use, redemption.use_id)
    contract = session.get_one(Contract, redemption.contract_id)
    papers = session.scalars(select(Evidence).where(Evidence.redemption_id == redemption.id).order_by(Evidence.id))
    return rules.Claim(
        claimed_fen=redemption.claimed_fen,
        held_fen=use.amount_fen,
        contract_fen=contract.contract_amount_fen,
        contract_holds=contract.state in (ContractState.SIGNED, ContractState.COMPLETED),
        registered_fen=use_queries.registered_fen(session, contract.id),
        rate_bp=use.rate_bp,
        is_served=use.state in (UseState.SERVED, UseState.CLAIMED),
        is_suspended=session.get_one(Voucher, redemption.voucher_id).is_suspended,
        was_filed=redemption.filed_at is not None,
        payee_name=redemption.payee_name,
        payee_bank=redemption.payee_bank,
        payee_account=redemption.payee_account,
        papers=[
            rules.Paper(paper.id, paper.kind, paper.invoice_key, paper.invoice_amount_fen, paper.issued_on)
            for paper in papers
        ],
    )


def withdraw(session: Session, redemption: Redemption) -> None:
    """Give a claim up before it is reviewed; the use holds its amount as before. Raises ``Conflict``."""
    lock_voucher(session, redemption.voucher_id)
    before = move(session, redemption, "withdraw")
    invoices.free(session, redemption)
    if before is not RedemptionState.DRAFT:
        uses.unclaim(session, session.get_one(Use, redemption.use_id))


def publish(session: Session, redemption: Redemption) -> None:
    """Put an approved claim on public notice, or let it be paid where the scheme asks for none (any more)."""
    scheme = session.get_one(Scheme, redemption.scheme_id)
    days = SchemeRules.of(scheme.rules_json).publicity_days
    if not days or redemption.noticed_fen == redemption.approved_fen:
        _release(session, redemption)
        return
    first = today(session)
    notice = {"public_from": first, "public_until": first + timedelta(days=days - 1)}
    move(session, redemption, "publish", sets=notice | {"noticed_fen": redemption.approved_fen})


def end_notices(session: Session, *, on: date) -> int:
    """Let everything be paid whose notice ended before ``on`` without an open objection; return how much there was."""
    ended = session.scalars(queries.notices_over(on)).all()
    # Whoever objected while this waited for their lock has left the row as it was: ask again now that it is held.
    objected = set(session.scalars(queries.objected_to([one.id for one in ended])))
    over = [one for one in ended if one.id not in objected]
    for redemption in over:
        _release(session, redemption)
    return len(over)


def _release(session: Session, redemption: Redemption) -> None:
    move(session, redemption, "release", sets={"payable_at": clock.now()})


def object_to(session: Session, redemption: Redemption, words: str) -> Objection:
    """Say something against a claim on public notice; it is not paid before the bureau answered."""
    said = rules.check_reason(words, field="words")
    session.refresh(redemption, with_for_update=True)
    if redemption.state is not RedemptionState.PUBLIC:
        raise Conflict(_l("This is not on public notice any more."))
    actor = actor_of(session)
    if actor.person_id is None:
        raise Forbidden(_l("Sign in to object."))
    objection = Objection(
        redemption_id=redemption.id,
        at=clock.now(),
        **attribution(session),
        words=said,
    )
    session.add(objection)
    session.flush()
    return objection


def answer(session: Session, objection: Objection, words: str, *, is_upheld: bool) -> None:
    """Answer an objection; one that is upheld puts the claim back in review, its amount held again.

    Raises ``Conflict`` when it was answered, and ``Forbidden`` to whoever approved the claim.
    """
    said = rules.check_reason(words, field="answer")
    redemption = session.get_one(Redemption, objection.redemption_id)
    lock_voucher(session, redemption.voucher_id)
    session.refresh(redemption, with_for_update=True)
    session.refresh(objection, with_for_update=True)
    if objection.answered_at is not None:
        raise Conflict(_l("This objection was answered already."))
    person_id = impartiality.check(session, [redemption])
    if person_id == objection.person_id or person_id in session.scalars(queries.judges([redemption.id])).all():
        raise Forbidden(_l("Somebody who neither objected nor reviewed this has to answer."))
    objection.answered_at, objection.answered_by_id = clock.now(), person_id
    objection.answer, objection.is_upheld = said, is_upheld
    session.flush()
    if is_upheld:
        back_to_review(session, redemption, "object", reason=said)


def back_to_review(session: Session, redemption: Redemption, step: str, *, reason: str) -> None:
    """Take an approved claim back to its reviewers; what had left the voucher is held on it again."""
    amount = redemption.amount_fen
    # What was cut stays cut: no more than was approved is held again.
    move(session, redemption, step, sets=NOBODY | {"claimed_fen": amount}, reason=reason, amount_fen=amount)
    uses.unsettle(session, session.get_one(Use, redemption.use_id), reason=reason)


def pay(session: Session, redemption: Redemption, *, on: date) -> None:
    """Keep that a claim was paid; its batch has moved the amount."""
    move(session, redemption, "pay", sets={"paid_on": on}, amount_fen=redemption.amount_fen)
    letters.told(session, redemption)


def lock_voucher(session: Session, voucher_id: int) -> Voucher:
    """Lock the voucher first, as everything does that moves its money."""
    return session.scalars(
        select(Voucher).where(Voucher.id == voucher_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def move(
    session: Session,
    redemption: Redemption,
    name: str,
    *,
    sets: Mapping[str, object] | None = None,
    reason: str = "",
    comments: dict[str, str] | None = None,
    amount_fen: int = 0,
) -> RedemptionState:
    """Take one of the steps under the row's lock, keep who took it, and return the state before.

    ``sets`` are columns that change with the state. Raises ``Conflict`` when the step is not possible from there.
    """
    step = rules.STEPS[name]
    before = transitions.move(session, redemption, to=step.to, allowed=rules.ALLOWED, labels=STATE_LABELS)
    if before not in step.sources:
        now, then = STATE_LABELS[before], STATE_LABELS[step.to]
        raise Conflict(_l("This is %(now)s and cannot become %(then)s.", now=now, then=then))
    for column, value in (sets or {}).items():
        setattr(redemption, column, value)
    _note(session, redemption, name, before, reason=reason, comments=comments, amount_fen=amount_fen)
    return before


def _note(
    session: Session,
    redemption: Redemption,
    step: str,
    before: RedemptionState | None,
    *,
    reason: str = "",
    comments: dict[str, str] | None = None,
    amount_fen: int = 0,
) -> None:
    session.add(
        RedemptionMove(
            redemption_id=redemption.id,
            at=clock.now(),
            step=step,
            from_state=before,
            to_state=redemption.state,
            **attribution(session),
            scheme_id=redemption.scheme_id,
            amount_fen=amount_fen,
            reason=reason,
            comments=comments or {},
        )
    )
    session.flush()


def _check_editable(session: Session, redemption: Redemption) -> None:
    session.refresh(redemption, with_for_update=True)
    if not redemption.is_editable:
        raise Conflict(_l("This claim was filed and cannot be changed any more."))
