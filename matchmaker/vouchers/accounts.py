"""What the ledger's accounts are called that vouchers use, how they are guarded, and what each transfer is for.

The only place that spells an account's code. A scheme's code is shared by its versions, so that a changed rule does
not move money.
"""

from enum import StrEnum

from sqlalchemy.orm import Session

from matchmaker.ledger import operations as ledger
from matchmaker.ledger.models import Account, Guard
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.schemes.models import Scheme


class Purpose(StrEnum):
    """Why a transfer was made."""

    #: budget → pool, when a version is approved; and back where the new version's pool is smaller.
    FUND = "fund"
    DEFUND = "defund"
    #: quota-source → quota, at an enterprise's first application; and back where a new version gives less.
    QUOTA = "quota"
    QUOTA_LESS = "quota-less"
    #: pool → voucher and quota → granted, in one call.
    ISSUE = "issue"
    #: voucher → payable, held; and what ends it.
    RESERVE = "reserve"
    RELEASE = "release"
    SETTLE = "settle"
    #: payable → voucher, when a payment failed and the claim is back in review.
    UNSETTLE = "unsettle"
    #: payable → clearing → paid, and back.
    CLEAR = "clear"
    PAY = "pay"
    FAIL = "fail"
    #: paid → pool.
    CLAW_BACK = "claw-back"
    #: voucher → expired.
    EXPIRE = "expire"
    #: voucher → pool and granted → quota.
    HAND_BACK = "hand-back"
    #: voucher → pool.
    REVOKE = "revoke"


def budget(session: Session, scheme: Scheme) -> Account:
    """The treasury, as far as this scheme is concerned."""
    return ledger.open_account(session, budget_code(scheme.code), guard=Guard.NONE)


def pool(session: Session, scheme: Scheme, district_code: str) -> Account:
    """What a district has not issued yet."""
    return ledger.open_account(session, pool_code(scheme.code, district_code), guard=Guard.CREDIT)


def voucher(session: Session, voucher: Voucher) -> Account:
    """What is left on a voucher."""
    return ledger.open_account(session, voucher_code(voucher.id), guard=Guard.CREDIT)


def quota_source(session: Session, scheme: Scheme) -> Account:
    """Where quotas come from: it may owe any amount, for a quota is a limit and no money."""
    return ledger.open_account(session, f"quota-source/{scheme.code}", guard=Guard.NONE)


def quota(session: Session, scheme: Scheme, enterprise_id: int, category_code: str | None = None) -> Account:
    """What an enterprise may still be granted in the scheme's year, or use for one category of service."""
    return ledger.open_account(session, quota_code(scheme.code, enterprise_id, category_code), guard=Guard.CREDIT)


def granted(session: Session, scheme: Scheme) -> Account:
    """The quota that was used up."""
    return ledger.open_account(session, f"granted/{scheme.code}", guard=Guard.CREDIT)


def payable(session: Session, scheme: Scheme, district_code: str) -> Account:
    """What has been approved and not sent to the bank."""
    return ledger.open_account(session, payable_code(scheme.code, district_code), guard=Guard.CREDIT)


def clearing(session: Session, batch_id: int) -> Account:
    """What is on its way in one batch."""
    return ledger.open_account(session, clearing_code(batch_id), guard=Guard.CREDIT)


def paid(session: Session, scheme: Scheme, district_code: str) -> Account:
    """What was paid out."""
    return ledger.open_account(session, paid_code(scheme.code, district_code), guard=Guard.CREDIT)


def expired(session: Session, scheme: Scheme, district_code: str) -> Account:
    """What nobody used in time."""
    return ledger.open_account(session, expired_code(scheme.code, district_code), guard=Guard.CREDIT)


def budget_code(scheme_code: str) -> str:
    """Return the code of a scheme's budget."""
    return f"budget/{scheme_code}"


def pool_code(scheme_code: str, district_code: str) -> str:
    """Return the code of a district's pool."""
    return f"pool/{scheme_code}/{district_code}"


def voucher_code(voucher_id: int) -> str:
    """Return the code of a voucher's account."""
    return f"voucher/{voucher_id}"


def quota_code(scheme_code: str, enterprise_id: int, category_code: str | None = None) -> str:
    """Return the code of an enterprise's quota, or of its quota for one category."""
    of_category = f"/{category_code}" if category_code else ""
    return f"quota/{scheme_code}/{enterprise_id}{of_category}"


def payable_code(scheme_code: str, district_code: str) -> str:
    """Return the code of what a district owes."""
    return f"payable/{scheme_code}/{district_code}"


def clearing_code(batch_id: int) -> str:
    """Return the code of a batch's account."""
    return f"clearing/{batch_id}"


def paid_code(scheme_code: str, district_code: str) -> str:
    """Return the code of what a district has paid."""
    return f"paid/{scheme_code}/{district_code}"


def expired_code(scheme_code: str, district_code: str) -> str:
    """Return the code of what expired in a district."""
    return f"expired/{scheme_code}/{district_code}"
