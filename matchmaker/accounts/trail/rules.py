"""How the trail is read out: tables, acts and columns in plain words. Pure."""

from matchmaker.audit.models import Change
from matchmaker.messages import Message, _l

CHANGE_LABELS = {
    Change.INSERT: _l("Added"),
    Change.UPDATE: _l("Changed"),
    Change.DELETE: _l("Removed"),
    Change.NOTE: _l("Noted"),
}

#: Tables by the words of the field; one that is not named here is shown by its own name.
TABLE_LABELS: dict[str, Message] = {
    "organisation": _l("Organisation"),
    "person": _l("Person"),
    "membership": _l("Membership"),
    "sign_in": _l("Sign-in"),
    "link": _l("Mailed link"),
    "enterprise_type": _l("Type of enterprise"),
    "registration_step": _l("Registration"),
    "need": _l("Need"),
    "offering": _l("Offering"),
    "district": _l("District"),
    "industry": _l("Industry"),
    "service_category": _l("Service category"),
    "source_document": _l("Source document"),
}

#: Columns whose own names say little.
COLUMN_LABELS: dict[str, Message] = {
    "state": _l("State"),
    "roles": _l("Roles"),
    "is_active": _l("Access"),
    "is_admin": _l("Administrator"),
    "name": _l("Name"),
    "kind": _l("Kind"),
    "size": _l("Size"),
    "type": _l("Type"),
    "step": _l("Step"),
    "purpose": _l("Purpose"),
    "credit_code": _l("Unified social credit code"),
    "district_code": _l("District"),
    "industry_code": _l("Industry"),
    "password_hash": _l("Password"),
    "ended_at": _l("End"),
    "used_at": _l("Use"),
    "language": _l("Language"),
    "about": _l("About"),
    "title": _l("Title"),
    "published_at": _l("Publication"),
    "closed_at": _l("Closing"),
}

#: Bookkeeping that tells a reader nothing beside the change itself.
SILENT = frozenset({"revision", "version", "updated_at", "details", "token_hash"})

#: Things that have a page: table → endpoint and the name of its place.
PAGES = {
    "organisation": ("registry.show", "organisation_id"),
    "need": ("needs.show", "need_id"),
    "offering": ("offerings.show", "offering_id"),
}
