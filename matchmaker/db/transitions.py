"""Moves of a state machine: the table of allowed moves is read here and nowhere else."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from matchmaker.errors import Conflict
from matchmaker.messages import Message, _l

State = TypeVar("State", bound=StrEnum)


class HasState(Protocol[State]):
    """A row with a ``state`` and the ``version`` that guards its updates."""

    @property
    def state(self) -> State:
        """Where the row stands."""

    @state.setter
    def state(self, state: State) -> None: ...


def move(
    session: Session,
    row: HasState[State],
    *,
    to: State,
    allowed: Mapping[State, Collection[State]],
    labels: Mapping[State, Message],
    only_from: State | None = None,
) -> State:
    """Set ``row.state`` under a row lock and return what it was.

    ``only_from`` is for steps that begin in one of the states that lead to ``to``. Raises ``Conflict`` when the table
    does not allow the move any more.
    """
    # All columns: whoever moved the row meanwhile may have set an instant that this step takes away again.
    session.refresh(row, attribute_names=inspect(type(row)).column_attrs.keys(), with_for_update=True)
    before = row.state
    if to not in allowed[before] or (only_from is not None and before is not only_from):
        raise Conflict(_l("This is %(now)s and cannot become %(then)s.", now=labels[row.state], then=labels[to]))
    row.state = to
    return before
