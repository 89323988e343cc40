"""The forms in which services are recorded, answered and rated."""

import unicodedata
from typing import Any

from matchmaker.catalogue.rules import clean
from matchmaker.contracts.services.models import PAID_BY_LABELS, PaidBy
from matchmaker.contracts.services.operations import Rating
from matchmaker.contracts.services.rules import MAX_DESCRIPTION, MAX_REFERENCE, MAX_WORDS, ServiceText, minutes
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.web.codes import codes
from matchmaker.web.forms import (
    ChoiceField,
    DayField,
    LineField,
    ShapedForm,
    TextField,
    TickField,
    TypedField,
    YuanField,
)
from matchmaker.web.i18n import local_name

SATISFACTION_LABELS = {
    5: _l("5 – very content"),
    4: _l("4 – content"),
    3: _l("3 – neither"),
    2: _l("2 – not content"),
    1: _l("1 – not at all"),
}
EFFECT_LABELS = {
    5: _l("5 – solved, and it pays"),
    4: _l("4 – solved"),
    3: _l("3 – better than before"),
    2: _l("2 – hardly any difference"),
    1: _l("1 – no use"),
}

_NEEDED = _l("This must be filled in.")
_NEEDED_FIELDS = ("category_code", "served_on", "amount_fen", "paid_by")


class HoursField(TypedField):
    """Hours such as 1.5, held in minutes."""

    def read(self, text: str) -> int | None:
        """Refuse what are no hours."""
        try:
            return minutes(unicodedata.normalize("NFKC", text))
        except ValueError:
            raise ValueError(_l("Write hours in figures, such as 1.5.")) from None

    def written(self, value: int) -> str:
        """Return the minutes as hours."""
        return f"{value / 60:g}"


class ServiceForm(ShapedForm):
    """What was done for whom."""

    party = LineField(
        _l("Enterprise"), most=120, needed=True, hint=_l("Its full name as in the directory, or its credit code.")
    )
    description = TextField(_l("What was done"), most=MAX_DESCRIPTION, rows=3, needed=True)
    category_code = ChoiceField(_l("Service category"), needed=True)
    served_on = DayField(_l("Done on"))
    amount_fen = YuanField(
        _l("Amount"), needed=True, may_be_zero=True, hint=_l("Also in tens of thousands, such as 1.2万. Free: 0.")
    )
    paid_by = ChoiceField(
        _l("Paid by"), options=[(str(one), label) for one, label in PAID_BY_LABELS.items()], convert=PaidBy, needed=True
    )
    with_voucher = TickField(_l("An innovation voucher paid a part of it, or all"))
    instrument_minutes = HoursField(_l("Hours of an instrument"), unit=_l("hours"))
    reference = LineField(_l("Your own number of it"), most=MAX_REFERENCE)
    words = TextField(_l("Why it is corrected"), most=MAX_WORDS, rows=2, needed=True)

    def __init__(self, *arguments: Any, has_party: bool = True, is_correction: bool = False, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.category_code.options = [(code.code, local_name(code)) for code in codes().leaf_categories()]
        self.served_on.needed = True
        if not has_party:
            del self.party
        if not is_correction:
            del self.words

    def text(self) -> ServiceText:
        """Return what was written. Raises ``Invalid`` on the first field that is empty but must not be."""
        for name in _NEEDED_FIELDS:
            if self[name].data is None or self[name].data == "":
                raise Invalid(field=name, message=_NEEDED)
        return ServiceText(
            category_code=self.category_code.data,
            description=clean(self.description.data or ""),
            served_on=self.served_on.data,
            amount_fen=self.amount_fen.data,
            paid_by=self.paid_by.data,
            with_voucher=self.with_voucher.data,
            instrument_minutes=self.instrument_minutes.data,
            reference=" ".join((self.reference.data or "").split()) or None,
        )


def _marks(labels: dict[int, Message]) -> list[tuple[str, Message]]:
    return [("", _l("Not now")), *((str(mark), label) for mark, label in labels.items())]


class RatingForm(ShapedForm):
    """How a service was."""

    satisfaction = ChoiceField(_l("How content are you?"), options=_marks(SATISFACTION_LABELS), convert=int)
    effect = ChoiceField(_l("What did it bring?"), options=_marks(EFFECT_LABELS), convert=int)
    words = TextField(_l("In your own words"), most=MAX_WORDS, rows=2)

    def rating(self) -> Rating:
        """Return what was chosen."""
        return Rating(self.satisfaction.data or None, self.effect.data or None, clean(self.words.data or ""))


class ReasonForm(ShapedForm):
    """Why a record is disputed or taken back."""

    words = TextField(_l("Why?"), most=MAX_WORDS, rows=3, needed=True)

    def said(self) -> str:
        """Return what was written."""
        return clean(self.words.data or "")
