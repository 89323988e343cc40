"""Code lists, each row with the document it comes from."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base

#: The city whose bureau oversees every district (GB/T 2260).
CITY_CODE = "330600"


class SourceDocument(Base):
    """A public document that figures and lists are cited from."""

    __tablename__ = "source_document"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str]
    title_en: Mapped[str]
    publisher: Mapped[str]
    number: Mapped[str]
    issued_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)


class Cited:
    """Columns of a row that says where it comes from."""

    source_key: Mapped[str] = mapped_column(ForeignKey("source_document.key"))
    quote: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)


class District(Cited, Base):
    """A city, a district or county of it, or an area with a code of our own."""

    __tablename__ = "district"

    code: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("district.code"))
    position: Mapped[int]


class Industry(Cited, Base):
    """An industry of the "5+4" list or a cluster that a complex serves."""

    __tablename__ = "industry"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"))
    position: Mapped[int]


class ServiceCategory(Cited, Base):
    """A group or a leaf of the one service taxonomy."""

    __tablename__ = "service_category"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("service_category.code"))
    position: Mapped[int]


class CategoryFunction(Base):
    """How a source document's own list of functions maps onto the taxonomy."""

    __tablename__ = "category_function"

    source_key: Mapped[str] = mapped_column(ForeignKey("source_document.key"), primary_key=True)
    function: Mapped[str] = mapped_column(primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("service_category.code"), primary_key=True)
    quote: Mapped[str] = mapped_column(Text)
