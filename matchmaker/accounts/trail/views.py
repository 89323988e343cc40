"""The page of the audit trail."""

from datetime import date
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.trail import policies, queries, rules
from matchmaker.audit.models import AuditRow
from matchmaker.messages import Message, _l
from matchmaker.web.access import protect, reader
from matchmaker.web.database import session
from matchmaker.web.facets import chosen
from matchmaker.web.htmx import page_or_fragment
from matchmaker.web.i18n import say
from matchmaker.web.ids import row_id

bp = Blueprint("trail", __name__)


@bp.get("/audit")
@protect(policies.may_read_trail)
def index() -> ResponseReturnValue:
    """Show who did what when, newest first."""
    filters = _filters()
    trail = queries.trail(session(), reader(), filters, before=row_id("before"))
    people, bodies = queries.names(session(), trail.rows)
    return page_or_fragment(
        "trail/index.html",
        "trail/_results.html",
        trail=trail,
        filters=filters,
        people=people,
        bodies=bodies,
        changes=rules.CHANGE_LABELS,
        tables={name: table_label(name) for name in queries.kinds(session())},
        table_label=table_label,
        details=details,
        act_label=act_label,
    )


def _filters() -> queries.TrailFilters:
    words = chosen("table", "key", "change", "act", "day")
    return queries.TrailFilters(
        person=row_id("person"),
        organisation=row_id("organisation"),
        table=words["table"],
        key=words["key"],
        change=words["change"],
        act=words["act"],
        day=_day(words["day"]),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def table_label(name: str) -> str:
    """Return what a table is called in the reader's language."""
    return say(rules.TABLE_LABELS.get(name) or Message(name))


def act_label(act: str) -> str:
    """Return what was done in the reader's language, "" for an act that has no words."""
    # What somebody tried after another one had done it is noted under the page's own name.
    tried = act.removesuffix(".refused")
    label = rules.LOOK_LABELS.get(act) or rules.ACT_LABELS.get(tried)
    if label is None:
        return ""
    return say(label) if tried == act else say(_l("came too late: %(act)s", act=label))


def details(row: AuditRow) -> list[tuple[str, str]]:
    """Return what changed: a column's name with "old → new", or with "" where the trail keeps no values."""
    return [
        (_column(name), _values(name, value)) for name, value in sorted(row.detail.items()) if name not in rules.SILENT
    ]


def _column(name: str) -> str:
    return say(rules.COLUMN_LABELS.get(name) or Message(name))


def _values(name: str, value: Any) -> str:
    if not isinstance(value, list) or len(value) != 2:
        return "" if value is None else _plain(name, value)
    old, new = (_plain(name, part) for part in value)
    return f"{old} → {new}" if old else new


def _plain(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(name, part) for part in value) or "–"
    if isinstance(value, bool):
        return say(_l("Yes") if value else _l("No"))
    label = rules.VALUE_LABELS.get(name, {}).get(value) if isinstance(value, str) else None
    return say(label) if label else "" if value is None else str(value)


def page_of_thing(row: AuditRow) -> str:
    """Return the address of the thing's own page, "" when it has none."""
    endpoint, place = rules.PAGES.get(row.table_name, ("", ""))
    values: dict[str, Any] = {place: row.row_key}
    return url_for(endpoint, **values) if endpoint and row.row_key.isdecimal() else ""


bp.record_once(lambda setup: setup.app.jinja_env.globals.update(trail_page=page_of_thing))
