"""The columns of ``seeds/demo/**/*.jsonl`` and the set of all their rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, StringConstraints

from matchmaker import money
from matchmaker.accounts.models import EnterpriseSize, OrganisationKind, Role
from matchmaker.accounts.registration.models import EnterpriseType
from matchmaker.accounts.registration.rules import Facts
from matchmaker.catalogue.needs.models import Confidentiality, Ending, NeedState, SolutionMode
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings.models import Cooperation, IpStatus, OfferingKind, PriceUnit, Reach, TransferMode
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.registry.profiles.models import Topic
from matchmaker.seeding.deals import ContractRow, ServiceRow
from matchmaker.seeding.files import Code, Key, Line, MaybeText, R, Reader, Row, Text
from matchmaker.seeding.introductions import IntroductionRow
from matchmaker.seeding.lists import TagRow, TechnologyRow
from matchmaker.seeding.oddities import OddityRow
from matchmaker.seeding.vouchers import SchemeRow, VoucherRow

#: What is not on offer yet can be ordered so many days after loading.
LATER_DAYS = 30
#: The folders of ``seeds/demo/``, in the order in which they are loaded.
CLUSTERS = ("textile", "equipment", "life", "digital")

Trl = Annotated[int, Field(ge=1, le=9)]
Yuan = Annotated[int, Field(ge=0, le=money.MAX_FEN // money.FEN_PER_YUAN)]
Wan = Annotated[Decimal, Field(ge=0, le=money.MAX_FEN // money.FEN_PER_WAN, decimal_places=6)]
Days = Annotated[int, Field(ge=0, le=3650)]
#: Names that could be taken for those of real bodies say that they are not.
DemoName = Annotated[Line, StringConstraints(pattern=r"（演示）$")]
Email = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+@demo\.example$")]


class ProviderRow(Row):
    """An invented complex or institute."""

    key: Key
    name: DemoName
    name_en: Line
    kind: Literal["complex", "institute"]
    district: Code
    industries: Annotated[list[Code], Field(min_length=1)]
    about: Text


class EnterpriseRow(Row):
    """An invented enterprise."""

    key: Key
    name: Line
    credit_code: str
    district: Code
    industry: Code
    size: EnterpriseSize
    about: Text
    types: tuple[EnterpriseType, ...] = ()


class RegistrationRow(Row):
    """An invented organisation that awaits its bureau, or with ``rejected`` a correction."""

    key: Key
    person: Email
    kind: Literal["enterprise", "complex", "institute"]
    name: Line
    credit_code: str
    district: Code
    industry: Code
    size: EnterpriseSize
    types: tuple[EnterpriseType, ...]
    about: Text
    rejected: MaybeText

    def facts(self) -> Facts:
        """Return what the organisation says of itself."""
        return Facts(
            kind=OrganisationKind(self.kind),
            name=self.name,
            credit_code=self.credit_code,
            district_code=self.district,
            industry_code=self.industry,
            size=self.size,
            types=self.types,
            about=self.about,
        )


class BureauRow(Row):
    """A bureau of a real district, as the demo accounts play it."""

    key: Key
    name: DemoName
    name_en: Line
    district: Code
    about: Text


class PersonRow(Row):
    """Somebody who can sign in to the demo; ``role`` says in a word or two what they try out."""

    email: Email
    name: Line
    role: Line
    organisation: Key | None
    is_admin: bool
    roles: tuple[Role, ...] = ()
    #: Further organisations that they act for, without a role.
    also: tuple[Key, ...] = ()
    #: Whether the command that serves the site names them.
    is_listed: bool = True


class DetailRow(Row):
    """What only one kind of offering has, whom it serves, and how it stands when it is loaded."""

    key: Key
    maker: Line | None = None
    made_in: int | None = None
    location: Line | None = None
    booking_contact: Line | None = None
    booking_note: Line | None = None
    team_field: Line | None = None
    team_lead: Line | None = None
    team_size: int | None = None
    achievements: Text | None = None
    cooperation: list[Cooperation] = Field(default_factory=list)
    ip_status: IpStatus | None = None
    patents: list[Line] = Field(default_factory=list)
    transfer_mode: TransferMode | None = None
    reach: Reach = Reach.CITY
    districts: list[Code] = Field(default_factory=list)
    life: Literal["asked", "sunk", "paused", "later"] | None = None

    def said(self, *, on: date) -> dict[str, Any]:
        """Return the fields of the offering's text that stand here."""
        names = (
            "maker", "made_in", "location", "booking_contact", "booking_note", "team_field", "team_lead", "team_size",
            "achievements", "cooperation", "ip_status", "patents", "transfer_mode", "reach",
        )  # fmt: skip
        stated = {name: value for name in names if (value := getattr(self, name)) is not None}
        begins = {"valid_from": on + timedelta(days=LATER_DAYS)} if self.life == "later" else {}
        return stated | {"served_districts": sorted(self.districts)} | begins


class OfferingRow(Row):
    """What an invented provider offers; prices in yuan, days counted from the day of loading."""

    key: Key
    provider: Key
    kind: OfferingKind
    title: Text
    description: Text
    keywords: list[Text]
    category: Code
    industry: Code | None
    price_min_yuan: Yuan | None
    price_max_yuan: Yuan | None
    price_unit: PriceUnit
    delivery_days: Annotated[int, Field(ge=1)] | None
    trl: Trl | None
    is_voucher_eligible: bool
    valid_for_days: Days | None
    model: Line | None
    accuracy: Line | None
    bookable_hours: Line | None

    _details: DetailRow | None = PrivateAttr(default=None)

    @property
    def details(self) -> DetailRow | None:
        """What ``details.jsonl`` says of it."""
        return self._details

    def text(self, *, on: date) -> OfferingText:
        """Return what the offering says when it is loaded on that day."""
        return OfferingText(
            kind=self.kind,
            title=self.title,
            description=self.description,
            category_code=self.category,
            industry_code=self.industry,
            keywords=list(self.keywords),
            price_min_fen=_fen(self.price_min_yuan),
            price_max_fen=_fen(self.price_max_yuan),
            price_unit=self.price_unit,
            delivery_days=self.delivery_days,
            trl=self.trl,
            is_voucher_eligible=self.is_voucher_eligible,
            valid_until=_day(on, self.valid_for_days),
            model=self.model or "",
            accuracy=self.accuracy or "",
            bookable_hours=self.bookable_hours or "",
            **(self._details.said(on=on) if self._details else {}),
        )


class NeedRow(Row):
    """What an invented enterprise needs; the budget in 万元, days counted from the day of loading."""

    key: Key
    enterprise: Key
    title: Text
    problem: Text
    key_technology: MaybeText
    target: MaybeText
    keywords: list[Text]
    budget_wan: Wan | None
    needed_in_days: Days | None
    mode: SolutionMode
    industry: Code
    trl: Trl | None
    partners: MaybeText
    confidentiality: Confidentiality
    state: NeedState

    def text(self, *, on: date) -> NeedText:
        """Return what the need says when it is loaded on that day."""
        budget = None if self.budget_wan is None else int(self.budget_wan * money.FEN_PER_WAN)
        return NeedText(
            title=self.title,
            problem=self.problem,
            industry_code=self.industry,
            key_technology=self.key_technology,
            target=self.target,
            keywords=list(self.keywords),
            budget_fen=budget,
            needed_by=_day(on, self.needed_in_days),
            mode=self.mode,
            trl=self.trl,
            partners=self.partners,
            confidentiality=self.confidentiality,
        )


class LifeRow(Row):
    """What became of a need, when that is more than its own line tells; ``first_said`` was rewritten later."""

    need: Key
    state: NeedState
    first_said: dict[str, Text]
    #: What the reviewer asked for when it was returned, by field.
    remarks: dict[str, Text]
    reason: Ending | None
    words: MaybeText
    #: The provider that solved it, and the one that posted it on behalf.
    solver: Key | None
    agent: Key | None


class MandateRow(Row):
    """Who may post needs in an enterprise's name: a provider, or one officer of a bureau."""

    enterprise: Key
    holder: Key
    officer: Email | None


class ProfileRow(Row):
    """What an invented body said of itself on a day, in years before the day of loading, and what became of it."""

    key: Key
    organisation: Key
    years_ago: Annotated[int, Field(ge=0, le=30)]
    day: Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")]
    #: Topic → the words of its value; institutes by their keys.
    facts: dict[Topic, list[Line]]
    proposed_by: Email | None
    decided_by: Email | None
    state: Literal["proposed", "confirmed", "returned"]
    note: MaybeText
    comment: MaybeText

    def valid_from(self, *, on: date) -> date:
        """Return the day from which it holds, when it is loaded on ``on``; never one to come."""
        month, day = self.day.split("-")
        return min(date(on.year - self.years_ago, int(month), int(day)), on)


@dataclass(frozen=True, slots=True)
class Demo:
    """All rows of ``seeds/demo/``, cluster after cluster, each file in its own order."""

    bureaus: list[BureauRow]
    providers: list[ProviderRow]
    enterprises: list[EnterpriseRow]
    offerings: list[OfferingRow]
    needs: list[NeedRow]
    people: list[PersonRow]
    registrations: list[RegistrationRow]
    lives: list[LifeRow]
    mandates: list[MandateRow]
    profiles: list[ProfileRow]
    details: list[DetailRow]
    introductions: list[IntroductionRow]
    contracts: list[ContractRow]
    services: list[ServiceRow]
    schemes: list[SchemeRow]
    vouchers: list[VoucherRow]
    tags: list[TagRow]
    technologies: list[TechnologyRow]
    oddities: list[OddityRow]

    @property
    def organisations(self) -> list[BureauRow | ProviderRow | EnterpriseRow]:
        """Everybody who takes part."""
        return [*self.bureaus, *self.providers, *self.enterprises]

    def __len__(self) -> int:
        postings = len(self.offerings) + len(self.needs)
        people = len(self.people) + len(self.registrations) + len(self.mandates)
        deals = len(self.introductions) + len(self.contracts) + len(self.services)
        money = len(self.schemes) + len(self.vouchers) + len(self.oddities)
        lists = len(self.tags) + len(self.technologies)
        return len(self.organisations) + postings + people + len(self.profiles) + deals + money + lists


def read_demo(reader: Reader) -> Demo:
    """Read the folder; rows that do not hold are left out and complained of in ``reader``."""

    def all_of(name: str, table: type[R]) -> list[R]:
        return [row for cluster in CLUSTERS for row in reader.jsonl(f"demo/{cluster}/{name}.jsonl", table)]

    offerings = all_of("offerings", OfferingRow)
    details = reader.jsonl("demo/details.jsonl", DetailRow)
    by_key = {row.key: row for row in details}
    for offering in offerings:
        offering._details = by_key.get(offering.key)
    return Demo(
        bureaus=reader.jsonl("demo/bureaus.jsonl", BureauRow),
        providers=all_of("providers", ProviderRow),
        enterprises=all_of("enterprises", EnterpriseRow),
        offerings=offerings,
        needs=all_of("needs", NeedRow),
        people=reader.jsonl("demo/people.jsonl", PersonRow),
        registrations=reader.jsonl("demo/registrations.jsonl", RegistrationRow),
        lives=reader.jsonl("demo/lives.jsonl", LifeRow),
        mandates=reader.jsonl("demo/mandates.jsonl", MandateRow),
        profiles=reader.jsonl("demo/profiles.jsonl", ProfileRow),
        details=details,
        introductions=reader.jsonl("demo/introductions.jsonl", IntroductionRow),
        contracts=reader.jsonl("demo/contracts.jsonl", ContractRow),
        services=reader.jsonl("demo/services.jsonl", ServiceRow),
        schemes=reader.jsonl("demo/schemes.jsonl", SchemeRow),
        vouchers=reader.jsonl("demo/vouchers.jsonl", VoucherRow),
        tags=reader.jsonl("demo/tags.jsonl", TagRow),
        technologies=reader.jsonl("demo/technologies.jsonl", TechnologyRow),
        oddities=reader.jsonl("demo/oddities.jsonl", OddityRow),
    )


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * money.FEN_PER_YUAN


def _day(on: date, days: int | None) -> date | None:
    return None if days is None else on + timedelta(days=days)
