"""What the pages of needs and offerings share: saving a form, and moving a posting on."""

import re
import secrets
from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue import operations
from matchmaker.catalogue.models import Posting, PostingState
from matchmaker.catalogue.rules import PostingText
from matchmaker.db import transaction
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.web.database import session
from matchmaker.web.forms import ShapedForm, submit
from matchmaker.web.i18n import say

Posted = TypeVar("Posted", bound=Posting)

#: The button that saves and publishes in one go sends this.
PUBLISH = "publish"
#: The hidden field that tells one form from another.
FORM_ID = "form_id"
_FORM_ID = re.compile(r"[\w-]+", re.ASCII)

_STALE = _l("Somebody saved this while you were writing. What you typed is still below; compare before you save.")


def add(table: type[Posted], form: ShapedForm, text: Callable[[], PostingText], reader: Reader) -> Posted | None:
    """Keep what the form says as a draft, or publish it at once when that button was pressed. ``None``: refused.

    One form makes one posting, however often it is sent: a second click finds the first one's posting, and a form
    sent again from the Back button, with other words in it, rewrites it.
    """
    sent_id = request.form.get(FORM_ID, "")[:40]
    key = f"form-{reader.organisation_id}-{sent_id if _FORM_ID.fullmatch(sent_id) else new_form_id()}"

    def act() -> Posted:
        said = text()
        posting = _sent_before(table, key)
        if posting is None:
            owner = session().get_one(Organisation, reader.organisation_id)
            posting = operations.draft(session(), table, said, owner=owner, key=key)
        elif posting.state is not PostingState.CLOSED:
            operations.rewrite(session(), posting, said)
        if PUBLISH in request.form and posting.state is PostingState.DRAFT:
            operations.publish(session(), posting, said)
        return posting

    try:
        return submit(form, act)
    except IntegrityError:
        # Two clicks at once: the other one's posting is there now.
        if _sent_before(table, key) is None:
            raise
        return submit(form, act)


def _sent_before(table: type[Posted], key: str) -> Posted | None:
    return (
        session().scalars(select(table).where(table.key == key).options(joinedload(table.organisation))).one_or_none()
    )


def new_form_id() -> str:
    """Return a name for one form on one page, so that sending it twice can be told from filling it in twice."""
    return secrets.token_urlsafe(12)


def change(posting: Posting, form: ShapedForm, text: Callable[[], PostingText]) -> bool:
    """Keep the form's text, publishing a draft when that button was pressed. False: refused, reason in the form."""

    def act() -> bool:
        said = text()
        session().refresh(posting, attribute_names=inspect(type(posting)).column_attrs.keys())
        if request.form.get("version") != str(posting.version) and said != type(said).of(posting):
            # The next try compares with what is there now.
            raise Invalid(field="", message=_STALE)
        operations.rewrite(session(), posting, said)
        if PUBLISH in request.form and posting.state is PostingState.DRAFT:
            operations.publish(session(), posting, said)
        return True

    return submit(form, act) or False


def move(posting: Posting, act: Callable[[], None], *, done: Message, to: str) -> ResponseReturnValue:
    """Run a state change, say what happened to what, and go back to the posting's page."""
    with transaction(session()):
        act()
    flash(say(Message(done.text, {"title": posting.title})), "success")
    return redirect(to, code=303)


def refused(template: str, **values: object) -> ResponseReturnValue:
    """Show the form again with everything typed in it and each error at its field."""
    return render_template(template, **values), 422
