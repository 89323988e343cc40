"""Who may do what with a scheme. Two people are needed for it to hold; the operations see to that."""

from matchmaker.accounts.rules import Reader
from matchmaker.reference.models import CITY_CODE
from matchmaker.vouchers.schemes.models import Scheme


def may_read(reader: Reader) -> bool:
    """The rules are public."""
    return reader.is_authenticated


def may_see(reader: Reader, scheme: Scheme) -> bool:
    """Whoever finds it: the scope decides."""
    return reader.is_authenticated


def may_write(reader: Reader) -> bool:
    """Reviewers of a bureau write schemes of their own district; the city's write the city's too."""
    return reader.district_code is not None and reader.reviews(reader.district_code)


def may_change(reader: Reader, scheme: Scheme) -> bool:
    """Reviewers of the bureau whose scheme it is."""
    return reader.reviews(scheme.district_code or CITY_CODE)


def may_approve(reader: Reader, scheme: Scheme) -> bool:
    """Another one of them than the person who proposed it."""
    return may_change(reader, scheme) and scheme.proposed_by_id != reader.person_id
