"""What came of a batch's payments, and why one is opened again."""

from collections.abc import Sequence
from typing import Any

from matchmaker import clock
from matchmaker.messages import _l
from matchmaker.vouchers.clearing.models import BatchItem
from matchmaker.vouchers.redemptions.rules import MAX_WORDS
from matchmaker.web.forms import DayField, LineField, ShapedForm, TextField, TickField


class RefusalForm(ShapedForm):
    """Why a sealed batch is opened again."""

    reason = TextField(_l("Why it is opened again"), most=MAX_WORDS, rows=2, needed=True)


class OutcomeForm(ShapedForm):
    """The day of the payment; each payment that failed is ticked, with the bank's reason."""

    settled_on = DayField(_l("Day of the payment"))


def outcome_form(items: Sequence[BatchItem], typed: Any = None) -> OutcomeForm:
    """Return the form with a tick and a reason for each payment."""
    fields: dict[str, Any] = {}
    for item in items:
        fields[f"failed-{item.id}"] = TickField(_l("It failed"))
        fields[f"reason-{item.id}"] = LineField(_l("The bank's reason"), most=200)
    form: OutcomeForm = type("OutcomeForm", (OutcomeForm,), fields)(typed, data={"settled_on": clock.today()})
    return form


def failures(form: OutcomeForm, items: Sequence[BatchItem]) -> dict[int, str]:
    """Return the failed payments with their reasons."""
    return {
        item.id: form[f"reason-{item.id}"].data or ""
        for item in items
        if form[f"failed-{item.id}"].data or form[f"reason-{item.id}"].data
    }
