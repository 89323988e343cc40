"""Who may look after the people of an organisation."""

from matchmaker.accounts.links.models import Link
from matchmaker.accounts.models import Membership, Organisation, OrganisationKind, Role
from matchmaker.accounts.policies import public
from matchmaker.accounts.rules import Reader


def may_see_members(reader: Reader, organisation: Organisation) -> bool:
    """Colleagues know each other; who manages them sees them too."""
    return reader.acts_for(organisation.id) or may_manage_members(reader, organisation)


def may_manage_members(reader: Reader, organisation: Organisation) -> bool:
    """Its managers; a bureau's administrators, the city's for every bureau; an admin anywhere."""
    if organisation.kind is OrganisationKind.BUREAU:
        return reader.administers(organisation.district_code)
    return reader.is_admin or reader.manages(organisation.id)


def may_invite(reader: Reader, organisation: Organisation) -> bool:
    """Who manages its people, once the bureau knows it: letters in its name go to anybody."""
    is_known = not reader.acts_for(organisation.id) or reader.is_approved
    return may_manage_members(reader, organisation) and is_known


def may_change_member(reader: Reader, membership: Membership) -> bool:
    """Who manages the organisation's people."""
    return may_manage_members(reader, membership.organisation)


def may_hand_over(reader: Reader, membership: Membership) -> bool:
    """A manager names a colleague in their own stead."""
    organisation = membership.organisation
    return (
        organisation.kind is not OrganisationKind.BUREAU
        and reader.manages(organisation.id)
        and membership.person_id != reader.person_id
    )


def may_withdraw(reader: Reader, invitation: Link) -> bool:
    """Who manages the organisation's people."""
    return invitation.organisation is not None and may_manage_members(reader, invitation.organisation)


def may_leave(reader: Reader, organisation: Organisation) -> bool:
    """Whoever acts for it; whether somebody is left to manage it is the rule's to say."""
    return reader.acts_for(organisation.id)


def may_list_bureaus(reader: Reader) -> bool:
    """Those who give roles in a bureau."""
    return reader.is_admin or (reader.is_bureau and Role.ADMIN in reader.roles)


@public
def may_ask(reader: Reader, organisation: Organisation) -> bool:
    """Anybody may ask to be invited; the managers decide."""
    return not reader.acts_for(organisation.id)
