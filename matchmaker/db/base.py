"""The declarative base and the column types that every table shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, MetaData, String
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values, which mean a different instant on every host."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A stored instant needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite drops the zone; what it returns is UTC, since only UTC goes in."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(states: type[StrEnum]) -> list[str]:
    return [state.value for state in states]


#: A state is stored by value, with a CHECK that lists the values.
_STATE = Enum(
    StrEnum,
    native_enum=False,
    create_constraint=True,
    validate_strings=True,
    length=32,
    values_callable=_values,
)


def unchecked(states: type[StrEnum]) -> Enum:
    """Return a column type whose values another column's CHECK names already; a second would take the first's name."""
    return Enum(states, native_enum=False, create_constraint=False, length=32, values_callable=_values)


class Base(DeclarativeBase):
    """Every table of the product."""

    #: Whether the audit trail follows the table's rows.
    is_audited: ClassVar[bool] = True
    #: Columns whose values the audit trail keeps; of the others it keeps that they changed.
    audited: ClassVar[frozenset[str]] = frozenset()

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this class attribute by name
        StrEnum: _STATE,
        datetime: UtcDateTime(),
        str: String(255),
    }


#: Amounts in fen outgrow 32 bits at 21 million yuan.
Fen = BigInteger
