"""What the pages of needs and offerings share: saving a form, and moving a posting on."""

from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue import operations
from matchmaker.catalogue.models import Posting
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

_STALE = _l("Somebody saved this while you were writing. What you typed is still below; compare before you save.")


def add(table: type[Posted], form: ShapedForm, text: Callable[[], PostingText], reader: Reader) -> Posted | None:
    """Keep what the form says as a draft, or publish it at once when that button was pressed. ``None``: refused."""

    def act() -> Posted:
        owner = session().get_one(Organisation, reader.organisation_id)
        said = text()
        posting = operations.draft(session(), table, said, owner=owner)
        if PUBLISH in request.form:
            operations.publish(session(), posting, said)
        return posting

    return submit(form, act)


def change(posting: Posting, form: ShapedForm, text: Callable[[], PostingText]) -> bool:
    """Keep the form's text, publishing a draft when that button was pressed. False: refused, reason in the form."""

    def act() -> bool:
        session().refresh(posting, attribute_names=["version", "state"])
        if request.form.get("version") != str(posting.version):
            # The next try compares with what is there now.
            raise Invalid(field="", message=_STALE)
        said = text()
        operations.rewrite(session(), posting, said)
        if PUBLISH in request.form:
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
