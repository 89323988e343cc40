"""Who may propose a change of a profile, and who confirms it."""

from matchmaker.accounts.models import PROVIDER_KINDS, Organisation
from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.reference.models import CITY_CODE
from matchmaker.registry.profiles.models import Proposal


def may_propose(reader: Reader, organisation: Organisation) -> bool:
    """The body's own members, once it is approved."""
    return organisation.kind in PROVIDER_KINDS and reader.acts_for(organisation.id) and reader.is_approved


def may_list_proposals(reader: Reader) -> bool:
    """Bureaus see what waits for them, complexes and institutes what became of theirs."""
    return reader.is_bureau or reader.is_provider


@scoped
def may_see_proposal(reader: Reader, proposal: Proposal) -> bool:
    """Whatever the reader's scope let through."""
    return may_list_proposals(reader)


def may_decide(reader: Reader, proposal: Proposal) -> bool:
    """A reviewer of its district, of the city where the provincial list is touched, and never who proposed it."""
    district = CITY_CODE if proposal.is_city_matter else proposal.district_code
    return reader.reviews(district) and (proposal.proposed_by_id is None or reader.person_id != proposal.proposed_by_id)


def may_withdraw(reader: Reader, proposal: Proposal) -> bool:
    """Its own body; whether the state allows it is the rule's to say."""
    return reader.acts_for(proposal.organisation_id) and reader.is_approved
