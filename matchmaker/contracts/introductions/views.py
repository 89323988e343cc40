"""Pages of introductions: the list, asking for one, and one with all that was said."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.catalogue import edges
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.needs.queries import in_scope as needs_in_scope
from matchmaker.catalogue.rules import clean
from matchmaker.contracts.introductions import operations, policies, queries, rules
from matchmaker.contracts.introductions.forms import InviteForm, MessageForm, OpeningForm
from matchmaker.contracts.introductions.models import (
    PARTICIPANT_LABELS,
    REASON_LABELS,
    ROLE_LABELS,
    SIDE_LABELS,
    STATE_LABELS,
    Introduction,
    IntroductionState,
    Side,
)
from matchmaker.contracts.introductions.opening import Subject, completed, form_of, subject_of
from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.web import looks
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, Titles, chosen, facet, ticked
from matchmaker.web.forms import submit
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.ids import row_id
from matchmaker.web.paging import page_number

bp = Blueprint("introductions", __name__, url_prefix="/introductions")

SORT_LABELS = {"newest": _l("Asked last"), "waiting": _l("Longest waiting")}
#: Messages on a page, the latest first.
MESSAGES = 30

bp.record_once(
    lambda setup: setup.app.jinja_env.globals.update(
        introduction_states=STATE_LABELS, introduction_reasons=REASON_LABELS, introduction_sides=SIDE_LABELS
    )
)


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List the introductions of the reader's organisation or bureau, or those they were invited to."""
    who = reader()
    has_own = who.is_enterprise or who.is_provider or who.is_bureau
    filters = queries.IntroductionFilters(
        **chosen(*queries.FACETS),
        overdue_before=_overdue_before() if ticked("overdue") else None,
        is_ours=ticked("ours"),
        unread=ticked("unread"),
        need_id=row_id("need"),
        offering_id=row_id("offering"),
        invited=ticked("invited") or not has_own,
    )
    statement = queries.listed_introductions(who, filters, sort=chosen("sort")["sort"])
    page = page_of(session(), statement, number=page_number())
    return page_or_fragment(
        "introductions/index.html",
        "introductions/_results.html",
        page=page,
        unread=queries.unread_counts(session(), who, [row.id for row in page.rows]),
        facets=_facets(filters),
        sorts=SORT_LABELS,
        filters=filters,
        has_own=has_own,
        invitations=session().scalars(queries.own_invitations(who)).all(),
        overdue_before=_overdue_before(),
    )


def _overdue_before() -> datetime:
    return rules.patience(clock.today()).overdue_before(clock.now())


def _facets(filters: queries.IntroductionFilters) -> list[Facet]:
    titles: Titles = {
        "state": (_l("State"), STATE_LABELS),
        "reason": (_l("Why nothing came of it"), REASON_LABELS),
        "opened": (_l("Who asked"), SIDE_LABELS),
        "district": (_l("District"), codes().districts),
    }
    return [
        facet(name, title, queries.facet_base(reader(), filters, name), queries.FACETS[name], labels)
        for name, (title, labels) in titles.items()
    ]


@bp.get("/new")
@protect(policies.may_open)
def new() -> ResponseReturnValue:
    """Show the form by which one side asks the other, filled in from the match it comes from."""
    subject = subject_of(reader(), request.args)
    return _opening_page(subject, form_of(reader(), subject))


@bp.post("/")
@protect(policies.may_open)
def create() -> ResponseReturnValue:
    """Ask for an introduction. One form opens one, and between the same two about the same thing one is open."""
    who = reader()
    subject = subject_of(who, request.form)
    form = form_of(who, subject, request.form)
    key = edges.form_key(f"introduction-{who.organisation_id}")

    def act() -> tuple[Introduction, bool]:
        return _open(completed(who, subject, form), form, key)

    try:
        opened = submit(form, act)
    except IntegrityError:
        # Two clicks at once: the other one's introduction is there now.
        opened = submit(form, act)
    if opened is None:
        # A refusal forgets what was read in its transaction.
        return _opening_page(subject_of(who, request.form), form), 422
    introduction, is_new = opened
    said = _ASKED if is_new else _THERE_ALREADY
    flash(say(said), "success" if is_new else "info")
    return redirect(url_for("introductions.show", introduction_id=introduction.id), code=303)


_ASKED = _l("The other side has been asked and told by letter. Its answer comes here.")
_THERE_ALREADY = _l("This introduction is open already; go on here.")


def _open(subject: Subject, form: OpeningForm, key: str) -> tuple[Introduction, bool]:
    """Return the introduction, and whether this is its first time."""
    if subject.by is Side.ENTERPRISE and subject.provider is None:
        raise Invalid(field="provider_id", message=_l("Choose one from the list."))
    db = session()
    enterprise_id = subject.need.organisation_id if subject.need else reader().organisation_id
    enterprise = db.get_one(Organisation, enterprise_id)
    provider = subject.provider or db.get_one(Organisation, reader().organisation_id)
    there = db.scalars(queries.sent_before(key)).one_or_none() or (
        db.scalars(
            queries.open_between(
                enterprise_id=enterprise.id,
                provider_id=provider.id,
                need_id=subject.need.id if subject.need else None,
                offering_id=subject.offering.id if subject.offering else None,
            )
        ).first()
    )
    if there is not None:
        return there, False
    opening = operations.Opening(
        title=" ".join((form.title.data or "").split()),
        text=clean(form.text.data or ""),
        shares_text=form.is_shared,
        match=subject.match,
    )
    opened = operations.open_(
        db,
        opening,
        by=subject.by,
        enterprise=enterprise,
        provider=provider,
        need=subject.need,
        offering=subject.offering,
        key=key,
    )
    return opened, True


def _opening_page(subject: Subject, form: OpeningForm) -> str:
    return render_template("introductions/new.html", subject=subject, form=form, match=subject.match)


@bp.get("/<int:introduction_id>")
@protect(policies.may_see, load=queries.introduction_by_id, as_="introduction")
def show(introduction: Introduction) -> ResponseReturnValue:
    """Show an introduction as far as the reader may read it."""
    return show_page(introduction, MessageForm())


def show_page(introduction: Introduction, form: MessageForm, invite_form: InviteForm | None = None) -> str:
    """Render one introduction, with the form of a message and, for its sides, that of an invitation."""
    who, side = reader(), rules.side_of(reader(), introduction)
    reads_talk = policies.may_read_talk(who, introduction)
    said = page_of(session(), queries.messages(introduction), number=page_number(), size=MESSAGES)
    reading = session().scalars(queries.reading_of(introduction.id, who.person_id or 0)).one_or_none()
    patience = rules.patience(clock.today())
    if introduction.need is not None and rules.confides_in(who, introduction):
        looks.note(introduction.need)
    return render_template(
        "introductions/show.html",
        introduction=introduction,
        side=side,
        depth=rules.depth(who, introduction),
        depths=rules.Depth,
        page=said if reads_talk else None,
        read_until=reading.message_id if reading else 0,
        unread=queries.unread_counts(session(), who, [introduction.id]).get(introduction.id, 0),
        takes_part=rules.takes_part(who, introduction),
        invitation=rules.participant_of(who, introduction) if side is None else None,
        moves=session().scalars(queries.moves(introduction)).all(),
        form=form,
        invite_form=invite_form or invite_form_for(introduction, side),
        participant_states=PARTICIPANT_LABELS,
        participant_roles=ROLE_LABELS,
        opens_need=_opens_need(introduction),
        patience=patience,
        is_overdue=patience.is_overdue(introduction.awaits_since, now=clock.now()),
        has_levels=introduction.need is not None and introduction.need.confidentiality is not Confidentiality.PUBLIC,
    )


def invite_form_for(introduction: Introduction, side: Side | None, *arguments: object) -> InviteForm | None:
    """Return the form by which a side invites, while it may."""
    if side is None or introduction.state not in (IntroductionState.TALKING, IntroductionState.SIGNED):
        return None
    return InviteForm(*arguments, contacts=session().scalars(queries.bureau_contacts(introduction)).all())


def _opens_need(introduction: Introduction) -> bool:
    """Whether the need's own page opens to the reader."""
    if introduction.need_id is None:
        return False
    found = session().scalar(select(Need.id).where(Need.id == introduction.need_id, needs_in_scope(reader())))
    return found is not None
