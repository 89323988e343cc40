"""Signing in and out, the language, and the admin's list of people."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations, policies, queries
from matchmaker.accounts.forms import SignInForm
from matchmaker.accounts.models import KIND_LABELS, Person
from matchmaker.accounts.own import operations as own
from matchmaker.accounts.passwords import is_password
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.phrases import LANGUAGES
from matchmaker.web import session as browser
from matchmaker.web.access import protect, reader
from matchmaker.web.addresses import safe_next
from matchmaker.web.database import session
from matchmaker.web.i18n import say
from matchmaker.web.limits import limiter
from matchmaker.web.paging import page_number

bp = Blueprint("accounts", __name__)

_WRONG = _l("Address and password do not belong together.")


@bp.get("/sign-in")
@protect(policies.anyone)
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form; whoever is signed in already goes home."""
    if reader().is_authenticated:
        return redirect(url_for("home.index"), code=303)
    return render_template("accounts/sign_in.html", form=SignInForm())


@bp.post("/sign-in")
@limiter.limit("20 per minute")
@limiter.limit("10 per minute", key_func=lambda: request.form.get("email", "").strip().lower())
@protect(policies.anyone)
def start_session() -> ResponseReturnValue:
    """Sign in. The answer is the same, and takes as long, whether or not the person exists."""
    form = SignInForm(request.form)
    person = session().scalars(queries.person_by_email(form.email.data or "")).one_or_none()
    if not is_password(form.password.data or "", person.password_hash if person else None) or person is None:
        form.refuse(Invalid(field="email", message=_WRONG))
        return render_template("accounts/sign_in.html", form=form), 422
    with transaction(session()):
        token = operations.sign_in(session(), person, browser=browser.family())
    browser.begin(token)
    flash(say(_l("Welcome, %(name)s.", name=person.name)), "success")
    return redirect(safe_next(request.form.get("next")), code=303)


@bp.post("/sign-out")
@protect(policies.anyone)
def sign_out() -> ResponseReturnValue:
    """End the session, here and wherever its cookie was copied to."""
    token = browser.token()
    if token is not None:
        with transaction(session()):
            operations.sign_out(session(), token)
    browser.end()
    flash(say(_l("You are signed out.")), "success")
    return redirect(url_for("home.index"), code=303)


@bp.post("/language/<language>")
@protect(policies.anyone)
def choose_language(language: str) -> ResponseReturnValue:
    """Keep the language in the browser's session, and with the person who is signed in: letters are written in it."""
    if language in LANGUAGES:
        browser.choose_language(language)
        if reader().is_authenticated:
            with transaction(session()):
                own.choose_language(session(), reader().person_id, language)
    return redirect(safe_next(request.form.get("next")), code=303)


@bp.get("/people")
@protect(policies.may_manage_people)
def people() -> ResponseReturnValue:
    """List everybody who can sign in."""
    page = page_of(session(), queries.people(), number=page_number())
    return render_template("accounts/people.html", page=page, kinds=KIND_LABELS)


@bp.post("/people/<int:person_id>/disable")
@protect(policies.may_disable, load=queries.person_by_id, as_="person")
def disable(person: Person) -> ResponseReturnValue:
    """Shut somebody out."""
    with transaction(session()):
        operations.disable(session(), person)
    flash(
        say(_l("%(name)s can no longer sign in, and every session of theirs has ended.", name=person.name)),
        "success",
    )
    return redirect(url_for("accounts.people"), code=303)


@bp.post("/people/<int:person_id>/enable")
@protect(policies.may_enable, load=queries.person_by_id, as_="person")
def enable(person: Person) -> ResponseReturnValue:
    """Let somebody in again."""
    with transaction(session()):
        operations.enable(session(), person)
    flash(say(_l("%(name)s can sign in again.", name=person.name)), "success")
    return redirect(url_for("accounts.people"), code=303)
