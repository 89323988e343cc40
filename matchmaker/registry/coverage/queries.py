"""Reads for the grid, the map and the targets."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationState
from matchmaker.reference.models import District, Industry
from matchmaker.registry.coverage.models import Target
from matchmaker.registry.coverage.rules import Body
from matchmaker.registry.models import InstituteKind, Level, Status
from matchmaker.registry.profiles import queries as profiles
from matchmaker.registry.profiles import rules as profile_rules
from matchmaker.registry.profiles.models import Topic

#: What is read of each body.
TOPICS = (Topic.LEVEL, Topic.STATUS, Topic.KIND, Topic.INDUSTRIES, Topic.PREMISES_M2, Topic.INSTITUTES)


def listed_bodies(session: Session, *, city: str, with_invented: bool) -> list[Organisation]:
    """Return the approved complexes and institutes of a city and its districts, by name."""
    statement = (
        select(Organisation)
        .join(District, District.code == Organisation.district_code)
        .where(
            Organisation.kind.in_(PROVIDER_KINDS),
            Organisation.state == OrganisationState.APPROVED,
            or_(District.code == city, District.parent_code == city),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    if not with_invented:
        statement = statement.where(Organisation.is_demo.is_(False))
    return list(session.scalars(statement))


def bodies_on(session: Session, listed: Collection[Organisation], *, on: date) -> list[Body]:
    """Return what is known of ``listed`` on that day, in one statement."""
    held = profiles.states(session, on=on, topics=TOPICS)
    return [_body(organisation, profiles.values(held.get(organisation.id, {}))) for organisation in listed]


def _body(organisation: Organisation, state: dict[Topic, str]) -> Body:
    level, status, kind = (state.get(topic, "") for topic in (Topic.LEVEL, Topic.STATUS, Topic.KIND))
    return Body(
        id=organisation.id,
        name=organisation.name,
        name_en=organisation.name_en,
        is_demo=organisation.is_demo,
        organisation_kind=organisation.kind,
        district_code=organisation.district_code,
        level=Level(level) if level else None,
        status=Status(status) if status else None,
        kind=InstituteKind(kind) if kind else None,
        industries=frozenset(profile_rules.codes_of(state.get(Topic.INDUSTRIES, ""))),
        premises_m2=profile_rules.number_of(state, Topic.PREMISES_M2),
        institutes=len(profile_rules.codes_of(state.get(Topic.INSTITUTES, ""))),
    )


def targets(city: str) -> Select[Target]:
    """The figures of documents about a city and its districts: side by side what is about the same."""
    return (
        select(Target)
        .join(District, District.code == Target.district_code)
        .where(or_(District.code == city, District.parent_code == city))
        .options(joinedload(Target.source))
        .order_by(Target.position, Target.key)
    )


def industries_by_kind(session: Session) -> dict[str, list[str]]:
    """Return the codes of the industries of each kind, in the list's order."""
    found: dict[str, list[str]] = {}
    for code, kind in session.execute(select(Industry.code, Industry.kind).order_by(Industry.position, Industry.code)):
        found.setdefault(kind, []).append(code)
    return found
