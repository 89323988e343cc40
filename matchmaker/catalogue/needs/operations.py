"""The life of a need: submitted, checked, published, discussed, ended, renewed. Each step leaves a move."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit import operations as audit
from matchmaker.catalogue import operations
from matchmaker.catalogue.needs import rules
from matchmaker.catalogue.needs.models import (
    CLOSED_ENDINGS,
    SOLVED_ENDINGS,
    STATE_LABELS,
    Ending,
    Need,
    NeedChecking,
    NeedMove,
    NeedState,
)
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.operations import renumber, version_number
from matchmaker.db import transitions
from matchmaker.db.actors import attribution


def rewrite(session: Session, need: Need, text: NeedText) -> None:
    """Replace what the need says; a new deadline of an open need moves its last day too. Raises ``Invalid``."""
    deadline = need.needed_by
    operations.rewrite(session, need, text)
    if need.is_open and need.needed_by != deadline:
        _run_from(need, clock.today())
        session.flush()


def submit(session: Session, need: Need, text: NeedText) -> None:
    """Have the need, which says ``text``, checked; where its district checks none it is published at once.

    Raises ``Invalid`` on what keeps it from being understood, or ``Conflict``.
    """
    text.check_publishable(on=clock.today())
    _move(session, need, NeedState.SUBMITTED)
    need.submitted_at = clock.now()
    session.flush()
    if not is_checked(session, need.district_code):
        approve(session, need)


def approve(session: Session, need: Need) -> None:
    """Publish a submitted need. Raises ``Conflict`` when it is not submitted any more."""
    _move(session, need, NeedState.PUBLISHED, only_from=NeedState.SUBMITTED)
    need.published_at = clock.now()
    _run_from(need, clock.today())
    renumber(session, need)
    session.flush()


def return_(session: Session, need: Need, comments: Mapping[str, str]) -> None:
    """Give a submitted need back with what has to be changed, by field. Raises ``Invalid`` or ``Conflict``."""
    said = rules.check_comments(comments)
    _move(session, need, NeedState.RETURNED, comments=said)
    session.flush()
    audit.note(session, "need.returned", need, detail={"fields": sorted(said)})


def withdraw(session: Session, need: Need) -> None:
    """Take the need back to a draft. Raises ``Conflict`` while it is discussed, and after its end."""
    _move(session, need, NeedState.DRAFT)
    need.published_at = need.valid_until = None
    renumber(session, need)
    session.flush()


def begin_discussion(session: Session, need: Need) -> None:
    """Say that the enterprise is talking with somebody; others still find it. Raises ``Conflict``."""
    _move(session, need, NeedState.IN_DISCUSSION)
    renumber(session, need)
    session.flush()


def end_discussion(session: Session, need: Need) -> None:
    """Say that the talks came to nothing and the need stands as before. Raises ``Conflict`` when none are held."""
    _move(session, need, NeedState.PUBLISHED, only_from=NeedState.IN_DISCUSSION)
    renumber(session, need)
    session.flush()


def solve(session: Session, need: Need, reason: Ending | None, words: str, *, solver_id: int | None = None) -> None:
    """End an open need as solved, saying how and, on the platform, with whom. Raises ``Invalid`` or ``Conflict``."""
    rules.check_ending(reason, words, endings=SOLVED_ENDINGS, solver_id=solver_id)
    _end(session, need, NeedState.SOLVED, reason, words)
    need.solver_id = solver_id if reason is Ending.WITH_PROVIDER else None
    session.flush()


def close(session: Session, need: Need, reason: Ending | None, words: str) -> None:
    """End a need without a solution. Raises ``Invalid`` or ``Conflict``."""
    rules.check_ending(reason, words, endings=CLOSED_ENDINGS, solver_id=None)
    _end(session, need, NeedState.CLOSED, reason, words)


def expire(session: Session, need: Need, *, on: date) -> None:
    """End a need whose last day is before ``on``; its enterprise may renew it."""
    passed = need.needed_by is not None and need.needed_by < on
    _end(session, need, NeedState.EXPIRED, Ending.DEADLINE_PASSED if passed else Ending.RAN_OUT, "")


def renew(session: Session, need: Need) -> None:
    """Publish an expired need again, or let an open one run anew. Raises ``Invalid`` on a passed deadline."""
    session.refresh(need, attribute_names=inspect(Need).column_attrs.keys(), with_for_update=True)
    if not need.is_over:
        NeedText.of(need).check_publishable(on=clock.today())
    if not need.is_open:
        _move(session, need, NeedState.PUBLISHED, only_from=NeedState.EXPIRED)
        need.ending = need.closed_at = None
    _run_from(need, clock.today())
    renumber(session, need)
    session.flush()
    audit.note(session, "need.renewed", need)


def take_over(session: Session, need: Need) -> None:
    """Let the enterprise alone speak for what was posted on its behalf."""
    need.agent_id = need.agent_person_id = None
    session.flush()


def is_checked(session: Session, district_code: str) -> bool:
    """Whether needs of the district are checked before they are published."""
    setting = session.get(NeedChecking, district_code)
    return setting is None or setting.is_on


def set_checking(session: Session, district_code: str, *, is_on: bool) -> None:
    """Switch the checking of a district's needs on or off; what waits keeps waiting."""
    setting = session.get(NeedChecking, district_code)
    if setting is None:
        setting = NeedChecking(district_code=district_code)
        session.add(setting)
    setting.is_on = is_on
    setting.changed_at = clock.now()
    session.flush()


def _end(session: Session, need: Need, to: NeedState, reason: Ending | None, words: str) -> None:
    _move(session, need, to, reason=reason, words=words)
    need.ending = reason
    need.closed_at = clock.now()
    renumber(session, need)
    session.flush()


def _run_from(need: Need, day: date) -> None:
    need.valid_until = rules.VALIDITY.last_day(since=day, needed_by=need.needed_by)


def _move(
    session: Session,
    need: Need,
    to: NeedState,
    *,
    only_from: NeedState | None = None,
    reason: Ending | None = None,
    words: str = "",
    comments: dict[str, str] | None = None,
) -> None:
    # Read first: from the move on, the row must not be flushed before its instants fit its state.
    number = version_number(session, need)
    before = transitions.move(session, need, to=to, allowed=rules.ALLOWED, labels=STATE_LABELS, only_from=only_from)
    session.add(
        NeedMove(
            need_id=need.id,
            at=clock.now(),
            from_state=before,
            to_state=to,
            **attribution(session),
            version_number=number,
            reason=reason,
            words=words,
            comments=comments or {},
        )
    )
