"""The form in which a complex or institute describes an offering."""

from typing import Any

from matchmaker import money
from matchmaker.catalogue.offerings.models import KIND_LABELS, UNIT_LABELS, OfferingKind, PriceUnit
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, clean, split_keywords
from matchmaker.messages import _l
from matchmaker.web.codes import codes
from matchmaker.web.facets import options
from matchmaker.web.forms import (
    ChoiceField,
    DayField,
    FenField,
    KeywordsField,
    LineField,
    ShapedForm,
    TextField,
    TickField,
    WholeField,
)


class OfferingForm(ShapedForm):
    """Everything that ``OfferingText`` holds."""

    kind = ChoiceField(_l("Kind"), options=KIND_LABELS.items(), convert=OfferingKind, needed=True)
    title = LineField(_l("Name of the offering"), most=MAX_TITLE, needed=True)
    description = TextField(
        _l("What you do for the enterprise"),
        most=MAX_TEXT,
        rows=8,
        needed=True,
        hint=_l("Processes, materials and figures are what needs are matched by: name them."),
    )
    keywords = KeywordsField(_l("Keywords"), split=split_keywords, hint=_l("One to five, separated by commas."))
    category_code = ChoiceField(_l("Service category"), needed=True)
    industry_code = ChoiceField(_l("Industry"), hint=_l("Empty: serves every industry."))
    model = LineField(_l("Model"), most=MAX_TITLE, hint=_l("Instruments only, as printed on the type plate."))
    accuracy = LineField(_l("Accuracy"), most=MAX_TITLE)
    bookable_hours = LineField(_l("Bookable hours"), most=MAX_TITLE)
    price_min = FenField(
        _l("Price from"),
        fen_per_unit=money.FEN_PER_YUAN,
        unit=_l("yuan"),
        hint=_l("Empty: to be negotiated."),
    )
    price_max = FenField(
        _l("Price to"),
        fen_per_unit=money.FEN_PER_YUAN,
        unit=_l("yuan"),
        hint=_l("Empty: the price is fixed."),
    )
    price_unit = ChoiceField(_l("Price is"), options=UNIT_LABELS.items(), convert=PriceUnit, needed=True)
    delivery_days = WholeField(_l("Delivery"), least=1, most=3650, unit=_l("days"))
    trl = WholeField(_l("Maturity (TRL 1–9)"), least=1, most=9)
    is_voucher_eligible = TickField(_l("Can be paid with innovation vouchers"))
    valid_until = DayField(_l("Can be ordered until"), hint=_l("Empty: no end."))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        lists = codes()
        self.industry_code.options = options(lists.industries)
        self.category_code.options = options({code.code: code for code in lists.leaf_categories()})

    def text(self) -> OfferingText:
        """Return what was typed, cleaned, for the operations."""
        highest = self.price_max.data
        return OfferingText(
            kind=self.kind.data,
            title=clean(self.title.data or ""),
            description=clean(self.description.data or ""),
            category_code=self.category_code.data,
            industry_code=self.industry_code.data,
            keywords=self.keywords.data or [],
            price_min_fen=self.price_min.data,
            price_max_fen=self.price_min.data if highest is None else highest,
            price_unit=self.price_unit.data,
            delivery_days=self.delivery_days.data,
            trl=self.trl.data,
            is_voucher_eligible=self.is_voucher_eligible.data,
            valid_until=self.valid_until.data,
            model=clean(self.model.data or ""),
            accuracy=clean(self.accuracy.data or ""),
            bookable_hours=clean(self.bookable_hours.data or ""),
        )
