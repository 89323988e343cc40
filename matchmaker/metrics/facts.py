"""Rows as the counting reads them: columns of a record, and what it belongs to."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.contracts.agreements.models import Contract, ContractSource
from matchmaker.ledger.models import Account
from matchmaker.metrics.rules import (
    GRANTED,
    VOUCHER_MEASURES,
    ContractFacts,
    IntroductionFacts,
    Place,
    ServiceFacts,
    TransferFacts,
)
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.redemptions.models import Redemption

Columns = Mapping[str, Any]

#: What transfers refer to, by name and number.
NAMED: frozenset[type] = frozenset({Use, Voucher, Redemption})


def of_service(_session: Session, columns: Columns) -> ServiceFacts:
    """Read a service record."""
    return ServiceFacts(
        place=_place(columns),
        enterprise_id=columns["enterprise_id"],
        provider_district_code=columns["provider_district_code"],
        state=columns["state"],
        served_on=columns["served_on"],
        category_code=columns["category_code"],
        amount_fen=columns["amount_fen"],
        paid_by=columns["paid_by"].value,
        with_voucher=columns["with_voucher"],
        is_matched=columns["source"] is ContractSource.MATCH,
        instrument_minutes=columns["instrument_minutes"] or 0,
        satisfaction=columns["satisfaction"],
        effect=columns["effect"],
    )


def of_introduction(_session: Session, columns: Columns) -> IntroductionFacts:
    """Read an introduction."""
    return IntroductionFacts(
        place=_place(columns),
        state=columns["state"],
        about_need=columns["need_id"] is not None,
        is_matched=columns["match_score"] is not None,
        opened_at=columns["opened_at"],
        answered_at=columns["answered_at"],
        accepted_at=columns["accepted_at"],
        ended_at=columns["ended_at"],
        failed_reason=columns["failed_reason"] and columns["failed_reason"].value,
    )


def of_contract(_session: Session, columns: Columns) -> ContractFacts:
    """Read a technical contract."""
    return ContractFacts(
        place=_place(columns),
        state=columns["state"],
        kind=columns["kind"].value,
        signed_on=columns["signed_on"],
        contract_amount_fen=columns["contract_amount_fen"],
        technology_amount_fen=columns["technology_amount_fen"],
        is_registered=columns["registration_number"] is not None,
    )


def of_transfer(session: Session, columns: Columns) -> TransferFacts | None:
    """Read a transfer; those that no measure counts are none, such as what a quota loses beside a voucher's issue."""
    if columns["purpose"] not in VOUCHER_MEASURES:
        return None
    ends = (columns["debit_account_id"], columns["credit_account_id"])
    if any(session.get_one(Account, number).code.startswith(GRANTED) for number in ends):
        return None
    place = _place_of_reference(session, columns["reference"])
    if place is None:
        return None
    return TransferFacts(place, columns["purpose"], columns["at"], columns["amount_fen"])


def _place_of_reference(session: Session, reference: str) -> Place | None:
    kind, _, number = reference.partition("/")
    if kind in ("use", "redemption"):
        of = session.get_one(Use, int(number)) if kind == "use" else session.get_one(Redemption, int(number))
        voucher = session.get_one(Voucher, of.voucher_id)
        provider_id: int | None = session.get_one(Contract, of.contract_id).provider_id
    elif kind == "voucher":
        voucher, provider_id = session.get_one(Voucher, int(number)), None
    else:
        return None
    return Place(voucher.district_code, voucher.industry_code, provider_id)


def _place(columns: Columns) -> Place:
    return Place(columns["district_code"], columns["industry_code"], columns["provider_id"])
