"""What vouchers and their uses add to dossiers: the enterprise's, and of a use also its provider's."""

from typing import Any

from sqlalchemy import Select, String, cast, literal, or_

from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract
from matchmaker.dossier.queries import event
from matchmaker.dossier.rules import Act, Source
from matchmaker.messages import _l
from matchmaker.vouchers.models import Use, UseMove, Voucher, VoucherMove
from matchmaker.vouchers.queries import in_scope
from matchmaker.vouchers.rules import STEP_LABELS, USE_STEPS, VOUCHER_STEPS
from matchmaker.vouchers.uses.queries import in_scope as uses_in_scope

_ICONS = {"issue": "circle-check", "reject": "circle-x", "revoke": "circle-x", "expire": "calendar", "suspend": "lock"}
#: Claims tell these themselves, with their own pages.
_TOLD_BY_CLAIMS = ("claim", "unclaim", "refuse", "settle", "unsettle", "claw_back")
_OF_VOUCHERS = (*(step.name for step in VOUCHER_STEPS), "suspend", "resume")
_OF_USES = tuple(step.name for step in USE_STEPS if step.name not in _TOLD_BY_CLAIMS)


def _events(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    theirs = or_(Voucher.enterprise_id == organisation_id, Contract.provider_id == organisation_id)
    return [
        event(VoucherMove.at, literal("voucher.") + cast(VoucherMove.step, String), Voucher.id, Voucher.number)
        .join(Voucher, Voucher.id == VoucherMove.voucher_id)
        .where(Voucher.enterprise_id == organisation_id, in_scope(reader), VoucherMove.step.in_(_OF_VOUCHERS)),
        event(UseMove.at, literal("use.") + cast(UseMove.step, String), Use.id, Contract.title)
        .join(Use, Use.id == UseMove.use_id)
        .join(Voucher, Voucher.id == Use.voucher_id)
        .join(Contract, Contract.id == Use.contract_id)
        .where(theirs, uses_in_scope(reader), UseMove.step.in_(_OF_USES)),
    ]


SOURCE = Source(
    name="vouchers",
    label=_l("Vouchers"),
    acts={
        **{
            f"voucher.{name}": Act(
                _l("Voucher: %(step)s", step=STEP_LABELS[name]),
                _ICONS.get(name, "coin"),
                "vouchers.show",
                "voucher_id",
            )
            for name in _OF_VOUCHERS
        },
        **{
            f"use.{name}": Act(_l("Use of a voucher: %(step)s", step=STEP_LABELS[name]), "coin", "uses.show", "use_id")
            for name in _OF_USES
        },
    },
    selects=_events,
)
