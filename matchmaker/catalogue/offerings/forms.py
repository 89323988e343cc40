"""The form in which a complex or institute describes an offering: one for each kind, with that kind's fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from matchmaker import money
from matchmaker.catalogue.offerings import hours
from matchmaker.catalogue.offerings.models import (
    COOPERATION_LABELS,
    IP_LABELS,
    KIND_LABELS,
    REACH_LABELS,
    TRANSFER_LABELS,
    UNIT_LABELS,
    IpStatus,
    OfferingKind,
    PriceUnit,
    Reach,
    TransferMode,
)
from matchmaker.catalogue.offerings.rules import KIND_FIELDS, MAX_REFERENCE, OLDEST_MAKE, OfferingText, split_patents
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, clean, split_keywords
from matchmaker.messages import _l
from matchmaker.reference.models import CITY_CODE
from matchmaker.web.codes import codes
from matchmaker.web.facets import options
from matchmaker.web.forms import (
    ChoiceField,
    DayField,
    FenField,
    KeywordsField,
    LineField,
    Option,
    ShapedForm,
    TextField,
    TickField,
    TypedField,
    WholeField,
)
from matchmaker.web.i18n import say


class HoursField(TypedField):
    """Weekly opening hours, typed as one would say them and shown back in one form."""

    def read(self, text: str) -> str:
        """Return the hours as pages show them; refuse what names no days and times."""
        return hours.written(hours.parse(text))


class TicksField(TypedField):
    """Any of a few values; ``options`` may be set once the form exists."""

    kind = "ticks"

    def __init__(self, label: Any, *, options: Iterable[Option] = (), **more: Any):
        super().__init__(label, **more)
        self.options = list(options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Unticked boxes send nothing."""
        self.data = [value for value in valuelist if value]

    def shown(self) -> str:
        """Return the labels of what is ticked."""
        labels = dict(self.options)
        return "、".join(say(labels.get(value, value)) for value in self.data or ())

    def pre_validate(self, form: ShapedForm) -> None:
        """Refuse what is not on offer."""
        known = {value for value, _label in self.options}
        if any(value not in known for value in self.data or ()):
            raise ValueError(_l("Choose one from the list."))


class OfferingForm(ShapedForm):
    """What ``OfferingText`` holds, narrowed to the fields that the kind of the offering has."""

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
    reference = LineField(
        _l("Your own number of it"), most=MAX_REFERENCE, hint=_l("A spreadsheet finds the offering again by it.")
    )

    model = LineField(_l("Model"), most=MAX_TITLE, needed=True, hint=_l("As printed on the type plate."))
    accuracy = LineField(_l("Accuracy"), most=MAX_TITLE)
    maker = LineField(_l("Maker"), most=MAX_TITLE)
    made_in = WholeField(_l("Year of make"), least=OLDEST_MAKE, most=2100)
    location = LineField(_l("Where it stands"), most=MAX_TITLE)
    booking_contact = LineField(_l("Whom to ask for an hour"), most=MAX_TITLE)
    bookable_hours = HoursField(_l("Opening hours"), hint=_l("Days and times; several are separated by a semicolon."))
    booking_note = LineField(_l("Note on booking"), most=MAX_TITLE, hint=_l("Such as: book three days ahead."))

    team_field = LineField(_l("Field"), most=MAX_TITLE)
    team_lead = LineField(_l("Who leads it"), most=MAX_TITLE)
    team_size = WholeField(_l("Team size"), least=1, most=999)
    achievements = TextField(_l("What the team has achieved"), most=MAX_TEXT, rows=4)
    cooperation = TicksField(_l("Ways of working together"), options=COOPERATION_LABELS.items())

    ip_status = ChoiceField(_l("Protected by"), options=IP_LABELS.items(), convert=IpStatus)
    patents = KeywordsField(_l("Patent numbers"), split=split_patents, hint=_l("Separated by commas."))
    transfer_mode = ChoiceField(_l("How it changes hands"), options=TRANSFER_LABELS.items(), convert=TransferMode)

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
    reach = ChoiceField(_l("Region served"), options=REACH_LABELS.items(), convert=Reach)
    served_districts = TicksField(_l("Districts served"))
    valid_from = DayField(_l("Can be ordered from"), hint=_l("Empty: at once."))
    valid_until = DayField(_l("Can be ordered until"), hint=_l("Empty: no end."))

    def __init__(self, *arguments: Any, of_kind: OfferingKind | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        lists = codes()
        self.industry_code.options = options(lists.industries)
        self.category_code.options = options({code.code: code for code in lists.leaf_categories()})
        self.served_districts.options = options({code.code: code for code in lists.city_districts(CITY_CODE)})
        kind = of_kind or (self.kind.data if isinstance(self.kind.data, OfferingKind) else OfferingKind.SERVICE)
        for other in OfferingKind:
            for name in KIND_FIELDS[other] if other is not kind else ():
                delattr(self, name)

    @property
    def kind_fields(self) -> list[Any]:
        """The fields that only this kind of offering has, in their order."""
        return [self[name] for names in KIND_FIELDS.values() for name in names if name in self]

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
            reference=clean(self.reference.data or "") or None,
            price_min_fen=self.price_min.data,
            price_max_fen=self.price_min.data if highest is None else highest,
            price_unit=self.price_unit.data,
            delivery_days=self.delivery_days.data,
            trl=self.trl.data,
            is_voucher_eligible=self.is_voucher_eligible.data,
            reach=self.reach.data or Reach.CITY,
            served_districts=sorted(self.served_districts.data or ()),
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            **{field.name: _cleaned(field) for field in self.kind_fields},
        )


def _cleaned(field: Any) -> Any:
    if isinstance(field, LineField | TextField | HoursField):
        return clean(field.data or "")
    if isinstance(field, TicksField | KeywordsField):
        return list(field.data or ())
    return field.data


def kind_of(values: "MultiDict[str, str]") -> OfferingKind:
    """Return the kind that a query or a form asks for, a service when it names none."""
    asked = values.get("kind", "")
    return OfferingKind(asked) if asked in set(OfferingKind) else OfferingKind.SERVICE


def filled(offering: Any) -> OfferingForm:
    """Return the form with what ``offering`` says."""
    return OfferingForm(
        obj=offering,
        price_min=offering.price_min_fen,
        price_max=offering.price_max_fen,
        of_kind=offering.kind,
    )


def of_text(text: Mapping[str, Any]) -> OfferingForm:
    """Return the form with a text as it is kept among the former ones."""
    values = dict(text)
    return OfferingForm(
        data=values | {"price_min": values.get("price_min_fen"), "price_max": values.get("price_max_fen")},
        of_kind=OfferingKind(values["kind"]),
    )


def blank(kind: OfferingKind) -> OfferingForm:
    """Return an empty form for a kind of offering."""
    unit = PriceUnit.HOUR if kind is OfferingKind.INSTRUMENT else PriceUnit.PROJECT
    return OfferingForm(data={"kind": kind, "price_unit": unit, "reach": Reach.CITY}, of_kind=kind)
