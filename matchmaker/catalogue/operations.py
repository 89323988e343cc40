"""Everything that changes a need or an offering; both live the same life."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.operations import next_revision
from matchmaker.catalogue.models import STATE_LABELS, Posting, PostingState
from matchmaker.catalogue.rules import ALLOWED, PostingText
from matchmaker.db import transitions

Posted = TypeVar("Posted", bound=Posting)


def draft(
    session: Session, table: type[Posted], text: PostingText, *, owner: Organisation, key: str | None = None
) -> Posted:
    """Keep ``text`` as a draft that only ``owner`` sees. Raises ``Invalid`` on the field that cannot be kept."""
    text.check()
    now = clock.now()
    make: Callable[..., Posted] = table
    posting = make(
        **_columns(text),
        key=key,
        organisation_id=owner.id,
        organisation=owner,
        district_code=owner.district_code,
        state=PostingState.DRAFT,
        created_at=now,
        updated_at=now,
    )
    session.add(posting)
    session.flush()
    return posting


def rewrite(session: Session, posting: Posting, text: PostingText) -> None:
    """Replace what the posting says; a published one is found by its new text at once. Raises ``Invalid``."""
    text.check()
    if posting.state is PostingState.PUBLISHED:
        text.check_publishable(on=clock.today())
    for name, value in _columns(text).items():
        setattr(posting, name, value)
    if session.is_modified(posting):
        posting.updated_at = clock.now()
        _renumber(session, posting)
    session.flush()


def publish(session: Session, posting: Posting, text: PostingText) -> None:
    """Show the posting, which says ``text``, to those it is for. Raises ``Invalid`` or ``Conflict``."""
    text.check_publishable(on=clock.today())
    _move(session, posting, PostingState.PUBLISHED)
    posting.published_at = clock.now()
    _renumber(session, posting)
    session.flush()


def withdraw(session: Session, posting: Posting) -> None:
    """Take a published posting back to a draft. Raises ``Conflict`` when it is not published."""
    _move(session, posting, PostingState.DRAFT)
    posting.published_at = None
    _renumber(session, posting)
    session.flush()


def close(session: Session, posting: Posting) -> None:
    """End a published posting for good; its page stays. Raises ``Conflict`` when it is not published."""
    _move(session, posting, PostingState.CLOSED)
    posting.closed_at = clock.now()
    _renumber(session, posting)
    session.flush()


def _columns(text: PostingText) -> dict[str, Any]:
    columns: dict[str, Any] = asdict(text)  # type: ignore[call-overload]  # subclasses are dataclasses
    return columns


def _move(session: Session, posting: Posting, to: PostingState) -> None:
    transitions.move(session, posting, to=to, allowed=ALLOWED, labels=STATE_LABELS)


def _renumber(session: Session, posting: Posting) -> None:
    # A draft that nobody ever saw is of no interest to the index.
    if posting.published_at is not None or posting.revision:
        posting.revision = next_revision(session, posting.__tablename__)
