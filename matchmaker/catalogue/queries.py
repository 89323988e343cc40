"""Reads that needs and offerings share."""

from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from matchmaker.catalogue.models import Posting

Posted = TypeVar("Posted", bound=Posting)


def changed_since(table: type[Posted], revision: int) -> Select[Posted]:
    """Postings published, changed, withdrawn or closed after ``revision``, in that order."""
    return (
        select(table)
        .where(table.revision > revision)
        .options(joinedload(table.organisation))
        .order_by(table.revision, table.id)
    )
