"""Columns as arrays of numbers: words by their place in the dictionary, days and instants by how far they are."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Boolean, Column, Date, Enum, Integer, String, Text
from sqlalchemy.types import TypeDecorator

from matchmaker.db.base import UtcDateTime
from matchmaker.db.evaluation import Held, Mask, Numbers, Unsupported

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _instant(value: datetime) -> int:
    return (value - _EPOCH) // timedelta(microseconds=1)


def _number_of(column: Column[Any]) -> Callable[[Any], int] | None:
    """Return what makes numbers of the column's values; ``None`` for words. Raises ``Unsupported``."""
    kind = column.type
    if isinstance(kind, UtcDateTime):
        return _instant
    if isinstance(kind, TypeDecorator | Text):
        raise Unsupported(str(kind))
    if isinstance(kind, Boolean | Integer):
        return int
    if isinstance(kind, Date):
        return date.toordinal
    if isinstance(kind, Enum | String):
        return None
    raise Unsupported(str(kind))


@dataclass(slots=True)
class Words:
    """The words of a column, in order; a word's number is its place."""

    spelled: list[str] = field(default_factory=list)
    #: What the database's driver returns for each, such as a state.
    values: list[Any] = field(default_factory=list)

    def number_of(self, value: Any) -> int | None:
        """Return the place of a word that there is."""
        word = str(value)
        at = bisect_left(self.spelled, word)
        return at if at < len(self.spelled) and self.spelled[at] == word else None

    def with_(self, more: Sequence[Any]) -> "Words":
        """Return the words with ``more`` among them."""
        known = dict(zip(self.spelled, self.values, strict=True)) | {str(value): value for value in more}
        return Words(*(list(part) for part in zip(*sorted(known.items()), strict=True)))


@dataclass(frozen=True, slots=True)
class HeldColumn(Held):
    """A column with what is needed to change some of its values."""

    words: Words | None

    def value_of(self, number: int) -> Any:
        """Return the value that ``number`` stands for; only words can be told."""
        return number if self.words is None else self.words.values[number]


def hold(column: Column[Any], values: Sequence[Any]) -> HeldColumn:
    """Return the column with these values. Raises ``Unsupported``."""
    number_of = _number_of(column)
    words = None
    if number_of is None:
        distinct = {str(value): value for value in values if value is not None}
        words = Words().with_(list(distinct.values())) if distinct else Words()
        places = {word: place for place, word in enumerate(words.spelled)}
        numbers = np.array([0 if value is None else places[str(value)] for value in values], _width(words))
    else:
        numbers = np.array([0 if value is None else number_of(value) for value in values], np.int64)
    return _held(column, numbers, np.array([value is None for value in values], bool), words)


def changed(column: Column[Any], held: HeldColumn, *, slots: Numbers, values: Sequence[Any], size: int) -> HeldColumn:
    """Return the column with ``values`` at ``slots``, grown to ``size`` rows; ``held`` stays as it is."""
    words, number_of, numbers = held.words, _number_of(column), held.numbers
    if words is not None:
        new = [value for value in values if value is not None and words.number_of(value) is None]
        if new:
            grown = words.with_(new)
            places = np.array([grown.number_of(word) for word in words.spelled], _width(grown))
            numbers = places[numbers] if len(places) else numbers.astype(_width(grown))
            words = grown
        known = words
        number_of = lambda value: known.number_of(value) or 0  # noqa: E731 - one of two ways to number a value
    assert number_of is not None  # noqa: S101 - narrows for the type checker: words have just got theirs
    is_null = np.zeros(len(numbers), bool) if held.is_null is None else held.is_null
    numbers, is_null = _grown(numbers, size), _grown(is_null, size)
    numbers[slots] = [0 if value is None else number_of(value) for value in values]
    is_null[slots] = [value is None for value in values]
    return _held(column, numbers, is_null, words)


def _grown(array: Any, size: int) -> Any:
    grown = np.zeros(size, array.dtype)
    grown[: len(array)] = array
    return grown


def _width(words: Words) -> Any:
    return np.int16 if len(words.spelled) < 30_000 else np.int32


def _held(column: Column[Any], numbers: Numbers, is_null: Mask, words: Words | None) -> HeldColumn:
    number_of: Any = _number_of(column) if words is None else words.number_of
    return HeldColumn(
        numbers=numbers,
        is_null=is_null if is_null.any() else None,
        number_of=number_of,
        is_ordered=words is None,
        words=words,
    )
