"""Who may keep a spreadsheet."""

from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.offerings.policies import may_list
from matchmaker.catalogue.sheets.models import OfferingUpload


def may_keep(reader: Reader, upload: OfferingUpload) -> bool:
    """Whoever acts for the organisation that sent it, until somebody kept it."""
    return may_list(reader) and reader.acts_for(upload.organisation_id) and upload.kept_at is None
