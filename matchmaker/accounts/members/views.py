"""Pages about who acts for an organisation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.links import operations as links
from matchmaker.accounts.links.models import Link, LinkPurpose
from matchmaker.accounts.links.queries import good_link, open_invitations
from matchmaker.accounts.links.rules import masked
from matchmaker.accounts.members import letters, operations, policies, queries, rules
from matchmaker.accounts.members.forms import AskForm, InviteForm, JoinForm
from matchmaker.accounts.models import ROLE_LABELS, Membership, Organisation, Person, Role
from matchmaker.accounts.own.views import SPENT
from matchmaker.accounts.policies import anyone
from matchmaker.accounts.queries import person_by_email
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.web import errors
from matchmaker.web import session as browser
from matchmaker.web.access import protect, reader
from matchmaker.web.addresses import external
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.i18n import language, say
from matchmaker.web.limits import limiter
from matchmaker.web.paging import page_number

bp = Blueprint("members", __name__)
bp.record_once(lambda setup: setup.app.jinja_env.filters.update(masked=masked))


@bp.get("/organisations/<int:organisation_id>/people")
@protect(policies.may_see_members, load=queries.organisation_by_id, as_="organisation")
def index(organisation: Organisation) -> ResponseReturnValue:
    """Show who acts for the organisation, and who was invited."""
    form = _invite_form(organisation, data={"email": request.args.get("email", "")[:254]})
    return _index(organisation, form)


def _index(organisation: Organisation, form: InviteForm) -> str:
    return render_template(
        "members/index.html",
        organisation=organisation,
        page=page_of(session(), queries.members(organisation.id), number=page_number(), size=50),
        invitations=session().scalars(open_invitations(organisation.id)).all(),
        form=form,
        roles={role: ROLE_LABELS[role] for role in rules.roles_of(organisation.kind)},
        manager=Role.MANAGER,
        may_manage=policies.may_manage_members(reader(), organisation),
        may_hand_over=reader().manages(organisation.id),
    )


def _invite_form(organisation: Organisation, **more: object) -> InviteForm:
    form = InviteForm(**more)
    form.roles.options = [(role.value, say(ROLE_LABELS[role])) for role in rules.roles_of(organisation.kind)]
    return form


@bp.post("/organisations/<int:organisation_id>/people/invite")
@limiter.limit("60 per hour", key_func=lambda: f"invite-{reader().person_id}")
@protect(policies.may_invite, load=queries.organisation_by_id, as_="organisation")
def invite(organisation: Organisation) -> ResponseReturnValue:
    """Send an invitation."""
    form = _invite_form(organisation, formdata=request.form)

    def act() -> Link:
        link, token = operations.invite(
            session(), organisation, email=form.email.data or "", roles=frozenset(map(Role, form.roles.data))
        )
        text = letters.invited(organisation, reader().name, external("members.accept", token=token))
        letters.write(session(), link.email, text, language=language())
        return link

    link = submit(form, act)
    if link is None:
        return _index(organisation, form), 422
    flash(say(_l("The invitation is on its way to %(email)s.", email=link.email)), "success")
    return _back(organisation)


@bp.post("/organisations/<int:organisation_id>/invitations/<int:link_id>/withdraw")
@protect(policies.may_withdraw, load=queries.invitation, as_="invitation")
def withdraw(invitation: Link) -> ResponseReturnValue:
    """Let an invitation open nothing any more."""
    with transaction(session()):
        links.withdraw(session(), invitation)
    flash(say(_l("The invitation to %(email)s is withdrawn.", email=invitation.email)), "success")
    return redirect(url_for("members.index", organisation_id=invitation.organisation_id), code=303)


@bp.post("/organisations/<int:organisation_id>/people/<int:person_id>/roles")
@protect(policies.may_change_member, load=queries.membership, as_="membership")
def set_roles(membership: Membership) -> ResponseReturnValue:
    """Give and take roles."""
    known = {role.value for role in Role}
    roles = frozenset(Role(name) for name in request.form.getlist("roles") if name in known)
    with transaction(session()):
        operations.set_roles(session(), membership, roles, by=reader().person_id)
    said = operations.roles_in_words(roles)
    flash(say(_l("%(name)s: %(roles)s.", name=membership.person.name, roles=said)), "success")
    return _back(membership.organisation)


@bp.post("/organisations/<int:organisation_id>/people/<int:person_id>/hand-over")
@protect(policies.may_hand_over, load=queries.membership, as_="membership")
def hand_over(membership: Membership) -> ResponseReturnValue:
    """Name a colleague manager in one's own stead."""
    with transaction(session()):
        operations.hand_over(session(), membership, by=reader().person_id)
    flash(say(_l("%(name)s manages the organisation now.", name=membership.person.name)), "success")
    return _back(membership.organisation)


@bp.post("/organisations/<int:organisation_id>/people/<int:person_id>/remove")
@protect(policies.may_change_member, load=queries.membership, as_="membership")
def remove(membership: Membership) -> ResponseReturnValue:
    """Let somebody no longer act for the organisation."""
    organisation, name = membership.organisation, membership.person.name
    with transaction(session()):
        operations.remove(session(), membership)
    flash(say(_l("%(name)s no longer acts for the organisation.", name=name)), "success")
    if membership.person_id == reader().person_id:
        return redirect(url_for("own.account"), code=303)
    return _back(organisation)


@bp.post("/organisations/<int:organisation_id>/leave")
@protect(policies.may_leave, load=queries.organisation_by_id, as_="organisation")
def leave(organisation: Organisation) -> ResponseReturnValue:
    """Stop acting for the organisation."""
    with transaction(session()):
        operations.leave(session(), organisation, person_id=reader().person_id)
    flash(say(_l("You no longer act for %(name)s.", name=organisation.name)), "success")
    return redirect(url_for("own.account"), code=303)


def _back(organisation: Organisation) -> ResponseReturnValue:
    return redirect(url_for("members.index", organisation_id=organisation.id), code=303)


@bp.get("/bureaus")
@protect(policies.may_list_bureaus)
def bureaus() -> ResponseReturnValue:
    """List the bureaus whose people the reader administers."""
    page = page_of(session(), queries.bureaus(reader()), number=page_number(), size=50)
    return render_template("members/bureaus.html", page=page)


@bp.get("/invitations/<token>")
@protect(anyone)
def accept(token: str) -> ResponseReturnValue:
    """Show what the invitation is to; opening it spends nothing, since mail programs look ahead."""
    link = _invitation(token)
    return errors.page(404, SPENT) if link is None else _accept(link, token, JoinForm())


@bp.post("/invitations/<token>")
@limiter.limit("30 per hour")
@protect(anyone)
def join(token: str) -> ResponseReturnValue:
    """Act for the organisation from now on: as who is signed in, or as somebody new."""
    link = _invitation(token)
    if link is None:
        return errors.page(404, SPENT)
    if reader().is_authenticated:
        with transaction(session()):
            person = session().get_one(Person, reader().person_id)
            organisation_id = operations.accept(session(), link, person).organisation_id
            session_token = _start(person, organisation_id)
        return _welcome(session_token, link)
    if _has_account(link):
        return redirect(url_for("accounts.sign_in", next=url_for("members.accept", token=token)), code=303)
    form = JoinForm(request.form)

    def act() -> str:
        newcomer = operations.new_person(
            session(), link, name=form.person_name.data or "", password=form.password.data or "", language=language()
        )
        return _start(newcomer, operations.accept(session(), link, newcomer).organisation_id)

    new_token = submit(form, act)
    return (_accept(link, token, form), 422) if new_token is None else _welcome(new_token, link)


def _invitation(token: str) -> Link | None:
    return session().scalars(good_link(LinkPurpose.INVITATION, token)).one_or_none()


def _has_account(link: Link) -> bool:
    return session().scalars(person_by_email(link.email)).one_or_none() is not None


def _accept(link: Link, token: str, form: JoinForm) -> str:
    roles = operations.roles_in_words(link.roles) if link.roles else None
    return render_template(
        "members/accept.html", link=link, token=token, form=form, has_account=_has_account(link), roles=roles
    )


def _start(person: Person, organisation_id: int) -> str:
    """Begin a session in the new organisation, in place of the one at hand."""
    old = browser.token()
    if old:
        accounts.sign_out(session(), old)
    return accounts.sign_in(session(), person, browser=browser.family(), organisation_id=organisation_id)


def _welcome(token: str, link: Link) -> ResponseReturnValue:
    browser.begin(token)
    name = link.organisation.name if link.organisation else ""
    flash(say(_l("You now act for %(name)s.", name=name)), "success")
    return redirect(url_for("home.index"), code=303)


@bp.get("/organisations/<int:organisation_id>/join")
@protect(policies.may_ask, load=queries.approved_organisation, as_="organisation")
def ask(organisation: Organisation) -> ResponseReturnValue:
    """Show the form that asks for an invitation."""
    form = AskForm(data={"person_name": reader().name, "email": reader().email})
    return render_template("members/ask.html", organisation=organisation, form=form)


@bp.post("/organisations/<int:organisation_id>/join")
@limiter.limit("10 per hour")
@protect(policies.may_ask, load=queries.approved_organisation, as_="organisation")
def send_request(organisation: Organisation) -> ResponseReturnValue:
    """Ask its managers; the answer does not tell whether there are any."""
    form = AskForm(request.form)

    def act() -> bool:
        url = external("members.index", organisation_id=organisation.id, email=form.email.data or "")
        operations.ask(session(), organisation, name=form.person_name.data or "", email=form.email.data or "", url=url)
        return True

    if not submit(form, act):
        return render_template("members/ask.html", organisation=organisation, form=form), 422
    flash(say(_l("The managers of %(name)s are asked. They invite you by mail.", name=organisation.name)), "success")
    return redirect(url_for("registry.show", organisation_id=organisation.id), code=303)
