"""The steps of an introduction as pages and buttons: accept, end, share, write, read."""

from typing import BinaryIO, cast

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.catalogue import edges
from matchmaker.catalogue.rules import clean
from matchmaker.contracts.introductions import operations, policies, queries, rules
from matchmaker.contracts.introductions.forms import EndForm, MessageForm
from matchmaker.contracts.introductions.models import Introduction, IntroductionFile, IntroductionMessage, Side
from matchmaker.contracts.introductions.rules import MAX_FILES
from matchmaker.contracts.introductions.views import bp, show_page
from matchmaker.db import transaction
from matchmaker.errors import Invalid
from matchmaker.files import operations as files
from matchmaker.files.models import StoredFile
from matchmaker.files.rules import LETTERS, MAX_BYTES, named
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect, reader
from matchmaker.web.attachments import send_attachment, takes_files
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.htmx import wants_fragment


@bp.post("/<int:introduction_id>/accept")
@protect(policies.may_answer, load=queries.introduction_by_id, as_="introduction")
def accept(introduction: Introduction) -> ResponseReturnValue:
    """Say that one is willing to talk."""
    # Only the enterprise has a text to share; whoever else sends the tick sends nothing.
    shares = _side(introduction) is Side.ENTERPRISE and request.form.get("shares_text") == "1"
    with transaction(session()):
        operations.accept(session(), introduction, shares_text=shares)
    return _told(introduction, _l("You are in talks now. Write to each other here."))


@bp.get("/<int:introduction_id>/end")
@protect(policies.may_end, load=queries.introduction_by_id, as_="introduction")
def ending(introduction: Introduction) -> ResponseReturnValue:
    """Ask why nothing comes of it."""
    return _end_page(introduction, _end_form(introduction))


@bp.post("/<int:introduction_id>/end")
@protect(policies.may_end, load=queries.introduction_by_id, as_="introduction")
def end(introduction: Introduction) -> ResponseReturnValue:
    """Decline, take back or break off, with the reason."""
    form = _end_form(introduction, request.form)

    def act() -> bool:
        words = clean(form.words.data or "")
        operations.end(session(), introduction, form.reason.data, words, by=_side(introduction))
        return True

    if not submit(form, act):
        return _end_page(introduction, form), 422
    return _told(introduction, _l("The introduction has ended. The other side is told why."))


@bp.post("/<int:introduction_id>/share")
@protect(policies.may_share, load=queries.introduction_by_id, as_="introduction")
def share(introduction: Introduction) -> ResponseReturnValue:
    """Let those who take part read the whole need, or the summary only again."""
    is_shared = request.form.get("shares_text") == "1"
    with transaction(session()):
        operations.share(session(), introduction, is_shared=is_shared)
    done = (
        _l("Everybody who takes part reads the whole need now.") if is_shared else _l("The summary only is shared now.")
    )
    return _told(introduction, done)


@bp.post("/<int:introduction_id>/messages")
@takes_files(MAX_FILES * MAX_BYTES + 1024 * 1024)
@protect(policies.takes_part, load=queries.introduction_by_id, as_="introduction")
def write(introduction: Introduction) -> ResponseReturnValue:
    """Say something to the others; one form says it once."""
    form = MessageForm(request.form)
    key = edges.form_key(f"message-{introduction.id}-{reader().person_id}")

    def act() -> IntroductionMessage:
        said_before = session().scalars(queries.message_of(key)).one_or_none()
        if said_before is not None:
            return said_before
        return operations.write(
            session(),
            introduction,
            clean(form.text.data or ""),
            by=rules.side_of(reader(), introduction),
            key=key,
            files=_kept_files(),
        )

    try:
        message = submit(form, act)
    except IntegrityError:
        # Two clicks at once: the other one's message is there now.
        message = submit(form, act)
    if message is None:
        return show_page(_read_again(introduction), form), 422
    return _told(introduction, _l("Your message is there."))


def _kept_files() -> list[tuple[StoredFile, str]]:
    """Keep the files that came with the form. Raises ``Invalid`` on ``file``."""
    sent = [file for file in request.files.getlist("file") if file.filename]
    if len(sent) > MAX_FILES:
        raise Invalid(field="file", message=_l("At most %(most)s files at a time.", most=MAX_FILES))
    kept = []
    for file in sent:
        name, stream = file.filename or "", cast(BinaryIO, file.stream)
        # After a first try that came too late the stream stands at its end.
        stream.seek(0)
        stored = files.keep(session(), stream, name=name, allowed=LETTERS, max_bytes=MAX_BYTES)
        kept.append((stored, named(name, stored.media_type)))
    return kept


@bp.get("/<int:introduction_id>/files/<int:file_id>")
@protect(policies.may_fetch, load=queries.file_by_id, as_="file")
def fetch(file: IntroductionFile) -> ResponseReturnValue:
    """Hand out a file that came with a message."""
    return send_attachment(file.file, file.name)


@bp.post("/<int:introduction_id>/read")
@protect(policies.takes_part, load=queries.introduction_by_id, as_="introduction")
def read(introduction: Introduction) -> ResponseReturnValue:
    """Keep that the reader has read all there is."""
    with transaction(session()):
        operations.mark_read(session(), introduction, person_id=reader().person_id or 0)
    if wants_fragment():
        return "", 204
    return _told(introduction, _l("Marked as read."))


@bp.post("/<int:introduction_id>/settle")
@protect(policies.may_end, load=queries.introduction_by_id, as_="introduction")
def settle(introduction: Introduction) -> ResponseReturnValue:
    """Say that what was written last asks for no reply."""
    with transaction(session()):
        operations.settle(session(), introduction, by=_side(introduction))
    return _told(introduction, _l("Nobody waits for your reply any more."))


def _side(introduction: Introduction) -> Side:
    side = rules.side_of(reader(), introduction)
    assert side is not None  # noqa: S101 - the policies let the sides alone come here; narrows for the type checker
    return side


def _end_form(introduction: Introduction, *arguments: object) -> EndForm:
    reasons = rules.reasons_open_to(rules.side_of(reader(), introduction), introduction, on=clock.now())
    return EndForm(*arguments, reasons=reasons)


def _end_page(introduction: Introduction, form: EndForm) -> str:
    introduction = _read_again(introduction)
    side = rules.side_of(reader(), introduction)
    return render_template("introductions/end.html", introduction=introduction, form=form, side=side)


def _read_again(introduction: Introduction) -> Introduction:
    """Return it with all that its pages show: a refusal forgets what was read in its transaction."""
    return session().scalars(queries.introduction_by_id(reader(), introduction.id)).one()


def _told(introduction: Introduction, message: Message) -> ResponseReturnValue:
    return edges.told(message, to=url_for("introductions.show", introduction_id=introduction.id))
