"""Pages on which a bureau puts a need on one of the city's lists, with evidence, and takes it off again."""

from typing import BinaryIO, cast

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue.needs.models import Need
from matchmaker.files import operations as files
from matchmaker.files.models import StoredFile
from matchmaker.files.rules import MAX_BYTES, named
from matchmaker.messages import _l
from matchmaker.metrics.lists import operations, policies, queries
from matchmaker.metrics.lists.forms import ReasonForm, TagForm
from matchmaker.metrics.lists.models import TAG_LABELS, NeedTag
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import send_attachment, takes_files
from matchmaker.web.database import session
from matchmaker.web.idempotency import Reply, once

bp = Blueprint("list_tags", __name__, url_prefix="/lists")


@bp.get("/needs/<int:need_id>/tags")
@protect(policies.may_see_tags, load=queries.need_to_tag, as_="need")
def index(need: Need) -> ResponseReturnValue:
    """Show on which lists a need stands and stood, and take another."""
    return _page(need)


def _page(need: Need, form: TagForm | None = None, *, refused: tuple[int, ReasonForm] | None = None) -> str:
    return render_template(
        "three_lists/tags.html",
        need=need,
        tags=session().scalars(queries.tags_of(reader(), need)).all(),
        form=form or TagForm(),
        reason=ReasonForm(),
        refused=refused,
        labels=TAG_LABELS,
    )


@bp.post("/needs/<int:need_id>/tags")
@takes_files(MAX_BYTES + 64 * 1024)
@protect(policies.may_tag, load=queries.need_to_tag, as_="need")
def tag(need: Need) -> ResponseReturnValue:
    """Put a need on a list."""
    form = TagForm(request.form)

    def act() -> Reply:
        operations.tag(session(), need, form.kind.data, form.evidence.data or "", _kept_file())
        return Reply(url_for("list_tags.index", need_id=need.id), _l("The need stands on the list now."))

    return once(act, form=form) or (_page(_again(need.id), form), 422)


@bp.post("/tags/<int:tag_id>/withdraw")
@protect(policies.may_withdraw, load=queries.tag_by_id, as_="tag")
def withdraw(tag: NeedTag) -> ResponseReturnValue:
    """Take a need off a list."""
    form, need_id, tag_id = ReasonForm(request.form), tag.need_id, tag.id

    def act() -> Reply:
        operations.withdraw(session(), tag, form.reason.data or "")
        return Reply(url_for("list_tags.index", need_id=need_id), _l("The need was taken off the list."))

    return once(act, form=form) or (_page(_again(need_id), refused=(tag_id, form)), 422)


@bp.get("/tags/<int:tag_id>/file")
@protect(policies.may_fetch, load=queries.tag_by_id, as_="tag")
def fetch(tag: NeedTag) -> ResponseReturnValue:
    """Hand out the file that shows why a need was tagged."""
    if tag.stored is None:
        abort(404)
    return send_attachment(tag.stored, tag.file_name)


def _kept_file() -> tuple[StoredFile, str] | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    stored = files.keep(session(), cast(BinaryIO, sent.stream), name=sent.filename)
    return stored, named(sent.filename, stored.media_type)


def _again(need_id: int) -> Need:
    return session().scalars(queries.need_to_tag(reader(), need_id)).one()
