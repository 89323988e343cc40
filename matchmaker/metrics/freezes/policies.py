"""Who freezes months: people of the city's bureau who keep its figures."""

from matchmaker.accounts.rules import Reader
from matchmaker.reference.models import CITY_CODE


def may_see(reader: Reader) -> bool:
    """Everybody of a bureau sees what is frozen, and what moved in their scope."""
    return reader.is_bureau


def may_freeze(reader: Reader) -> bool:
    """Whoever keeps the city's figures; that the second is another one is the operation's."""
    return reader.keeps_statistics(CITY_CODE)
