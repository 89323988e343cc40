"""Pages of flags: what stands, what was found and answered, and what is known of organisations."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import Organisation
from matchmaker.db import transaction
from matchmaker.db.pages import page_of
from matchmaker.messages import _l
from matchmaker.vouchers.flags import operations, policies, queries
from matchmaker.vouchers.flags.forms import KIND_LABELS, FactForm, OverrideForm
from matchmaker.vouchers.flags.models import Flag, PartyFact
from matchmaker.vouchers.flags.rules import RULE_LABELS, Shared, masked
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, chosen, facet
from matchmaker.web.forms import submit
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("flags", __name__, url_prefix="/vouchers/flags")

FATE_LABELS = {
    "": _l("To be looked at"),
    "answered": _l("Answered"),
    "lapsed": _l("No longer hold"),
}


@bp.get("/")
@protect(policies.may_list)
def index() -> ResponseReturnValue:
    """List flags, the heaviest first."""
    filters = chosen(*queries.FACETS, "fate")
    page = page_of(session(), queries.listed(reader(), filters), number=page_number())
    return page_or_fragment(
        "flags/index.html",
        "flags/_results.html",
        page=page,
        filters=filters,
        facets=_facets(filters),
        fates=FATE_LABELS,
        rules=RULE_LABELS,
    )


def _facets(filters: dict[str, str]) -> list[Facet]:
    titles = {"rule": (_l("Rule"), RULE_LABELS), "district": (_l("District"), codes().districts)}
    return [
        facet(name, title, queries.listed(reader(), filters, besides=name), queries.FACETS[name], labels)  # type: ignore[arg-type]  # labels of both kinds in one table
        for name, (title, labels) in titles.items()
        if name != "district" or reader().is_city_bureau
    ]


@bp.get("/<int:flag_id>")
@protect(policies.may_see, load=queries.flag_by_id, as_="flag")
def show(flag: Flag) -> ResponseReturnValue:
    """Show what was found, and what was answered."""
    return _page(flag, OverrideForm())


def _page(flag: Flag, form: OverrideForm) -> str:
    others = session().scalars(queries.redemptions_among(flag.evidence.get("claims", ()))).all()
    return render_template("flags/show.html", flag=flag, form=form, others=others, rules=RULE_LABELS)


@bp.post("/<int:flag_id>")
@protect(policies.may_override, load=queries.flag_by_id, as_="flag")
def override(flag: Flag) -> ResponseReturnValue:
    """Keep why a flag is none."""
    form = OverrideForm(request.form)
    if not submit(form, lambda: _override(flag, form)):
        return _page(flag, form), 422
    flash(say(_l("Your answer is kept with the claim.")), "success")
    return redirect(url_for("flags.show", flag_id=flag.id), code=303)


def _override(flag: Flag, form: OverrideForm) -> bool:
    operations.override(session(), flag, form.reason.data or "")
    return True


@bp.get("/parties/<int:organisation_id>")
@protect(policies.may_see_party, load=queries.party_by_id, as_="organisation")
def party(organisation: Organisation) -> ResponseReturnValue:
    """Show what is known of an organisation."""
    return _party(organisation, FactForm())


def _party(organisation: Organisation, form: FactForm) -> str:
    facts = session().scalars(queries.facts_of(organisation)).all()
    return render_template(
        "flags/party.html", organisation=organisation, facts=facts, form=form, kinds=KIND_LABELS, shown=_shown
    )


def _shown(fact: PartyFact) -> str:
    return masked(fact.value) if fact.kind in (Shared.PHONE, Shared.ACCOUNT) else fact.value


@bp.post("/parties/<int:organisation_id>")
@protect(policies.may_note, load=queries.party_by_id, as_="organisation")
def note_fact(organisation: Organisation) -> ResponseReturnValue:
    """Keep one more thing known of it."""
    form = FactForm(request.form)

    def act() -> PartyFact:
        return operations.note_fact(
            session(),
            organisation.id,
            kind=Shared(form.kind.data),
            value=form.value.data or "",
            source=form.source.data or "",
            seen_on=form.seen_on.data,
        )

    if submit(form, act) is None:
        return _party(organisation, form), 422
    flash(say(_l("Noted.")), "success")
    return redirect(url_for("flags.party", organisation_id=organisation.id), code=303)


@bp.post("/parties/facts/<int:fact_id>/forget")
@protect(policies.may_forget, load=queries.fact_by_id, as_="fact")
def forget_fact(fact: PartyFact) -> ResponseReturnValue:
    """Take back what was noted by mistake."""
    with transaction(session()):
        operations.forget_fact(session(), fact)
    flash(say(_l("Removed.")), "success")
    return redirect(url_for("flags.party", organisation_id=fact.organisation_id), code=303)
