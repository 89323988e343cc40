"""Who reads which report: the city's bureau all, a district's its own, complexes and institutes theirs."""

from matchmaker.accounts.rules import Reader
from matchmaker.metrics.models import ScopeKind


def may_see(reader: Reader) -> bool:
    """Bureaus, complexes and institutes have reports; which of them is decided for each."""
    return reader.is_bureau or reader.is_provider


def may_open(reader: Reader, kind: ScopeKind, code: str) -> bool:
    """The report of the city or of a district."""
    return reader.is_city_bureau or (kind is ScopeKind.DISTRICT and reader.is_bureau_of(code))


def may_open_provider(reader: Reader, provider_id: int, district_code: str) -> bool:
    """Its own people, and the bureau of its district."""
    return (reader.is_provider and reader.acts_for(provider_id)) or reader.is_bureau_of(district_code)
