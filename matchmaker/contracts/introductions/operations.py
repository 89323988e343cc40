"""The life of an introduction: asked for, answered, talked about, ended or signed. Each step leaves a move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from matchmaker import clock, phrases
from matchmaker.accounts.members.letters import tell
from matchmaker.accounts.models import Organisation
from matchmaker.audit import operations as audit
from matchmaker.catalogue.needs import operations as needs
from matchmaker.catalogue.needs.models import Need, NeedState
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.contracts.introductions import letters, queries, rules, waiting
from matchmaker.contracts.introductions.models import (
    STATE_LABELS,
    FailureReason,
    Introduction,
    IntroductionFile,
    IntroductionMessage,
    IntroductionMove,
    IntroductionReading,
    IntroductionState,
    Side,
)
from matchmaker.db import transitions
from matchmaker.db.actors import actor_of, attribution
from matchmaker.errors import Conflict, Invalid
from matchmaker.files.models import StoredFile
from matchmaker.matching import Match
from matchmaker.messages import _l

_NEED_HAS_ENDED = _l("The need was solved or closed before there was an answer.")
_NEED_IS_OVER = _l("The need is not open any more.")
_NO_OFFERING = _l("The offering cannot be ordered any more.")
_SILENT = _l("This introduction has ended; nothing can be added to it.")
#: How many of the words that a match rests on are kept.
_KEPT_TERMS = 8


@dataclass(frozen=True, slots=True)
class Opening:
    """What whoever opens an introduction says, and the match they came from."""

    title: str
    text: str
    shares_text: bool = False
    match: Match | None = None


def open_(
    session: Session,
    opening: Opening,
    *,
    by: Side,
    enterprise: Organisation,
    provider: Organisation,
    need: Need | None = None,
    offering: Offering | None = None,
    key: str | None = None,
) -> Introduction:
    """Let one side ask the other, and tell it. Raises ``Invalid`` or ``Conflict``.

    At most one is open between the two about a need (without one: about an offering); the database refuses a second.
    """
    rules.check_title(opening.title)
    rules.check_message(opening.text)
    _check_open(session, need, offering)
    now = clock.now()
    introduction = Introduction(
        key=key,
        need_id=need.id if need else None,
        offering_id=offering.id if offering else None,
        enterprise_id=enterprise.id,
        provider_id=provider.id,
        district_code=enterprise.district_code,
        industry_code=enterprise.industry_code,
        opened_by_side=by,
        opened_by_id=actor_of(session).person_id,
        title=opening.title,
        shares_text=opening.shares_text and by is Side.ENTERPRISE and need is not None,
        opened_at=now,
        awaits_side=by.other,
        awaits_since=now,
        **_match_columns(opening.match),
    )
    session.add(introduction)
    session.flush()
    _add_message(session, introduction, opening.text, key=None)
    letters.tell_side(session, introduction, by.other, letters.opened(introduction))
    return introduction


def _check_open(session: Session, need: Need | None, offering: Offering | None) -> None:
    if need is None and offering is None:
        raise Invalid(field="need_id", message=_l("Choose the need or the offering it is about."))
    if need is not None:
        session.refresh(need, attribute_names=["state", "version"], with_for_update=True)
        if not need.is_open:
            raise Conflict(_NEED_IS_OVER)
    if offering is not None and (not offering.is_open or offering.paused_at is not None):
        raise Conflict(_NO_OFFERING)


def _match_columns(match: Match | None) -> dict[str, Any]:
    if match is None:
        return {"match_terms": []}
    terms = [reason.term for reason in match.reasons[:_KEPT_TERMS]]
    return {"match_band": match.band, "match_score": round(match.score, 4), "match_terms": terms}


def accept(session: Session, introduction: Introduction, *, shares_text: bool = False) -> None:
    """Say that one is willing to talk; the need is in discussion from the first time on. Raises ``Conflict``.

    Pressed twice by the same person it is done once.
    """
    _lock(session, introduction)
    if introduction.state is IntroductionState.TALKING and _was_taken_by_actor(session, introduction):
        return
    need = _locked_need(session, introduction)
    if need is not None and introduction.state is IntroductionState.WAITING and not need.is_open:
        raise Conflict(_NEED_IS_OVER)
    _move(session, introduction, IntroductionState.TALKING)
    introduction.accepted_at = _later(introduction)
    introduction.answered_at = introduction.answered_at or introduction.accepted_at
    introduction.shares_text = introduction.shares_text or (shares_text and need is not None)
    _await(introduction, None)
    if need is not None and need.state is NeedState.PUBLISHED:
        needs.begin_discussion(session, need)
        introduction.began_discussion = True
    session.flush()
    letters.tell_side(session, introduction, introduction.opened_by_side, letters.accepted(introduction))


def end(
    session: Session, introduction: Introduction, reason: FailureReason | None, words: str = "", *, by: Side
) -> None:
    """Say that nothing comes of it, and why: before the talks that is declining, or taking back what one asked.

    The need is as before once no talks are left that began its discussion. Raises ``Invalid`` or ``Conflict``.
    """
    _lock(session, introduction)
    if introduction.state is IntroductionState.FAILED and _was_taken_by_actor(session, introduction):
        return
    if introduction.is_open:
        allowed = rules.reasons_open_to(by, introduction, on=clock.now())
        rules.check_end(reason, words, allowed=allowed)
    _move(session, introduction, IntroductionState.FAILED, reason=reason, words=words)
    introduction.failed_reason = reason
    introduction.ended_at = _later(introduction)
    if by is introduction.opened_by_side.other:
        introduction.answered_at = introduction.answered_at or introduction.ended_at
    _await(introduction, None)
    session.flush()
    _leave_discussion(session, introduction)
    letters.tell_side(session, introduction, by.other, letters.ended(introduction))


def end_with_need(session: Session) -> int:
    """End what awaits an answer about a need that was solved or closed meanwhile. Return how many that were."""
    late = session.scalars(waiting.waiting_for_ended_needs()).all()
    for introduction in late:
        words = phrases.in_language(_NEED_HAS_ENDED, phrases.DEFAULT)
        _move(session, introduction, IntroductionState.FAILED, reason=FailureReason.OTHER, words=words)
        introduction.failed_reason = FailureReason.OTHER
        introduction.ended_at = _later(introduction)
        _await(introduction, None)
        session.flush()
        letters.tell_side(session, introduction, Side.PROVIDER, letters.need_has_ended(introduction))
    return len(late)


def sign(session: Session, introduction: Introduction) -> None:
    """Say that a contract was signed; for the contract that names the introduction. Raises ``Conflict``."""
    _move(session, introduction, IntroductionState.SIGNED)
    introduction.ended_at = _later(introduction)
    _await(introduction, None)
    session.flush()


def share(session: Session, introduction: Introduction, *, is_shared: bool) -> None:
    """Let those who take part read the whole need, or the summary only again; what was read stays known.

    Raises ``Conflict`` once nothing came of it.
    """
    _lock(session, introduction)
    if introduction.state is IntroductionState.FAILED:
        raise Conflict(_SILENT)
    introduction.shares_text = is_shared
    session.flush()
    audit.note(session, "introductions.share", introduction, detail={"shares_text": is_shared})


def write(
    session: Session,
    introduction: Introduction,
    text: str,
    *,
    by: Side | None,
    key: str | None = None,
    files: Sequence[tuple[StoredFile, str]] = (),
) -> IntroductionMessage:
    """Say something to the others; ``by`` is ``None`` for whoever was invited. Raises ``Invalid`` or ``Conflict``.

    ``files`` come with it, each under the name it was sent with.

    The other side owes a reply from then on, and is told so by letter if it did not before.
    """
    rules.check_message(text, needed=not files)
    _lock(session, introduction)
    if introduction.state is IntroductionState.FAILED:
        raise Conflict(_SILENT)
    message = _add_message(session, introduction, text, key=key)
    _attach(session, message, files)
    if by is not None and introduction.is_open:
        _pass_on(session, introduction, by)
    session.flush()
    return message


def settle(session: Session, introduction: Introduction, *, by: Side) -> None:
    """Say that what the other side wrote last asks for no reply. Raises ``Conflict`` before the talks."""
    _lock(session, introduction)
    if introduction.state is not IntroductionState.TALKING:
        raise Conflict(_l("This is %(now)s; there is nothing to leave open.", now=STATE_LABELS[introduction.state]))
    if introduction.awaits_side is by:
        _await(introduction, None)
        session.flush()
    audit.note(session, "introductions.settle", introduction)


def mark_read(session: Session, introduction: Introduction, *, person_id: int) -> None:
    """Keep that the person has read all that was written so far."""
    # The introduction's row stands for how far each person has read it: two pages at once note it once.
    session.refresh(introduction, attribute_names=["state", "version", "last_message_id"], with_for_update=True)
    _note_reading(session, introduction, person_id=person_id, message_id=introduction.last_message_id)


def _note_reading(session: Session, introduction: Introduction, *, person_id: int, message_id: int) -> None:
    reading = session.get(IntroductionReading, (introduction.id, person_id), populate_existing=True)
    if reading is None:
        session.add(IntroductionReading(introduction_id=introduction.id, person_id=person_id, message_id=message_id))
    else:
        reading.message_id = max(reading.message_id, message_id)
    session.flush()


def remind(session: Session, *, now: datetime) -> int:
    """Write one letter to everybody who owes replies that are due for long. Return how many introductions those are."""
    patience = rules.patience(clock.civil_day(now))
    due = session.scalars(waiting.to_remind_of(before=patience.reminds_before(now), most=patience.most_reminders)).all()
    by_organisation: dict[int, list[Introduction]] = {}
    for introduction in due:
        assert introduction.awaits_side is not None  # noqa: S101 - what is due is somebody's; narrows for the type checker
        by_organisation.setdefault(introduction.organisation_of(introduction.awaits_side), []).append(introduction)
        introduction.reminded_at, introduction.reminders = now, introduction.reminders + 1
    for organisation_id, person in session.execute(queries.members(by_organisation)):
        tell(session, [person], letters.reminder(by_organisation[organisation_id]))
    session.flush()
    return len(due)


def _lock(session: Session, introduction: Introduction) -> None:
    session.refresh(introduction, attribute_names=inspect(Introduction).column_attrs.keys(), with_for_update=True)


def _locked_need(session: Session, introduction: Introduction) -> Need | None:
    """Return the need as it is now: after its introduction's row, so that everybody waits in one order."""
    if introduction.need_id is None:
        return None
    need = session.get_one(Need, introduction.need_id)
    session.refresh(need, attribute_names=inspect(Need).column_attrs.keys(), with_for_update=True)
    return need


def _leave_discussion(session: Session, introduction: Introduction) -> None:
    """Take the need out of a discussion that introductions began, once the last of them has ended."""
    need = _locked_need(session, introduction)
    if need is None or need.state is not NeedState.IN_DISCUSSION:
        return
    if session.scalars(queries.others_in_talks(introduction).limit(1)).first() is not None:
        return
    if session.scalars(queries.began_discussion(need.id).limit(1)).first() is not None:
        needs.end_discussion(session, need)


def _was_taken_by_actor(session: Session, introduction: Introduction) -> bool:
    """Whether the last step was the actor's own: a second click, which asks for nothing new."""
    actor = actor_of(session)
    last = session.scalars(queries.last_move(introduction)).first()
    return last is not None and actor.person_id is not None and last.person_id == actor.person_id


def _later(introduction: Introduction) -> datetime:
    """Return now, but never an instant before the introduction was opened: clocks are set back."""
    return max(clock.now(), introduction.opened_at)


def _await(introduction: Introduction, side: Side | None) -> None:
    introduction.awaits_side = side
    introduction.awaits_since = None if side is None else clock.now()
    introduction.reminded_at, introduction.reminders = None, 0


def _pass_on(session: Session, introduction: Introduction, by: Side) -> None:
    if by is introduction.opened_by_side.other and introduction.answered_at is None:
        introduction.answered_at = _later(introduction)
    if introduction.awaits_side is not by.other:
        _await(introduction, by.other)
        letters.tell_side(session, introduction, by.other, letters.written(introduction))


def _attach(session: Session, message: IntroductionMessage, files: Sequence[tuple[StoredFile, str]]) -> None:
    for stored, name in files:
        session.add(
            IntroductionFile(
                introduction_id=message.introduction_id,
                message_id=message.id,
                file_id=stored.id,
                name=name,
                person_id=message.person_id,
                organisation_id=message.organisation_id,
                at=message.at,
            )
        )


def _add_message(session: Session, introduction: Introduction, text: str, *, key: str | None) -> IntroductionMessage:
    actor = actor_of(session)
    message = IntroductionMessage(
        introduction_id=introduction.id,
        key=key,
        **attribution(session),
        at=clock.now(),
        text=text,
    )
    session.add(message)
    session.flush()
    introduction.last_message_id = message.id
    if actor.person_id is not None:
        # Whoever writes has read what was there.
        _note_reading(session, introduction, person_id=actor.person_id, message_id=message.id)
    return message


def _move(
    session: Session,
    introduction: Introduction,
    to: IntroductionState,
    *,
    reason: FailureReason | None = None,
    words: str = "",
) -> None:
    # The row must not be flushed before its instants fit its state.
    with session.no_autoflush:
        before = transitions.move(session, introduction, to=to, allowed=rules.ALLOWED, labels=STATE_LABELS)
        session.add(
            IntroductionMove(
                introduction_id=introduction.id,
                at=clock.now(),
                from_state=before,
                to_state=to,
                **attribution(session),
                reason=reason,
                words=words,
            )
        )
