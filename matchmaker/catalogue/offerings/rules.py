"""What may become of an offering, what it must say, and how long it is believed. Pure."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from matchmaker.catalogue.offerings import hours
from matchmaker.catalogue.offerings.models import (
    Cooperation,
    IpStatus,
    Offering,
    OfferingKind,
    OfferingState,
    PriceUnit,
    Reach,
    TransferMode,
)
from matchmaker.catalogue.rules import MAX_TEXT, MAX_TITLE, PostingText, check_keywords, check_text
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l

MAX_REFERENCE = 40
#: Instruments made before this year have a typing error in it.
OLDEST_MAKE = 1950
MAX_PATENTS = 20

#: Fields that only one kind of offering has; a form of another kind does not ask for them.
KIND_FIELDS: dict[OfferingKind, tuple[str, ...]] = {
    OfferingKind.SERVICE: (),
    OfferingKind.INSTRUMENT: (
        "model", "accuracy", "maker", "made_in", "location", "booking_contact", "bookable_hours", "booking_note",
    ),
    OfferingKind.EXPERT_TEAM: ("team_field", "team_lead", "team_size", "achievements", "cooperation"),
    OfferingKind.RESULT: ("ip_status", "patents", "transfer_mode"),
}  # fmt: skip

_LINES = (
    "model", "accuracy", "maker", "location", "booking_contact", "bookable_hours", "booking_note", "team_field",
    "team_lead",
)  # fmt: skip
#: A number as 专利公告 print it (ZL 2019 1 0123456.X, CN112345678B), or one of another office.
_PATENT = re.compile(r"[A-Z]{0,4} ?[0-9][0-9A-Z ./-]{5,29}")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long an offering is believed without a word from its provider.

    The platform's own rule: prices and opening hours are usually set anew each half year, and a letter is answered
    within a month or not at all. A bureau that wants other periods changes them here.
    """

    stale_after: timedelta = timedelta(days=180)
    sinks_after: timedelta = timedelta(days=30)

    def asks_before(self, now: datetime) -> datetime:
        """What was confirmed before this instant is asked after."""
        return now - self.stale_after

    def sinks_before(self, now: datetime) -> datetime:
        """What was asked before this instant, and has not been answered, sinks."""
        return now - self.sinks_after


FRESHNESS = Freshness()

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
    reference: str | None = None
    price_min_fen: int | None = None
    price_max_fen: int | None = None
    price_unit: PriceUnit = PriceUnit.PROJECT
    delivery_days: int | None = None
    trl: int | None = None
    is_voucher_eligible: bool = False
    reach: Reach = Reach.CITY
    served_districts: list[str] = field(default_factory=list)
    valid_from: date | None = None
    valid_until: date | None = None
    model: str = ""
    accuracy: str = ""
    maker: str = ""
    made_in: int | None = None
    location: str = ""
    booking_contact: str = ""
    bookable_hours: str = ""
    booking_note: str = ""
    team_field: str = ""
    team_lead: str = ""
    team_size: int | None = None
    achievements: str = ""
    cooperation: list[str] = field(default_factory=list)
    ip_status: IpStatus | None = None
    patents: list[str] = field(default_factory=list)
    transfer_mode: TransferMode | None = None

    def check(self) -> None:
        """Raise ``Invalid`` on the first field that cannot be kept."""
        if not self.title:
            raise Invalid(field="title", message=_l("Give the offering a name of a few words."))
        check_text("title", self.title, most=MAX_TITLE)
        check_text("description", self.description, most=MAX_TEXT)
        check_text("achievements", self.achievements, most=MAX_TEXT)
        check_text("reference", self.reference or "", most=MAX_REFERENCE)
        for name in _LINES:
            check_text(name, getattr(self, name), most=MAX_TITLE)
        check_keywords(self.keywords)
        self._check_price()
        self._check_region_and_days()
        self._check_kind()

    def _check_price(self) -> None:
        if self.price_max_fen is None:
            return
        if self.price_min_fen is None or self.price_max_fen < self.price_min_fen:
            raise Invalid(field="price_max", message=_l("The highest price is below the lowest."))

    def _check_region_and_days(self) -> None:
        if (self.reach is Reach.DISTRICTS) != bool(self.served_districts):
            message = (
                _l("Tick the districts that are served.")
                if self.reach is Reach.DISTRICTS
                else _l("Districts are ticked only where some districts alone are served.")
            )
            raise Invalid(field="served_districts", message=message)
        if self.valid_from is not None and self.valid_until is not None and self.valid_until < self.valid_from:
            raise Invalid(field="valid_until", message=_l("The last day lies before the first."))

    def _check_kind(self) -> None:
        if self.kind is OfferingKind.INSTRUMENT and not self.model:
            raise Invalid(field="model", message=_l("An instrument needs its model, so that enterprises find it."))
        if self.bookable_hours:
            opening_hours(self.bookable_hours)
        if any(value not in set(Cooperation) for value in self.cooperation):
            raise Invalid(field="cooperation", message=_l("Choose one from the list."))
        if len(self.patents) > MAX_PATENTS:
            raise Invalid(field="patents", message=_l("At most %(most)s patents.", most=MAX_PATENTS))
        for number in self.patents:
            if not _PATENT.fullmatch(number):
                raise Invalid(
                    field="patents",
                    message=_l("“%(number)s” is no patent number, such as ZL201910123456.7.", number=number[:40]),
                )

    def check_publishable(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that keeps it from being understood or ordered."""
        if not self.description:
            raise Invalid(field="description", message=_l("Say what you do for the enterprise, and how."))
        if self.valid_until is not None and self.valid_until < on:
            raise Invalid(field="valid_until", message=_l("This day has passed; nobody could order it."))
        if self.ip_status is IpStatus.GRANTED and not self.patents:
            raise Invalid(field="patents", message=_l("Name the number of the patent, so that it can be looked up."))

    def narrowed(self) -> "OfferingText":
        """Return the text without what only other kinds have, and without districts where the city is served."""
        blank = OfferingText(self.kind, "", "", "")
        others = [name for kind, names in KIND_FIELDS.items() if kind is not self.kind for name in names]
        emptied: dict[str, Any] = {name: getattr(blank, name) for name in others}
        if self.reach is not Reach.DISTRICTS:
            emptied["served_districts"] = []
        return replace(self, **emptied)


def opening_hours(text: str) -> hours.Hours:
    """Return the hours that ``text`` names. Raises ``Invalid`` on ``bookable_hours``."""
    try:
        return hours.parse(text)
    except hours.Unclear as unclear:
        raise Invalid(field="bookable_hours", message=unclear.message) from unclear


def split_patents(text: str) -> list[str]:
    """Return the numbers in ``text``, in capitals, each once, in their order."""
    parts = [" ".join(part.split()).upper() for part in re.split(r"[,，、;；\n]", text)]
    return list(dict.fromkeys(part for part in parts if part))


def standing(offering: Offering, *, on: date) -> list[Message]:
    """Return why an offering that is published cannot be ordered just now, or is to be asked about first."""
    reasons = []
    if offering.paused_at is not None:
        reasons.append(_l("The provider has paused it; it cannot be ordered for now."))
    if offering.valid_from is not None and offering.valid_from > on:
        reasons.append(_l("It can be ordered from %(day)s.", day=offering.valid_from.isoformat()))
    if offering.valid_until is not None and offering.valid_until < on:
        reasons.append(_l("It could be ordered until %(day)s.", day=offering.valid_until.isoformat()))
    if offering.is_sunk and offering.asked_at is not None:
        reasons.append(
            _l(
                "Its provider was asked on %(day)s whether this is still right and has not answered. "
                "It stands below the others until then; ask before you rely on it.",
                day=offering.asked_at.date().isoformat(),
            )
        )
    return reasons
