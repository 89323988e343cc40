"""Ids in addresses: a number that no column can hold is nobody's, and never reaches the database."""

from typing import Any

from flask import request
from werkzeug.routing import IntegerConverter, Map

#: What an INTEGER column holds on both databases.
LARGEST = 2**31 - 1


class RowId(IntegerConverter):
    """``<int:…>`` in a route; larger numbers match no route and are a 404."""

    def __init__(self, url_map: Map, **more: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST} | more)


def row_id(name: str) -> int | None:
    """Return the id that the query gives as ``name``, ``None`` when it gives none."""
    return _within(request.args.get(name, type=int))


def chosen_id(name: str) -> int | None:
    """Return the id that the form gives as ``name``, ``None`` when it gives none."""
    return _within(request.form.get(name, type=int))


def _within(number: int | None) -> int | None:
    return number if number is not None and 0 <= number <= LARGEST else None
