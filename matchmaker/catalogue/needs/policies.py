"""Who may do what with a need, beyond what all postings share. The moves that its state forbids are the rules'."""

from matchmaker.accounts.models import OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.policies import owns
from matchmaker.reference.models import District


def may_post(reader: Reader) -> bool:
    """Enterprises post needs, and whoever holds a mandate of one."""
    return reader.is_enterprise or bool(reader.mandates)


def may_submit(reader: Reader, need: Need) -> bool:
    """Whoever owns it, once the bureau has approved the organisations; before, drafts may be kept."""
    return owns(reader, need) and reader.is_approved and need.organisation.state is OrganisationState.APPROVED


def may_take_over(reader: Reader, need: Need) -> bool:
    """The enterprise itself, of what was posted on its behalf."""
    return reader.acts_for(need.organisation_id) and need.agent_id is not None


def may_review(reader: Reader, need: Need) -> bool:
    """Reviewers of its district and of the city; nobody decides on what they posted themselves."""
    return reader.reviews(need.district_code) and need.agent_person_id != reader.person_id


def may_see_queue(reader: Reader) -> bool:
    """Everybody of a bureau sees what waits; reviewers decide."""
    return reader.is_bureau


def may_see_history(reader: Reader, need: Need) -> bool:
    """Whoever owns it, and its bureau."""
    return owns(reader, need) or reader.is_bureau_of(need.district_code)


def may_set_checking(reader: Reader, district: District) -> bool:
    """The district's reviewers and those who manage its bureau."""
    return reader.reviews(district.code) or (reader.is_bureau and reader.administers(district.code))
