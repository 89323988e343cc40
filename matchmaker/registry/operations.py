"""Everything that changes what the registry knows of real bodies; it comes in with the seeds only."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Organisation
from matchmaker.reference import operations as reference
from matchmaker.registry.models import Entry, Figure, Statement


def put_entry(session: Session, entry: Entry) -> int:
    """Add the entry of its organisation, or correct it. Return 1 when it differed, else 0."""
    return reference.put_rows(session, [entry])


def put_statements(session: Session, organisation: Organisation, statements: Sequence[Statement]) -> int:
    """Make ``statements``, in order, all that is said of ``organisation``. Return how many differed.

    Nothing points at a statement, so one that the documents no longer carry is removed.
    """
    stored = session.scalars(
        select(Statement).where(Statement.organisation_id == organisation.id).order_by(Statement.position)
    ).all()
    ids = {statement.position: statement.id for statement in stored}
    for position, statement in enumerate(statements, start=1):
        statement.position = position
        if position in ids:
            statement.id = ids[position]
    surplus = [statement for statement in stored if statement.position > len(statements)]
    for statement in surplus:
        session.delete(statement)
    return len(surplus) + reference.put_rows(session, statements)


def put_figures(session: Session, figures: Sequence[Figure]) -> int:
    """Add each figure, or correct the one with its key. Return how many differed."""
    return reference.put_rows(session, figures)
