"""Who may see, tag, choose, propose and confirm. That the second person is another one is the operations' to check."""

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.metrics.lists.models import Freeze, KeyTechnology, NeedTag
from matchmaker.reference.models import CITY_CODE


def _keeps(reader: Reader, district_code: str) -> bool:
    """Draws up lists for a district: its reviewers and those who keep its figures, never auditors."""
    return reader.reviews(district_code) or reader.keeps_statistics(district_code)


def may_list(reader: Reader) -> bool:
    """Everybody of a bureau, and complexes that the bureau has approved."""
    is_complex = reader.organisation_kind is OrganisationKind.COMPLEX and reader.is_trusted_provider
    return reader.is_bureau or is_complex


@scoped
def may_see(reader: Reader, organisation: Organisation) -> bool:
    """Whoever the complex is in scope of."""
    return True


def may_see_city(reader: Reader) -> bool:
    """Everybody of a bureau; each need as far as its level allows."""
    return reader.is_bureau


def may_draw_up(reader: Reader, organisation: Organisation) -> bool:
    """The complex itself, and whoever keeps the lists of its district."""
    return reader.acts_for(organisation.id) or _keeps(reader, organisation.district_code)


def may_draw_up_city(reader: Reader) -> bool:
    """Whoever keeps the city's lists."""
    return _keeps(reader, CITY_CODE)


@scoped
def may_see_frozen(reader: Reader, freeze: Freeze) -> bool:
    """Whoever it is in scope of."""
    return True


def may_decide(reader: Reader, freeze: Freeze) -> bool:
    """Whoever keeps the lists of the complex's district, or the city's."""
    return _keeps(reader, freeze.organisation.district_code if freeze.organisation else CITY_CODE)


@scoped
def may_see_technology(reader: Reader, technology: KeyTechnology) -> bool:
    """Whoever its complex is in scope of."""
    return True


def may_word(reader: Reader, technology: KeyTechnology) -> bool:
    """The complex itself, and whoever keeps the lists of its district."""
    return may_draw_up(reader, technology.complex)


def may_confirm(reader: Reader, technology: KeyTechnology) -> bool:
    """Reviewers of the complex's district."""
    return reader.reviews(technology.complex.district_code)


@scoped
def may_see_tags(reader: Reader, need: Need) -> bool:
    """The bureaus that look after it, in whose scope it is."""
    return True


def may_tag(reader: Reader, need: Need) -> bool:
    """Whoever keeps the lists of its district, once it was published; never its enterprise."""
    return _keeps(reader, need.district_code) and need.published_at is not None


def may_withdraw(reader: Reader, tag: NeedTag) -> bool:
    """Whoever keeps the lists of the need's district."""
    return _keeps(reader, tag.need.district_code)


@scoped
def may_fetch(reader: Reader, tag: NeedTag) -> bool:
    """The bureaus that look after the need."""
    return True
