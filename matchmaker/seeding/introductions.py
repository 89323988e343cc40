"""The demo's introductions: the columns of their file, and their loading through the operations that the site uses."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.suggestions import documents
from matchmaker.catalogue.suggestions.queries import pair
from matchmaker.contracts.introductions import inviting, operations
from matchmaker.contracts.introductions.models import FailureReason, Introduction, ParticipantRole, Side
from matchmaker.db.actors import Actor, answer_for
from matchmaker.letters.models import Letter
from matchmaker.matching import Index, Match
from matchmaker.seeding.files import Key, MaybeText, Problem, Row, Text

#: Who acts while nobody does.
_SEED = Actor("command seed")


class StepRow(Row):
    """What happened so many hours after the one before."""

    hours: Annotated[int, Field(ge=0, le=10_000)]
    by: Side
    do: Literal["accept", "write", "end", "sign", "settle", "invite"]
    text: MaybeText = ""
    reason: FailureReason | None = None
    #: Who is invited, and comes in at once; an address of ``people.jsonl``.
    email: str = ""


class IntroductionRow(Row):
    """An introduction about a need, an offering or both, opened some days before loading, and what came of it."""

    key: Key
    need: Key
    offering: Key
    by: Side
    days_ago: Annotated[int, Field(ge=0, le=1_000)]
    text: Text
    shares: bool = False
    steps: list[StepRow]


def problems(
    rows: Sequence[IntroductionRow], *, needs: set[str], offerings: set[str], emails: set[str]
) -> Iterator[Problem]:
    """Yield what the rows name and nothing else knows."""
    for row in rows:
        for field, value, known in (("need", row.need, needs), ("offering", row.offering, offerings)):
            if value not in known:
                yield row.fault(field, f"unknown {value!r}")
        for step in row.steps:
            if step.do == "invite" and step.email not in emails:
                yield row.fault("steps", f"unknown {step.email!r}")


def load(session: Session, rows: Sequence[IntroductionRow]) -> int:
    """Open what is missing and lead it to its state. Return how many that were."""
    known = set(session.scalars(select(Introduction.key).where(Introduction.key.is_not(None))))
    missing = [row for row in rows if row.key not in known]
    if not missing:
        return 0
    last_letter = session.scalar(select(func.max(Letter.id))) or 0
    actors = [_SEED]
    answer_for(session, lambda: actors[0])
    needs = {need.key: need for need in session.scalars(select(Need).options(joinedload(Need.organisation)))}
    offerings = {one.key: one for one in session.scalars(select(Offering).options(joinedload(Offering.organisation)))}
    index = Index.build([documents.offering_document(one) for one in offerings.values()])
    for row in missing:
        need, offering = needs[row.need], offerings[row.offering]
        match = pair(index, documents.need_as_query(need), [str(offering.id)])
        _lead(session, row, need, offering, match=match, actors=actors)
    actors[0] = _SEED
    # Nobody reads the mail of invented people.
    session.execute(delete(Letter).where(Letter.id > last_letter))
    return len(missing)


def _lead(
    session: Session, row: IntroductionRow, need: Need, offering: Offering, *, match: Match | None, actors: list[Actor]
) -> None:
    now = clock.now()
    begun = max(now - timedelta(days=row.days_ago), need.published_at or now, offering.published_at or now)
    at = _in_office_hours(begun + timedelta(hours=2))
    sides = {Side.ENTERPRISE: need.organisation, Side.PROVIDER: offering.organisation}
    people = {side: _person_of(session, organisation) for side, organisation in sides.items()}

    def act_for(side: Side) -> None:
        actors[0] = Actor("command seed", person_id=people[side], organisation_id=sides[side].id)

    act_for(row.by)
    with clock.stopped(min(at, now)):
        introduction = operations.open_(
            session,
            operations.Opening(title=need.title, text=row.text, shares_text=row.shares, match=match),
            by=row.by,
            enterprise=sides[Side.ENTERPRISE],
            provider=sides[Side.PROVIDER],
            need=need,
            offering=offering,
            key=row.key,
        )
    for step in row.steps:
        at = _in_office_hours(at + timedelta(hours=step.hours))
        act_for(step.by)
        with clock.stopped(min(at, now)):
            _take(session, introduction, step)


def _in_office_hours(at: datetime) -> datetime:
    """Return the instant, or one of the next morning when it falls into the night."""
    local = at.astimezone(clock.CIVIL_ZONE)
    if local.hour >= 18:
        local += timedelta(days=1)
    return local if 8 <= local.hour < 18 else local.replace(hour=9)


def _take(session: Session, introduction: Introduction, step: StepRow) -> None:
    if step.do == "accept":
        operations.accept(session, introduction)
    elif step.do == "write":
        operations.write(session, introduction, step.text, by=step.by)
    elif step.do == "sign":
        operations.sign(session, introduction)
    elif step.do == "settle":
        operations.settle(session, introduction, by=step.by)
    elif step.do == "invite":
        _invite(session, introduction, step.email)
    else:
        operations.end(session, introduction, step.reason, step.text, by=step.by)


def _invite(session: Session, introduction: Introduction, email: str) -> None:
    person = (
        session.scalars(select(Person).where(Person.email == email).options(joinedload(Person.memberships)))
        .unique()
        .one()
    )
    organisation_id = person.memberships[0].organisation_id if person.memberships else None
    guest = inviting.invite(session, introduction, role=ParticipantRole.BUREAU, email=email)
    inviting.join(session, guest, reader=Reader(person_id=person.id, email=email, organisation_id=organisation_id))


def _person_of(session: Session, organisation: Organisation) -> int | None:
    """Return who acts for the organisation; most of the demo's have nobody who signs in."""
    return session.scalars(
        select(Membership.person_id)
        .where(Membership.organisation_id == organisation.id)
        .order_by(Membership.created_at, Membership.person_id)
        .limit(1)
    ).first()
