"""What is looked for in the records, and how long a thing may wait. Pure: no session, no request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from matchmaker.accounts.rules import Reader
from matchmaker.messages import Message

#: After so many days an enterprise that has not confirmed a service will hardly do it unasked.
UNCONFIRMED_AFTER = timedelta(days=30)
#: A contract is registered within its first month or is asked about.
UNREGISTERED_AFTER = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that records lack."""

    name: str
    title: Message
    #: Why it matters: which figure suffers.
    words: Message
    table: Any
    #: Conditions on the rows that a reader oversees and that lack it on a day.
    conditions: Callable[[Reader, date], list[Any]]
    #: The page of one row, and what its address calls the id.
    endpoint: str
    argument: str
    #: What a row is called, and whose it is.
    called: Callable[[Any], str]
    of: Callable[[Any], str]
    #: Since when it lacks it; ``None`` where that is not known.
    since: Callable[[Any], date] | None = None
    #: The column of that day, by which the longest waiting come first.
    order: Any = None
    options: tuple[Any, ...] = ()


def days_since(day: date, today: date) -> int:
    """Return how many days something has lasted."""
    return max(0, (today - day).days)
