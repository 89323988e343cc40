"""The choices by which a list is narrowed, each with how many rows it would leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Select

from matchmaker.db.pages import counts_by
from matchmaker.messages import Message
from matchmaker.reference.queries import Code
from matchmaker.web.database import session
from matchmaker.web.forms import Option
from matchmaker.web.i18n import local_name, say

Labels = Mapping[Any, Message] | Mapping[str, Code]
Titles = dict[str, tuple[Message, Labels]]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice and the number of rows behind it."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The choices of one kind."""

    name: str
    title: Message
    values: list[FacetValue]

    @property
    def chosen(self) -> str:
        """The value the list is narrowed to, "" when it is not."""
        return next((value.value for value in self.values if value.is_chosen), "")


def chosen(*names: str) -> dict[str, str]:
    """Return the named query values, "" for those absent.

    Over-long ones and those with control characters are nobody's code and count as absent.
    """
    values = {name: request.args.get(name, "") for name in names}
    return {name: value if len(value) <= 64 and value.isprintable() else "" for name, value in values.items()}


def ticked(name: str) -> bool:
    """Whether the query asks for ``name``."""
    return request.args.get(name, "") == "1"


def facet(name: str, title: Message, statement: Select[Any], column: Any, labels: Labels) -> Facet:
    """Count the rows of ``statement`` by ``column``; the chosen value stays listed even when nothing is left."""
    return counted_facet(name, title, counts_by(session(), statement, column), labels)


def counted_facet(name: str, title: Message, by_value: Mapping[Any, int], labels: Labels) -> Facet:
    """Name what was counted already; the chosen value stays listed even when nothing is left."""
    counts = {str(value): number for value, number in by_value.items() if value is not None}
    wanted = chosen(name)[name]
    if wanted and wanted in labels:
        counts.setdefault(wanted, 0)
    named = {str(code): label for code, label in labels.items()}
    values = [
        FacetValue(value, label_of(named[value]), count, value == wanted)
        for value, count in counts.items()
        if value in named
    ]
    return Facet(name, title, values)


def label_of(label: Message | Code) -> str:
    """Return a label in the reader's language."""
    return say(label) if isinstance(label, Message) else local_name(label)


def options(labels: Labels) -> list[Option]:
    """Return the choices of a select as (value, label) in the list's own order."""
    return [(str(value), label_of(label)) for value, label in labels.items()]
