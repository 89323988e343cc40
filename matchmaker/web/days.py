"""Days in addresses."""

from datetime import date

from flask import request


def day_in(name: str) -> date | None:
    """Return the day that the query gives as ``name``, ``None`` when it gives none that is a day."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
