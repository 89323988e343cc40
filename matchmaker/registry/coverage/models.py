"""What the source documents ask for, and what they count themselves; where two disagree, both rows stand."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.db import Base
from matchmaker.messages import _l
from matchmaker.reference.models import Cited, SourceDocument


class Indicator(StrEnum):
    """What is counted in the registry and compared."""

    COMPLEXES = "complexes"
    PROVINCIAL_COMPLEXES = "provincial_complexes"
    KEY_INDUSTRIES_COVERED = "key_industries_covered"
    TRADITIONAL_COVERED = "traditional_covered"
    EMERGING_COVERED = "emerging_covered"
    DISTRICTS_COVERED = "districts_covered"
    NEW_IN_YEAR = "new_in_year"
    NEW_PROVINCIAL_IN_YEAR = "new_provincial_in_year"
    LEAST_PREMISES = "least_premises"
    LEAST_INSTITUTES = "least_institutes"
    NEW_RND = "new_rnd"
    PROVINCIAL_LABORATORIES = "provincial_laboratories"
    PROVINCIAL_MAKERSPACES = "provincial_makerspaces"


class Basis(StrEnum):
    """Whether a document asks for the figure or says that it is so."""

    GOAL = "goal"
    STATED = "stated"


class Bound(StrEnum):
    """How a document puts a figure."""

    EXACT = "exact"
    ABOUT = "about"
    LEAST = "least"


INDICATOR_LABELS = {
    Indicator.COMPLEXES: _l("Complexes at all levels"),
    Indicator.PROVINCIAL_COMPLEXES: _l("Provincial complexes"),
    Indicator.KEY_INDUSTRIES_COVERED: _l("Key industries with a complex"),
    Indicator.TRADITIONAL_COVERED: _l("Traditional industries with a complex (the 5 of “5+4”)"),
    Indicator.EMERGING_COVERED: _l("Emerging industries with a complex (the 4 of “5+4”)"),
    Indicator.DISTRICTS_COVERED: _l("Districts with a complex"),
    Indicator.NEW_IN_YEAR: _l("New complexes in the year"),
    Indicator.NEW_PROVINCIAL_IN_YEAR: _l("Complexes new on the provincial list in the year"),
    Indicator.LEAST_PREMISES: _l("Premises of a complex, the smallest stated"),
    Indicator.LEAST_INSTITUTES: _l("Institutes brought in by a provincial complex, the fewest"),
    Indicator.NEW_RND: _l("City-level new-type R&D institutions"),
    Indicator.PROVINCIAL_LABORATORIES: _l("Provincial laboratories"),
    Indicator.PROVINCIAL_MAKERSPACES: _l("Makerspaces on the provincial list"),
}


class Target(Cited, Base):
    """A figure that a document asks for, or states, of one of the registry's indicators."""

    __tablename__ = "registry_target"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    indicator: Mapped[Indicator]
    basis: Mapped[Basis]
    bound: Mapped[Bound]
    value: Mapped[int]
    #: "%", "m2", or empty for a number of things.
    unit: Mapped[str] = mapped_column(String(8))
    #: The day by which, or on which, the figure holds; ``None`` for a standing rule.
    on_date: Mapped[date | None]
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"))
    position: Mapped[int]
    source: Mapped[SourceDocument] = relationship(lazy="raise")
