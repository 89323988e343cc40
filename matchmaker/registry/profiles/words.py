"""How the values of a profile read on pages, and the day that a page is asked for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import request
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.messages import Message
from matchmaker.reference.queries import Code, CodeLists
from matchmaker.registry.profiles import queries
from matchmaker.registry.profiles.models import Topic
from matchmaker.registry.profiles.rules import EARLIEST, TOPICS, Shape, codes_of


@dataclass(frozen=True, slots=True)
class Words:
    """A value as a page shows it: a message, a number with its unit, a text in Chinese, or a list of names."""

    shape: Shape
    message: Message | None = None
    number: int | None = None
    unit: Message | None = None
    text: str = ""
    names: tuple[Code | Organisation, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self == Words(self.shape)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The names of what values point at."""

    lists: CodeLists
    organisations: Mapping[str, Organisation]

    def words(self, topic: Topic, value: str) -> Words:
        """Return ``value`` as a page shows it; codes that no list holds any more are left out."""
        rule = TOPICS[topic]
        if not value:
            return Words(rule.shape)
        if rule.shape is Shape.CHOICE:
            return Words(rule.shape, message=rule.choices.get(value))
        if rule.shape is Shape.COUNT:
            return Words(rule.shape, number=int(value), unit=rule.unit)
        if rule.shape is Shape.TEXT:
            return Words(rule.shape, text=value)
        named = self._names(topic)
        return Words(rule.shape, names=tuple(named[code] for code in codes_of(value) if code in named))

    def _names(self, topic: Topic) -> Mapping[str, Code] | Mapping[str, Organisation]:
        if topic is Topic.INSTITUTES:
            return self.organisations
        return self.lists.industries if topic is Topic.INDUSTRIES else self.lists.categories


def dictionary(session: Session, lists: CodeLists, values: Iterable[tuple[Topic, str]]) -> Dictionary:
    """Read the names of the institutes that ``values`` point at, in one statement at most."""
    ids = {code for topic, value in values if topic is Topic.INSTITUTES for code in codes_of(value)}
    return Dictionary(lists, queries.organisations_named(session, ids))


def asked_day(name: str = "on") -> date:
    """Return the day in the query, today when it gives none that the registry could know of."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return clock.today()
    return day if EARLIEST <= day <= clock.today() else clock.today()


def is_offered(categories: Collection[str], function: queries.Function) -> bool:
    """Whether a body offers a function of a document's list: any of the categories that it stands for."""
    return not function.categories.isdisjoint(categories)
