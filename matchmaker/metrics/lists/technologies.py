"""Pages of key generic technologies: chosen from groups of needs, worded, confirmed and taken off by people."""

from collections.abc import Callable

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.generics.models import Generic
from matchmaker.messages import Message, _l
from matchmaker.metrics.lists import operations, policies, queries, rows, selects
from matchmaker.metrics.lists.forms import ChoosingForm, ReasonForm, WordsForm, choosing_form, words_form
from matchmaker.metrics.lists.models import TECHNOLOGY_LABELS, KeyTechnology
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.idempotency import Reply, once
from matchmaker.web.ids import row_id

bp = Blueprint("key_technologies", __name__, url_prefix="/lists")

#: How many groups a page offers to choose from.
_OFFERED = 50


@bp.get("/complexes/<int:organisation_id>/technologies/new")
@protect(policies.may_draw_up, load=queries.complex_by_id, as_="organisation")
def new(organisation: Organisation) -> ResponseReturnValue:
    """Offer the groups of the complex's industries, or one of them to be put into words."""
    number = row_id("generic")
    generic = _generic(organisation, number) if number else None
    return _choosing(organisation, generic, choosing_form(generic) if generic else None)


def _generic(organisation: Organisation, number: int) -> Generic:
    found = session().scalars(queries.group_by_id(reader(), _industries(organisation), number)).one_or_none()
    return found if found is not None else abort(404)


def _industries(organisation: Organisation) -> tuple[str, ...]:
    return selects.scope_of(session(), organisation, on=clock.today()).industries


def _choosing(organisation: Organisation, generic: Generic | None, form: ChoosingForm | None) -> str:
    offered = queries.choosable(reader(), _industries(organisation)).limit(_OFFERED)
    return render_template(
        "three_lists/choose.html",
        organisation=organisation,
        generic=generic,
        form=form,
        groups=[] if generic else session().scalars(offered).all(),
    )


@bp.post("/complexes/<int:organisation_id>/technologies")
@protect(policies.may_draw_up, load=queries.complex_by_id, as_="organisation")
def choose(organisation: Organisation) -> ResponseReturnValue:
    """Keep a group as a key technology that awaits a second person."""
    generic = _generic(organisation, _number("generic"))
    form = choosing_form(generic, request.form)

    def act() -> Reply:
        made = operations.choose(session(), organisation.id, generic, form.text(), form.need_ids())
        return _reply(made, _l("Kept. Somebody else has to confirm it."))

    return once(act, form=form) or (_choosing(organisation, _generic(organisation, generic.id), form), 422)


@bp.get("/technologies/<int:technology_id>")
@protect(policies.may_see_technology, load=queries.technology_by_id, as_="technology")
def show(technology: KeyTechnology) -> ResponseReturnValue:
    """Show a key technology, its needs, and what may be done with it."""
    return _page(technology)


def _page(technology: KeyTechnology, form: WordsForm | None = None, reason: ReasonForm | None = None) -> str:
    members = [member.need for member in technology.members]
    known = rows.levels(session(), {need.id for need in members}, reader())
    return render_template(
        "three_lists/technology.html",
        technology=technology,
        members=[(need, known[need.id]) for need in members if need.id in known],
        hidden=len(members) - len(known),
        form=form or words_form(technology),
        reason=reason or ReasonForm(),
        states=TECHNOLOGY_LABELS,
    )


@bp.post("/technologies/<int:technology_id>")
@protect(policies.may_word, load=queries.technology_by_id, as_="technology")
def update(technology: KeyTechnology) -> ResponseReturnValue:
    """Write a draft anew."""
    form = words_form(technology, request.form)

    def act() -> Reply:
        operations.reword(session(), technology, form.text(), version=_number("version"))
        return _reply(technology, _l("Saved. Somebody else has to confirm it."))

    return once(act, form=form) or (_page(_again(technology), form), 422)


@bp.post("/technologies/<int:technology_id>/confirm")
@protect(policies.may_confirm, load=queries.technology_by_id, as_="technology")
def confirm(technology: KeyTechnology) -> ResponseReturnValue:
    """Put it on the list."""

    def act() -> Reply:
        operations.confirm_technology(session(), technology, version=_number("version"))
        return _reply(technology, _l("“%(title)s” is on the list.", title=technology.title))

    return once(act)


@bp.post("/technologies/<int:technology_id>/withdraw")
@protect(policies.may_confirm, load=queries.technology_by_id, as_="technology")
def withdraw(technology: KeyTechnology) -> ResponseReturnValue:
    """Take it off the list."""
    return _end(technology, operations.withdraw_technology, _l("“%(title)s” was taken off the list."))


@bp.post("/technologies/<int:technology_id>/drop")
@protect(policies.may_word, load=queries.technology_by_id, as_="technology")
def drop(technology: KeyTechnology) -> ResponseReturnValue:
    """Give a draft up: whoever may write its words may do without them."""
    return _end(technology, operations.drop_technology, _l("The draft “%(title)s” was dropped."))


def _end(
    technology: KeyTechnology, operation: Callable[[Session, KeyTechnology, str], None], said: Message
) -> ResponseReturnValue:
    form = ReasonForm(request.form)

    def act() -> Reply:
        operation(session(), technology, form.reason.data or "")
        return _reply(technology, Message(said.text, {"title": technology.title}))

    return once(act, form=form) or (_page(_again(technology), reason=form), 422)


def _number(name: str) -> int:
    """Return a number that the form sends, 0 for what is none."""
    number = request.form.get(name, "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _reply(technology: KeyTechnology, said: Message) -> Reply:
    return Reply(url_for("key_technologies.show", technology_id=technology.id), said)


def _again(technology: KeyTechnology) -> KeyTechnology:
    return session().scalars(queries.technology_by_id(reader(), technology.id)).one()
