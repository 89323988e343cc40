"""What a profile may say, what its figures come to, and what a bureau should look at. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from matchmaker.accounts.models import Organisation, OrganisationKind
from matchmaker.accounts.rules import Reader
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.registry.models import INSTITUTE_LABELS, LEVEL_LABELS, STATUS_LABELS, Level, Status
from matchmaker.registry.profiles.models import (
    MODEL_LABELS,
    PARTY_LABELS,
    YES_NO_LABELS,
    ProposalState,
    Topic,
)

ALLOWED = {
    ProposalState.PROPOSED: frozenset({ProposalState.CONFIRMED, ProposalState.RETURNED, ProposalState.WITHDRAWN}),
    ProposalState.CONFIRMED: frozenset[ProposalState](),
    ProposalState.RETURNED: frozenset[ProposalState](),
    ProposalState.WITHDRAWN: frozenset[ProposalState](),
}

#: Nothing that the registry knows of is older.
EARLIEST = date(1990, 1, 1)
MAX_TEXT = 120
MAX_NOTE = 1000
MAX_COUNT = 9_999_999


class Shape(StrEnum):
    """How a topic's value is written: one word of a list, several codes between commas, a whole number, a text."""

    CHOICE = "choice"
    CODES = "codes"
    COUNT = "count"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class TopicRule:
    """What a topic is called and how its values are written."""

    label: Message
    shape: Shape
    choices: Mapping[Any, Message] = field(default_factory=dict)
    unit: Message | None = None


def _choice(label: Message, choices: Mapping[Any, Message]) -> TopicRule:
    return TopicRule(label, Shape.CHOICE, choices)


def _yes_no(label: Message) -> TopicRule:
    return TopicRule(label, Shape.CHOICE, YES_NO_LABELS)


_PEOPLE, _PIECES, _BODIES = _l("people"), _l("pieces"), _l("bodies")

TOPICS: dict[Topic, TopicRule] = {
    Topic.KIND: _choice(_l("Kind of body"), INSTITUTE_LABELS),
    Topic.LEVEL: _choice(_l("Level"), LEVEL_LABELS),
    Topic.STATUS: _choice(_l("Status"), STATUS_LABELS),
    Topic.INDUSTRIES: TopicRule(_l("Industries served"), Shape.CODES),
    Topic.HOST: TopicRule(_l("Host organisation"), Shape.TEXT),
    Topic.OPERATOR: TopicRule(_l("Operator"), Shape.TEXT),
    Topic.OPERATOR_MODEL: _choice(_l("Operator's model"), MODEL_LABELS),
    Topic.OPERATOR_PARTY: _choice(_l("Who operates"), PARTY_LABELS),
    Topic.PREMISES_M2: TopicRule(_l("Premises"), Shape.COUNT, unit=_l("m²")),
    Topic.FUNCTIONS: TopicRule(_l("Functions offered"), Shape.CODES),
    Topic.INSTITUTES: TopicRule(_l("Institutes brought in"), Shape.CODES),
    Topic.CARRIERS: TopicRule(_l("Carriers built together with universities"), Shape.COUNT, unit=_BODIES),
    Topic.AGENCIES: TopicRule(_l("Service agencies gathered"), Shape.COUNT, unit=_BODIES),
    Topic.INSTRUMENTS: TopicRule(_l("Large instruments"), Shape.COUNT, unit=_PIECES),
    Topic.STAFF: TopicRule(_l("Staff"), Shape.COUNT, unit=_PEOPLE),
    Topic.SENIOR_STAFF: TopicRule(_l("Staff with a doctorate or senior title"), Shape.COUNT, unit=_PEOPLE),
    Topic.SERVICE_HALL: _yes_no(_l("Service hall with listed services and prices")),
    Topic.LECTURE_HALL: _yes_no(_l("Public lecture hall")),
    Topic.EXPERIENCE_CENTRE: _yes_no(_l("Experience centre")),
    Topic.EXHIBITION_HALL: _yes_no(_l("Exhibition hall")),
    Topic.SIGN: _yes_no(_l("Sign at the door")),
    Topic.FILM: _yes_no(_l("Film about itself")),
}

#: What only one kind of organisation states.
ONLY_INSTITUTES = frozenset({Topic.KIND})
ONLY_COMPLEXES = frozenset({Topic.INSTITUTES})
#: The dated counts of the bureau's assessment scheme.
COUNTS = (Topic.CARRIERS, Topic.AGENCIES, Topic.INSTRUMENTS, Topic.STAFF, Topic.SENIOR_STAFF)
FACILITIES = (
    Topic.SERVICE_HALL,
    Topic.LECTURE_HALL,
    Topic.EXPERIENCE_CENTRE,
    Topic.EXHIBITION_HALL,
    Topic.SIGN,
    Topic.FILM,
)


def topics_of(kind: OrganisationKind) -> list[Topic]:
    """Return what an organisation of this kind states of itself; enterprises state nothing here."""
    if kind is OrganisationKind.COMPLEX:
        return [topic for topic in TOPICS if topic not in ONLY_INSTITUTES]
    if kind is OrganisationKind.INSTITUTE:
        return [topic for topic in TOPICS if topic not in ONLY_COMPLEXES]
    return []


def codes_of(value: str) -> list[str]:
    """Return the codes of a value of shape ``CODES``."""
    return value.split(",") if value else []


def codes_value(codes: Collection[str]) -> str:
    """Write codes in one order, so that equal sets are equal values."""
    return ",".join(sorted(set(codes)))


def check_facts(facts: Mapping[Topic, str], *, kind: OrganisationKind) -> None:
    """Raise ``Invalid`` on the topic whose value is not in the topic's writing or not this kind's to state."""
    if not facts:
        raise Invalid(field="", message=_l("Nothing differs from what is confirmed. Change what should change."))
    for topic, value in facts.items():
        rule = TOPICS[topic]
        if topic not in topics_of(kind):
            raise Invalid(field=topic, message=_l("This kind of organisation does not state that."))
        if rule.shape is Shape.CHOICE and value and value not in rule.choices:
            raise Invalid(field=topic, message=_l("Choose one from the list."))
        if rule.shape is Shape.COUNT and value and not (value.isdecimal() and int(value) <= MAX_COUNT):
            raise Invalid(
                field=topic, message=_l("Write a whole number from %(least)s to %(most)s.", least=0, most=MAX_COUNT)
            )
        if rule.shape is Shape.TEXT and len(value) > MAX_TEXT:
            raise Invalid(field=topic, message=_l("At most %(most)s characters.", most=MAX_TEXT))


def check_together(state: Mapping[Topic, str]) -> None:
    """Raise ``Invalid`` when what would then hold contradicts itself."""
    staff, senior = number_of(state, Topic.STAFF), number_of(state, Topic.SENIOR_STAFF)
    if staff is not None and senior is not None and senior > staff:
        raise Invalid(field=Topic.SENIOR_STAFF, message=_l("More than the whole staff of %(staff)s.", staff=staff))
    is_planned = {state.get(Topic.LEVEL) == Level.PLANNED, state.get(Topic.STATUS) == Status.PLANNED}
    if is_planned == {True, False} and state.get(Topic.LEVEL) and state.get(Topic.STATUS):
        raise Invalid(field=Topic.STATUS, message=_l("Level and status are both “planned”, or neither is."))


def check_day(valid_from: date, *, today: date) -> None:
    """Raise ``Invalid`` unless a bureau could confirm today that something holds from that day."""
    if not EARLIEST <= valid_from <= today:
        raise Invalid(
            field="valid_from",
            message=_l("Write a day from %(first)s to today.", first=EARLIEST.isoformat()),
        )


def check_note(text: str, *, field_name: str) -> None:
    """Raise ``Invalid`` when a note is too long."""
    if len(text) > MAX_NOTE:
        raise Invalid(field=field_name, message=_l("At most %(most)s characters.", most=MAX_NOTE))


def is_city_matter(before: Mapping[Topic, str], facts: Mapping[Topic, str]) -> bool:
    """Whether the change moves a body onto, on or off the provincial list: the city's bureau alone confirms that."""
    touches = Topic.LEVEL in facts or Topic.STATUS in facts
    levels = {before.get(Topic.LEVEL), facts.get(Topic.LEVEL)}
    return touches and Level.PROVINCIAL in levels


# --- What the counts come to -----------------------------------------------------------------------------------------


def number_of(state: Mapping[Topic, str], topic: Topic) -> int | None:
    """Return a count, ``None`` when it is not stated."""
    value = state.get(topic, "")
    return int(value) if value else None


@dataclass(frozen=True, slots=True)
class Growth:
    """A cumulative count on a day against the end of the year before; ``None`` where one of the two is not stated."""

    total: int | None
    before: int | None

    @property
    def new(self) -> int | None:
        """How many came in the year; below zero when there are fewer."""
        return None if self.total is None or self.before is None else self.total - self.before

    @property
    def percent(self) -> float | None:
        """By how many percent of the year before it grew; from nothing there is no such figure."""
        return None if self.new is None or not self.before else 100 * self.new / self.before


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole in percent, and by how many percentage points it differs from the end of the year before."""

    percent: float | None
    before: float | None

    @property
    def points(self) -> float | None:
        """The change in percentage points, which is not a percentage."""
        return None if self.percent is None or self.before is None else self.percent - self.before


def growth(state: Mapping[Topic, str], before: Mapping[Topic, str], topic: Topic) -> Growth:
    """Compare a count with that of the end of the year before."""
    return Growth(number_of(state, topic), number_of(before, topic))


def senior_share(state: Mapping[Topic, str], before: Mapping[Topic, str]) -> Share:
    """The share of the staff with a doctorate or senior title."""
    return Share(_share(state), _share(before))


def _share(state: Mapping[Topic, str]) -> float | None:
    senior, staff = number_of(state, Topic.SENIOR_STAFF), number_of(state, Topic.STAFF)
    return None if senior is None or not staff else 100 * senior / staff


def end_of_year_before(day: date) -> date:
    """Return the day that a year's figures are compared with."""
    return date(day.year, 1, 1) - timedelta(days=1)


# --- What a bureau should look at ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which figure on a body is flagged, with the document that says so."""

    #: S1: 场所面积一般不低于5000平方米.
    premises_m2: int = 5_000
    premises_source: str = "S1"
    #: S0: 每家省级综合体至少引进 1-2 家建设产业研究院; one is what every reading asks for.
    institutes: int = 1
    institutes_source: str = "S0"


THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class Flag:
    """What is amiss with a body, and by which document."""

    message: Message
    source: str


def flags(state: Mapping[Topic, str], *, kind: OrganisationKind, thresholds: Thresholds = THRESHOLDS) -> list[Flag]:
    """Return what a bureau should look at; premises that are not stated are no fault."""
    if kind is not OrganisationKind.COMPLEX:
        return []
    found = []
    premises = number_of(state, Topic.PREMISES_M2)
    if premises is not None and premises < thresholds.premises_m2:
        words = _l("Premises of %(have)s m² are below %(least)s m².", have=premises, least=thresholds.premises_m2)
        found.append(Flag(words, thresholds.premises_source))
    institutes = len(codes_of(state.get(Topic.INSTITUTES, "")))
    if state.get(Topic.LEVEL) == Level.PROVINCIAL and institutes < thresholds.institutes:
        found.append(
            Flag(_l("A provincial complex, and no institute brought in is on record."), thresholds.institutes_source)
        )
    return found


def sees_flags(reader: Reader, organisation: Organisation) -> bool:
    """What is amiss with a body is its own and its bureau's to know; so is who keeps its profile."""
    return reader.acts_for(organisation.id) or reader.is_bureau_of(organisation.district_code)
