"""What a source of events is: each domain that knows something of an organisation hands one in. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from matchmaker.accounts.rules import Reader
from matchmaker.messages import Message


@dataclass(frozen=True, slots=True)
class Act:
    """How one kind of event is shown; with ``endpoint`` its title leads to the thing, whose id goes to ``place``."""

    label: Message
    icon: str
    endpoint: str = ""
    place: str = ""


#: Columns of an event, in this order and under these labels: when, which act, which thing, its title.
Events = Select[tuple[datetime, str, int | None, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """The events that one domain knows of an organisation.

    ``selects`` gets the reader and the organisation's id and returns statements with the columns of ``Events``, each
    within what the reader may know of. They are put together in the database, so a source costs no statement.
    """

    name: str
    label: Message
    acts: Mapping[str, Act]
    selects: Callable[[Reader, int], list[Any]]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    act: Act
    thing_id: int | None
    title: str
