"""What match pages show of each candidate, read in one statement for all of them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal, select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.queries import Position
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import OPEN, Need
from matchmaker.catalogue.needs.queries import in_scope, readable
from matchmaker.catalogue.offerings.models import Offering, OfferingKind, OfferingState, PriceUnit

#: Excerpts are taken from this much of a text; whole ones may be twenty times as long.
_EXCERPTED = 1_000


class OfferingCard(NamedTuple):
    """An offering as match pages list it. Equal cards look the same, so what is rendered of one can be kept."""

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
    valid_until: date | None
    organisation_name: str
    is_demo: bool


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


def _columns(card: Any, table: Any, special: dict[str, Any]) -> list[Any]:
    return [special[name] if name in special else getattr(table, name) for name in card._fields]


_OFFERINGS = (
    select(
        *_columns(
            OfferingCard,
            Offering,
            {
                "text": func.substr(Offering.description, 1, _EXCERPTED),
                "organisation_name": Organisation.name,
                "is_demo": Organisation.is_demo,
            },
        )
    )
    .join(Organisation, Organisation.id == Offering.organisation_id)
    .where(Offering.id.in_(bindparam("ids", expanding=True)), Offering.state == OfferingState.PUBLISHED)
)


class CardShelf:
    """The offering cards of a process. Safe for threads.

    Every change to an offering or an organisation moves its stream on in the same transaction, so a card read at a
    position of both streams holds as long as they stand there; when one moves, the shelf is emptied.
    """

    #: About 100 MB of cards.
    MOST = 30_000

    def __init__(self) -> None:
        self._held: tuple[Mapping[str, Position], dict[int, OfferingCard]] = ({}, {})

    def offering_cards(
        self, session: Session, ids: Collection[int], positions: Mapping[str, Position], *, on: date
    ) -> dict[int, OfferingCard]:
        """Return the cards of those of ``ids`` that can be ordered, by id; read only what is not held."""
        cards = self._cards_at(positions)
        missing = [number for number in ids if number not in cards]
        if missing:
            rows = session.execute(_OFFERINGS, {"ids": missing})
            cards.update((card.id, card) for card in map(OfferingCard._make, rows))
        return {
            number: card
            for number in ids
            if (card := cards.get(number)) is not None and (card.valid_until is None or card.valid_until >= on)
        }

    def _cards_at(self, positions: Mapping[str, Position]) -> dict[int, OfferingCard]:
        held_positions, cards = self._held
        if held_positions != positions or len(cards) > self.MOST:
            # Whoever still reads at the old positions fills the old dictionary, not this one.
            cards = {}
            self._held = (positions, cards)
        return cards


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
