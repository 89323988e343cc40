"""What waits for a reader in vouchers, flags, batches and reconciliation: counted for their first page."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from matchmaker.accounts.rules import Reader
from matchmaker.vouchers import queries
from matchmaker.vouchers.clearing import queries as clearing
from matchmaker.vouchers.clearing.models import Batch
from matchmaker.vouchers.flags import queries as flags
from matchmaker.vouchers.flags.models import Flag
from matchmaker.vouchers.models import Voucher, VoucherState
from matchmaker.vouchers.reconciliation.models import Reconciliation


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for a reader: of an enterprise its own applications, of a bureau what its district's are to see to."""

    #: Applications returned to the enterprise.
    returned: int = 0
    #: Applications that the bureau has to review.
    to_review: int = 0
    flags: int = 0
    #: Sealed batches that this very person may approve.
    batches: int = 0
    #: Where the latest reconciliation found something; the city's bureau sees it.
    mismatches: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return self == Todo()


def todo(session: Session, reader: Reader) -> Todo:
    """Count what waits for the reader, in one statement; of those who hold and oversee no vouchers nothing does."""
    if reader.is_enterprise:
        returned = select(func.count(Voucher.id)).where(
            Voucher.enterprise_id == reader.organisation_id, Voucher.state == VoucherState.RETURNED
        )
        return Todo(returned=session.scalar(returned) or 0)
    if not reader.is_bureau:
        return Todo()
    parts = (
        _counted(queries.queue(reader), Voucher.id),
        _counted(flags.listed(reader, dict.fromkeys(flags.FACETS, "")), Flag.id),
        _counted(clearing.to_approve(reader), Batch.id),
        select(func.coalesce(func.max(Reconciliation.mismatches), 0)).where(
            Reconciliation.id == select(func.max(Reconciliation.id)).scalar_subquery()
        ),
    )
    applications, raised, batches, mismatches = session.execute(
        select(*(part.scalar_subquery() for part in parts))
    ).one()
    return Todo(
        to_review=applications,
        flags=raised,
        batches=batches,
        mismatches=mismatches if reader.is_city_bureau else 0,
    )


def _counted(statement: Select[object], column: object) -> Select[int]:
    return statement.with_only_columns(func.count(column), maintain_column_froms=True).order_by(None).options()  # type: ignore[arg-type]  # a column of any table
