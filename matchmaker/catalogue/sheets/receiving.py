"""What every page does that takes a spreadsheet: read it, say what is wrong in it, or keep it to be looked over."""

from collections.abc import Callable, Sized
from typing import Protocol, TypeVar

from flask import request

from matchmaker.catalogue.sheets import operations, reading
from matchmaker.catalogue.sheets.models import Upload
from matchmaker.db import transaction
from matchmaker.errors import Invalid
from matchmaker.web.access import reader
from matchmaker.web.database import session

Kind = TypeVar("Kind", bound=Upload)


class Plan(Protocol):
    """What keeping a spreadsheet would do, or why it cannot be kept."""

    @property
    def faults(self) -> Sized:
        """What is wrong in it."""


def receive(
    kind: type[Kind], *, plan: Callable[[reading.Table], Plan], page: Callable[..., str]
) -> Kind | tuple[str, int]:
    """Return the upload, or the page that says why nothing was kept.

    ``page`` takes the file's ``name`` and either a ``message`` or a ``plan`` with faults.
    """
    sent = request.files.get("file")
    name = (sent.filename or "") if sent else ""
    try:
        table = reading.read(sent.read() if sent else b"")
    except Invalid as error:
        return page(message=error.message, name=name), 422
    found = plan(table)
    if found.faults:
        return page(plan=found, name=name), 422
    with transaction(session()):
        return operations.receive(
            session(),
            kind,
            table,
            file_name=name,
            organisation_id=reader().organisation_id or 0,
            person_id=reader().person_id or 0,
        )
