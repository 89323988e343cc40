"""Reads of profiles: what holds on a day, by whose word, and the proposals that wait."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.db.base import UtcDateTime
from matchmaker.reference.models import CategoryFunction, ServiceCategory
from matchmaker.registry.models import Entry, Statement
from matchmaker.registry.profiles.models import Fact, Proposal, ProposalState, Topic

#: What no document dates: that the organisation's entry gives its kind or its industry.
UNDATED = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Said:
    """What holds of one topic, since when, and by whose word: the body's own, a document's, or the entry's."""

    topic: Topic
    value: str
    valid_from: date
    is_own: bool
    statement_id: int | None
    proposal_id: int | None


#: What holds of a body, by topic.
State = dict[Topic, Said]


def _said(topics: Collection[Topic], bodies: ColumnElement[bool] | None = None, besides: int | None = None) -> Subquery:
    """Everything said of the topics, by documents and by confirmed proposals, whenever it holds from."""
    facts = _facts(topics)
    parts = [facts if besides is None else facts.where(Proposal.id != besides)]
    if Topic.LEVEL in topics:
        parts.append(_stated(Topic.LEVEL, Statement.level))
    if Topic.STATUS in topics:
        parts.append(_stated(Topic.STATUS, Statement.status))
    if Topic.KIND in topics:
        parts.append(_listed(Topic.KIND, Entry.organisation_id, Entry.institute_kind))
    if Topic.INDUSTRIES in topics:
        listed = _listed(Topic.INDUSTRIES, Organisation.id, Organisation.industry_code)
        parts.append(listed.where(Organisation.kind.in_(PROVIDER_KINDS)))
    if bodies is not None:
        parts = [part.where(_bodies_of(part).in_(select(Organisation.id).where(bodies))) for part in parts]
    return union_all(*parts).subquery()


def _bodies_of(part: Any) -> ColumnElement[int]:
    """Return the column of a part that tells whose it is."""
    column: ColumnElement[int] = part.selected_columns["organisation_id"]
    return column


def _facts(topics: Collection[Topic]) -> Any:
    return (
        select(
            Proposal.organisation_id.label("organisation_id"),
            cast(Fact.topic, String).label("topic"),
            Fact.value.label("value"),
            Proposal.valid_from.label("valid_from"),
            literal(1).label("is_own"),
            Proposal.decided_at.label("recorded_at"),
            Fact.id.label("row_id"),
            literal(None, Integer).label("statement_id"),
            Proposal.id.label("proposal_id"),
        )
        .join(Fact, Fact.proposal_id == Proposal.id)
        .where(Proposal.state == ProposalState.CONFIRMED, Fact.topic.in_(topics))
    )


def _stated(topic: Topic, column: Any) -> Any:
    return select(
        Statement.organisation_id.label("organisation_id"),
        literal(topic.value, String).label("topic"),
        cast(column, String).label("value"),
        Statement.on_date.label("valid_from"),
        literal(0).label("is_own"),
        literal(None, UtcDateTime).label("recorded_at"),
        Statement.position.label("row_id"),
        Statement.id.label("statement_id"),
        literal(None, Integer).label("proposal_id"),
    ).where(column.is_not(None))


def _listed(topic: Topic, organisation_id: Any, column: Any) -> Any:
    return select(
        organisation_id.label("organisation_id"),
        literal(topic.value, String).label("topic"),
        cast(column, String).label("value"),
        literal(UNDATED, Date).label("valid_from"),
        literal(0).label("is_own"),
        literal(None, UtcDateTime).label("recorded_at"),
        literal(0).label("row_id"),
        literal(None, Integer).label("statement_id"),
        literal(None, Integer).label("proposal_id"),
    ).where(column.is_not(None))


def precedence(said: Subquery) -> tuple[ColumnElement[Any], ...]:
    """What goes before what, the first of these that differs deciding.

    The later day from which it holds; on the same day what the body said and its bureau confirmed before what a
    document says; of two such the one confirmed later, which corrects the other; of two documents' the one that
    the registry lists later.
    """
    columns = said.c
    return (
        columns.valid_from.desc(),
        columns.is_own.desc(),
        columns.recorded_at.desc(),
        columns.row_id.desc(),
    )


def in_force(
    topics: Collection[Topic],
    *,
    on: date,
    bodies: ColumnElement[bool] | None = None,
    besides: int | None = None,
) -> Subquery:
    """What holds on that day: for each body and topic the one row that goes before all others that hold from then.

    ``bodies`` is a condition on ``Organisation``; ``besides`` leaves out one proposal.
    """
    said = _said(topics, bodies, besides)
    place = func.row_number().over(partition_by=(said.c.organisation_id, said.c.topic), order_by=precedence(said))
    ranked = select(said, place.label("place")).where(said.c.valid_from <= on).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def states(
    session: Session,
    *,
    on: date,
    topics: Collection[Topic] = tuple(Topic),
    bodies: ColumnElement[bool] | None = None,
    besides: int | None = None,
) -> dict[int, State]:
    """Return what holds of each body on that day, in one statement."""
    holding = in_force(topics, on=on, bodies=bodies, besides=besides).c
    found: dict[int, State] = {}
    for row in session.execute(
        select(
            holding.organisation_id,
            holding.topic,
            holding.value,
            holding.valid_from,
            holding.is_own,
            holding.statement_id,
            holding.proposal_id,
        )
    ):
        topic = Topic(row.topic)
        said = Said(topic, row.value, row.valid_from, bool(row.is_own), row.statement_id, row.proposal_id)
        found.setdefault(row.organisation_id, {})[topic] = said
    return found


def state_of(session: Session, organisation: Organisation, *, on: date) -> State:
    """Return what holds of one body on that day."""
    return states(session, on=on, bodies=Organisation.id == organisation.id).get(organisation.id, {})


def state_before(session: Session, proposal: Proposal) -> State:
    """Return what held, or would hold, on the proposal's day without it."""
    body = Organisation.id == proposal.organisation_id
    found = states(session, on=proposal.valid_from, bodies=body, besides=proposal.id)
    return found.get(proposal.organisation_id, {})


def values(state: State) -> dict[Topic, str]:
    """Return the bare values."""
    return {topic: said.value for topic, said in state.items()}


def bodies_spoken_of(*, on: date) -> Select[int]:
    """The ids of the bodies of which a document or a confirmed proposal said something that held by that day."""
    proposed = select(Proposal.organisation_id).where(
        Proposal.state == ProposalState.CONFIRMED, Proposal.valid_from <= on
    )
    stated = select(Statement.organisation_id).where(Statement.on_date <= on)
    either = union_all(proposed, stated).subquery()
    return select(either.c.organisation_id)


def bodies_where(topic: Topic, value: str, *, on: date) -> Select[int]:
    """The ids of the bodies of which ``value`` holds on that day."""
    holding = in_force([topic], on=on).c
    return select(holding.organisation_id).where(holding.value == value)


def coded(topic: Topic, codes: Any, *, on: date) -> Select[int, str]:
    """Body and code, for each code of a list that a body's value holds on that day."""
    holding = in_force([topic], on=on).c
    within = (literal(",") + holding.value + ",").like(literal("%,") + codes + ",%")
    return select(holding.organisation_id.label("organisation_id"), codes.label("code")).join(codes.class_, within)


# --- Proposals -------------------------------------------------------------------------------------------------------


def _in_scope(reader: Reader) -> ColumnElement[bool]:
    """The proposals whose existence ``reader`` may know of: their own body's, and those of the bureau's district."""
    own = Proposal.organisation_id == reader.organisation_id if reader.is_provider else false()
    if reader.is_city_bureau:
        return literal(True)
    if reader.is_bureau:
        return or_(own, Proposal.district_code == reader.district_code)
    return own


def proposal_by_id(reader: Reader, proposal_id: int) -> Select[Proposal]:
    """One proposal with what it says and who had to do with it, when it is in the reader's scope."""
    return (
        select(Proposal)
        .where(Proposal.id == proposal_id, _in_scope(reader))
        .join(Proposal.organisation)
        .options(
            contains_eager(Proposal.organisation),
            joinedload(Proposal.proposed_by),
            joinedload(Proposal.decided_by),
            selectinload(Proposal.facts),
        )
    )


def listed_proposals(reader: Reader, *, state: str = "") -> Select[Proposal]:
    """The proposals in the reader's scope: those that wait first, the longest waiting on top; then the latest."""
    chosen = [Proposal.state == state] if state in set(ProposalState) else []
    waits = Proposal.state == ProposalState.PROPOSED
    return (
        select(Proposal)
        .where(_in_scope(reader), *chosen)
        .join(Proposal.organisation)
        .options(contains_eager(Proposal.organisation), joinedload(Proposal.proposed_by), selectinload(Proposal.facts))
        .order_by(waits.desc(), func.coalesce(Proposal.decided_at, Proposal.proposed_at).desc(), Proposal.id.desc())
    )


def waiting(session: Session, reader: Reader) -> int:
    """How many proposals in the reader's scope wait for a bureau."""
    counted = select(func.count()).select_from(Proposal).where(_in_scope(reader))
    return session.scalar(counted.where(Proposal.state == ProposalState.PROPOSED)) or 0


def confirmed_proposals(session: Session, organisation: Organisation) -> list[Proposal]:
    """Return what was confirmed of a body, the latest valid day first, with the facts and who had to do with it."""
    return list(
        session.scalars(
            select(Proposal)
            .where(Proposal.organisation_id == organisation.id, Proposal.state == ProposalState.CONFIRMED)
            .options(selectinload(Proposal.facts), joinedload(Proposal.proposed_by), joinedload(Proposal.decided_by))
            .order_by(Proposal.valid_from.desc(), Proposal.decided_at.desc(), Proposal.id.desc())
        )
    )


def last_confirmed_id(session: Session, organisation_id: int) -> int:
    """Return the id of the body's proposal that was confirmed last, 0 when there is none."""
    confirmed = (Proposal.organisation_id == organisation_id, Proposal.state == ProposalState.CONFIRMED)
    latest = select(Proposal.id).where(*confirmed).order_by(Proposal.decided_at.desc(), Proposal.id.desc())
    return session.scalar(latest.limit(1)) or 0


def proposal_by_key(key: str) -> Select[Proposal]:
    """The proposal that came with the form, or from the seeds, of that name."""
    return select(Proposal).where(Proposal.key == key)


# --- What pages show besides -----------------------------------------------------------------------------------------


def institutes(session: Session) -> dict[str, Organisation]:
    """Return the approved institutes by id as text, by name, for a complex to say which it brought in."""
    rows = session.scalars(
        select(Organisation)
        .where(Organisation.kind == OrganisationKind.INSTITUTE, Organisation.state == OrganisationState.APPROVED)
        .order_by(Organisation.name, Organisation.id)
    )
    return {str(row.id): row for row in rows}


def organisations_named(session: Session, ids: Collection[str]) -> dict[str, Organisation]:
    """Return organisations by id as text; no statement when there is none to read."""
    if not ids:
        return {}
    rows = session.scalars(select(Organisation).where(Organisation.id.in_([int(number) for number in ids])))
    return {str(row.id): row for row in rows}


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a document's list, with the categories that it stands for."""

    source_key: str
    name: str
    categories: frozenset[str]


def functions(session: Session) -> Mapping[str, list[Function]]:
    """Return each document's list of functions, by its key, in the taxonomy's order."""
    rows = session.execute(
        select(CategoryFunction.source_key, CategoryFunction.function, CategoryFunction.category_code)
        .join(ServiceCategory, ServiceCategory.code == CategoryFunction.category_code)
        .order_by(CategoryFunction.source_key, ServiceCategory.position, CategoryFunction.function)
    )
    gathered: dict[tuple[str, str], set[str]] = {}
    for source_key, name, category in rows:
        gathered.setdefault((source_key, name), set()).add(category)
    lists: dict[str, list[Function]] = {}
    for (source_key, name), categories in gathered.items():
        lists.setdefault(source_key, []).append(Function(source_key, name, frozenset(categories)))
    return lists


def flagged_bodies(session: Session, reader: Reader, *, on: date) -> Iterator[tuple[Organisation, State]]:
    """Yield the complexes of the bureau's district with what holds of them, in two statements."""
    overseen: list[ColumnElement[bool]] = [
        Organisation.kind == OrganisationKind.COMPLEX,
        Organisation.state == OrganisationState.APPROVED,
    ]
    if not reader.is_city_bureau:
        overseen.append(Organisation.district_code == reader.district_code)
    held = states(session, on=on, topics=(Topic.LEVEL, Topic.PREMISES_M2, Topic.INSTITUTES))
    for body in session.scalars(select(Organisation).where(*overseen).order_by(Organisation.name, Organisation.id)):
        yield body, held.get(body.id, {})
