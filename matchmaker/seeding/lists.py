"""The demo's three lists: tags of needs, key technologies, and what was frozen of them at the end of two months."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.catalogue.needs.models import Need
from matchmaker.metrics.lists import operations, selects
from matchmaker.metrics.lists.models import Freeze, KeyTechnology, KeyTechnologyNeed, NeedTag, TagKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.seeding.acting import Acting
from matchmaker.seeding.deals import Days
from matchmaker.seeding.files import Code, Key, Line, MaybeText, Problem, Row, Text

#: Whose lists are frozen: the complex with most of the demo's services; by whom they are proposed and confirmed.
FROZEN = "textile-jinghu-complex"
OF_COMPLEX = ("clerk@demo.example", "keqiao@demo.example")
OF_CITY = ("statistics@demo.example", "city@demo.example")


class TagRow(Row):
    """A need on one of the city's lists, some days before loading; perhaps taken off again."""

    need: Key
    kind: TagKind
    by: Line
    days_ago: Days
    evidence: Text
    withdrawn_days_ago: Days | None
    reason: MaybeText


class TechnologyRow(Row):
    """A key technology of a complex; without ``confirmed_by`` it awaits a second person."""

    complex: Key
    industry: Code
    needs: list[Key]
    title: Line
    summary: Text
    target: MaybeText
    by: Line
    days_ago: Days
    confirmed_by: Line | None


def problems(
    tags: Sequence[TagRow],
    technologies: Sequence[TechnologyRow],
    *,
    needs: set[str],
    organisations: set[str],
    emails: set[str],
) -> Iterator[Problem]:
    """Yield what the rows name and nothing else knows."""
    for tag in tags:
        if tag.need not in needs:
            yield tag.fault("need", f"unknown {tag.need!r}")
        if tag.by not in emails:
            yield tag.fault("by", f"unknown {tag.by!r}")
    for technology in technologies:
        if technology.complex not in organisations:
            yield technology.fault("complex", f"unknown {technology.complex!r}")
        for key in technology.needs:
            if key not in needs:
                yield technology.fault("needs", f"unknown {key!r}")
        for email in {technology.by, technology.confirmed_by or technology.by} - emails:
            yield technology.fault("by", f"unknown {email!r}")


def load(
    session: Session,
    tags: Sequence[TagRow],
    technologies: Sequence[TechnologyRow],
    organisations: Mapping[str, Organisation],
) -> int:
    """Add what is missing, in the order in which it happened. Return how much that was."""
    loader = _Loader(session, organisations)
    made = sum(loader.tag(row) for row in sorted(tags, key=lambda row: -row.days_ago))
    made += sum(loader.choose(row) for row in sorted(technologies, key=lambda row: -row.days_ago))
    made += loader.freeze() if FROZEN in organisations else 0
    loader.rest()
    return made


class _Loader(Acting):
    """Acts for one person after the other, on days of the past."""

    @contextmanager
    def _as(self, email: str, at: datetime) -> Iterator[None]:
        person = self._session.scalars(select(Person).where(Person.email == email)).one()
        acts_for = select(Membership.organisation_id).where(Membership.person_id == person.id)
        organisation = self._session.scalars(acts_for.order_by(Membership.organisation_id)).first()
        with self._acting(person.id, organisation, at):
            yield

    def tag(self, row: TagRow) -> int:
        """Tag a need, and take it off again where the row says so."""
        need = self._need(row.need)
        if need is None or need.published_at is None:
            return 0
        known = select(NeedTag.id).where(NeedTag.need_id == need.id, NeedTag.kind == row.kind)
        if self._session.scalar(known.limit(1)) is not None:
            return 0
        with self._as(row.by, max(_ago(row.days_ago), need.published_at + timedelta(days=1))):
            tag = operations.tag(self._session, need, row.kind, row.evidence)
        if row.withdrawn_days_ago is not None:
            with self._as(row.by, max(_ago(row.withdrawn_days_ago), tag.tagged_at + timedelta(days=3))):
                operations.withdraw(self._session, tag, row.reason)
        return 1

    def choose(self, row: TechnologyRow) -> int:
        """Choose a key technology, and confirm it where the row says by whom."""
        complex_id = self._organisations[row.complex].id
        known = select(KeyTechnology.id).where(KeyTechnology.complex_id == complex_id, KeyTechnology.title == row.title)
        if self._session.scalar(known.limit(1)) is not None:
            return 0
        needs = [need for key in row.needs if (need := self._need(key)) is not None]
        written = max(
            [_ago(row.days_ago), *(need.published_at + timedelta(days=1) for need in needs if need.published_at)]
        )
        with self._as(row.by, written):
            # The night that finds groups has not come yet, so there is none to choose from.
            technology = KeyTechnology(
                complex_id=complex_id,
                industry_code=row.industry,
                title=row.title,
                summary=row.summary,
                target=row.target,
                written_at=clock.now(),
                written_by_id=self._actor.person_id,
                members=[KeyTechnologyNeed(need_id=need.id) for need in needs],
            )
            self._session.add(technology)
            self._session.flush()
        if row.confirmed_by is not None:
            with self._as(row.confirmed_by, written + timedelta(days=1)):
                operations.confirm_technology(self._session, technology, version=technology.version)
        return 1

    def freeze(self) -> int:
        """Freeze the last month but one; propose the last one of the complex, and freeze that of the city."""
        now, made = Month.of(clock.today()), 0
        for period, is_last in ((Period.month(now.later(-2)), False), (Period.month(now.later(-1)), True)):
            complex_ = selects.scope_of(self._session, self._organisations[FROZEN], on=period.last_day)
            made += self._freeze(complex_, period, OF_COMPLEX, is_confirmed=not is_last)
            made += self._freeze(selects.CITY, period, OF_CITY, is_confirmed=True)
        return made

    def _freeze(self, scope: selects.Scope, period: Period, people: tuple[str, str], *, is_confirmed: bool) -> int:
        known = select(Freeze.id).where(Freeze.scope == scope.name, Freeze.last_month == period.last.code)
        if self._session.scalar(known.limit(1)) is not None:
            return 0
        at = datetime.combine(period.last_day, time(9), tzinfo=clock.CIVIL_ZONE)
        with self._as(people[0], at + timedelta(days=3)):
            freeze = operations.propose(self._session, scope, period)
        if is_confirmed:
            with self._as(people[1], at + timedelta(days=4)):
                operations.confirm(self._session, freeze)
        return 1

    def _need(self, key: str) -> Need | None:
        return self._session.scalars(select(Need).where(Need.key == key)).one_or_none()


def _ago(days: int) -> datetime:
    return clock.now() - timedelta(days=days)
