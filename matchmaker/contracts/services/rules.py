"""What a service record must say and what may become of it. Pure."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Self

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.rules import check_text
from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.introductions.models import Side
from matchmaker.contracts.services.models import PaidBy, ServiceRecord, ServiceState
from matchmaker.errors import Invalid
from matchmaker.messages import _l

#: The one table of moves. A correction replaces the record it corrects; nothing is edited in place.
ALLOWED = {
    ServiceState.RECORDED: frozenset(
        {ServiceState.CONFIRMED, ServiceState.DISPUTED, ServiceState.SUPERSEDED, ServiceState.WITHDRAWN}
    ),
    ServiceState.DISPUTED: frozenset({ServiceState.CONFIRMED, ServiceState.SUPERSEDED, ServiceState.WITHDRAWN}),
    ServiceState.CONFIRMED: frozenset({ServiceState.SUPERSEDED, ServiceState.WITHDRAWN}),
    ServiceState.SUPERSEDED: frozenset[ServiceState](),
    ServiceState.WITHDRAWN: frozenset[ServiceState](),
}

MAX_DESCRIPTION = 2_000
MAX_WORDS = 1_000
MAX_REFERENCE = 40
#: A service recorded later than this after it was done has a typing error in its year.
OLDEST = timedelta(days=366 * 5)
#: A hundred days of an instrument.
MAX_MINUTES = 100 * 24 * 60


@dataclass(frozen=True, slots=True)
class ServiceText:
    """What a provider records of one service; the amount in fen, the day civil."""

    category_code: str
    description: str
    served_on: date
    amount_fen: int
    paid_by: PaidBy
    with_voucher: bool = False
    instrument_minutes: int | None = None
    reference: str | None = None

    def check(self, *, on: date) -> None:
        """Raise ``Invalid`` on the first field that cannot be right."""
        if not self.description:
            raise Invalid(field="description", message=_l("Say in a sentence what was done."))
        check_text("description", self.description, most=MAX_DESCRIPTION)
        check_text("reference", self.reference or "", most=MAX_REFERENCE)
        if not on - OLDEST <= self.served_on <= on:
            raise Invalid(field="served_on", message=_l("Write the day on which it was done, not later than today."))
        if (self.paid_by is PaidBy.FREE) != (self.amount_fen == 0):
            message = (
                _l("It was free of charge: the amount is 0.")
                if self.paid_by is PaidBy.FREE
                else _l("Write what it cost; for a service that nobody paid, choose that it was free.")
            )
            raise Invalid(field="amount_fen", message=message)
        if self.paid_by is PaidBy.FREE and self.with_voucher:
            raise Invalid(field="with_voucher", message=_l("What was free of charge was not paid with a voucher."))
        if self.paid_by is PaidBy.VOUCHER and not self.with_voucher:
            raise Invalid(field="with_voucher", message=_l("It was paid with a voucher: tick that too."))

    def check_within(self, contract: Contract | None) -> None:
        """Raise ``Invalid`` when it was done before its contract was signed, or cost more than that."""
        if contract is None:
            return
        if self.served_on < contract.signed_on:
            raise Invalid(field="served_on", message=_l("The contract was signed later than that."))
        if self.amount_fen > contract.contract_amount_fen:
            raise Invalid(field="amount_fen", message=_l("This is more than the contract amount."))

    @classmethod
    def of(cls, record: ServiceRecord) -> Self:
        """Return what ``record`` says."""
        return cls(**{field.name: getattr(record, field.name) for field in fields(cls)})


def minutes(text: str) -> int | None:
    """Return the minutes of hours such as "1.5"; ``None`` for nothing. Raises ``ValueError``."""
    if not text:
        return None
    try:
        hours = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if (
        not hours.is_finite()
        or hours <= 0
        or hours * 60 > MAX_MINUTES
        or hours * 60 != (hours * 60).to_integral_value()
    ):
        raise ValueError(text)
    return int(hours * 60)


def check_rating(satisfaction: int | None, effect: int | None, words: str) -> None:
    """Raise ``Invalid`` unless each mark is 1 to 5 or left out, and the words are not too many."""
    for name, mark in (("satisfaction", satisfaction), ("effect", effect)):
        if mark is not None and not 1 <= mark <= 5:
            raise Invalid(field=name, message=_l("Choose one from the list."))
    check_text("words", words, most=MAX_WORDS)


def check_reason(words: str) -> None:
    """Raise ``Invalid`` unless somebody says why."""
    check_text("words", words, most=MAX_WORDS)
    if not words:
        raise Invalid(field="words", message=_l("Say why, in a sentence or two."))


def side_of(reader: Reader, record: ServiceRecord) -> Side | None:
    """Return the side for which ``reader`` acts, ``None`` for nobody of either."""
    if reader.organisation_id is None:
        return None
    sides = {record.enterprise_id: Side.ENTERPRISE, record.provider_id: Side.PROVIDER}
    return sides.get(reader.organisation_id)
