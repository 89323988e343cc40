"""What match pages show of each candidate, read in one statement for all of them."""

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.queries import Position
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.needs.queries import in_scope, readable
from matchmaker.catalogue.offerings.models import (
    Offering,
    OfferingDistrict,
    OfferingKind,
    OfferingState,
    PriceUnit,
    Reach,
)

#: Excerpts are taken from this much of a text; whole ones may be twenty times as long.
_EXCERPTED = 1_000


class OfferingFacts(NamedTuple):
    """What stands under an offering's title. Many offerings have the same, which is then rendered once."""

    kind: OfferingKind
    is_voucher_eligible: bool
    is_demo: bool
    is_sunk: bool
    valid_from: date | None
    valid_until: date | None
    organisation_name: str
    district_code: str
    price_min_fen: int | None
    price_max_fen: int | None
    price_unit: PriceUnit
    delivery_days: int | None


class NeedFacts(NamedTuple):
    """What stands under a need's title, as far as the reader may read it."""

    is_demo: bool
    organisation_name: str | None
    district_code: str
    industry_code: str
    budget_fen: int | None
    needed_by: date | None
    in_full: bool


class OfferingCard(NamedTuple):
    """An offering as match pages list it."""

    id: int
    title: str
    text: str
    kind: OfferingKind
    district_code: str
    category_code: str
    industry_code: str | None
    price_min_fen: int | None
    price_max_fen: int | None
    price_unit: PriceUnit
    delivery_days: int | None
    trl: int | None
    is_voucher_eligible: bool
    valid_from: date | None
    valid_until: date | None
    is_sunk: bool
    reach: Reach
    #: The codes of the districts that it serves alone, joined by commas.
    served: str
    organisation_name: str
    is_demo: bool

    @property
    def in_full(self) -> bool:
        """Whether all of it is the reader's to read."""
        return True

    @property
    def facts(self) -> OfferingFacts:
        """What a macro of ``_components/kept.html`` shows of it."""
        return OfferingFacts(
            self.kind,
            self.is_voucher_eligible,
            self.is_demo,
            self.is_sunk,
            self.valid_from,
            self.valid_until,
            self.organisation_name,
            self.district_code,
            self.price_min_fen,
            self.price_max_fen,
            self.price_unit,
            self.delivery_days,
        )


class NeedCard(NamedTuple):
    """A need as match pages list it for one reader: what they may not read is ``None`` and ``in_full`` is false."""

    id: int
    title: str
    text: str | None
    district_code: str
    industry_code: str
    budget_fen: int | None
    needed_by: date | None
    trl: int | None
    organisation_name: str | None
    is_demo: bool
    in_full: bool

    @property
    def facts(self) -> NeedFacts:
        """As an offering's."""
        return NeedFacts(
            self.is_demo,
            self.organisation_name,
            self.district_code,
            self.industry_code,
            self.budget_fen,
            self.needed_by,
            self.in_full,
        )


def _columns(card: Any, table: Any, special: dict[str, Any]) -> list[Any]:
    return [special[name] if name in special else getattr(table, name) for name in card._fields]


_CARDS = (
    select(
        *_columns(
            OfferingCard,
            Offering,
            {
                "text": func.substr(Offering.description, 1, _EXCERPTED),
                "served": select(func.coalesce(func.aggregate_strings(OfferingDistrict.district_code, ","), ""))
                .where(OfferingDistrict.offering_id == Offering.id)
                .scalar_subquery(),
                "organisation_name": Organisation.name,
                "is_demo": Organisation.is_demo,
            },
        )
    )
    .join(Organisation, Organisation.id == Offering.organisation_id)
    .where(Offering.state == OfferingState.PUBLISHED, Offering.paused_at.is_(None))
)
_NAMED = _CARDS.where(Offering.id.in_(bindparam("ids", expanding=True)))
_NEWEST = _CARDS.order_by(Offering.id.desc()).limit(bindparam("most"))

#: Whose cards changed after a position of each stream that cards are made of.
_CHANGED = {
    "offering": select(Offering.id).where(Offering.revision > bindparam("revision")),
    "organisation": select(Offering.id)
    .join(Organisation, Organisation.id == Offering.organisation_id)
    .where(Organisation.revision > bindparam("revision")),
}
_Positions = dict[str, Position]


@dataclass(frozen=True, slots=True)
class _Held:
    """Cards and the place in each stream up to which they are true."""

    positions: _Positions
    cards: dict[int, OfferingCard]

    def covers(self, wanted: _Positions) -> bool:
        return all(self.positions[stream].covers(position) for stream, position in wanted.items())


class CardShelf:
    """The offering cards of a process. Safe for threads.

    Every change to an offering or an organisation moves its stream on in the same transaction, so a card read at a
    position of both streams holds as long as they stand there; when one moves, the cards that changed are dropped.
    """

    #: About 100 MB of cards.
    MOST = 30_000

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._lock = threading.Lock()

    def offering_cards(
        self, session: Session, ids: Collection[int], positions: Mapping[str, Position], *, on: date
    ) -> dict[int, OfferingCard]:
        """Return the cards of those of ``ids`` that can be ordered, by id; read only what is not held."""
        wanted = {stream: positions.get(stream, Position()) for stream in _CHANGED}
        held = self._held_at(session, wanted)
        cards = {number: card for number in ids if (card := held.cards.get(number)) is not None}
        missing = [number for number in ids if number not in cards]
        if missing:
            read = {card.id: card for card in _cards(session, _NAMED, ids=missing)}
            # What was read at an older position than the shelf stands at may be out of date there.
            if held.positions == wanted and len(held.cards) < self.MOST:
                held.cards.update(read)
            cards |= read
        return {number: cards[number] for number in ids if number in cards and _is_valid(cards[number], on)}

    def _held_at(self, session: Session, wanted: _Positions) -> _Held:
        held = self._held
        if held is not None and held.covers(wanted):
            return held
        with self._lock:
            held = self._held
            if held is None or not held.covers(wanted):
                # Always a new dictionary: whoever still reads at the old positions fills the old one.
                self._held = held = _Held(wanted, self._caught_up(session, held, wanted))
        return held

    def _caught_up(self, session: Session, held: _Held | None, wanted: _Positions) -> dict[int, OfferingCard]:
        if held is None or any(held.positions[stream].epoch != wanted[stream].epoch for stream in _CHANGED):
            return {card.id: card for card in _cards(session, _NEWEST, most=self.MOST)}
        cards = held.cards.copy()
        for stream, changed in _CHANGED.items():
            if held.positions[stream] != wanted[stream]:
                for number in session.scalars(changed, {"revision": held.positions[stream].revision}):
                    cards.pop(number, None)
        return cards


def _cards(session: Session, statement: Select[Any], **values: object) -> Iterator[OfferingCard]:
    return map(OfferingCard._make, session.execute(statement, values))


def _is_valid(card: OfferingCard, on: date) -> bool:
    begins, ends = card.valid_from, card.valid_until
    return (begins is None or begins <= on) and (ends is None or ends >= on)


def need_cards(session: Session, ids: Collection[int], *, reader: Reader) -> dict[int, NeedCard]:
    """Return the cards of those of ``ids`` that are published and in the reader's scope, by id."""

    def disclosed(column: Any) -> ColumnElement[Any]:
        return readable(reader, column)

    special = {
        "text": disclosed(func.substr(Need.problem, 1, _EXCERPTED)),
        "budget_fen": disclosed(Need.budget_fen),
        "needed_by": disclosed(Need.needed_by),
        "trl": disclosed(Need.trl),
        "organisation_name": disclosed(Organisation.name),
        "is_demo": Organisation.is_demo,
        "in_full": func.coalesce(disclosed(literal(1)), 0),
    }
    rows = session.execute(
        select(*_columns(NeedCard, Need, special))
        .join(Organisation, Organisation.id == Need.organisation_id)
        .where(Need.id.in_(ids), Need.state.in_(OPEN), in_scope(reader))
    )
    return {card.id: card for card in map(NeedCard._make, rows)}
