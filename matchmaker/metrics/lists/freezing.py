"""Pages of frozen lists: what was proposed, by whom, confirmed or refused by whom, and how it differs from the last."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.messages import Message, _l
from matchmaker.metrics.lists import operations, policies, queries, rows, showing
from matchmaker.metrics.lists.forms import ReasonForm
from matchmaker.metrics.lists.models import FREEZE_LABELS, Freeze
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.i18n import say
from matchmaker.web.idempotency import Reply, once

bp = Blueprint("frozen_lists", __name__, url_prefix="/lists/frozen")


@bp.get("/<int:freeze_id>")
@protect(policies.may_see_frozen, load=queries.freeze_by_id, as_="freeze")
def show(freeze: Freeze) -> ResponseReturnValue:
    """Show one of the frozen lists, or what changed since the one before."""
    return _page(freeze)


def _page(freeze: Freeze, form: ReasonForm | None = None) -> str:
    who, list_ = reader(), showing.asked_list(freeze.lists)
    before = session().scalars(queries.frozen_before(freeze.scope, freeze.period)).one_or_none()
    shown = showing.table(
        list_,
        lambda number: rows.frozen_page(session(), freeze, list_, who, number=number),
        before=before,
        was=lambda one: rows.frozen(session(), before.id if before else 0, one, who),
        now=lambda one: rows.frozen(session(), freeze.id, one, who),
    )
    return showing.render(
        "three_lists/frozen.html", shown, freeze=freeze, states=FREEZE_LABELS, form=form or ReasonForm()
    )


@bp.get("/<int:freeze_id>/export")
@protect(policies.may_see_frozen, load=queries.freeze_by_id, as_="freeze")
def export(freeze: Freeze) -> ResponseReturnValue:
    """Hand frozen lists out as a file."""
    whose = freeze.organisation.name if freeze.organisation else say(_l("The city"))
    about: list[tuple[Message, str]] = [
        (_l("Whose"), whose),
        (_l("Period"), say(freeze.period.label)),
        (_l("State"), say(FREEZE_LABELS[freeze.state])),
        (_l("Seal (SHA-256)"), freeze.sha256),
        *showing.counted(freeze.lists, freeze.counts),
    ]
    return showing.file(
        freeze.lists,
        lambda list_: rows.frozen(session(), freeze.id, list_, reader()),
        of=freeze,
        name=f"lists-{freeze.scope}-{str(freeze.period).replace('..', '-to-')}-frozen",
        about=about,
    )


@bp.post("/<int:freeze_id>/confirm")
@protect(policies.may_decide, load=queries.freeze_by_id, as_="freeze")
def confirm(freeze: Freeze) -> ResponseReturnValue:
    """Freeze what a colleague proposed."""

    def act() -> Reply:
        operations.confirm(session(), freeze)
        return _reply(freeze, _l("These lists are frozen."))

    return once(act)


@bp.post("/<int:freeze_id>/refuse")
@protect(policies.may_decide, load=queries.freeze_by_id, as_="freeze")
def refuse(freeze: Freeze) -> ResponseReturnValue:
    """Leave them unfrozen, and say why."""
    form = ReasonForm(request.form)

    def act() -> Reply:
        operations.refuse(session(), freeze, form.reason.data or "")
        return _reply(freeze, _l("These lists are not frozen. They can be proposed again."))

    return once(act, form=form) or (_page(_again(freeze), form), 422)


def _reply(freeze: Freeze, said: Message) -> Reply:
    return Reply(url_for("frozen_lists.show", freeze_id=freeze.id), said)


def _again(freeze: Freeze) -> Freeze:
    return session().scalars(queries.freeze_by_id(reader(), freeze.id)).one()
