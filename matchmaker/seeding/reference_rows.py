"""The columns of ``seeds/reference/*.csv`` and the set of all their rows."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from matchmaker.registry.coverage.models import Basis, Bound, Indicator
from matchmaker.registry.models import DatePrecision, InstituteKind, Level, Status
from matchmaker.seeding.files import Code, Key, Line, MaybeLine, MaybeText, Reader, Row, Text

#: Documents are called as people call them: "S0", "GB/T 2260".
DocumentKey = Annotated[Text, StringConstraints(max_length=32)]
DistrictCode = Annotated[Code, StringConstraints(max_length=16)]
Short = Annotated[Text, StringConstraints(max_length=64)]
MaybeShort = Annotated[MaybeText, StringConstraints(max_length=64)]
#: A year, years from–to, months from–to, or nothing for a rule without end.
Period = Annotated[str, StringConstraints(pattern=r"^(\d{4}(-\d{2})?(/\d{4}(-\d{2})?)?)?$")]


class DocumentRow(Row):
    """A public document, or a standard."""

    key: DocumentKey
    title: Line
    title_en: Line
    publisher: MaybeLine = ""
    number: MaybeLine = ""
    issued_on: date | None = None
    note: MaybeText = ""


class CitedRow(Row):
    """A row that says where it comes from."""

    source: DocumentKey
    quote: Text


class DistrictRow(CitedRow):
    """A city, a district or county of it, or a development area."""

    code: DistrictCode
    name: Line
    name_en: Line
    parent_code: DistrictCode | None = None
    note: MaybeText = ""


class IndustryRow(CitedRow):
    """An industry."""

    code: Code
    name: Line
    name_en: Line
    kind: Literal["traditional", "emerging", "cluster"]
    parent_code: Code | None = None
    note: MaybeText = ""


class CategoryRow(CitedRow):
    """A group (no parent) or a leaf of the service taxonomy."""

    code: Code
    name: Line
    name_en: Line
    parent_code: Code | None = None
    position: int
    note: MaybeText = ""


class FunctionRow(Row):
    """One function that a document lists, under one category."""

    scheme: Literal["S1", "S4"]
    function: Line
    category_code: Code
    quote: Text

    @property
    def source(self) -> str:
        """The document's key."""
        return self.scheme


class ComplexRow(CitedRow):
    """A complex that a document names."""

    key: Key
    name: Line
    name_en: Line
    district_code: DistrictCode
    industry_code: Code
    note: MaybeText = ""


class InstituteRow(CitedRow):
    """An institute, laboratory or innovation centre that a document names."""

    key: Key
    name: Line
    name_en: Line
    kind: InstituteKind
    district_code: DistrictCode
    note: MaybeText = ""


class ComplexStatusRow(CitedRow):
    """What a document says of a complex."""

    complex_key: Key
    level: Level | None = None
    status: Status | None = None
    on_date: date
    date_precision: DatePrecision
    rating: Literal["", "excellent", "good_or_better", "passed"] = ""
    note: MaybeText = ""


class InstituteStatusRow(CitedRow):
    """What a document says of an institute."""

    institute_key: Key
    statement: Literal[
        "landed", "excellent", "to_be_improved", "under_construction", "applied_new_rnd", "overseas_center"
    ]
    on_date: date
    date_precision: DatePrecision
    note: MaybeText = ""


class FigureRow(CitedRow):
    """A number that a document states; ``value`` and ``unit`` as printed."""

    key: Key
    name: Line
    name_en: Line
    value: Short
    unit: Annotated[MaybeText, StringConstraints(max_length=32)] = ""
    period: Period = ""
    scope: MaybeShort = ""


class TargetRow(CitedRow):
    """A figure that a document asks for or counts itself, of something that the registry counts too."""

    key: Key
    indicator: Indicator
    basis: Basis
    bound: Bound
    value: int
    unit: Literal["", "%", "m2"] = ""
    on_date: date | None = None
    district_code: DistrictCode
    note: MaybeText = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """All rows of ``seeds/reference/``, each file in its own order."""

    documents: list[DocumentRow]
    districts: list[DistrictRow]
    industries: list[IndustryRow]
    categories: list[CategoryRow]
    functions: list[FunctionRow]
    complexes: list[ComplexRow]
    complex_statuses: list[ComplexStatusRow]
    institutes: list[InstituteRow]
    institute_statuses: list[InstituteStatusRow]
    figures: list[FigureRow]
    targets: list[TargetRow]

    def __len__(self) -> int:
        return sum(len(getattr(self, field.name)) for field in fields(self))

    def cited_rows(self) -> Iterator[CitedRow | FunctionRow]:
        """Yield every row that quotes a document."""
        for field in fields(self):
            yield from (row for row in getattr(self, field.name) if isinstance(row, CitedRow | FunctionRow))


def read_reference(reader: Reader) -> Reference:
    """Read the folder; rows that do not hold are left out and complained of in ``reader``."""
    return Reference(
        documents=reader.csv("reference/documents.csv", DocumentRow),
        districts=reader.csv("reference/districts.csv", DistrictRow),
        industries=reader.csv("reference/industries.csv", IndustryRow),
        categories=reader.csv("reference/service_categories.csv", CategoryRow),
        functions=reader.csv("reference/category_functions.csv", FunctionRow),
        complexes=reader.csv("reference/complexes.csv", ComplexRow),
        complex_statuses=reader.csv("reference/complex_statuses.csv", ComplexStatusRow),
        institutes=reader.csv("reference/institutes.csv", InstituteRow),
        institute_statuses=reader.csv("reference/institute_statuses.csv", InstituteStatusRow),
        figures=reader.csv("reference/figures.csv", FigureRow),
        targets=reader.csv("reference/targets.csv", TargetRow),
    )
