"""Reads of redemptions, each within what its reader may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract
from matchmaker.db.pages import counts_by, narrowed
from matchmaker.vouchers.models import Use, UseState, Voucher
from matchmaker.vouchers.redemptions.models import (
    GIVEN_UP,
    IN_REVIEW,
    OVER,
    Evidence,
    Objection,
    Recusal,
    Redemption,
    RedemptionMove,
    RedemptionState,
)
from matchmaker.vouchers.redemptions.rules import CLAIMING, JUDGING

#: A notice stays to be read for so many days after it ended.
NOTICE_KEPT = timedelta(days=30)

#: Facets of the list: name in the URL → column.
FACETS = {"state": Redemption.state, "district": Redemption.district_code}


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The redemptions whose existence ``reader`` may know of: drafts are their enterprise's alone."""
    if reader.is_enterprise:
        return Redemption.enterprise_id == reader.organisation_id
    was_filed = Redemption.filed_at.is_not(None)
    if reader.is_provider:
        return and_(Redemption.provider_id == reader.organisation_id, was_filed)
    if reader.is_bureau:
        theirs = true() if reader.is_city_bureau else Redemption.district_code == reader.district_code
        return and_(theirs, was_filed)
    return false()


def redemption_by_id(reader: Reader, redemption_id: int) -> Select[Redemption]:
    """One redemption, when it is in the reader's scope, with all that its page shows."""
    return (
        select(Redemption)
        .where(Redemption.id == redemption_id, in_scope(reader))
        .options(
            joinedload(Redemption.use),
            joinedload(Redemption.voucher),
            joinedload(Redemption.contract),
            joinedload(Redemption.scheme),
            joinedload(Redemption.enterprise),
            joinedload(Redemption.provider),
            joinedload(Redemption.assignee),
            selectinload(Redemption.evidence).joinedload(Evidence.file),
        )
    )


def use_to_claim(reader: Reader, use_id: int) -> Select[Use]:
    """A use of the reader's own approved enterprise, to begin a claim for."""
    may_claim = reader.is_enterprise and reader.is_approved
    theirs = Voucher.enterprise_id == reader.organisation_id if may_claim else false()
    return (
        select(Use)
        .join(Use.voucher)
        .where(Use.id == use_id, theirs)
        .options(joinedload(Use.voucher), joinedload(Use.scheme))
    )


def evidence_by_id(reader: Reader, evidence_id: int) -> Select[Evidence]:
    """One piece of evidence of a redemption in the reader's scope."""
    return (
        select(Evidence)
        .join(Evidence.redemption)
        .where(Evidence.id == evidence_id, in_scope(reader))
        .options(joinedload(Evidence.file), joinedload(Evidence.redemption))
    )


def listed(reader: Reader, chosen: dict[str, str]) -> Select[Redemption]:
    """Redemptions in the reader's scope, narrowed, the newest first."""
    return (
        select(Redemption)
        .where(in_scope(reader), *narrowed(FACETS, chosen, besides=""))
        .options(joinedload(Redemption.enterprise), joinedload(Redemption.provider), joinedload(Redemption.contract))
        .order_by(Redemption.id.desc())
    )


def facet_base(reader: Reader, chosen: dict[str, str], facet: str) -> Select[Redemption]:
    """The rows among which the values of ``facet`` are counted."""
    return select(Redemption).where(in_scope(reader), *narrowed(FACETS, chosen, besides=facet))


def alive_for(use_id: int) -> Select[Redemption]:
    """The claim that a use has now."""
    return select(Redemption).where(Redemption.use_id == use_id, Redemption.state.not_in(OVER))


def last_payee(enterprise_id: int, payee_id: int) -> Select[Redemption]:
    """The enterprise's latest claim that named this payee with an account: its account is proposed again."""
    return (
        select(Redemption)
        .where(
            Redemption.enterprise_id == enterprise_id,
            Redemption.payee_id == payee_id,
            Redemption.payee_account != "",
        )
        .order_by(Redemption.id.desc())
        .limit(1)
    )


def moves(redemption: Redemption) -> Select[RedemptionMove]:
    """The steps of a redemption's life, the latest first, each with who took it."""
    return (
        select(RedemptionMove)
        .where(RedemptionMove.redemption_id == redemption.id)
        .options(joinedload(RedemptionMove.person), joinedload(RedemptionMove.organisation))
        .order_by(RedemptionMove.id.desc())
    )


def last_move(redemption: Redemption, step: str) -> Select[RedemptionMove]:
    """The latest step of one kind."""
    return moves(redemption).where(RedemptionMove.step == step).limit(1)


def objections(redemption: Redemption) -> Select[Objection]:
    """What was said against it, the latest first."""
    return (
        select(Objection)
        .where(Objection.redemption_id == redemption.id)
        .options(joinedload(Objection.person), joinedload(Objection.organisation), joinedload(Objection.redemption))
        .order_by(Objection.id.desc())
    )


def objected_to(redemption_ids: Collection[int]) -> Select[int]:
    """Those of these claims against which somebody objected and has no answer yet."""
    return select(Redemption.id).where(Redemption.id.in_(redemption_ids), has_open_objection())


def has_open_objection() -> ColumnElement[bool]:
    """Whether somebody objected and has no answer yet."""
    return (
        select(Objection.id)
        .where(Objection.redemption_id == Redemption.id, Objection.answered_at.is_(None))
        .correlate(Redemption)
        .exists()
    )


def objection_by_id(reader: Reader, objection_id: int) -> Select[Objection]:
    """One objection to a redemption in the reader's scope."""
    return (
        select(Objection)
        .join(Objection.redemption)
        .where(Objection.id == objection_id, in_scope(reader))
        .options(joinedload(Objection.redemption))
    )


def _on_notice(on: date) -> ColumnElement[bool]:
    known = Redemption.state.in_((RedemptionState.PUBLIC, RedemptionState.PAYABLE, RedemptionState.BATCHED))
    return and_(
        or_(known, Redemption.state == RedemptionState.PAID),
        Redemption.public_from <= on,
        Redemption.public_until >= on - NOTICE_KEPT,
    )


def notices(on: date, district: str = "") -> Select[Redemption]:
    """What is on public notice on that day or was shortly before, those that still run first."""
    statement = (
        select(Redemption)
        .where(_on_notice(on))
        .options(
            joinedload(Redemption.enterprise),
            joinedload(Redemption.provider),
            joinedload(Redemption.scheme),
            joinedload(Redemption.use),
            joinedload(Redemption.voucher),
        )
        .order_by(Redemption.public_until.desc().nulls_last(), Redemption.id.desc())
    )
    return statement.where(Redemption.district_code == district) if district else statement


def notice_by_id(_reader: Reader, redemption_id: int) -> Select[Redemption]:
    """One redemption that is on public notice today; anybody may know of it."""
    return notices(clock.today()).where(Redemption.id == redemption_id, Redemption.state == RedemptionState.PUBLIC)


def notices_over(on: date) -> Select[Redemption]:
    """Those whose notice ended before ``on`` without an objection that awaits an answer, locked."""
    return (
        select(Redemption)
        .where(Redemption.state == RedemptionState.PUBLIC, Redemption.public_until < on, ~has_open_objection())
        .order_by(Redemption.id)
        .with_for_update()
    )


def unpaid(voucher_id: int) -> Select[Use]:
    """The uses of a voucher whose amount was approved and is not paid for good: it may yet come back to the voucher."""
    is_paid = select(Redemption.id).where(Redemption.use_id == Use.id, Redemption.state == RedemptionState.PAID)
    return select(Use).where(Use.voucher_id == voucher_id, Use.state == UseState.SETTLED, ~is_paid.exists())


def returned() -> Select[int]:
    """The ids of the claims that wait to be corrected."""
    return select(Redemption.id).where(Redemption.state == RedemptionState.RETURNED).order_by(Redemption.id)


def judges(redemption_ids: Collection[int]) -> Select[int | None]:
    """Everybody who ever reviewed one of these."""
    return (
        select(RedemptionMove.person_id)
        .where(RedemptionMove.redemption_id.in_(redemption_ids), RedemptionMove.step.in_(JUDGING))
        .distinct()
    )


def recusal(person_id: int | None, redemption_ids: Collection[int]) -> Select[Recusal]:
    """What somebody declared against deciding on one of these claims themselves."""
    return (
        select(Recusal)
        .where(Recusal.person_id == person_id, Recusal.redemption_id.in_(redemption_ids))
        .order_by(Recusal.id)
        .limit(1)
    )


def recused(person_id: int | None) -> Select[int]:
    """The claims on which somebody declared a conflict."""
    return select(Recusal.redemption_id).where(Recusal.person_id == person_id).order_by(Recusal.redemption_id)


def recusals(redemption: Redemption) -> Select[Recusal]:
    """Everybody who declared a conflict on a claim, with to whom it went."""
    return (
        select(Recusal)
        .where(Recusal.redemption_id == redemption.id)
        .options(joinedload(Recusal.person), joinedload(Recusal.passed_to))
        .order_by(Recusal.id)
    )


def claimed_by(person_id: int, redemption_ids: Collection[int]) -> Select[int]:
    """Those of these claims on which somebody once acted for the enterprise, wherever they work now."""
    return select(RedemptionMove.redemption_id).where(
        RedemptionMove.redemption_id.in_(redemption_ids),
        RedemptionMove.person_id == person_id,
        RedemptionMove.step.in_(CLAIMING),
    )


def belongs_to_a_side(person_id: int | None, redemptions: Collection[Redemption]) -> Select[str]:
    """The names of those sides of some claims that this person can act for."""
    sides = {side for one in redemptions for side in (one.enterprise_id, one.provider_id, one.payee_id)}
    return (
        select(Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.organisation_id.in_(sides))
        .order_by(Organisation.name)
    )


def addresses_of(organisation_id: int) -> Select[str, str]:
    """The addresses of those who act for an organisation, and their languages."""
    return (
        select(Person.email, Person.language)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Person.is_active)
        .order_by(Person.id)
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """How long payments took lately, in days from the end of the notice to the payment."""

    days: int
    count: int


def time_to_pay(session: Session, district_code: str, *, on: date) -> Spent | None:
    """Return the median of the district's payments of the last year, ``None`` where there is none."""
    rows = session.execute(
        select(Redemption.payable_at, Redemption.paid_on)
        .where(
            Redemption.district_code == district_code,
            Redemption.state == RedemptionState.PAID,
            Redemption.paid_on >= on - timedelta(days=365),
            Redemption.payable_at.is_not(None),
        )
        .order_by(Redemption.id.desc())
        .limit(200)
    ).all()
    days = sorted((end - clock.civil_day(start)).days for start, end in rows if start and end)
    return Spent(days[len(days) // 2], len(days)) if days else None


def uses_to_claim(reader: Reader) -> Select[Use, Contract]:
    """The reader's uses whose service was done and for which nothing was claimed yet, the oldest first."""
    claims = select(Redemption.id).where(Redemption.use_id == Use.id, Redemption.state.not_in(GIVEN_UP))
    claimed = claims.correlate(Use).exists()
    return (
        select(Use, Contract)
        .join(Use.voucher)
        .join(Contract, Contract.id == Use.contract_id)
        .where(Voucher.enterprise_id == reader.organisation_id, Use.state == UseState.SERVED, ~claimed)
        .order_by(Use.id)
    )


def count_by_state(session: Session, reader: Reader) -> dict[RedemptionState, int]:
    """How many there are in each state, within the reader's scope."""
    return counts_by(session, select(Redemption).where(in_scope(reader)), Redemption.state)


@dataclass(frozen=True, slots=True)
class Todo:
    """What waits for a reader in claims: of an enterprise to claim and to correct, of a bureau to review and to pay."""

    to_claim: int = 0
    returned: int = 0
    to_review: int = 0
    to_pay: int = 0
    objections: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.to_claim or self.returned or self.to_review or self.to_pay or self.objections)


def todo(session: Session, reader: Reader) -> Todo:
    """Count what waits for the reader, in a statement or two."""
    if not (reader.is_enterprise or reader.is_bureau):
        return Todo()
    states = count_by_state(session, reader)
    if reader.is_enterprise:
        open_uses = uses_to_claim(reader).with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
        return Todo(to_claim=session.scalar(open_uses) or 0, returned=states.get(RedemptionState.RETURNED, 0))
    waiting = select(func.count()).select_from(Redemption).where(in_scope(reader), has_open_objection())
    declined = select(func.count(Recusal.id)).join(Redemption, Redemption.id == Recusal.redemption_id)
    theirs = declined.where(in_scope(reader), Recusal.person_id == reader.person_id, Redemption.state.in_(IN_REVIEW))
    return Todo(
        to_review=sum(states.get(state, 0) for state in IN_REVIEW) - (session.scalar(theirs) or 0),
        to_pay=states.get(RedemptionState.PAYABLE, 0),
        objections=session.scalar(waiting) or 0,
    )
