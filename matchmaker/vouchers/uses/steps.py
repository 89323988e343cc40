"""The step that vouchers hand to the funnel: what an introduction led to was paid for with one, or a part of it."""

from sqlalchemy import ColumnElement, and_, exists, or_

from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.funnel.queries import served
from matchmaker.contracts.funnel.rules import Step
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import ServiceRecord
from matchmaker.messages import _l
from matchmaker.vouchers.models import Use, UseState


def _paid_with_one() -> ColumnElement[bool]:
    """A use for the contract that was not given up, or a record that says so: some vouchers come from elsewhere."""
    used = exists().where(
        Contract.introduction_id == Introduction.id,
        Use.contract_id == Contract.id,
        Use.state != UseState.RELEASED,
    )
    return and_(served(), or_(used, served(ServiceRecord.with_voucher.is_(True))))


STEP = Step(
    "voucher",
    _l("Voucher"),
    _l("A voucher of this platform is used for the contract, or the record of a service says that a voucher paid."),
    "service",
    _paid_with_one,
)
