"""Reads of an organisation's dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, null, select, true, union_all
from sqlalchemy.orm import Session

from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.accounts.registration.models import STEP_LABELS, TYPE_LABELS, RegistrationStep, TypeMark
from matchmaker.accounts.rules import Reader
from matchmaker.db.base import UtcDateTime
from matchmaker.db.pages import Page
from matchmaker.dossier.rules import Act, Event, Source
from matchmaker.messages import _l

SIZE = 30


def event(at: Any, act: Any, thing_id: Any, title: Any) -> Select[Any]:
    """Return the select of one kind of event; ``act`` and ``title`` may be words instead of columns."""
    return select(
        at.label("at"),
        (literal(act) if isinstance(act, str) else act).label("act"),
        thing_id.label("thing_id"),
        (literal(title) if isinstance(title, str) else title).label("title"),
    )


def _of_accounts(reader: Reader, organisation_id: int) -> list[Select[Any]]:
    # People are named to their colleagues; a bureau learns that there is one more.
    named = Person.name if reader.acts_for(organisation_id) else literal("")
    has_steps = select(RegistrationStep.id).where(RegistrationStep.organisation_id == organisation_id).exists()
    return [
        event(
            RegistrationStep.at,
            literal("step.") + cast(RegistrationStep.step, String),
            RegistrationStep.id,
            RegistrationStep.reason,
        ).where(RegistrationStep.organisation_id == organisation_id),
        event(TypeMark.noted_at, literal("type.") + cast(TypeMark.type, String), null(), "").where(
            TypeMark.organisation_id == organisation_id
        ),
        event(Membership.created_at, "member", null(), named)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id),
        event(Organisation.created_at, "entered", null(), "").where(Organisation.id == organisation_id, ~has_steps),
    ]


ACCOUNTS = Source(
    name="accounts",
    label=_l("Registration and people"),
    acts={
        "entered": Act(_l("Entered in the directory"), "building-community"),
        "member": Act(_l("A person joined"), "user"),
        **{f"step.{step.value}": Act(label, "clipboard-list") for step, label in STEP_LABELS.items()},
        **{
            f"type.{kind.value}": Act(_l("Recognised as: %(type)s", type=label), "star")
            for kind, label in TYPE_LABELS.items()
        },
    },
    selects=_of_accounts,
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One page of events, and how many each source has."""

    page: Page[Event]
    counts: dict[str, int]


def dossier(
    session: Session, reader: Reader, organisation_id: int, sources: Sequence[Source], *, number: int, only: str = ""
) -> Dossier:
    """Read one page of all that happened, latest first, in two statements whatever the number of sources."""
    parts = [
        select.add_columns(literal(source.name).label("source"))
        for source in sources
        for select in source.selects(reader, organisation_id)
    ]
    events = union_all(*parts).subquery()
    counted = select(events.c.source, func.count()).group_by(events.c.source)
    counts: dict[str, int] = dict(list(session.execute(counted)))
    total = sum(count for name, count in counts.items() if only in ("", name))
    number = min(max(number, 1), max(1, -(-total // SIZE)))
    wanted = (
        select(events.c.at, events.c.act, events.c.thing_id, events.c.title)
        .where(events.c.source == only if only else true())
        .order_by(events.c.at.desc(), events.c.act, events.c.thing_id.desc(), events.c.title)
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    acts = {name: act for source in sources for name, act in source.acts.items()}
    rows = [Event(_aware(at), acts[act], thing_id, title) for at, act, thing_id, title in session.execute(wanted)]
    return Dossier(Page(rows=rows, number=number, total=total, size=SIZE), counts)


def _aware(at: Any) -> datetime:
    # A union forgets on SQLite that the column holds instants.
    value = datetime.fromisoformat(at) if isinstance(at, str) else at
    aware: datetime | None = UtcDateTime().process_result_value(value, None)  # type: ignore[arg-type]  # the dialect is not looked at
    assert aware is not None  # noqa: S101 - every source gives an instant; narrows for the type checker
    return aware


def people_count(session: Session, organisation_id: int) -> int:
    """Return how many people can act for the organisation."""
    counted = (
        select(func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id == organisation_id, Person.is_active)
    )
    return session.scalar(counted) or 0
