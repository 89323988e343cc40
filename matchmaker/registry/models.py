"""Registry entries of real bodies, each with its source, and the figures that documents state."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation
from matchmaker.db import Base
from matchmaker.messages import _l
from matchmaker.reference.models import Cited, SourceDocument


class Level(StrEnum):
    """At which level of government a complex is listed."""

    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"
    PLANNED = "planned"


class Status(StrEnum):
    """How far a complex has come at its level."""

    CREATING = "creating"
    CULTIVATING = "cultivating"
    REGISTERED = "registered"
    PLANNED = "planned"


class DatePrecision(StrEnum):
    """How exactly a document dates what it says."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class InstituteKind(StrEnum):
    """What sort of institute or carrier it is; on the platform all of them take part as institutes."""

    INDUSTRY_INSTITUTE = "industry_institute"
    NEW_RND = "new_rnd"
    LABORATORY = "laboratory"
    INNOVATION_CENTER = "innovation_center"
    MAKERSPACE = "makerspace"
    INCUBATOR = "incubator"


LEVEL_LABELS = {
    Level.PROVINCIAL: _l("Provincial"),
    Level.CITY: _l("City level"),
    Level.COUNTY: _l("County level"),
    Level.PLANNED: _l("Planned"),
}

STATUS_LABELS = {
    Status.CREATING: _l("Being created"),
    Status.CULTIVATING: _l("Being cultivated"),
    Status.REGISTERED: _l("Registered"),
    Status.PLANNED: _l("Planned"),
}

INSTITUTE_LABELS = {
    InstituteKind.INDUSTRY_INSTITUTE: _l("Industry research institute"),
    InstituteKind.NEW_RND: _l("New-type R&D institution"),
    InstituteKind.LABORATORY: _l("Laboratory"),
    InstituteKind.INNOVATION_CENTER: _l("Innovation centre"),
    InstituteKind.MAKERSPACE: _l("Makerspace"),
    InstituteKind.INCUBATOR: _l("Incubator"),
}


#: What documents remark on a body, by the word that the seeds use for it.
REMARK_LABELS = {
    "excellent": _l("Rated excellent"),
    "passed": _l("Passed the yearly review"),
    "good_or_better": _l("Rated good or better"),
    "landed": _l("Settled in the city"),
    "applied_new_rnd": _l("Applied as a new-type R&D institution"),
    "to_be_improved": _l("To be improved"),
    "under_construction": _l("Under construction"),
    "overseas_center": _l("Recognised as a provincial overseas innovation centre"),
}


class Entry(Cited, Base):
    """That a document names this body at all, with the passage."""

    __tablename__ = "registry_entry"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    institute_kind: Mapped[InstituteKind | None]
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    source: Mapped[SourceDocument] = relationship(lazy="raise")


class Statement(Cited, Base):
    """What a document says of a body on a day; later ones do not erase earlier ones."""

    __tablename__ = "registry_statement"
    __table_args__ = (UniqueConstraint("organisation_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[int]
    level: Mapped[Level | None]
    status: Mapped[Status | None]
    #: A rating or an event in the document's sense ("excellent", "landed"); empty when it only states level and status.
    remark: Mapped[str] = mapped_column(String(64))
    on_date: Mapped[date]
    date_precision: Mapped[DatePrecision]
    source: Mapped[SourceDocument] = relationship(lazy="raise")


class Figure(Cited, Base):
    """A number that a document states; where two disagree, both rows stand."""

    __tablename__ = "registry_figure"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    #: As printed: documents write "30家以上" and "10家左右", which are not numbers.
    value: Mapped[str] = mapped_column(String(64))
    unit: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    source: Mapped[SourceDocument] = relationship(lazy="raise")
