"""Pages of registering an organisation, and of the bureau's queue."""

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.links.operations import use
from matchmaker.accounts.links.queries import good_link
from matchmaker.accounts.members import letters
from matchmaker.accounts.members.operations import add_person
from matchmaker.accounts.models import (
    KIND_LABELS,
    ORGANISATION_STATE_LABELS,
    SIZE_LABELS,
    Organisation,
    OrganisationState,
    Person,
)
from matchmaker.accounts.own.rules import check_new_password
from matchmaker.accounts.own.views import SPENT
from matchmaker.accounts.policies import anyone
from matchmaker.accounts.queries import person_by_email
from matchmaker.accounts.registration import operations, policies, queries, rules
from matchmaker.accounts.registration.forms import DetailsForm, OrganisationForm, RegistrationForm, RejectionForm
from matchmaker.accounts.registration.models import STEP_LABELS, TYPE_LABELS
from matchmaker.accounts.registration.rules import Facts, Twin
from matchmaker.accounts.registration.twins import Names
from matchmaker.accounts.rules import as_email, check_person_name
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.web import errors
from matchmaker.web import session as browser
from matchmaker.web.access import protect, reader
from matchmaker.web.addresses import external
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.i18n import language, say
from matchmaker.web.limits import limiter
from matchmaker.web.paging import page_number

bp = Blueprint("registration", __name__)

_NAMES = "matchmaker_twins"
bp.record_once(lambda setup: setup.app.extensions.setdefault(_NAMES, Names()))
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(registrations_waiting=waiting))

Twins = list[tuple[Twin, Organisation]]

_KNOWN = _l("An organisation with this code is registered already. Ask its manager to invite you.")


def waiting() -> int:
    """Return how many registrations await the reader's bureau, for its home page."""
    return queries.waiting(session(), reader())


@bp.get("/register")
@protect(anyone)
def new() -> ResponseReturnValue:
    """Show the form; who is signed in already is its first person."""
    return _form_page(OrganisationForm() if reader().is_authenticated else RegistrationForm())


@bp.post("/register")
@limiter.limit("30 per hour")
@protect(anyone)
def submit_new() -> ResponseReturnValue:
    """Check, show likely twins, and register or send the link that does."""
    form = OrganisationForm(request.form) if reader().is_authenticated else RegistrationForm(request.form)
    held: list[Organisation] = []
    facts = _checked(form, held)
    if facts is None:
        return _form_page(form, held=held), 422
    twins = _public_twins(facts.name)
    if twins and not form.is_different.data:
        return _form_page(form, twins=twins), 422
    if not isinstance(form, RegistrationForm):
        return _register_own(facts)
    return _send_link(form, facts)


def _register_own(facts: Facts) -> ResponseReturnValue:
    with transaction(session()):
        person = session().get_one(Person, reader().person_id)
        organisation = operations.register(session(), facts, person=person)
        token = _start(person, organisation)
    browser.begin(token)
    return _registered(organisation)


def _send_link(form: RegistrationForm, facts: Facts) -> ResponseReturnValue:
    def act() -> Link:
        email, name = as_email(form.email.data or ""), check_person_name(form.person_name.data or "")
        password = form.password.data or ""
        check_new_password(password, email=email, name=name)
        link, token = operations.begin(session(), facts, name=name, email=email, password=password, language=language())
        letters.write(
            session(), email, letters.confirm(facts.name, external("registration.confirm", token=token)),
            language=language(),
        )  # fmt: skip
        return link

    if submit(form, act) is None:
        return _form_page(form), 422
    return redirect(url_for("registration.sent"), code=303)


def _checked(form: OrganisationForm, held: list[Organisation], *, besides: int | None = None) -> Facts | None:
    """Return what was typed when it can be registered; else the form says why not, and ``held`` who has the code."""
    if not form.validate():
        return None
    try:
        facts = form.facts()
        known = operations.check(session(), facts, besides=besides)
    except Invalid as error:
        form.refuse(error)
        return None
    if known is None:
        return facts
    form.refuse(Invalid(field="credit_code", message=_KNOWN))
    if known.state is OrganisationState.APPROVED:
        held.append(known)
    return None


def _form_page(form: OrganisationForm, *, twins: Twins | None = None, held: list[Organisation] | None = None) -> str:
    return render_template(
        "registration/new.html", form=form, twins=twins or [], held=held or [], kinds=KIND_LABELS,
        is_newcomer=isinstance(form, RegistrationForm),
    )  # fmt: skip


def _like(name: str, *, besides: int | None = None) -> list[Twin]:
    names: Names = current_app.extensions[_NAMES]
    places = rules.place_names(code.name for code in codes().districts.values())
    return names.like(session(), name, places=places, besides=besides)


def _public_twins(name: str) -> Twins:
    """Return the organisations that everybody may know of and that may be the one called ``name``."""
    return _known({0: _like(name)}, approved=True)[0]


def _twins_of(rows: Sequence[Organisation]) -> dict[int, Twins]:
    """Return for each of ``rows`` the others that may be the same, whatever their state: for its bureau."""
    return _known({row.id: _like(row.name, besides=row.id) for row in rows}, approved=False)


def _known(found: dict[int, list[Twin]], *, approved: bool) -> dict[int, Twins]:
    ids = {twin.organisation_id for twins in found.values() for twin in twins}
    known = queries.organisations(session(), ids, approved=approved)
    return {
        key: [(twin, known[twin.organisation_id]) for twin in twins if twin.organisation_id in known][
            : rules.MOST_TWINS
        ]
        for key, twins in found.items()
    }


@bp.get("/register/sent")
@protect(anyone)
def sent() -> ResponseReturnValue:
    """Say that a letter is on its way, whether or not the address has an account."""
    return render_template("registration/sent.html")


@bp.get("/register/<token>")
@protect(anyone)
def confirm(token: str) -> ResponseReturnValue:
    """Show what the link registers; opening it registers nothing, since mail programs look ahead."""
    link = session().scalars(good_link(LinkPurpose.REGISTRATION, token)).one_or_none()
    if link is None:
        return errors.page(404, SPENT)
    return render_template(
        "registration/confirm.html", facts=operations.facts_of(link.details), token=token, email=link.email,
        kinds=KIND_LABELS, has_account=_account_of(link) is not None,
    )  # fmt: skip


@bp.post("/register/<token>")
@limiter.limit("30 per hour")
@protect(anyone)
def register(token: str) -> ResponseReturnValue:
    """Register, as who is signed in or as somebody new."""
    link = session().scalars(good_link(LinkPurpose.REGISTRATION, token)).one_or_none()
    if link is None:
        return errors.page(404, SPENT)
    if not reader().is_authenticated and _account_of(link) is not None:
        return redirect(url_for("accounts.sign_in", next=url_for("registration.confirm", token=token)), code=303)
    with transaction(session()):
        carried = use(session(), link)
        if reader().is_authenticated:
            person = session().get_one(Person, reader().person_id)
        else:
            person = add_person(
                session(), email=link.email, name=carried["name"], password_hash=carried["password_hash"],
                language=carried["language"],
            )  # fmt: skip
        organisation = operations.register(session(), operations.facts_of(carried), person=person)
        session_token = _start(person, organisation)
    browser.begin(session_token)
    return _registered(organisation)


def _account_of(link: Link) -> Person | None:
    return session().scalars(person_by_email(link.email)).one_or_none()


def _start(person: Person, organisation: Organisation) -> str:
    """Begin a session in the new organisation, in place of the one at hand."""
    old = browser.token()
    if old:
        accounts.sign_out(session(), old)
    return accounts.sign_in(session(), person, browser=browser.family(), organisation_id=organisation.id)


def _registered(organisation: Organisation) -> ResponseReturnValue:
    flash(say(_l("%(name)s is registered and awaits the bureau's approval.", name=organisation.name)), "success")
    return redirect(url_for("registration.show", organisation_id=organisation.id), code=303)


@bp.get("/registrations/")
@protect(policies.may_see_queue)
def index() -> ResponseReturnValue:
    """List who awaits the reader's bureau, longest first."""
    page = page_of(session(), queries.queue(reader()), number=page_number())
    return render_template("registration/index.html", page=page, twins=_twins_of(page.rows), kinds=KIND_LABELS)


@bp.get("/registrations/<int:organisation_id>")
@protect(policies.may_see_registration, load=queries.registration_by_id, as_="organisation")
def show(organisation: Organisation) -> ResponseReturnValue:
    """Show a registration: what it says, where it stands, and to the bureau its twins."""
    return _show(organisation, RejectionForm())


def _show(organisation: Organisation, form: RejectionForm) -> str:
    is_bureau = reader().is_bureau_of(organisation.district_code)
    return render_template(
        "registration/show.html",
        organisation=organisation,
        steps=queries.steps_of(session(), organisation),
        types=queries.types_of(session(), organisation),
        twins=_twins_of([organisation])[organisation.id] if is_bureau else [],
        is_bureau=is_bureau,
        form=form,
        kinds=KIND_LABELS,
        sizes=SIZE_LABELS,
        states=ORGANISATION_STATE_LABELS,
        step_labels=STEP_LABELS,
        type_labels=TYPE_LABELS,
    )


@bp.post("/registrations/<int:organisation_id>/approve")
@protect(policies.may_decide, load=queries.registration_by_id, as_="organisation")
def approve(organisation: Organisation) -> ResponseReturnValue:
    """Let the organisation take part."""
    with transaction(session()):
        url = external("registration.show", organisation_id=organisation.id)
        operations.approve(session(), organisation, by=reader().person_id, url=url)
    flash(say(_l("%(name)s is approved; its managers are told.", name=organisation.name)), "success")
    return redirect(url_for("registration.index"), code=303)


@bp.post("/registrations/<int:organisation_id>/reject")
@protect(policies.may_decide, load=queries.registration_by_id, as_="organisation")
def reject(organisation: Organisation) -> ResponseReturnValue:
    """Refuse the registration with a reason."""
    form = RejectionForm(request.form)

    def act() -> bool:
        url = external("registration.show", organisation_id=organisation.id)
        operations.reject(
            session(), organisation, reason=(form.reason.data or "").strip(), by=reader().person_id, url=url
        )
        return True

    if not submit(form, act):
        return _show(organisation, form), 422
    flash(say(_l("%(name)s is rejected; its managers are told why.", name=organisation.name)), "success")
    return redirect(url_for("registration.index"), code=303)


@bp.get("/registrations/<int:organisation_id>/edit")
@protect(policies.may_correct, load=queries.registration_by_id, as_="organisation")
def edit(organisation: Organisation) -> ResponseReturnValue:
    """Show the form with what the organisation says of itself."""
    is_fixed = organisation.state is OrganisationState.APPROVED
    form = (DetailsForm if is_fixed else OrganisationForm)(
        obj=organisation, data={"types": queries.types_of(session(), organisation)}
    )
    return _edit(organisation, form)


def _edit(organisation: Organisation, form: DetailsForm, held: list[Organisation] | None = None) -> str:
    return render_template("registration/edit.html", organisation=organisation, form=form, held=held or [])


@bp.post("/registrations/<int:organisation_id>")
@protect(policies.may_correct, load=queries.registration_by_id, as_="organisation")
def update(organisation: Organisation) -> ResponseReturnValue:
    """Correct what it says; a rejected one is handed in again."""
    held: list[Organisation] = []
    if organisation.state is OrganisationState.APPROVED:
        form = DetailsForm(request.form)
        is_saved = submit(form, lambda: _describe(organisation, form))
    else:
        form = whole = OrganisationForm(request.form)
        facts = _checked(whole, held, besides=organisation.id)
        is_saved = submit(form, lambda: _correct(organisation, facts)) if facts is not None else None
    if not is_saved:
        return _edit(organisation, form, held), 422
    flash(say(_l("“%(title)s” is saved.", title=organisation.name)), "success")
    return redirect(url_for("registration.show", organisation_id=organisation.id), code=303)


def _describe(organisation: Organisation, form: DetailsForm) -> bool:
    operations.describe(session(), organisation, **form.details())
    return True


def _correct(organisation: Organisation, facts: Facts) -> bool:
    operations.correct(session(), organisation, facts, by=reader().person_id)
    return True
