"""Reads of the code lists."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.reference.models import District, Industry, ServiceCategory


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of a code list; ``name`` is Chinese, ``parent_code`` is ``None`` at the top."""

    code: str
    name: str
    name_en: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class CodeLists:
    """All code lists by code, each in its own order. They change only with the seeds."""

    districts: dict[str, Code]
    industries: dict[str, Code]
    categories: dict[str, Code]

    def leaf_categories(self) -> list[Code]:
        """Return the categories that an offering may carry."""
        return [code for code in self.categories.values() if code.parent_code is not None]

    def city_districts(self, city: str) -> list[Code]:
        """Return the districts of ``city`` in the list's order, the city itself left out."""
        return [code for code in self.districts.values() if code.parent_code == city]


def code_lists(session: Session) -> CodeLists:
    """Read all code lists, in three statements."""
    return CodeLists(
        districts=_codes(session, District),
        industries=_codes(session, Industry),
        categories=_codes(session, ServiceCategory),
    )


def _codes(session: Session, table: type[District | Industry | ServiceCategory]) -> dict[str, Code]:
    rows = session.execute(
        select(table.code, table.name, table.name_en, table.parent_code).order_by(table.position, table.code)
    )
    return {row.code: Code(row.code, row.name, row.name_en, row.parent_code) for row in rows}
