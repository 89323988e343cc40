"""Match pages: of a need, of an offering the other way round, and of one pair with all its reasons."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import Select

from matchmaker import clock
from matchmaker.accounts.queries import Position, stream_positions
from matchmaker.accounts.rules import Reader
from matchmaker.catalogue import policies
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.queries import need_to_match
from matchmaker.catalogue.needs.rules import confides_in, shown
from matchmaker.catalogue.offerings.models import KIND_LABELS, Offering
from matchmaker.catalogue.offerings.queries import offering_by_id
from matchmaker.catalogue.openings import noting
from matchmaker.catalogue.openings.rules import is_kept as is_opening_kept
from matchmaker.catalogue.suggestions import documents, queries, rules
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.db.pages import PAGE_SIZE
from matchmaker.matching import FAIR_FROM, STRONG_FROM, Match
from matchmaker.web import looks
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes, generation
from matchmaker.web.database import session
from matchmaker.web.facets import chosen, options, ticked
from matchmaker.web.forms import Option
from matchmaker.web.htmx import page_or_part
from matchmaker.web.i18n import language
from matchmaker.web.keeping import Keep

bp = Blueprint("matches", __name__)
bp.record_once(lambda setup: setup.app.jinja_env.globals.update(condition_labels=rules.LABELS))
#: Lists of matches kept in memory, about 30 KB each.
KEPT = 512
bp.record_once(lambda setup: setup.app.extensions.setdefault("matchmaker_results", Keep(KEPT)))

#: How many matches a page begins with; "more" shows up to all candidates.
SHOWN = 10

Posted = TypeVar("Posted")


def indexes() -> Indexes:
    """Return the indexes of this process."""
    held: Indexes = current_app.extensions["matchmaker_indexes"]
    return held


bp.record_once(lambda setup: setup.app.jinja_env.globals.update(search_is_degraded=lambda: indexes().are_degraded))


@bp.get("/needs/<int:need_id>/matches")
@protect(policies.may_match, load=need_to_match, as_="need")
def for_need(need: Need) -> ResponseReturnValue:
    """Show the offerings that fit a need best."""
    filters = queries.MatchFilters(**chosen("kind", "district", "industry", "category"), voucher=ticked("voucher"))
    results = _results(
        "matches/_offerings.html",
        need,
        lambda positions: {
            "need": need,
            "filters": filters,
            "choices": _choices(),
            # Among filtered matches an offering stands higher than it would.
            "are_openings_kept": filters.is_empty and is_opening_kept(reader(), need),
            "suggestions": queries.offerings_for(
                session(),
                need,
                indexes(),
                filters=filters,
                positions=positions,
                on=clock.today(),
                industries=codes().industries,
                limit=_limit(),
            ),
        },
    )
    return page_or_part("matches/for_need.html", results, need=need, filters=filters, choices=_choices())


@bp.get("/offerings/<int:offering_id>/matches")
@protect(policies.may_match, load=offering_by_id, as_="offering")
def for_offering(offering: Offering) -> ResponseReturnValue:
    """Show the needs that an offering could serve."""
    filters = queries.MatchFilters(**chosen("district", "industry"), voucher=False)
    results = _results(
        "matches/_needs.html",
        offering,
        lambda positions: {
            "offering": offering,
            "filters": filters,
            "choices": _choices(),
            "suggestions": queries.needs_for(
                session(),
                offering,
                indexes(),
                reader=reader(),
                filters=filters,
                positions=positions,
                on=clock.today(),
                industries=codes().industries,
                limit=_limit(),
            ),
        },
    )
    return page_or_part("matches/for_offering.html", results, offering=offering, filters=filters, choices=_choices())


def _results(template: str, posting: Posting, values: Callable[[Mapping[str, Position]], dict[str, Any]]) -> Markup:
    """Return the list of matches, kept until the posting, anything it is matched with, or the day changes."""
    positions = stream_positions(session())
    key = (
        (template, posting.id, posting.version, posting.state, request.query_string),
        (tuple(sorted(positions.items())), generation(), clock.today(), language(), reader()),
    )
    keep: Keep = current_app.extensions["matchmaker_results"]
    if indexes().are_degraded:
        return Markup(render_template(template, **values(positions)))  # noqa: S704 - a template's output
    return keep.get(key, lambda: Markup(render_template(template, **values(positions))))  # noqa: S704 - a template's output


@bp.get("/needs/<int:need_id>/matches/<int:offering_id>")
@protect(policies.may_match, load=lambda who, need_id, offering_id: need_to_match(who, need_id), as_="need")
def of_need(need: Need) -> ResponseReturnValue:
    """Show why one offering fits a need."""
    offering = _other(offering_by_id, "offering_id")
    match = queries.pair(indexes().offerings.current(session()), documents.need_as_query(need), [str(offering.id)])
    noting.note(need, offering)
    return _pair_page(need, offering, match, from_need=True)


@bp.get("/offerings/<int:offering_id>/matches/<int:need_id>")
@protect(
    policies.may_match,
    load=lambda who, need_id, offering_id: offering_by_id(who, offering_id),
    as_="offering",
)
def of_offering(offering: Offering) -> ResponseReturnValue:
    """Show why an offering could serve one need."""
    need = _other(need_to_match, "need_id")
    index = indexes().needs.current(session())
    readable = documents.need_document_ids(need)
    # Whoever reads only the summary is told only of words in the summary.
    ids = readable[:1] if shown(reader(), need).in_full else readable[1:]
    match = queries.pair(
        index, documents.offering_document(offering), ids, where=documents.needs_findable_by(reader(), index)
    )
    return _pair_page(need, offering, match, from_need=False)


def _pair_page(need: Need, offering: Offering, match: Match | None, *, from_need: bool) -> ResponseReturnValue:
    if confides_in(reader(), need):
        looks.note(need)
    return render_template(
        "matches/pair.html",
        need=need,
        shown=shown(reader(), need),
        offering=offering,
        match=match,
        moved=rules.moved(match) if match else None,
        thresholds=(round(STRONG_FROM * 100), round(FAIR_FROM * 100)),
        conditions=rules.conditions(
            need,
            offering,
            on=clock.today(),
            industries=codes().industries,
        ),
        from_need=from_need,
    )


def _other(load: Callable[[Reader, int], Select[Posted]], name: str) -> Posted:
    """Load the pair's second half within the reader's scope, or answer 404."""
    found = session().scalars(load(reader(), (request.view_args or {})[name])).one_or_none()
    if found is None:
        abort(404)
    return found


def _choices() -> dict[str, tuple[Option, ...]]:
    lists = codes()
    kept = current_app.extensions.setdefault("matchmaker_choices", {})
    key = (language(), generation())
    if key not in kept:
        kept[key] = {
            "kind": tuple(options(KIND_LABELS)),
            "industry": tuple(options(lists.industries)),
            "district": tuple(options(lists.districts)),
            "category": tuple(options({code.code: code for code in lists.leaf_categories()})),
        }
    choices: dict[str, tuple[Option, ...]] = kept[key]
    return choices


def _limit() -> int:
    return PAGE_SIZE * 3 if ticked("more") else SHOWN
