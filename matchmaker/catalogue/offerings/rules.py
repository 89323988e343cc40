"""What may become of an offering, and what it must say. Pure."""

from dataclasses import dataclass, field
from datetime import date

from matchmaker.catalogue.offerings.models import OfferingKind, OfferingState, PriceUnit
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, PostingText, check_keywords, check_text
from matchmaker.errors import Invalid
from matchmaker.messages import _l

ALLOWED = {
    OfferingState.DRAFT: frozenset({OfferingState.PUBLISHED}),
    OfferingState.PUBLISHED: frozenset({OfferingState.DRAFT, OfferingState.CLOSED}),
    OfferingState.CLOSED: frozenset[OfferingState](),
}


@dataclass(frozen=True, slots=True)
class OfferingText(PostingText):
    """What a provider writes of an offering; prices in fen, both ``None`` for negotiable."""

    kind: OfferingKind
    title: str
    description: str
    category_code: str
    industry_code: str | None = None
    keywords: list[str] = field(default_factory=list)
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    price_unit: PriceUnit = PriceUnit.PROJECT
    delivery_days: int | None = None
    trl: int | None = None
    is_voucher_eligible: bool = False
    valid_until: date | None = None
    model: str = ""
    accuracy: str = ""
    bookable_hours: str = ""

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept."""
        if not self.title:
            raise Invalid(field="title", message=_l("Give the offering a name of a few words."))
        check_text("title", self.title, most=MAX_TITLE)
        check_text("description", self.description, most=MAX_TEXT)
        for name in ("model", "accuracy", "bookable_hours"):
            check_text(name, getattr(self, name), most=MAX_TITLE)
        check_keywords(self.keywords)
        self._check_price()
        if self.kind is OfferingKind.INSTRUMENT and not self.model:
            raise Invalid(field="model", message=_l("An instrument needs its model, so that enterprises find it."))

    def _check_price(self) -> None:
        if self.price_max_fen is None:
            return
        if self.price_min_fen is None or self.price_max_fen < self.price_min_fen:
            raise Invalid(field="price_max", message=_l("The highest price is below the lowest."))

    def check_publishable(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that keeps it from being understood or ordered."""
        if not self.description:
            raise Invalid(field="description", message=_l("Say what you do for the enterprise, and how."))
        if self.valid_until is not None and self.valid_until < on:
            raise Invalid(field="valid_until", message=_l("This day has passed; nobody could order it."))
