"""The page of one's own account, and setting a forgotten password anew."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.links.queries import good_link
from matchmaker.accounts.members import letters
from matchmaker.accounts.models import KIND_LABELS, ROLE_LABELS, Membership, Person
from matchmaker.accounts.own import operations, policies, queries
from matchmaker.accounts.own.forms import ChangeForm, ForgottenForm, ResetForm
from matchmaker.accounts.passwords import hash_token
from matchmaker.accounts.policies import anyone
from matchmaker.accounts.queries import person_by_email
from matchmaker.accounts.rules import as_email
from matchmaker.db import transaction
from matchmaker.messages import _l
from matchmaker.web import errors
from matchmaker.web import session as browser
from matchmaker.web.access import protect, reader
from matchmaker.web.addresses import external
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.i18n import say
from matchmaker.web.ids import LARGEST
from matchmaker.web.limits import limiter

bp = Blueprint("own", __name__)

#: What the page says of a link that opens nothing, whatever the reason.
SPENT = _l("This link was used already or is out of date. Ask for a new one.")


@bp.get("/account")
@protect(policies.is_signed_in)
def account() -> ResponseReturnValue:
    """Show what is kept of the reader, and where they are signed in."""
    return _account(ChangeForm())


def _me() -> Person:
    person = session().get(Person, reader().person_id) if reader().is_authenticated else None
    return person if person is not None else abort(403)


def _account(form: ChangeForm) -> str:
    token = browser.token()
    return render_template(
        "own/account.html",
        form=form,
        person=_me(),
        memberships=queries.memberships(session(), reader().person_id),
        sessions=session().scalars(queries.open_sessions(reader().person_id)).all(),
        here=hash_token(token) if token else "",
        kinds=KIND_LABELS,
        roles=ROLE_LABELS,
    )


@bp.post("/account/password")
@limiter.limit("10 per minute", key_func=lambda: f"password-{reader().person_id}")
@protect(policies.is_signed_in)
def change_password() -> ResponseReturnValue:
    """Set a new password; every other browser is signed out."""
    form = ChangeForm(request.form)
    person = _me()

    def act() -> bool:
        operations.change_password(
            session(), person, old=form.old.data or "", new=form.password.data or "",
            token=browser.token(), forgotten_url=external("own.forgotten"),
        )  # fmt: skip
        return True

    if not submit(form, act):
        return _account(form), 422
    flash(say(_l("Your password is changed. Every other browser is signed out.")), "success")
    return redirect(url_for("own.account"), code=303)


@bp.post("/account/sessions/end")
@protect(policies.is_signed_in)
def end_sessions() -> ResponseReturnValue:
    """End one other session, or all but this one."""
    person = _me()
    one = request.form.get("session", "")
    with transaction(session()):
        if one:
            accounts.end_session(session(), person, one)
        else:
            accounts.end_sessions(session(), person, besides=browser.token())
    done = _l("That session has ended.") if one else _l("Every other session has ended.")
    flash(say(done), "success")
    return redirect(url_for("own.account"), code=303)


@bp.post("/account/organisation")
@protect(policies.is_signed_in)
def switch() -> ResponseReturnValue:
    """Act for another organisation of one's own from now on, in this browser."""
    wanted = request.form.get("organisation", type=int) or 0
    with transaction(session()):
        is_theirs = 0 < wanted <= LARGEST and operations.switch(
            session(), token=browser.token() or "", person_id=reader().person_id, organisation_id=wanted
        )
    if not is_theirs:
        return errors.page(403)
    return redirect(url_for("home.index"), code=303)


@bp.get("/password/forgotten")
@protect(anyone)
def forgotten() -> ResponseReturnValue:
    """Ask for the address to write to."""
    return render_template("own/forgotten.html", form=ForgottenForm(), is_sent=False)


@bp.get("/password/forgotten/sent")
@protect(anyone)
def forgotten_sent() -> ResponseReturnValue:
    """Say the same whether or not anybody has the address."""
    return render_template("own/forgotten.html", form=ForgottenForm(), is_sent=True)


@bp.post("/password/forgotten")
@limiter.limit("20 per hour")
@limiter.limit("5 per hour", key_func=lambda: "forgotten-" + request.form.get("email", "").strip().lower()[:255])
@protect(anyone)
def send_reset() -> ResponseReturnValue:
    """Send the link, if somebody has the address; nobody is told whether."""
    form = ForgottenForm(request.form)

    def act() -> bool:
        email = as_email(form.email.data or "")
        person = session().scalars(person_by_email(email)).one_or_none()
        _link, token = operations.ask_reset(session(), email, person)
        if person is not None:
            letters.tell(session(), [person], letters.reset(external("own.reset", token=token)))
        return True

    if not submit(form, act):
        return render_template("own/forgotten.html", form=form, is_sent=False), 422
    return redirect(url_for("own.forgotten_sent"), code=303)


def _reset_link(token: str) -> Link | None:
    link = session().scalars(good_link(LinkPurpose.RESET, token)).one_or_none()
    return link if link is not None and link.person_id is not None else None


@bp.get("/password/reset/<token>")
@protect(anyone)
def reset(token: str) -> ResponseReturnValue:
    """Show the form behind the mail's link; opening it spends nothing, since mail programs look ahead."""
    if _reset_link(token) is None:
        return errors.page(404, SPENT)
    return render_template("own/reset.html", form=ResetForm(), token=token)


@bp.post("/password/reset/<token>")
@limiter.limit("30 per hour")
@protect(anyone)
def set_password(token: str) -> ResponseReturnValue:
    """Set the password anew; every session of the person ends, and they sign in with the new one."""
    link = _reset_link(token)
    if link is None:
        return errors.page(404, SPENT)
    form = ResetForm(request.form)
    person = submit(
        form,
        lambda: operations.reset_password(
            session(), link, new=form.password.data or "", forgotten_url=external("own.forgotten")
        ),
    )
    if person is None:
        return render_template("own/reset.html", form=form, token=token), 422
    browser.end()
    flash(say(_l("Your password is set. Please sign in with it.")), "success")
    # Nobody is signed in any more: the account's page leads to the form.
    return redirect(url_for("own.account"), code=303)


def my_memberships() -> list[Membership]:
    """Return what the reader can act for, for the header of those who have more than one."""
    return queries.memberships(session(), reader().person_id)


bp.record_once(lambda setup: setup.app.jinja_env.globals.update(my_memberships=my_memberships))
