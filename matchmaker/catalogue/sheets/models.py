"""Spreadsheets that were sent and not yet kept."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.catalogue.sheets.reading import Table
from matchmaker.db import Base


class Upload(Base):
    """A spreadsheet whose rows somebody looks over before they keep them; its cells are as they were sent."""

    __abstract__ = True
    audited = frozenset({"kept_at"})

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    kept_at: Mapped[datetime | None]
    headings: Mapped[list[str]] = mapped_column(JSON)
    #: The number of each row in its file, and its cells.
    rows: Mapped[list[tuple[int, list[str]]]] = mapped_column(JSON)

    @property
    def table(self) -> Table:
        """What was sent, as it was read."""
        return Table(self.headings, [(number, cells) for number, cells in self.rows])


class OfferingUpload(Upload):
    """A spreadsheet of offerings."""

    __tablename__ = "offering_upload"
