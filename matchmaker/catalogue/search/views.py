"""The search page, and what the search box offers while somebody types."""

from collections.abc import Mapping

from flask import Blueprint, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker import clock
from matchmaker.accounts.models import KIND_LABELS as ORGANISATION_KINDS
from matchmaker.accounts.policies import anyone
from matchmaker.catalogue.needs.rules import shown
from matchmaker.catalogue.search import rules
from matchmaker.catalogue.search.completions import Completion, Sort, completions
from matchmaker.catalogue.search.queries import MAX_QUERY, Found, Searcher
from matchmaker.db.pages import PAGE_SIZE
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.facets import Facet, FacetValue, Labels, chosen, label_of
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.paging import page_number

bp = Blueprint("search", __name__, url_prefix="/search")

KINDS = {
    rules.Kind.OFFERINGS: _l("Services and results"),
    rules.Kind.INSTRUMENTS: _l("Instruments"),
    rules.Kind.NEEDS: _l("Needs"),
    rules.Kind.ORGANISATIONS: _l("Organisations"),
}

#: What a completion leads to.
SORTS = {
    Sort.OFFERING: _l("Offering"),
    Sort.INSTRUMENT: _l("Instrument"),
    Sort.NEED: _l("Need"),
    Sort.ORGANISATION: _l("Organisation"),
    Sort.CATEGORY: _l("Service category"),
    Sort.INDUSTRY: _l("Industry"),
    Sort.WORDS: _l("Search"),
}

VOUCHER = {"1": _l("Can be paid with innovation vouchers")}


@bp.get("/")
@protect(anyone)
def index() -> ResponseReturnValue:
    """Show what was found for the query in one list, best first."""
    text = request.args.get("q", "").strip()[:MAX_QUERY]
    searcher = _searcher()
    found = searcher.search(text) if text else Found((), {}, ())
    replaced = ""
    if found.meant and not found.candidates and not request.args.get("exactly"):
        replaced, text = text, found.meant
        found = searcher.search(text)
    narrowing = rules.Narrowing(**chosen(*rules.FACETS))
    return page_or_fragment(
        "search/index.html",
        "search/_results.html",
        text=text,
        replaced=replaced,
        meant="" if replaced else found.meant,
        page=searcher.page(found, narrowing, number=page_number(), size=PAGE_SIZE),
        any_found=bool(found.candidates),
        facets=_facets(found, narrowing),
        narrowing=narrowing,
        organisation_kinds=ORGANISATION_KINDS,
        shown=lambda need: shown(reader(), need),
    )


@bp.get("/suggestions")
@protect(anyone)
def suggestions() -> ResponseReturnValue:
    """Answer the search box with what the letters typed so far may become."""
    typed = request.args.get("q", "")
    found = completions(session(), _searcher().names, codes(), typed, reader=reader())
    return jsonify([{"text": one.text, "kind": say(SORTS[one.sort]), "url": _url(one)} for one in found])


def _searcher() -> Searcher:
    extensions = current_app.extensions
    return Searcher(
        session(),
        extensions["matchmaker_indexes"],
        extensions["matchmaker_names"],
        reader=reader(),
        on=clock.today(),
    )


def _facets(found: Found, narrowing: rules.Narrowing) -> list[Facet]:
    lists = codes()
    titles: Mapping[str, tuple[Message, Labels]] = {
        "kind": (_l("Kind"), KINDS),
        "district": (_l("District"), lists.districts),
        "industry": (_l("Industry"), lists.industries),
        "voucher": (_l("Vouchers"), VOUCHER),
    }
    return [
        Facet(name, title, _values(rules.counts(found.candidates, narrowing, name), getattr(narrowing, name), labels))
        for name, (title, labels) in titles.items()
    ]


def _values(counts: dict[str, int], wanted: str, labels: Labels) -> list[FacetValue]:
    named = {str(code): label for code, label in labels.items()}
    if wanted in named:
        counts.setdefault(wanted, 0)
    return [
        FacetValue(value, label_of(named[value]), count, value == wanted)
        for value, count in counts.items()
        if value in named
    ]


def _url(one: Completion) -> str:
    if one.sort in (Sort.OFFERING, Sort.INSTRUMENT):
        return url_for("offerings.show", offering_id=one.thing)
    if one.sort is Sort.NEED:
        return url_for("needs.show", need_id=one.thing)
    if one.sort is Sort.ORGANISATION:
        return url_for("registry.show", organisation_id=one.thing)
    if one.sort is Sort.CATEGORY:
        return url_for("offerings.index", category=one.thing)
    if one.sort is Sort.INDUSTRY:
        return url_for("offerings.index", industry=one.thing)
    return url_for("search.index", q=one.text)
