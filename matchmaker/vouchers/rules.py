"""What may become of a voucher and of its uses: one table for each, with who and what moves in the ledger. Pure."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from stdnum.iso7064 import mod_37_36

from matchmaker.accounts.registration.models import EnterpriseType
from matchmaker.db.transitions import State
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.vouchers.accounts import Purpose
from matchmaker.vouchers.models import UseState, VoucherState
from matchmaker.vouchers.schemes.rules import SchemeRules, Yuan

MAX_WORDS = 2_000
#: Steps by which somebody asks for a voucher in an enterprise's name.
APPLYING = ("apply", "apply_again", "withdraw")
#: Without the letters and digits that are taken for each other.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

Machine = TypeVar("Machine", VoucherState, UseState)


class Who(StrEnum):
    """Who takes a step."""

    ENTERPRISE = "enterprise"
    FIRST_REVIEWER = "first_reviewer"
    SECOND_REVIEWER = "second_reviewer"
    REVIEWER = "reviewer"
    #: The review of a claim, and the batch that pays it.
    CLAIM = "claim"
    DAILY_JOB = "daily_job"
    LEDGER = "ledger"


WHO_LABELS = {
    Who.ENTERPRISE: _l("The enterprise"),
    Who.FIRST_REVIEWER: _l("A reviewer of the district"),
    Who.SECOND_REVIEWER: _l("Another reviewer: the city's, or the district's where the scheme has one level"),
    Who.REVIEWER: _l("A reviewer"),
    Who.CLAIM: _l("The review and payment of its claim"),
    Who.DAILY_JOB: _l("The daily job"),
    Who.LEDGER: _l("Whatever settles its last amount, or frees one again"),
}


@dataclass(frozen=True, slots=True)
class Flow:
    """One transfer that a step makes: from one family of accounts to another, and how."""

    purpose: Purpose
    debit: str
    credit: str
    phase: str = "post"

    def __str__(self) -> str:
        """Return it as the documentation shows it."""
        return f"{self.debit} → {self.credit} ({self.phase}, “{self.purpose}”)"


@dataclass(frozen=True, slots=True)
class Step(Generic[Machine]):
    """One row of a machine's table; ``before`` is empty for what begins a life."""

    name: str
    before: tuple[Machine, ...]
    after: Machine
    who: Who
    flows: tuple[Flow, ...] = ()
    #: Flows that are made only where there is something to move.
    perhaps: tuple[Flow, ...] = ()


_TO_POOL = Flow(Purpose.REVOKE, "voucher", "pool")
_EXPIRE = Flow(Purpose.EXPIRE, "voucher", "expired")
_VOID = Flow(Purpose.RELEASE, "voucher", "payable", "void")
_VOID_QUOTA = Flow(Purpose.RELEASE, "quota", "granted", "void")
#: What is freed on a voucher that has ended does not stay there.
_ENDED = (_EXPIRE, _TO_POOL)

#: Quotas are brought to what the version in force gives whenever they are drawn on.
_FILL = (Flow(Purpose.QUOTA, "quota-source", "quota"), Flow(Purpose.QUOTA_LESS, "quota", "quota-source"))

VOUCHER_STEPS: tuple[Step[VoucherState], ...] = (
    Step(
        "apply",
        (),
        VoucherState.APPLIED,
        Who.ENTERPRISE,
        perhaps=_FILL,
    ),
    Step("return", (VoucherState.APPLIED, VoucherState.DISTRICT_APPROVED), VoucherState.RETURNED, Who.REVIEWER),
    Step("apply_again", (VoucherState.RETURNED,), VoucherState.APPLIED, Who.ENTERPRISE),
    Step("withdraw", (VoucherState.APPLIED, VoucherState.RETURNED), VoucherState.WITHDRAWN, Who.ENTERPRISE),
    Step("reject", (VoucherState.APPLIED, VoucherState.DISTRICT_APPROVED), VoucherState.REJECTED, Who.REVIEWER),
    Step("approve", (VoucherState.APPLIED,), VoucherState.DISTRICT_APPROVED, Who.FIRST_REVIEWER),
    Step(
        "issue",
        (VoucherState.DISTRICT_APPROVED,),
        VoucherState.ISSUED,
        Who.SECOND_REVIEWER,
        (Flow(Purpose.ISSUE, "pool", "voucher"), Flow(Purpose.ISSUE, "quota", "granted")),
        _FILL,
    ),
    Step("exhaust", (VoucherState.ISSUED,), VoucherState.EXHAUSTED, Who.LEDGER),
    Step("reopen", (VoucherState.EXHAUSTED,), VoucherState.ISSUED, Who.LEDGER),
    Step("expire", (VoucherState.ISSUED,), VoucherState.EXPIRED, Who.DAILY_JOB, perhaps=(_EXPIRE,)),
    Step(
        "hand_back",
        (VoucherState.ISSUED,),
        VoucherState.HANDED_BACK,
        Who.ENTERPRISE,
        (Flow(Purpose.HAND_BACK, "voucher", "pool"), Flow(Purpose.HAND_BACK, "granted", "quota")),
    ),
    Step("revoke", (VoucherState.ISSUED,), VoucherState.REVOKED, Who.REVIEWER, perhaps=(_TO_POOL,)),
)

USE_STEPS: tuple[Step[UseState], ...] = (
    Step(
        "register",
        (),
        UseState.RESERVED,
        Who.ENTERPRISE,
        (Flow(Purpose.RESERVE, "voucher", "payable", "reserve"),),
        (*_FILL, Flow(Purpose.RESERVE, "quota", "granted", "reserve")),
    ),
    Step("serve", (UseState.RESERVED,), UseState.SERVED, Who.ENTERPRISE),
    Step(
        "give_up",
        (UseState.RESERVED, UseState.SERVED),
        UseState.RELEASED,
        Who.ENTERPRISE,
        (_VOID,),
        (_VOID_QUOTA, *_ENDED),
    ),
    Step(
        "lapse",
        (UseState.RESERVED, UseState.SERVED),
        UseState.RELEASED,
        Who.DAILY_JOB,
        (_VOID,),
        (_VOID_QUOTA, *_ENDED),
    ),
    Step(
        "revoke",
        (UseState.RESERVED, UseState.SERVED),
        UseState.RELEASED,
        Who.REVIEWER,
        (_VOID,),
        (_VOID_QUOTA, *_ENDED),
    ),
    Step("claim", (UseState.SERVED,), UseState.CLAIMED, Who.ENTERPRISE),
    Step("unclaim", (UseState.CLAIMED,), UseState.SERVED, Who.ENTERPRISE),
    Step("refuse", (UseState.CLAIMED,), UseState.RELEASED, Who.CLAIM, (_VOID,), (_VOID_QUOTA, *_ENDED)),
    Step(
        "settle",
        (UseState.CLAIMED,),
        UseState.SETTLED,
        Who.CLAIM,
        (Flow(Purpose.SETTLE, "voucher", "payable", "settle"),),
        (Flow(Purpose.SETTLE, "quota", "granted", "settle"), *_ENDED),
    ),
    Step(
        "unsettle",
        (UseState.SETTLED,),
        UseState.CLAIMED,
        Who.CLAIM,
        (
            Flow(Purpose.UNSETTLE, "payable", "voucher"),
            Flow(Purpose.RESERVE, "voucher", "payable", "reserve"),
        ),
        (
            Flow(Purpose.UNSETTLE, "granted", "quota"),
            Flow(Purpose.RESERVE, "quota", "granted", "reserve"),
        ),
    ),
    Step("claw_back", (UseState.SETTLED,), UseState.RELEASED, Who.CLAIM, (Flow(Purpose.CLAW_BACK, "paid", "pool"),)),
)

STEP_LABELS = {
    "apply": _l("Applied for"),
    "return": _l("Returned to be changed"),
    "apply_again": _l("Changed and applied for again"),
    "withdraw": _l("Application withdrawn"),
    "reject": _l("Not granted"),
    "approve": _l("Approved by the first reviewer"),
    "issue": _l("Issued"),
    "exhaust": _l("Used up"),
    "reopen": _l("An amount came back to it"),
    "expire": _l("Its last day has passed"),
    "hand_back": _l("The rest was handed back"),
    "revoke": _l("Revoked; the rest returned to the pool"),
    "suspend": _l("Suspended"),
    "resume": _l("The suspension ended"),
    "register": _l("Registered; the amount is held"),
    "serve": _l("The service was done"),
    "give_up": _l("Given up; the amount is free again"),
    "lapse": _l("Not claimed in time; the amount is free again"),
    "claim": _l("Claimed"),
    "unclaim": _l("The claim was taken back"),
    "refuse": _l("The claim was rejected; the amount is free again"),
    "settle": _l("Approved for payment"),
    "unsettle": _l("The payment failed; the claim is reviewed again"),
    "claw_back": _l("Clawed back"),
}


def allowed(steps: Iterable[Step[State]]) -> dict[State, frozenset[State]]:  # type: ignore[type-var]  # any machine
    """Return which state may follow which, as ``db/transitions`` reads it."""
    table: dict[State, set[State]] = {}
    for step in steps:
        table.setdefault(step.after, set())
        for before in step.before:
            table.setdefault(before, set()).add(step.after)
    return {before: frozenset(after) for before, after in table.items()}


VOUCHER_ALLOWED = allowed(VOUCHER_STEPS)
USE_ALLOWED = allowed(USE_STEPS)
VOUCHER_STEP: Mapping[str, Step[VoucherState]] = {step.name: step for step in VOUCHER_STEPS}
USE_STEP: Mapping[str, Step[UseState]] = {step.name: step for step in USE_STEPS}


@dataclass(frozen=True, slots=True)
class Application:
    """What an enterprise asks for, and what it states of itself. Amounts in fen."""

    face_fen: int
    purpose: str
    category_code: str | None = None
    types: frozenset[EnterpriseType] = frozenset()
    staff: int | None = None
    revenue_fen: int | None = None
    revenue_before_fen: int | None = None
    need_id: int | None = None
    introduction_id: int | None = None
    contract_id: int | None = None
    #: It says that nobody else pays for the same.
    declares_single_funding: bool = False

    @property
    def main_type(self) -> EnterpriseType | None:
        """The type by which figures are told: the first in the list's order."""
        return next((one for one in EnterpriseType if one in self.types), None)

    def check(self, rules: SchemeRules) -> None:
        """Raise ``Invalid`` on the first field that keeps it from being handed in."""
        if self.face_fen < rules.least_face_fen:
            raise Invalid(
                field="face_fen",
                message=_l("A voucher of this scheme has at least %(least)s.", least=Yuan(rules.least_face_fen)),
            )
        if rules.most_face_fen is not None and self.face_fen > rules.most_face_fen:
            raise Invalid(
                field="face_fen",
                message=_l("A voucher of this scheme has at most %(most)s.", most=Yuan(rules.most_face_fen)),
            )
        if not self.purpose:
            raise Invalid(field="purpose", message=_l("Say in a sentence what the voucher is for."))
        if len(self.purpose) > MAX_WORDS:
            raise Invalid(field="purpose", message=_l("Write at most %(most)s characters.", most=MAX_WORDS))
        if not self.declares_single_funding:
            raise Invalid(
                field="declares_single_funding",
                message=_l("Without this declaration no voucher can be granted."),
            )


@dataclass(frozen=True, slots=True)
class Claimable:
    """What an enterprise may still ask for under one scheme, in fen, and what keeps it from asking."""

    quota_fen: int
    granted_fen: int
    waiting_fen: int
    pool_left_fen: int
    vouchers: int
    most_vouchers: int | None
    most_face_fen: int | None
    least_face_fen: int

    @property
    def left_fen(self) -> int:
        """How much of the quota is neither granted nor asked for."""
        return max(0, self.quota_fen - self.granted_fen - self.waiting_fen)

    @property
    def most_fen(self) -> int:
        """The largest voucher that may be asked for now, 0 when none may."""
        if self.most_vouchers is not None and self.vouchers >= self.most_vouchers:
            return 0
        most = self.left_fen if self.most_face_fen is None else min(self.left_fen, self.most_face_fen)
        return most if most >= self.least_face_fen else 0

    def check(self, face_fen: int) -> None:
        """Raise ``Invalid`` on ``face_fen`` when so much cannot be asked for."""
        if self.most_vouchers is not None and self.vouchers >= self.most_vouchers:
            raise Invalid(
                field="face_fen",
                message=_l(
                    "An enterprise may have %(most)s vouchers of this scheme; this one has them.",
                    most=self.most_vouchers,
                ),
            )
        if face_fen > self.left_fen:
            raise Invalid(
                field="face_fen",
                message=_l(
                    "Of the year's %(quota)s, %(granted)s were granted and %(waiting)s wait for a decision: "
                    "%(left)s may still be asked for.",
                    quota=Yuan(self.quota_fen),
                    granted=Yuan(self.granted_fen),
                    waiting=Yuan(self.waiting_fen),
                    left=Yuan(self.left_fen),
                ),
            )


def new_number(year: int) -> str:
    """Return a voucher's number: its year, eight characters that nobody can guess, one that checks the others."""
    body = f"{year}{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"
    return f"{body[:4]}-{body[4:]}-{mod_37_36.calc_check_digit(body)}"


def needs_words(words: str, *, field: str = "reason") -> str:
    """Return a reason without blanks around it. Raises ``Invalid`` when there is none, or too much of it."""
    bare = words.strip()
    if not bare:
        raise Invalid(field=field, message=_l("Give the reason; whoever it concerns reads it."))
    if len(bare) > MAX_WORDS:
        raise Invalid(field=field, message=_l("Write at most %(most)s characters.", most=MAX_WORDS))
    return bare


def may_still_be_used(state: VoucherState, *, is_suspended: bool, use_by: date | None, on: date) -> Message | None:
    """Return why nothing new may be registered against a voucher on that day, ``None`` when it may."""
    if state is VoucherState.EXPIRED or (use_by is not None and use_by < on):
        return _l("Its last day, %(day)s, has passed.", day=use_by.isoformat() if use_by else "")
    if state is not VoucherState.ISSUED:
        return _l("Only a voucher that was issued, and on which something is left, can be used.")
    if is_suspended:
        return _l("The bureau has suspended this voucher.")
    return None
