"""The columns of ``seeds/demo/**/*.jsonl`` and the set of all their rows."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from matchmaker import money
from matchmaker.accounts.models import EnterpriseSize, Role
from matchmaker.catalogue.needs.models import Confidentiality, NeedState, SolutionMode
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings.models import OfferingKind, PriceUnit
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.seeding.files import Code, Key, Line, MaybeText, R, Reader, Row, Text

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


@dataclass(frozen=True, slots=True)
class Demo:
    """All rows of ``seeds/demo/``, cluster after cluster, each file in its own order."""

    bureaus: list[BureauRow]
    providers: list[ProviderRow]
    enterprises: list[EnterpriseRow]
    offerings: list[OfferingRow]
    needs: list[NeedRow]
    people: list[PersonRow]

    @property
    def organisations(self) -> list[BureauRow | ProviderRow | EnterpriseRow]:
        """Everybody who takes part."""
        return [*self.bureaus, *self.providers, *self.enterprises]

    def __len__(self) -> int:
        return len(self.organisations) + len(self.offerings) + len(self.needs) + len(self.people)


def read_demo(reader: Reader) -> Demo:
    """Read the folder; rows that do not hold are left out and complained of in ``reader``."""

    def all_of(name: str, table: type[R]) -> list[R]:
        return [row for cluster in CLUSTERS for row in reader.jsonl(f"demo/{cluster}/{name}.jsonl", table)]

    return Demo(
        bureaus=reader.jsonl("demo/bureaus.jsonl", BureauRow),
        providers=all_of("providers", ProviderRow),
        enterprises=all_of("enterprises", EnterpriseRow),
        offerings=all_of("offerings", OfferingRow),
        needs=all_of("needs", NeedRow),
        people=reader.jsonl("demo/people.jsonl", PersonRow),
    )


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * money.FEN_PER_YUAN


def _day(on: date, days: int | None) -> date | None:
    return None if days is None else on + timedelta(days=days)
