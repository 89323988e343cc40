"""Decisions on claims. Two people agree before an amount leaves its voucher; each is free of conflict."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.db.actors import actor_of
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.messages import _l
from matchmaker.reference.models import CITY_CODE
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import impartiality, invoices, letters
from matchmaker.vouchers.redemptions import operations as redemptions
from matchmaker.vouchers.redemptions import queries as redemption_queries
from matchmaker.vouchers.redemptions import rules as redemption_rules
from matchmaker.vouchers.redemptions.models import IN_REVIEW, Recusal, Redemption, RedemptionState
from matchmaker.vouchers.review import queries, rules
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.rules import SchemeRules
from matchmaker.vouchers.uses import operations as uses

_NOT_WAITING = _l("This does not wait to be reviewed any more.")


def assign(session: Session, redemption: Redemption, *, to_id: int | None) -> None:
    """Let one reviewer see to a claim first; anybody who may can still decide. Raises ``Conflict``."""
    session.refresh(redemption, with_for_update=True)
    if redemption.state not in IN_REVIEW:
        raise Conflict(_NOT_WAITING)
    if to_id is not None and session.scalars(redemption_queries.recusal(to_id, [redemption.id])).first() is not None:
        raise Forbidden(impartiality.RECUSED)
    redemption.assignee_id = to_id
    session.flush()


def recuse(session: Session, redemption: Redemption, reason: str) -> Recusal:
    """Declare that whoever acts is not impartial on a claim: from now on others decide, one of them is asked to.

    Raises ``Invalid`` on ``reason``, ``Conflict`` when it does not wait any more or whoever acts agreed to it before.
    """
    said = redemption_rules.check_reason(reason)
    session.refresh(redemption, with_for_update=True)
    actor = actor_of(session)
    if actor.person_id is None:
        raise Forbidden(_l("Decisions are made by people."))
    if redemption.state not in IN_REVIEW:
        raise Conflict(_NOT_WAITING)
    if redemption.first_reviewed_by_id == actor.person_id:
        raise Conflict(_l("You agreed to this claim before; ask the second reviewer to return it."))
    if session.scalars(redemption_queries.recusal(actor.person_id, [redemption.id])).first() is not None:
        raise Conflict(_l("You declared a conflict of interest on this claim before."))
    other = session.scalars(queries.instead(redemption, of=actor.person_id)).first()
    declared = Recusal(
        redemption_id=redemption.id,
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        at=clock.now(),
        reason=said,
        passed_to_id=other,
    )
    session.add(declared)
    redemption.assignee_id = other
    session.flush()
    return declared


def agree(session: Session, redemption: Redemption, remark: str = "") -> None:
    """Agree as the first reviewer. Raises ``Conflict`` or ``Forbidden``."""
    person_id = _judge(session, redemption)
    sets = {"first_reviewed_by_id": person_id, "assignee_id": None}
    redemptions.move(session, redemption, "review", sets=sets, reason=remark.strip())


def approve(session: Session, redemption: Redemption, approved_fen: int | None, reason: str = "") -> None:
    """Approve as the second reviewer: the amount leaves the voucher, and the claim goes on public notice.

    Raises ``Invalid`` on the amount or on ``reason`` when less is granted without one, ``Conflict``, ``Forbidden``.
    """
    redemptions.lock_voucher(session, redemption.voucher_id)
    person_id = _judge(session, redemption, is_second=True)
    granted = redemption_rules.check_approved(approved_fen, claimed_fen=redemption.claimed_fen)
    judged = replace(redemptions.claim_of(session, redemption), claimed_fen=granted)
    for first in redemption_rules.amounts(judged):
        raise Invalid(field="approved_fen", message=first.message)
    if granted < redemption.claimed_fen:
        reason = redemption_rules.check_reason(reason)
    sets = {"approved_fen": granted, "approved_by_id": person_id, "approved_at": clock.now(), "assignee_id": None}
    redemptions.move(session, redemption, "approve", sets=sets, reason=reason.strip(), amount_fen=granted)
    uses.settle(session, session.get_one(Use, redemption.use_id), approved_fen=granted)
    redemptions.publish(session, redemption)
    letters.told(session, redemption)


def return_(session: Session, redemption: Redemption, comments: Mapping[str, str]) -> None:
    """Give a claim back with what has to be changed, by field; its amount stays held. Raises ``Invalid``."""
    said = rules.check_comments(comments)
    _judge(session, redemption, only_free=True)
    redemptions.move(session, redemption, "return", sets={"first_reviewed_by_id": None}, comments=said)
    letters.told(session, redemption)


def reject(session: Session, redemption: Redemption, reason: str) -> None:
    """Refuse a claim for good: what was held is free again, and its invoices too. Raises ``Invalid``, ``Conflict``."""
    said = redemption_rules.check_reason(reason)
    redemptions.lock_voucher(session, redemption.voucher_id)
    _judge(session, redemption, only_free=True)
    redemptions.move(session, redemption, "reject", reason=said)
    invoices.free(session, redemption)
    uses.refuse(session, session.get_one(Use, redemption.use_id), reason=said)
    letters.told(session, redemption)


def _judge(session: Session, redemption: Redemption, *, is_second: bool = False, only_free: bool = False) -> int:
    """Return who decides, once nothing speaks against them. The row's lock makes what is read here hold."""
    session.refresh(redemption, with_for_update=True)
    person_id = impartiality.check(session, [redemption])
    if only_free or not is_second:
        return person_id
    if redemption.state is RedemptionState.REVIEWED and person_id == redemption.first_reviewed_by_id:
        raise Conflict(_l("A second person has to approve what you reviewed."))
    scheme = session.get_one(Scheme, redemption.scheme_id)
    if SchemeRules.of(scheme.rules_json).reviews > 1 and not _is_of_city(session, actor_of(session).organisation_id):
        raise Forbidden(_l("By this scheme the city's bureau makes the second decision."))
    return person_id


def _is_of_city(session: Session, organisation_id: int | None) -> bool:
    organisation = session.get(Organisation, organisation_id) if organisation_id else None
    return organisation is not None and organisation.district_code == CITY_CODE
