"""The bureau's pages: what waits to be checked, one need to decide on, and whether a district checks at all."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.catalogue import edges
from matchmaker.catalogue.needs import operations, policies, queries
from matchmaker.catalogue.needs.forms import NeedForm, ReturnForm
from matchmaker.catalogue.needs.models import Need, NeedMove
from matchmaker.catalogue.needs.rules import NeedText, confides_in
from matchmaker.catalogue.needs.views import bp, read_again
from matchmaker.catalogue.queries import text_of_version
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.reference.models import District
from matchmaker.web import looks
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.forms import submit as sent
from matchmaker.web.paging import page_number


@bp.get("/queue")
@protect(policies.may_see_queue)
def queue() -> ResponseReturnValue:
    """List what waits to be checked, the longest waiting first."""
    return render_template(
        "needs/queue.html",
        page=page_of(session(), queries.queue(reader()), number=page_number()),
        today=clock.today(),
        days_since=_days_since,
    )


def _days_since(need: Need) -> int:
    return (clock.today() - clock.civil_day(need.submitted_at or need.updated_at)).days


@bp.get("/<int:need_id>/review")
@protect(policies.may_review, load=queries.need_by_id, as_="need")
def review(need: Need) -> ResponseReturnValue:
    """Show a submitted need field by field, what changed since it was returned, and room for remarks."""
    if confides_in(reader(), need):
        looks.note(need)
    return _review_page(need, ReturnForm())


def _review_page(need: Need, form: ReturnForm) -> str:
    returned = session().scalars(queries.last_return(need)).one_or_none()
    return render_template(
        "needs/review.html",
        need=need,
        written=NeedForm(obj=need),
        form=form,
        returned=returned,
        changes=_changes_since(need, returned) if returned else [],
        days=_days_since(need),
    )


def _changes_since(need: Need, returned: NeedMove) -> list[edges.FieldChange]:
    former = session().scalars(text_of_version(need, returned.version_number)).one_or_none()
    if former is None:
        return []
    return edges.field_changes(former.text, NeedText.of(need).plain(), lambda text: NeedForm(data=text))


@bp.post("/<int:need_id>/approve")
@protect(policies.may_review, load=queries.need_by_id, as_="need")
def approve(need: Need) -> ResponseReturnValue:
    """Publish a need."""
    return edges.move(
        need,
        lambda: operations.approve(session(), need),
        done=_l("“%(title)s” is published."),
        to=url_for("needs.queue"),
    )


@bp.post("/<int:need_id>/return")
@protect(policies.may_review, load=queries.need_by_id, as_="need")
def return_(need: Need) -> ResponseReturnValue:
    """Give a need back with remarks."""
    form = ReturnForm(request.form)

    def act() -> bool:
        operations.return_(session(), need, form.comments())
        return True

    if not sent(form, act):
        return _review_page(read_again(need), form), 422
    return edges.done(need, _l("“%(title)s” was returned to its enterprise."), to=url_for("needs.queue"))


@bp.get("/checking")
@protect(policies.may_see_queue)
def checking() -> ResponseReturnValue:
    """Show which districts check needs before they are published."""
    return render_template(
        "needs/checking.html",
        districts=session().scalars(queries.checked_districts(reader())).all(),
        unchecked=set(session().scalars(queries.unchecked())),
    )


@bp.post("/checking/<district_code>")
@protect(policies.may_set_checking, load=queries.checked_district, as_="district")
def set_checking(district: District) -> ResponseReturnValue:
    """Switch the checking of a district's needs on or off."""
    is_on = request.form.get("is_on") == "1"
    with transaction(session()):
        operations.set_checking(session(), district.code, is_on=is_on)
    return edges.told(
        _l("Needs of %(district)s are checked before they are published.", district=district.name)
        if is_on
        else _l("Needs of %(district)s are published at once.", district=district.name),
        to=url_for("needs.checking"),
    )
