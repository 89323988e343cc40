"""Forms of flags: why one is none, and what is known of an organisation."""

from matchmaker.messages import _l
from matchmaker.vouchers.flags.rules import Shared
from matchmaker.web.forms import ChoiceField, DayField, LineField, ShapedForm, TextField

KIND_LABELS = {
    Shared.LEGAL_PERSON: _l("Legal representative"),
    Shared.SHAREHOLDER: _l("Shareholder"),
    Shared.PHONE: _l("Telephone"),
    Shared.ADDRESS: _l("Address"),
    Shared.ACCOUNT: _l("Bank account"),
}


class OverrideForm(ShapedForm):
    """Why a flag is none."""

    reason = TextField(
        _l("Why this is in order"),
        most=1_000,
        rows=3,
        needed=True,
        hint=_l("What you looked at and what you found. It stays with the claim; auditors read it."),
    )


class FactForm(ShapedForm):
    """One thing known of an organisation."""

    kind = ChoiceField(_l("What"), needed=True, options=[(kind.value, label) for kind, label in KIND_LABELS.items()])
    value = LineField(_l("As it stands in the register"), most=160, needed=True)
    source = LineField(
        _l("Where it is from"), most=160, needed=True, hint=_l("Such as the business register and the extract's day.")
    )
    seen_on = DayField(_l("Day of the extract"))
