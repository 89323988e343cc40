"""The demo's contracts and services: the columns of their files, and their loading through the site's operations."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matchmaker import clock, money
from matchmaker.accounts.models import Membership, Organisation
from matchmaker.contracts.agreements import operations as contracts
from matchmaker.contracts.agreements.models import Contract, ContractKind, DevelopmentMode, Milestone, ProposalKind
from matchmaker.contracts.agreements.rules import ContractText, MilestoneText
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.contracts.services import operations as services
from matchmaker.contracts.services.models import PaidBy, ServiceRecord
from matchmaker.contracts.services.operations import Link, Rating
from matchmaker.contracts.services.rules import ServiceText
from matchmaker.letters.models import Letter
from matchmaker.seeding.acting import Acting
from matchmaker.seeding.files import Code, Key, Line, MaybeText, Problem, Row, Text

Days = Annotated[int, Field(ge=0, le=700)]
Yuan = Annotated[int, Field(ge=0, le=100_000_000)]
Mark = Annotated[int, Field(ge=1, le=5)]
#: The registration point of the city, as the first figures of a number after its year.
_POINT = "330601"


class MilestoneRow(Row):
    """What is due so many days after the signing."""

    title: Line
    after_days: Days
    yuan: Yuan | None
    is_done: bool


class ContractRow(Row):
    """A contract, written down some days before loading, of an introduction or (``null``) of two named sides."""

    key: Key
    introduction: Key | None
    enterprise: Key
    provider: Key
    by: Side
    days_ago: Days
    runs_days: Annotated[int, Field(ge=1, le=1_000)]
    title: Line
    kind: ContractKind
    mode: DevelopmentMode | None
    category: Code
    yuan: Yuan
    technology_yuan: Yuan
    #: How far it has come; ``asked`` waits for an answer to the question whether it is completed.
    state: Literal["shared", "signed", "asked", "completed", "terminated"]
    #: Six figures; empty where it was not registered.
    serial: MaybeText
    words: MaybeText
    milestones: list[MilestoneRow]


class ServiceRow(Row):
    """A service, done some days before loading."""

    key: Key
    contract: Key | None
    introduction: Key | None
    enterprise: Key
    provider: Key
    days_ago: Days
    category: Code
    description: Text
    yuan: Yuan
    paid_by: PaidBy
    with_voucher: bool
    minutes: Annotated[int, Field(ge=1)] | None
    reference: MaybeText
    state: Literal["recorded", "confirmed", "disputed"]
    satisfaction: Mark | None
    effect: Mark | None
    words: MaybeText


def problems(
    contract_rows: Sequence[ContractRow],
    service_rows: Sequence[ServiceRow],
    *,
    introductions: set[str],
    organisations: set[str],
    categories: set[str],
) -> Iterator[Problem]:
    """Yield what the rows name and nothing else knows."""
    known_contracts = {row.key for row in contract_rows}
    rows: list[ContractRow | ServiceRow] = [*contract_rows, *service_rows]
    for row in rows:
        for field in ("enterprise", "provider"):
            if getattr(row, field) not in organisations:
                yield row.fault(field, f"unknown {getattr(row, field)!r}")
        if row.category not in categories:
            yield row.fault("category", f"unknown {row.category!r}")
        if row.introduction is not None and row.introduction not in introductions:
            yield row.fault("introduction", f"unknown {row.introduction!r}")
    for service in service_rows:
        if service.contract is not None and service.contract not in known_contracts:
            yield service.fault("contract", f"unknown {service.contract!r}")


def load(
    session: Session,
    contract_rows: Sequence[ContractRow],
    service_rows: Sequence[ServiceRow],
    organisations: Mapping[str, Organisation],
) -> int:
    """Write down what is missing and lead it to its state. Return how many rows that were."""
    there = set(session.scalars(select(Contract.key))) | set(session.scalars(select(ServiceRecord.key)))
    new_contracts = [row for row in contract_rows if row.key not in there]
    new_services = [row for row in service_rows if row.key not in there]
    if not new_contracts and not new_services:
        return 0
    last_letter = session.scalar(select(func.max(Letter.id))) or 0
    loader = _Loader(session, organisations)
    for contract in new_contracts:
        loader.write(contract)
    for service in sorted(new_services, key=lambda row: -row.days_ago):
        loader.record(service)
    loader.rest()
    # Nobody reads the mail of invented people.
    session.execute(delete(Letter).where(Letter.id > last_letter))
    return len(new_contracts) + len(new_services)


class _Loader(Acting):
    """Acts for one organisation after the other, on days of the past."""

    @contextmanager
    def _as(self, key: str, at: datetime) -> Iterator[None]:
        organisation = self._organisations[key]
        members = select(Membership.person_id).where(Membership.organisation_id == organisation.id)
        person = self._session.scalars(members.order_by(Membership.created_at, Membership.person_id)).first()
        with self._acting(person, organisation.id, at):
            yield

    def write(self, row: ContractRow) -> None:
        """Write a contract down and lead it to its state."""
        introduction = self._introduction(row.introduction)
        at = clock.now() - timedelta(days=row.days_ago)
        if introduction is not None:
            at = max(at, (introduction.accepted_at or introduction.opened_at) + timedelta(hours=1))
        sides = {Side.ENTERPRISE: row.enterprise, Side.PROVIDER: row.provider}
        with self._as(sides[row.by], at):
            contract = contracts.write(
                self._session,
                _text(row, clock.civil_day(at)),
                by=row.by,
                enterprise=self._organisations[row.enterprise],
                provider=self._organisations[row.provider],
                introduction=introduction,
                key=row.key,
            )
            contracts.confirm(self._session, contract, by=row.by)
        if row.state != "shared":
            with self._as(sides[row.by.other], at + timedelta(hours=20)):
                contracts.confirm(self._session, contract, by=row.by.other)
            self._go_on(row, contract, at, sides)

    def _go_on(self, row: ContractRow, contract: Contract, at: datetime, sides: Mapping[Side, str]) -> None:
        self._reach(row, contract)
        later = at + timedelta(days=12)
        if row.serial and later < clock.now():
            with self._as(row.provider, later):
                on = clock.today()
                contracts.register(self._session, contract, f"{on:%y}{_POINT}{row.serial}", on)
        if row.state == "signed":
            return
        kind = ProposalKind.TERMINATION if row.state == "terminated" else ProposalKind.COMPLETION
        end = min(at + timedelta(days=row.runs_days), clock.now() - timedelta(days=2))
        with self._as(row.provider, end):
            asked = contracts.propose(self._session, contract, kind, by=Side.PROVIDER, words=row.words)
        if row.state != "asked":
            with self._as(row.enterprise, end + timedelta(hours=6)):
                contracts.accept(self._session, asked, by=Side.ENTERPRISE)

    def _reach(self, row: ContractRow, contract: Contract) -> None:
        done = {milestone.title for milestone in row.milestones if milestone.is_done}
        statement = select(Milestone).where(Milestone.contract_id == contract.id).order_by(Milestone.id)
        for milestone in self._session.scalars(statement):
            if milestone.title in done:
                milestone.done_on = max(contract.signed_on, min(milestone.due_on, clock.today()))
        self._session.flush()

    def record(self, row: ServiceRow) -> None:
        """Record a service and let its enterprise answer."""
        contract = self._session.scalars(select(Contract).where(Contract.key == row.contract)).one_or_none()
        day = clock.today() - timedelta(days=row.days_ago)
        if contract is not None:
            day = max(day, contract.signed_on)
        at = datetime.combine(day, datetime.min.time(), tzinfo=clock.CIVIL_ZONE) + timedelta(days=1, hours=9)
        link = Link(contract=contract, introduction=None if contract else self._introduction(row.introduction))
        with self._as(row.provider, at):
            record = services.record(
                self._session,
                _service_text(row, day),
                provider_id=self._organisations[row.provider].id,
                enterprise=self._organisations[row.enterprise],
                link=link,
                key=row.key,
            )
        with self._as(row.enterprise, at + timedelta(days=2)):
            if row.state == "confirmed":
                services.confirm(self._session, record, Rating(row.satisfaction, row.effect, row.words))
            elif row.state == "disputed":
                services.dispute(self._session, record, row.words)

    def _introduction(self, key: str | None) -> Introduction | None:
        return self._session.scalars(select(Introduction).where(Introduction.key == key)).one_or_none()


def _text(row: ContractRow, signed_on: date) -> ContractText:
    return ContractText(
        title=row.title,
        kind=row.kind,
        mode=row.mode,
        category_code=row.category,
        contract_amount_fen=row.yuan * money.FEN_PER_YUAN,
        technology_amount_fen=row.technology_yuan * money.FEN_PER_YUAN,
        signed_on=signed_on,
        starts_on=signed_on,
        ends_on=signed_on + timedelta(days=row.runs_days),
        milestones=tuple(
            MilestoneText(
                one.title,
                signed_on + timedelta(days=one.after_days),
                None if one.yuan is None else one.yuan * money.FEN_PER_YUAN,
            )
            for one in row.milestones
        ),
    )


def _service_text(row: ServiceRow, day: date) -> ServiceText:
    return ServiceText(
        category_code=row.category,
        description=row.description,
        served_on=day,
        amount_fen=row.yuan * money.FEN_PER_YUAN,
        paid_by=row.paid_by,
        with_voucher=row.with_voucher,
        instrument_minutes=row.minutes,
        reference=row.reference or None,
    )
