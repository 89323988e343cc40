"""Loading of the demo's profiles, through the operations by which a complex proposes and its bureau answers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation, Person
from matchmaker.registry.profiles import operations
from matchmaker.registry.profiles.models import Proposal, Topic
from matchmaker.registry.profiles.rules import TOPICS, Shape, codes_value
from matchmaker.seeding.demo_rows import ProfileRow
from matchmaker.seeding.files import Problem

#: How long after its day a demo proposal was written, and how much later it was answered.
WRITTEN_AFTER, ANSWERED_AFTER = timedelta(days=9), timedelta(days=16)


def load(session: Session, rows: Sequence[ProfileRow], bodies: Mapping[str, Organisation], *, on: date) -> int:
    """Propose what is missing, in the order of the days, and answer it. Return how many rows that were."""
    known = {key for key in session.scalars(select(Proposal.key)) if key is not None}
    missing = [row for row in rows if row.key not in known]
    people = dict(list(session.execute(select(Person.email, Person.id))))
    for row in sorted(missing, key=lambda row: row.valid_from(on=on)):
        _propose(session, row, bodies, people, on=on)
    return len(missing)


def _propose(
    session: Session, row: ProfileRow, bodies: Mapping[str, Organisation], people: Mapping[str, int], *, on: date
) -> None:
    change = operations.Change(
        facts={topic: _value(topic, said, bodies) for topic, said in row.facts.items()},
        valid_from=row.valid_from(on=on),
        note=row.note,
    )
    writer, judge = people.get(row.proposed_by or ""), people.get(row.decided_by or "")
    proposal = operations.propose(session, bodies[row.organisation], change, by=writer, key=row.key)
    proposal.proposed_at = _instant(change.valid_from + WRITTEN_AFTER)
    if row.state == "confirmed":
        operations.confirm(session, proposal, by=judge, comment=row.comment)
    elif row.state == "returned":
        operations.send_back(session, proposal, by=judge, comment=row.comment)
    if proposal.decided_at is not None:
        proposal.decided_at = _instant(change.valid_from + ANSWERED_AFTER)
    session.flush()


def _value(topic: Topic, said: Sequence[str], bodies: Mapping[str, Organisation]) -> str:
    if topic is Topic.INSTITUTES:
        return codes_value([str(bodies[key].id) for key in said])
    return codes_value(said) if TOPICS[topic].shape is Shape.CODES else said[0]


def _instant(day: date) -> datetime:
    """Return ten in the morning of that day, or now when that is to come."""
    return min(datetime.combine(day, time(10), tzinfo=clock.CIVIL_ZONE), clock.now())


def problems(rows: Sequence[ProfileRow], *, institutes: set[str], codes: Mapping[Topic, set[str]]) -> Iterator[Problem]:
    """Yield the values that their topics do not know."""
    for row in rows:
        for topic, said in row.facts.items():
            rule = TOPICS[topic]
            allowed = {str(word) for word in rule.choices} if rule.shape is Shape.CHOICE else codes.get(topic)
            if topic is Topic.INSTITUTES:
                allowed = institutes
            for value in said:
                if allowed is not None and value not in allowed:
                    yield row.fault(f"facts.{topic.value}", f"unknown {value!r}")
            if not said or (rule.shape is not Shape.CODES and len(said) > 1):
                yield row.fault(f"facts.{topic.value}", "should hold one value")
