"""Who may do what with a batch. Four eyes beyond that are the operations': they know what each one did before."""

from matchmaker.accounts.policies import scoped
from matchmaker.accounts.rules import Reader
from matchmaker.reference.models import District
from matchmaker.vouchers.clearing.models import Batch, BatchItem


def may_list(reader: Reader) -> bool:
    """Everybody of a bureau."""
    return reader.is_bureau


@scoped
def may_see(reader: Reader, batch: Batch) -> bool:
    """Everybody of the bureau whose batch it is; all other readers do not find it."""
    return reader.is_bureau_of(batch.district_code)


def may_open(reader: Reader, district: District) -> bool:
    """Reviewers of the district."""
    return reader.reviews(district.code)


def may_handle(reader: Reader, batch: Batch) -> bool:
    """Reviewers of its district."""
    return reader.reviews(batch.district_code)


def may_handle_item(reader: Reader, item: BatchItem) -> bool:
    """Reviewers of its batch's district."""
    return reader.reviews(item.batch.district_code)


def may_fetch(reader: Reader, batch: Batch) -> bool:
    """Reviewers of its district, once it goes to the bank: the file holds accounts in full."""
    return reader.reviews(batch.district_code) and batch.exported_at is not None
