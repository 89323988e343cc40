"""What the pages of needs and offerings share: saving a form, and moving a posting on."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue import differences, operations, policies, queries
from matchmaker.catalogue.models import FormerText, Posting
from matchmaker.catalogue.rules import PostingText
from matchmaker.db import transaction
from matchmaker.db.pages import Page, page_of
from matchmaker.errors import Invalid
from matchmaker.messages import Message, _l
from matchmaker.web.database import session
from matchmaker.web.forms import ShapedForm, submit, words
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

Posted = TypeVar("Posted", bound=Posting)

#: The button that saves and publishes in one go sends this.
PUBLISH = "publish"
#: The hidden field that tells one form from another.
FORM_ID = "form_id"
_FORM_ID = re.compile(r"[\w-]+", re.ASCII)

_STALE = _l("Somebody saved this while you were writing. What you typed is still below; compare before you save.")


def add(
    table: type[Posted],
    form: ShapedForm,
    text: Callable[[], PostingText],
    reader: Reader,
    *,
    publish: Callable[[Posted, Any], None],
    rewrite: Callable[[Session, Posted, Any], None] = operations.rewrite,
    owner_id: int | None = None,
    **more: Any,
) -> Posted | None:
    """Keep what the form says as a draft, and ``publish`` it when that button was pressed. ``None``: refused.

    It belongs to the reader's organisation unless ``owner_id`` names another; ``more`` are further columns.
    One form makes one posting, however often it is sent: a second click finds the first one's posting, and a form
    sent again from the Back button, with other words in it, rewrites it.
    """
    key = form_key(f"form-{reader.organisation_id}")

    def act() -> Posted:
        said = text()
        posting = _sent_before(table, key)
        if posting is None:
            owner = session().get_one(Organisation, owner_id or reader.organisation_id)
            posting = operations.draft(session(), table, said, owner=owner, key=key, **more)
        elif policies.may_edit(reader, posting):
            rewrite(session(), posting, said)
        if PUBLISH in request.form:
            publish(posting, said)
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


def form_key(prefix: str) -> str:
    """Return the name of the form that was sent: the same however often it comes, another one's for another prefix."""
    sent_id = request.form.get(FORM_ID, "")[:40]
    return f"{prefix}-{sent_id if _FORM_ID.fullmatch(sent_id) else new_form_id()}"


def new_form_id() -> str:
    """Return a name for one form on one page, so that sending it twice can be told from filling it in twice."""
    return secrets.token_urlsafe(12)


def change(
    posting: Posted,
    form: ShapedForm,
    text: Callable[[], PostingText],
    *,
    publish: Callable[[Posted, Any], None],
    rewrite: Callable[[Session, Posted, Any], None] = operations.rewrite,
) -> bool:
    """Keep the form's text, and ``publish`` it when that button was pressed. False: refused, reason in the form."""

    def act() -> bool:
        said = text()
        session().refresh(posting, attribute_names=inspect(type(posting)).column_attrs.keys())
        if request.form.get("version") != str(posting.version) and said != type(said).of(posting):
            # The next try compares with what is there now.
            raise Invalid(field="", message=_STALE)
        rewrite(session(), posting, said)
        if PUBLISH in request.form:
            publish(posting, said)
        return True

    return submit(form, act) or False


def move(posting: Posting, act: Callable[[], None], *, done: Message, to: str) -> ResponseReturnValue:
    """Run a state change, say what happened to what, and go back to the posting's page."""
    with transaction(session()):
        act()
    return told(Message(done.text, {"title": posting.title}), to=to)


def done(posting: Posting, message: Message, *, to: str) -> ResponseReturnValue:
    """Say what happened to the posting, by its title, and go on."""
    return told(Message(message.text, {"title": posting.title}), to=to)


def told(message: Message, *, to: str) -> ResponseReturnValue:
    """Say what happened, and go on."""
    flash(say(message), "success")
    return redirect(to, code=303)


def refused(template: str, **values: object) -> ResponseReturnValue:
    """Show the form again with everything typed in it and each error at its field."""
    return render_template(template, **values), 422


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What became of one field between two versions: its label, and the pieces of both texts."""

    name: str
    label: Message
    pieces: list[differences.Piece]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a posting: since when it stands, who wrote it, and what it changed; nothing for the first."""

    number: int
    since: datetime
    person_name: str
    organisation_name: str
    changes: list[FieldChange]


#: Makes a form that shows the fields of a kept text.
FormOf = Callable[[Mapping[str, Any]], ShapedForm]

#: Versions on a page: each may differ from the one before in every field.
VERSIONS = 10


def field_changes(old: Mapping[str, Any], new: Mapping[str, Any], form_of: FormOf) -> list[FieldChange]:
    """Return the fields that two kept texts tell differently, in the form's order and as its reader sees them."""
    before, after = form_of(old), form_of(new)
    return [
        FieldChange(field.name, field.label.text, differences.pieces(was, is_now))
        for field in after
        if (was := words(before[field.name])) != (is_now := words(field))
    ]


def versions(posting: Posting, present: PostingText, form_of: FormOf) -> Page[Version]:
    """Return a page of the posting's versions that followed its first, the latest first."""
    page = page_of(session(), queries.former_texts(posting), number=page_number(), size=VERSIONS)
    following = _text_after(posting, page.rows[0]) if page.rows and page.number > 1 else None
    new = following or present.plain()
    rows = []
    for former in page.rows:
        rows.append(_version(former, field_changes(former.text, new, form_of)))
        new = former.text
    return Page(rows=rows, number=page.number, total=page.total, size=page.size)


def _text_after(posting: Posting, former: FormerText) -> Mapping[str, Any] | None:
    found = session().scalars(queries.text_of_version(posting, former.number + 1)).one_or_none()
    return found.text if found else None


def _version(former: FormerText, changes: list[FieldChange]) -> Version:
    return Version(
        number=former.number + 1,
        since=former.replaced_at,
        person_name=former.person.name if former.person else "",
        organisation_name=former.organisation.name if former.organisation else "",
        changes=changes,
    )
