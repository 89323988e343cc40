"""Who may do what with a service record. That a reader knows of it at all is decided by the queries' ``in_scope``."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.introductions.models import Side
from matchmaker.contracts.services.models import ServiceRecord, ServiceUpload
from matchmaker.contracts.services.rules import side_of


def may_list(reader: Reader) -> bool:
    """Enterprises, complexes and institutes their own; bureaus those of their district."""
    return reader.is_enterprise or reader.is_provider or reader.is_bureau


def may_record(reader: Reader) -> bool:
    """Complexes and institutes that the bureau has approved."""
    return reader.is_trusted_provider


def may_confirm_many(reader: Reader) -> bool:
    """Enterprises."""
    return reader.is_enterprise


@scoped
def may_see(reader: Reader, record: ServiceRecord) -> bool:
    """Whatever the reader's scope let through."""
    return True


def may_correct(reader: Reader, record: ServiceRecord) -> bool:
    """Whoever recorded it, while it stands."""
    return side_of(reader, record) is Side.PROVIDER and record.stands


def may_take_back(reader: Reader, record: ServiceRecord) -> bool:
    """Whoever recorded it. What the state forbids is the rules' to say."""
    return side_of(reader, record) is Side.PROVIDER


def may_answer(reader: Reader, record: ServiceRecord) -> bool:
    """The enterprise for which it was done."""
    return side_of(reader, record) is Side.ENTERPRISE


def may_keep(reader: Reader, upload: ServiceUpload) -> bool:
    """Whoever acts for the organisation that sent it, until somebody kept it."""
    return may_record(reader) and reader.acts_for(upload.organisation_id) and upload.kept_at is None
