"""Carrying a request out once, however often it is sent: double clicks, the Back button, lost answers.

A form carries a key of its own (``once_key`` in ``_components/forms.html``). The key, a hash of what was sent and the
answer are kept in the transaction of the effect. The same key with the same content finds the answer; with other
content it is refused; nobody else's keys are looked at.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, overload

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import JSON, Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.audit.models import AnsweredRequest
from matchmaker.db import transaction
from matchmaker.db.pipelines import UNASKED, send_last
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.web.access import reader
from matchmaker.web.database import session
from matchmaker.web.forms import ShapedForm
from matchmaker.web.i18n import say

#: The hidden field, and the header of those who send no forms.
FIELD = "once_key"
HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\w-]{8,80}", re.ASCII)
_BLOCK = 1 << 16
_NOT_CONTENT = {FIELD, "csrf_token"}

_requests: Table = AnsweredRequest.__table__  # type: ignore[assignment]  # a declarative class's table is a Table
_PLACE = ("principal", "operation", "key")
# Made once, and of the table: every form that moves money runs them.
_CLAIMING = {
    name: dialect.insert(_requests).on_conflict_do_nothing(index_elements=_PLACE).returning(_requests.c.id)
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_ANSWERING = (
    update(_requests)
    .where(_requests.c.id == bindparam("claimed"))
    .values(outcome=bindparam("answer", type_=JSON))
    .execution_options(**{UNASKED: True})
)

_NO_KEY = _l("This form is out of date. Load the page again and send it once more.")
_OTHER = _l("This form was sent before with other content. Load the page again to begin a new one.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What was done, in words, and where to go on; kept as JSON, so values are texts and numbers."""

    to: str
    said: Message

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {"to": self.to, "text": self.said.text, "values": self.said.values}


def new_key() -> str:
    """Return a key for one form on one page."""
    return secrets.token_urlsafe(18)


@overload
def once(act: Callable[[], Reply], *, form: None = None) -> ResponseReturnValue: ...


@overload
def once(act: Callable[[], Reply], *, form: ShapedForm) -> ResponseReturnValue | None: ...


def once(act: Callable[[], Reply], *, form: ShapedForm | None = None) -> ResponseReturnValue | None:
    """Run ``act`` in a transaction unless this very request was carried out before; answer as it was answered then.

    With ``form``, what is refused stands at its field and ``None`` comes back; without, the refusal is raised.
    """
    if form is not None and not form.validate():
        return None
    try:
        with transaction(session()):
            answer = _carried_out(session(), act)
    except Invalid as error:
        if form is None:
            raise
        form.refuse(error)
        return None
    flash(say(Message(answer["text"], answer["values"])), "success")
    return redirect(answer["to"], code=303)


def _carried_out(session: Session, act: Callable[[], Reply]) -> dict[str, Any]:
    name = {"principal": _principal(), "operation": _operation(), "key": _key()}
    digest = _digest()
    claimed = _claim(session, name, digest)
    if claimed is None:
        return _answer(session, name, digest)
    answer = act().plain()
    send_last(session)
    session.connection().execute(_ANSWERING, {"claimed": claimed, "answer": answer})
    return answer


def _claim(session: Session, name: dict[str, str], digest: str) -> int | None:
    """Take the key, and wait for whoever is just using it; ``None`` when it was used."""
    values = {**name, "request_sha256": digest, "outcome": {}, "at": clock.now()}
    taken: int | None = session.connection().scalar(_CLAIMING[session.get_bind().dialect.name], values)
    return taken


def _answer(session: Session, name: dict[str, str], digest: str) -> dict[str, Any]:
    kept = session.scalars(select(AnsweredRequest).filter_by(**name)).one()
    if kept.request_sha256 != digest:
        raise Invalid(field="", message=_OTHER)
    return kept.outcome


def _principal() -> str:
    who = reader()
    return f"person/{who.person_id}/for/{who.organisation_id}"


def _operation() -> str:
    return f"{request.method} {request.path}"[:160]


def _key() -> str:
    key = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not _KEY.fullmatch(key):
        raise Invalid(field="", message=_NO_KEY)
    return key


def _digest() -> str:
    """Return a hash of what was sent, files included."""
    digest = hashlib.sha256()
    for name, values in sorted(request.form.lists()):
        if name not in _NOT_CONTENT:
            for value in values:
                digest.update(repr((name, value)).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        digest.update(repr((name, file.filename)).encode())
        while block := file.stream.read(_BLOCK):
            digest.update(block)
        file.stream.seek(0)
    return digest.hexdigest()
