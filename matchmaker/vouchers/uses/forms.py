"""The forms in which a use is registered and its service is said to be done."""

from collections.abc import Sequence
from typing import Any

from matchmaker.catalogue.rules import clean
from matchmaker.contracts.agreements.models import Contract
from matchmaker.messages import _l
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.vouchers.uses.rules import MAX_WORDS, Planned
from matchmaker.web.codes import codes
from matchmaker.web.facets import label_of
from matchmaker.web.forms import ChoiceField, DayField, ShapedForm, TextField, TickField, YuanField


class UseForm(ShapedForm):
    """A service under a contract, and how much of it the voucher is to take over."""

    contract_id = ChoiceField(_l("Contract"), convert=int, needed=True)
    service_amount_fen = YuanField(_l("Price of the service"), needed=True, hint=_l("As the invoice will say."))
    category_code = ChoiceField(_l("Kind of service"), needed=True)
    asked_fen = YuanField(_l("The voucher takes over"), hint=_l("Empty: as much as the rules allow."))
    description = TextField(_l("Which service"), most=MAX_WORDS, rows=2)
    declares_voluntary = TickField(_l("No law or regulation prescribes this test."))
    declares_unrelated = TickField(_l("We and the provider are not related: no shared owners, managers or accounts."))

    def __init__(self, *arguments: Any, contracts: Sequence[Contract] = (), rules: SchemeRules, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.offer(contracts)
        excluded = set(rules.excluded_categories)
        self.category_code.options = [
            (code.code, label_of(code))
            for code in codes().leaf_categories()
            if not excluded & {code.code, code.parent_code}
        ]

    def offer(self, contracts: Sequence[Contract]) -> None:
        """Let one of these contracts be chosen."""
        self.contract_id.options = [
            (str(one.id), f"{one.title} · {one.provider.name} · {one.number}") for one in contracts
        ]

    def planned(self) -> Planned:
        """Return what was typed."""
        return Planned(
            service_amount_fen=self.service_amount_fen.data or 0,
            category_code=self.category_code.data or "",
            description=clean(self.description.data or ""),
            asked_fen=self.asked_fen.data,
            declares_voluntary=self.declares_voluntary.data,
            declares_unrelated=self.declares_unrelated.data,
        )


class ServedForm(ShapedForm):
    """When the service was done."""

    served_on = DayField(_l("Done on"))
