"""Numbers each change of a listed row, in the same transaction, so that copies in memory can follow (``copies``)."""

from sqlalchemy import event, insert, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from matchmaker.db.models import ListChange


class Listed:
    """A table whose rows are shown in long lists; its narrow columns are kept in memory by every process."""

    __tablename__: str

    #: The number of the row's last change within its table.
    change_number: Mapped[int] = mapped_column(default=0, server_default="0", index=True)


def _number_changes(session: Session, _context: object, _instances: object) -> None:
    changed: dict[str, list[Listed]] = {}
    for row in (*session.new, *session.dirty):
        if isinstance(row, Listed) and (row in session.new or session.is_modified(row)):
            changed.setdefault(row.__tablename__, []).append(row)
    # One order for all, so that two writers do not wait for each other in a circle.
    for name in sorted(changed):
        number = _next(session, name, number=1)
        for row in changed[name]:
            row.change_number = number
    for name in sorted({row.__tablename__ for row in session.deleted if isinstance(row, Listed)}):
        _next(session, name, epoch=1)


def _number_statement(state: ORMExecuteState) -> None:
    """A statement over many rows numbers none of them: whoever keeps a copy makes it anew."""
    if (state.is_insert or state.is_update or state.is_delete) and state.bind_mapper is not None:
        table = state.bind_mapper.class_
        if issubclass(table, Listed):
            _next(state.session, table.__tablename__, epoch=1)


def _next(session: Session, name: str, *, number: int = 0, epoch: int = 0) -> int:
    """Move a table's row on, which stays locked until the commit, so that numbers appear in order."""
    table = ListChange.__table__
    moved = (
        update(table)  # type: ignore[arg-type]  # a declarative class's table is a Table
        .where(table.c.table_name == name)
        .values(number=table.c.number + number, epoch=table.c.epoch + epoch)
        .returning(table.c.number)
    )
    found: int | None = session.connection().execute(moved).scalar()
    if found is None:
        _begin(session, name)
        found = session.connection().execute(moved).scalar_one()
    return found


def _begin(session: Session, name: str) -> None:
    """Begin a table that the migrations did not; two at once would be told that the row is there."""
    session.connection().execute(insert(ListChange.__table__).values(table_name=name, number=0, epoch=0))  # type: ignore[arg-type]  # a declarative class's table is a Table


event.listen(Session, "before_flush", _number_changes)
event.listen(Session, "do_orm_execute", _number_statement)
