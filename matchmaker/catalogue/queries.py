"""Reads that needs and offerings share."""

from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from matchmaker.catalogue.models import FormerText, Posting

Posted = TypeVar("Posted", bound=Posting)


def changed_since(table: type[Posted], revision: int) -> Select[Posted]:
    """Postings published, changed, withdrawn or closed after ``revision``, in that order."""
    return (
        select(table)
        .where(table.revision > revision)
        .options(joinedload(table.organisation))
        .order_by(table.revision, table.id)
    )


def former_texts(posting: Posting) -> Select[FormerText]:
    """What the posting said before, the latest first, each with who rewrote it."""
    table = posting.former
    return (
        select(table)
        .where(table.posting_id == posting.id)
        .options(joinedload(table.person), joinedload(table.organisation))
        .order_by(table.number.desc(), table.id.desc())
    )


def text_of_version(posting: Posting, number: int) -> Select[FormerText]:
    """The former text of that number, if there is one."""
    return select(posting.former).where(posting.former.posting_id == posting.id, posting.former.number == number)
