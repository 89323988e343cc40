"""The demo's batches: what was approved is paid once a month, by people who reviewed none of it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.vouchers.clearing import operations, queries
from matchmaker.vouchers.clearing.models import Batch
from matchmaker.vouchers.redemptions import operations as redemptions
from matchmaker.vouchers.redemptions.models import Redemption, RedemptionState

Step = tuple[datetime, Callable[[], None]]

#: On this day of each month what is payable goes into batches; the bank has answered two days later.
PAY_DAY = 20
SEALER, APPROVER = "second@demo.example", "third@demo.example"
#: One payment of this month fails, so that the demo shows what follows.
FAILING_MONTH = 6


def steps(session: Session, act_as: Callable[[str], None], *, years: set[int]) -> Iterator[Step]:
    """Yield what happens on each pay day of the years, as far as they have passed."""
    today = clock.today()
    for year in sorted(years):
        for month in range(1, 13):
            day = date(year, month, PAY_DAY)
            if day + timedelta(days=2) <= today:
                payment = _PayDay(session, act_as, fails=(year, month) == (today.year, FAILING_MONTH))
                yield _at(day), payment.send
                yield _at(day + timedelta(days=2)), payment.settle


class _PayDay:
    """One month's batches, from their opening to the bank's answer."""

    def __init__(self, session: Session, act_as: Callable[[str], None], *, fails: bool) -> None:
        self.session, self.act_as, self.fails = session, act_as, fails
        self.batches: list[Batch] = []

    def send(self) -> None:
        """Put together, seal, approve and send what each district may pay."""
        redemptions.end_notices(self.session, on=clock.today())
        payable = select(Redemption.district_code).where(Redemption.state == RedemptionState.PAYABLE).distinct()
        for district in sorted(self.session.scalars(payable)):
            self.act_as(SEALER)
            batch = operations.open_(self.session, district)
            operations.seal(self.session, batch)
            self.act_as(APPROVER)
            operations.approve(self.session, batch)
            operations.export(self.session, batch)
            self.batches.append(batch)

    def settle(self) -> None:
        """Keep what the bank answered."""
        self.act_as(SEALER)
        for batch in self.batches:
            items = self.session.scalars(queries.items_of(batch.id)).all()
            failed = {items[0].id: "户名与账号不符，退票"} if self.fails and batch is self.batches[0] else {}
            operations.settle(self.session, batch, failed=failed, on=clock.today())


def _at(day: date) -> datetime:
    return datetime.combine(day, time(15), tzinfo=clock.CIVIL_ZONE)
