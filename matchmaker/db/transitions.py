"""Moves of a state machine: the table of allowed moves is read here and nowhere else."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

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
) -> None:
    """Set ``row.state`` under a row lock. Raises ``Conflict`` when the table does not allow the move any more."""
    session.refresh(row, attribute_names=["state", "version"], with_for_update=True)
    if to not in allowed[row.state]:
        raise Conflict(_l("This is %(now)s and cannot become %(then)s.", now=labels[row.state], then=labels[to]))
    row.state = to
