"""Pages of tables: one table with its filters and columns, its files, the views that people keep."""

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.catalogue.edges import told
from matchmaker.catalogue.sheets.columns import label
from matchmaker.db import transaction
from matchmaker.db.pages import Page, page_of
from matchmaker.messages import _l
from matchmaker.statistics import policies
from matchmaker.statistics.tables import operations, queries, rules, writing
from matchmaker.statistics.tables.forms import ViewForm
from matchmaker.statistics.tables.listings import LISTINGS, asked_by
from matchmaker.statistics.tables.models import SavedView
from matchmaker.statistics.tables.rules import Asked, Labels, Value
from matchmaker.web.access import protect, reader
from matchmaker.web.codes import codes
from matchmaker.web.database import session
from matchmaker.web.forms import submit
from matchmaker.web.i18n import language
from matchmaker.web.paging import page_number

bp = Blueprint("tables", __name__, url_prefix="/tables")

#: Dense: staff read down a column.
_PAGE_SIZE = 50
#: Characters of a cell on the page; the file has all of them.
_LONGEST = 60


@bp.get("/")
@protect(policies.may_see)
def index() -> ResponseReturnValue:
    """Show a table."""
    asked = _asked(request.args.to_dict(flat=False))
    if "col" in request.args:
        # A form sends its ticks one by one; the address that people share says each thing once.
        return redirect(url_for("tables.index", **asked.address()), code=303)
    return _page(asked, ViewForm())


@bp.post("/views")
@protect(policies.may_see)
def save() -> ResponseReturnValue:
    """Keep what is seen under a name."""
    asked = _asked(parse_qs(request.form.get("query", "")[:2000]))
    form = ViewForm(request.form)
    person_id = reader().person_id or 0
    view = submit(form, lambda: operations.save(session(), asked, person_id=person_id, name=form.name.data or ""))
    if view is None:
        return _page(asked, form), 422
    return told(_l("The view is kept."), to=url_for("tables.index", **asked.address()))


@bp.post("/views/<int:view_id>/remove")
@protect(policies.may_see, load=queries.view_by_id, as_="view")
def remove(view: SavedView) -> ResponseReturnValue:
    """Let a view go."""
    listing = view.listing
    with transaction(session()):
        operations.remove(session(), view)
    return told(_l("The view is removed."), to=url_for("tables.index", list=listing))


def _asked(given: rules.Given) -> Asked:
    return asked_by(given) or abort(404)


def _page(asked: Asked, form: ViewForm) -> str:
    page = page_of(session(), queries.rows(reader(), asked), number=page_number(), size=_PAGE_SIZE)
    lists = codes()
    return render_template(
        "tables/index.html",
        listings=LISTINGS.values(),
        listing=asked.listing,
        asked=asked,
        form=form,
        page=page,
        lines=_lines(asked, page),
        choices=[
            (name, choice.title, _options(choice.labels(lists)), asked.chosen.get(name, ""))
            for name, choice in asked.listing.choices.items()
        ],
        headings={column.name: writing.heading(column, language()) for column in asked.listing.columns},
        views=session().scalars(queries.views(reader())).all(),
        query=urlencode(asked.address()),
    )


def _options(labels: Labels) -> list[tuple[str, str]]:
    return [(str(value), label(thing, language())) for value, thing in labels.items()]


def _lines(asked: Asked, page: Page[Any]) -> list[tuple[str, list[str]]]:
    """Return the rows as text, each with the address of its page."""
    lists, spoken, listing = codes(), language(), asked.listing
    return [
        (
            url_for(listing.endpoint, **{listing.argument: row.id}),
            [_text(column.written(row, lists, spoken)) for column in asked.columns],
        )
        for row in page.rows
    ]


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
    return value.isoformat() if not isinstance(value, int | Decimal) else f"{value:,}"
