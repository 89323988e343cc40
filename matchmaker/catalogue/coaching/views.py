"""The coach beside the form of a need: it reads what was typed, says what would help, and keeps nothing."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from matchmaker.catalogue import policies
from matchmaker.catalogue.coaching.rules import Hint, judge
from matchmaker.catalogue.needs import queries
from matchmaker.catalogue.needs.forms import NeedForm
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.policies import may_post
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.needs.views import comments_of, new_form
from matchmaker.web.access import protect
from matchmaker.web.htmx import page_or_fragment

bp = Blueprint("coach", __name__, url_prefix="/needs")


def hints_of(thing: Need | NeedForm) -> list[Hint]:
    """Return what would make a need, or a form still being filled in, more exact."""
    return judge(thing.text() if isinstance(thing, NeedForm) else NeedText.of(thing))


bp.record_once(lambda setup: setup.app.jinja_env.globals.update(coach_hints=hints_of))


@bp.post("/coach")
@protect(may_post)
def check_new() -> ResponseReturnValue:
    """Say what would make a new need more exact; nothing is kept."""
    return _checked(None)


@bp.post("/<int:need_id>/coach")
@protect(policies.may_edit, load=queries.need_by_id, as_="need")
def check(need: Need) -> ResponseReturnValue:
    """Say what would make a changed need more exact; nothing is kept."""
    return _checked(need)


def _checked(need: Need | None) -> ResponseReturnValue:
    form = new_form(request.form) if need is None else NeedForm(request.form)
    hints = hints_of(form)
    return page_or_fragment(
        "needs/edit.html",
        "coach/_hints.html",
        form=form,
        need=need,
        comments=comments_of(need) if need else {},
        hints=hints,
        was_checked=True,
        # Who listens to the page is told when the advice changes, not at every pause.
        is_news=request.form.get("coached") != ",".join(hint.fault for hint in hints),
    )
