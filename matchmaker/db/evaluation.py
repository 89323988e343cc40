"""Evaluates conditions and orders on columns held in memory, as the database would: three-valued, NULLs in their place.

What is not understood raises ``Unsupported``, and whoever asked lets the database do it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column
from sqlalchemy.sql import elements, operators

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


class Unsupported(Exception):
    """The clause holds something that is not evaluated here."""


@dataclass(frozen=True, slots=True)
class Held:
    """One column: numbers in the order of its values, and where there are none."""

    numbers: Numbers
    #: ``None`` where no row lacks a value.
    is_null: Mask | None
    #: Return the number of a value; ``None`` when no row can have it.
    number_of: Callable[[Any], int | None]
    #: Whether numbers of values that no row has keep the order, so that < and > make sense.
    is_ordered: bool


class Table(Protocol):
    """Where columns are found."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        ...

    def held(self, column: Column[Any]) -> Held:
        """Return the column."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a condition is true and where it is false; elsewhere it is unknown."""

    true: Mask
    false: Mask


def evaluate(clause: Any, table: Table) -> Verdict:
    """Return where ``clause`` holds. Raises ``Unsupported``."""
    evaluator = _EVALUATORS.get(clause.__visit_name__)
    if evaluator is None:
        raise Unsupported(clause.__visit_name__)
    return evaluator(clause, table)


def _same(is_true: bool, table: Table) -> Verdict:
    return Verdict(np.full(table.size, is_true), np.full(table.size, not is_true))


def _list(clause: Any, table: Table) -> Verdict:
    verdicts = [evaluate(part, table) for part in clause.clauses]
    if clause.operator is operators.and_:
        return Verdict(_all(v.true for v in verdicts), _any(v.false for v in verdicts))
    if clause.operator is operators.or_:
        return Verdict(_any(v.true for v in verdicts), _all(v.false for v in verdicts))
    raise Unsupported(str(clause.operator))


def _all(masks: Any) -> Mask:
    every: Mask = np.logical_and.reduce(list(masks))
    return every


def _any(masks: Any) -> Mask:
    some: Mask = np.logical_or.reduce(list(masks))
    return some


def _unary(clause: Any, table: Table) -> Verdict:
    if clause.operator is operators.is_true:
        return evaluate(clause.element, table)
    if clause.operator in (operators.inv, operators.is_false):
        verdict = evaluate(clause.element, table)
        return Verdict(verdict.false, verdict.true)
    raise Unsupported(str(clause.operator))


def _bare(clause: Any, table: Table) -> Verdict:
    return _compared(clause, np.equal, True, table)


_COMPARED: dict[Any, Any] = {
    operators.eq: np.equal,
    operators.ne: np.not_equal,
    operators.lt: np.less,
    operators.le: np.less_equal,
    operators.gt: np.greater,
    operators.ge: np.greater_equal,
}


#: What is asked for by its opposite.
_OPPOSITES: dict[Any, Any] = {
    operators.is_not: operators.is_,
    operators.not_in_op: operators.in_op,
    operators.not_between_op: operators.between_op,
}


def _binary(clause: Any, table: Table) -> Verdict:
    if not isinstance(clause.left, Column):
        raise Unsupported("no column on the left")
    asked = _OPPOSITES.get(clause.operator)
    verdict = _asked(clause.left, asked or clause.operator, clause.right, table)
    return Verdict(verdict.false, verdict.true) if asked else verdict


def _asked(column: Any, operator: Any, other: Any, table: Table) -> Verdict:
    if operator is operators.is_:
        return _is(column, other, table)
    if operator is operators.in_op:
        return _among(column, _value(other), table)
    if operator is operators.between_op:
        least, most = (_value(part) for part in other.clauses)
        low, high = _compared(column, np.greater_equal, least, table), _compared(column, np.less_equal, most, table)
        return Verdict(low.true & high.true, low.false | high.false)
    if operator not in _COMPARED:
        raise Unsupported(str(operator))
    return _compared(column, _COMPARED[operator], _value(other), table)


def _is(column: Any, other: Any, table: Table) -> Verdict:
    held = table.held(column)
    is_null = np.zeros(table.size, bool) if held.is_null is None else held.is_null
    if isinstance(other, elements.Null):
        return Verdict(is_null, ~is_null)
    if isinstance(other, elements.True_ | elements.False_):
        is_it = (held.numbers == int(isinstance(other, elements.True_))) & ~is_null
        return Verdict(is_it, ~is_it)
    raise Unsupported("IS")


def _value(clause: Any) -> Any:
    if isinstance(clause, elements.True_ | elements.False_):
        return isinstance(clause, elements.True_)
    if isinstance(clause, elements.Grouping):
        return _value(clause.element)
    if isinstance(clause, elements.BindParameter):
        return clause.effective_value
    raise Unsupported(clause.__visit_name__)


def _compared(column: Any, compare: Any, value: Any, table: Table) -> Verdict:
    held = table.held(column)
    if value is None:
        return Verdict(np.zeros(table.size, bool), np.zeros(table.size, bool))
    number = held.number_of(value)
    if compare not in (np.equal, np.not_equal) and not held.is_ordered:
        raise Unsupported("order of words")
    true: Mask = compare(held.numbers, -1 if number is None else number)
    return _known(held, true)


def _among(column: Any, values: Sequence[Any], table: Table) -> Verdict:
    held = table.held(column)
    if any(value is None for value in values):
        raise Unsupported("IN with NULL")
    numbers = [number for value in values if (number := held.number_of(value)) is not None]
    return _known(held, _any([held.numbers == number for number in numbers] or [np.zeros(table.size, bool)]))


def _known(held: Held, true: Mask) -> Verdict:
    if held.is_null is None:
        return Verdict(true, ~true)
    return Verdict(true & ~held.is_null, ~true & ~held.is_null)


_EVALUATORS: dict[str, Callable[[Any, Table], Verdict]] = {
    "true": lambda _clause, table: _same(True, table),
    "false": lambda _clause, table: _same(False, table),
    "bindparam": lambda clause, table: _same(bool(_value(clause)), table),
    "grouping": lambda clause, table: evaluate(clause.element, table),
    "clauselist": _list,
    "expression_clauselist": _list,
    "unary": _unary,
    "binary": _binary,
    "column": _bare,
}


@dataclass(frozen=True, slots=True)
class Key:
    """One part of an order: a column, perhaps shown in part only, its direction and where NULLs go."""

    column: Column[Any]
    is_descending: bool
    #: ``None`` where the column has no NULLs or the clause does not say.
    nulls_first: bool | None
    #: The rows that show the column; the others sort as NULL.
    shown_where: Any = None


@dataclass(frozen=True, slots=True)
class Rank:
    """The first part of an order: the number that the first condition to hold gives a row."""

    whens: tuple[tuple[Any, int], ...]
    otherwise: int
    is_descending: bool


_DIRECTIONS = {operators.desc_op: True, operators.asc_op: False}
_NULLS = {operators.nulls_first_op: True, operators.nulls_last_op: False}


def key_of(clause: Any) -> Key | Rank:
    """Return what one clause of an ORDER BY asks for. Raises ``Unsupported``."""
    is_descending, nulls_first = False, None
    while isinstance(clause, elements.UnaryExpression):
        if clause.modifier in _NULLS:
            nulls_first = _NULLS[clause.modifier]
        elif clause.modifier in _DIRECTIONS:
            is_descending = _DIRECTIONS[clause.modifier]
        else:
            raise Unsupported(str(clause.modifier))
        clause = clause.element
    while isinstance(clause, elements.Grouping):
        clause = clause.element
    if isinstance(clause, elements.Case):
        if isinstance(clause.else_, elements.BindParameter):
            whens = tuple((condition, _value(number)) for condition, number in clause.whens)
            return Rank(whens, _value(clause.else_), is_descending)
        ((condition, column),) = clause.whens if len(clause.whens) == 1 else (_refuse(),)
        if clause.else_ is not None or not isinstance(column, Column):
            raise Unsupported("CASE")
        return Key(column, is_descending, nulls_first, shown_where=condition)
    if not isinstance(clause, Column):
        raise Unsupported(clause.__visit_name__)
    return Key(clause, is_descending, nulls_first)


def _refuse() -> tuple[Any, Any]:
    raise Unsupported("CASE")
