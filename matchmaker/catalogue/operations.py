"""What changes a need and an offering alike: drafts are kept, texts rewritten; their lives are their own."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.accounts.operations import next_revision
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.rules import PostingText
from matchmaker.db.actors import attribution

Posted = TypeVar("Posted", bound=Posting)


def draft(
    session: Session,
    table: type[Posted],
    text: PostingText,
    *,
    owner: Organisation,
    key: str | None = None,
    **more: Any,
) -> Posted:
    """Keep ``text`` as a draft that only ``owner`` sees; ``more`` are further columns.

    Raises ``Invalid`` on the field that cannot be kept.
    """
    text.check()
    now = clock.now()
    make: Callable[..., Posted] = table
    posting = make(
        **_columns(text),
        key=key,
        organisation_id=owner.id,
        organisation=owner,
        district_code=owner.district_code,
        created_at=now,
        updated_at=now,
        **more,
    )
    session.add(posting)
    session.flush()
    return posting


def rewrite(session: Session, posting: Posting, text: PostingText) -> None:
    """Replace what the posting says; an open one is found by its new text at once. Raises ``Invalid``.

    What others have read before is kept as a former text.
    """
    text.check()
    if posting.is_open:
        text.check_publishable(on=clock.today())
    former = type(text).of(posting)
    if former == text:
        return
    for name, value in _columns(text).items():
        setattr(posting, name, value)
    posting.updated_at = clock.now()
    if posting.was_seen:
        _keep(session, posting, former)
    renumber(session, posting)
    session.flush()


def renumber(session: Session, posting: Posting) -> None:
    """Tell the search index that the posting changed; a draft that nobody ever saw is of no interest to it."""
    if posting.published_at is not None or posting.revision:
        posting.revision = next_revision(session, posting.__tablename__)


def version_number(session: Session, posting: Posting) -> int:
    """Return how many texts the posting has had, the present one included."""
    return 1 + _former_texts(session, posting)


def _keep(session: Session, posting: Posting, former: PostingText) -> None:
    # The posting's own update, in this transaction, holds off anybody who would take the same number.
    session.flush()
    make: Callable[..., Any] = posting.former
    row = make(
        posting_id=posting.id,
        number=1 + _former_texts(session, posting),
        text=former.plain(),
        replaced_at=posting.updated_at,
        **attribution(session),
    )
    session.add(row)


def _former_texts(session: Session, posting: Posting) -> int:
    table = posting.former
    return session.scalar(select(func.count(table.id)).where(table.posting_id == posting.id)) or 0


def _columns(text: PostingText) -> dict[str, Any]:
    columns: dict[str, Any] = asdict(text)  # type: ignore[call-overload]  # subclasses are dataclasses
    return columns
