"""Who may read a dossier."""

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader


def may_read(reader: Reader, organisation: Organisation) -> bool:
    """Its own people, its district's bureau, the city's. Administrators manage accounts and need no dossier."""
    return reader.acts_for(organisation.id) or reader.is_bureau_of(organisation.district_code)
