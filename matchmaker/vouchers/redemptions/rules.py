"""The life of a redemption as one table, how invoices are told apart, and what a claim must have. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.redemptions.models import EDITABLE, FIRST_REVIEW, IN_REVIEW, RedemptionState
from matchmaker.vouchers.schemes.rules import EVIDENCE_LABELS, WHOLE_BP, EvidenceKind, SchemeRules, Yuan
from matchmaker.vouchers.uses.rules import percent

_S = RedemptionState


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of step: from where, to where, whose it is, and what it does in the ledger."""

    label: Message
    sources: tuple[RedemptionState, ...]
    to: RedemptionState
    who: Message
    effect: Message


_ENTERPRISE = _l("Enterprise")
_FIRST, _SECOND = _l("First reviewer"), _l("Second reviewer, another person")
_REVIEWER = _l("A reviewer")
_DAY, _BATCH = _l("The day's job"), _l("Its batch")
_NOTHING = _l("none")

STEPS: dict[str, Step] = {
    "file": Step(
        _l("File the claim"),
        EDITABLE,
        _S.FILED,
        _ENTERPRISE,
        _l("none: the amount stays held, even past the voucher's day"),
    ),
    "withdraw": Step(
        _l("Withdraw"), (*EDITABLE, _S.FILED), _S.WITHDRAWN, _ENTERPRISE, _l("none: the use holds the amount")
    ),
    "lapse": Step(
        _l("Not corrected in time"),
        (_S.RETURNED,),
        _S.WITHDRAWN,
        _DAY,
        _l("none: the use holds the amount until the scheme's last day to redeem"),
    ),
    "return": Step(_l("Return"), IN_REVIEW, _S.RETURNED, _REVIEWER, _NOTHING),
    "reject": Step(_l("Reject"), IN_REVIEW, _S.REJECTED, _REVIEWER, _l("void: free on the voucher again")),
    "review": Step(_l("Agree"), FIRST_REVIEW, _S.REVIEWED, _FIRST, _NOTHING),
    "approve": Step(
        _l("Approve"), (_S.REVIEWED,), _S.APPROVED, _SECOND, _l("settle: voucher → payable; the rest is free again")
    ),
    "publish": Step(_l("Public notice"), (_S.APPROVED,), _S.PUBLIC, _SECOND, _NOTHING),
    "object": Step(_l("Objection upheld"), (_S.PUBLIC,), _S.FILED, _REVIEWER, _l("payable → voucher, and held again")),
    "release": Step(_l("Notice over"), (_S.APPROVED, _S.PUBLIC), _S.PAYABLE, _DAY, _NOTHING),
    "batch": Step(
        _l("Into a batch"), (_S.PAYABLE,), _S.BATCHED, _BATCH, _l("none; when the batch is sealed: payable → clearing")
    ),
    "unbatch": Step(
        _l("Out of the batch"), (_S.BATCHED,), _S.PAYABLE, _BATCH, _l("none; of a sealed batch: clearing → payable")
    ),
    "pay": Step(_l("Paid"), (_S.BATCHED,), _S.PAID, _BATCH, _l("clearing → paid")),
    "fail": Step(
        _l("Payment failed"), (_S.BATCHED,), _S.FAILED, _BATCH, _l("clearing → payable → voucher, and held again")
    ),
    "claw_back": Step(
        _l("Claw back"), (_S.PAID,), _S.CLAWED_BACK, _l("Two reviewers, one after the other"), _l("paid → pool")
    ),
}

#: The one table of moves.
ALLOWED: Mapping[RedemptionState, frozenset[RedemptionState]] = {
    state: frozenset(step.to for step in STEPS.values() if state in step.sources) for state in RedemptionState
}
#: Steps that somebody takes for the enterprise.
CLAIMING = ("write", "file", "withdraw")
#: Steps by which somebody has judged a claim.
JUDGING = ("return", "reject", "review", "approve", "object")

MAX_WORDS = 1_000
#: An account has at least so many digits, and at most 32 with those of its bank.
ACCOUNT_DIGITS = range(8, 33)
#: What a classic invoice's code and number, and a fully digital one's number, have.
CODE_DIGITS, NUMBER_DIGITS, DIGITAL_DIGITS = (10, 12), 8, 20


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as it is told from all others."""

    code: str
    number: str

    @property
    def key(self) -> str:
        """One spelling for both: a code and number written as one long number are the same invoice."""
        return self.code + self.number


def folded(text: str) -> str:
    """Return digits as they were meant: half width, without blanks and dashes, no letter O for a nought."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "").upper()
    return plain.replace("O", "0")


def invoice(code: str, number: str) -> Invoice:
    """Return the invoice that was typed. Raises ``Invalid`` on ``code`` or ``number``."""
    read = Invoice(folded(code), folded(number))
    if not read.number:
        raise Invalid(field="number", message=_l("Write the invoice's number."))
    if not (read.number.isascii() and read.number.isdigit()):
        raise Invalid(field="number", message=_l("An invoice's number has digits only."))
    if len(read.number) == DIGITAL_DIGITS:
        if read.code:
            raise Invalid(field="code", message=_l("A fully digital invoice (20 digits) has no code: leave it empty."))
        return read
    if len(read.number) != NUMBER_DIGITS:
        raise Invalid(
            field="number",
            message=_l(
                "This has %(have)s digits. The number has 8, or 20 on a fully digital invoice.", have=len(read.number)
            ),
        )
    if len(read.code) not in CODE_DIGITS or not (read.code.isascii() and read.code.isdigit()):
        raise Invalid(field="code", message=_l("Beside a number of 8 digits stands a code of 10 or 12 digits."))
    return read


def account(text: str) -> str:
    """Return an account's number without blanks. Raises ``Invalid`` on ``payee_account``."""
    digits = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in ACCOUNT_DIGITS):
        raise Invalid(field="payee_account", message=_l("Write the account's number: 8 to 32 digits."))
    return digits


@dataclass(frozen=True, slots=True)
class Paper:
    """A piece of evidence as the rules see it."""

    id: int
    kind: EvidenceKind
    invoice_key: str | None = None
    invoice_amount_fen: int | None = None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known when a claim is filed. Amounts in fen."""

    claimed_fen: int
    held_fen: int
    contract_fen: int
    #: The contract is signed or completed, not terminated.
    contract_holds: bool
    #: What all living uses have registered of the contract.
    registered_fen: int
    #: What the scheme takes over of a price.
    rate_bp: int
    is_served: bool
    is_suspended: bool
    was_filed: bool
    payee_name: str
    payee_bank: str
    payee_account: str
    papers: Sequence[Paper]


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that keeps a claim from being filed, and the field where it can be put right."""

    field: str
    message: Message


def missing(claim: Claim, rules: SchemeRules, *, on: date) -> list[Missing]:
    """Return everything that keeps the claim from being filed on that day, in the order of the form."""
    return [*_standing(claim, rules, on=on), *amounts(claim), *_payee(claim), *_papers(claim, rules, on=on)]


def check(claim: Claim, rules: SchemeRules, *, on: date) -> None:
    """Raise ``Invalid`` with the first thing that is missing."""
    for first in missing(claim, rules, on=on):
        raise Invalid(field=first.field, message=first.message)


def _standing(claim: Claim, rules: SchemeRules, *, on: date) -> Iterable[Missing]:
    if not claim.is_served:
        yield Missing("", _l("Say first on the use's page that the service was done."))
    if not claim.contract_holds:
        yield Missing("", _l("The contract was terminated; nothing can be claimed under it."))
    if claim.is_suspended:
        yield Missing("", _l("This voucher is suspended; ask your bureau."))
    if not claim.was_filed and on > rules.redeem_by:
        # What was filed in time and returned may be filed again.
        yield Missing("", _l("Claims of this scheme had to be filed by %(day)s.", day=rules.redeem_by.isoformat()))


def amounts(claim: Claim) -> Iterable[Missing]:
    """Return what speaks against the amount: judged when a claim is filed, and when the second reviewer grants it."""
    name = "claimed_fen"
    if claim.claimed_fen <= 0:
        yield Missing(name, _l("Claim an amount above zero."))
    if claim.claimed_fen > claim.held_fen:
        yield Missing(name, _l("%(most)s are held for this use; claim no more.", most=Yuan(claim.held_fen)))
    if claim.claimed_fen > claim.contract_fen:
        yield Missing(name, _l("The contract is about %(most)s; claim no more.", most=Yuan(claim.contract_fen)))
    invoiced = sum(paper.invoice_amount_fen or 0 for paper in claim.papers)
    if invoiced and claim.claimed_fen > invoiced:
        yield Missing(name, _l("The invoices add up to %(most)s; claim no more.", most=Yuan(invoiced)))
    elif invoiced and claim.claimed_fen > (most := invoiced * claim.rate_bp // WHOLE_BP):
        # What was held was worked out from the price that was expected; what was invoiced is what it cost.
        yield Missing(
            name,
            _l(
                "The invoices add up to %(invoiced)s, of which the scheme takes over %(rate)s percent: claim at most "
                "%(most)s.",
                invoiced=Yuan(invoiced),
                rate=percent(claim.rate_bp),
                most=Yuan(most),
            ),
        )
    if claim.registered_fen > claim.contract_fen:
        yield Missing(
            "",
            _l(
                "The contract is about %(amount)s now, but services for %(registered)s are registered under it: give "
                "one up, or have the contract corrected.",
                amount=Yuan(claim.contract_fen),
                registered=Yuan(claim.registered_fen),
            ),
        )


def _payee(claim: Claim) -> Iterable[Missing]:
    if not claim.payee_name:
        yield Missing("payee_name", _l("Write in whose name the account is."))
    if not claim.payee_bank:
        yield Missing("payee_bank", _l("Write the account's bank and branch."))
    if not claim.payee_account:
        yield Missing("payee_account", _l("Write the account's number: 8 to 32 digits."))


def _papers(claim: Claim, rules: SchemeRules, *, on: date) -> Iterable[Missing]:
    have = {paper.kind for paper in claim.papers}
    for kind in rules.evidence:
        if kind not in have:
            yield Missing("files", _l("Not there yet: %(kind)s.", kind=EVIDENCE_LABELS[kind]))
    seen: set[str] = set()
    for paper in claim.papers:
        yield from _paper(paper, on=on)
        if paper.invoice_key and paper.invoice_key in seen:
            yield Missing(f"number-{paper.id}", _l("This invoice is here twice."))
        seen.add(paper.invoice_key or "")


def _paper(paper: Paper, *, on: date) -> Iterable[Missing]:
    if paper.kind is EvidenceKind.INVOICE:
        if not paper.invoice_key:
            yield Missing(f"number-{paper.id}", _l("Write the invoice's number."))
        if paper.invoice_amount_fen is None:
            yield Missing(f"amount-{paper.id}", _l("Write the invoice's amount."))
    if paper.kind in (EvidenceKind.INVOICE, EvidenceKind.RESULT) and paper.issued_on is None:
        yield Missing(f"day-{paper.id}", _l("Write the day that stands on it."))
    if paper.issued_on is not None and paper.issued_on > on:
        yield Missing(f"day-{paper.id}", _l("This day lies in the future."))


#: Words in the names of files by which their kind is guessed, in this order.
_WORDS: tuple[tuple[EvidenceKind, tuple[str, ...]], ...] = (
    (EvidenceKind.INVOICE, ("发票", "invoice", "fapiao")),
    (EvidenceKind.BANK_SLIP, ("回单", "付款", "转账", "银行", "slip", "payment")),
    (EvidenceKind.RESULT, ("报告", "成果", "验收", "结果", "证书", "report", "result")),
    (EvidenceKind.CONTRACT, ("合同", "协议", "contract", "agreement")),
)


def guessed(name: str) -> EvidenceKind:
    """Return what a file probably is by its name; whoever sent it can say otherwise."""
    lower = name.lower()
    return next((kind for kind, words in _WORDS if any(word in lower for word in words)), EvidenceKind.OTHER)


def check_reason(reason: str, *, field: str = "reason") -> str:
    """Return words that must be there. Raises ``Invalid``."""
    said = reason.strip()
    if not said:
        raise Invalid(field=field, message=_l("Say why in a sentence: the other side reads it."))
    if len(said) > MAX_WORDS or "\0" in said:
        raise Invalid(field=field, message=_l("At most %(most)s characters, please.", most=MAX_WORDS))
    return said


def check_approved(approved_fen: int | None, *, claimed_fen: int) -> int:
    """Return the amount that a reviewer grants. Raises ``Invalid`` on ``approved_fen``."""
    if approved_fen is None or approved_fen <= 0:
        raise Invalid(field="approved_fen", message=_l("Grant an amount above zero, or reject the claim."))
    if approved_fen > claimed_fen:
        raise Invalid(field="approved_fen", message=_l("%(most)s are claimed; grant no more.", most=Yuan(claimed_fen)))
    return approved_fen
