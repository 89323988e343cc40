"""How the trail is read out: tables, acts and columns in plain words. Pure."""

from collections.abc import Mapping
from typing import Any

from matchmaker.accounts.models import KIND_LABELS, ORGANISATION_STATE_LABELS, ROLE_LABELS, SIZE_LABELS
from matchmaker.accounts.registration.models import STEP_LABELS, TYPE_LABELS
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
    "category_function": _l("Functions of a service category"),
    "mandate": _l("Mandate"),
    "need_move": _l("Step of a need"),
    "need_former_text": _l("Former text of a need"),
    "need_checking": _l("Checking of needs"),
    "offering_district": _l("District served"),
    "offering_former_text": _l("Former text of an offering"),
    "offering_upload": _l("Spreadsheet"),
    "registry_entry": _l("Entry of the registry"),
    "registry_statement": _l("Statement of a document"),
    "registry_figure": _l("Figure of a document"),
    "registry_target": _l("Target of a document"),
    "registry_fact": _l("Fact of a profile"),
    "registry_proposal": _l("Change of a profile"),
    "introduction": _l("Introduction"),
    "introduction_move": _l("Step of an introduction"),
    "introduction_message": _l("Message of an introduction"),
    "introduction_file": _l("File of an introduction"),
    "introduction_participant": _l("Invitation to an introduction"),
    "ledger_account": _l("Account of the ledger"),
    "scheme": _l("Voucher scheme"),
    "scheme_move": _l("Step of a voucher scheme"),
    "voucher": _l("Voucher"),
    "voucher_move": _l("Step of a voucher"),
    "voucher_use": _l("Use of a voucher"),
    "voucher_use_move": _l("Step of a use"),
    "stored_file": _l("Kept file"),
    "redemption": _l("Claim"),
    "redemption_evidence": _l("Evidence of a claim"),
    "redemption_move": _l("Step of a claim"),
    "redemption_objection": _l("Objection to a claim"),
    "clearing_batch": _l("Batch"),
    "clearing_item": _l("Payment of a batch"),
    "clearing_move": _l("Step of a batch"),
    "redemption_flag": _l("Flag on a claim"),
    "party_fact": _l("Particular of an organisation"),
    "reconciliation": _l("Reconciliation"),
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
    "type": _l("Recognised as"),
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

#: Values that stand for words of the field, by their column.
VALUE_LABELS: dict[str, Mapping[Any, Message]] = {
    "state": ORGANISATION_STATE_LABELS,
    "kind": KIND_LABELS,
    "size": SIZE_LABELS,
    "roles": ROLE_LABELS,
    "type": TYPE_LABELS,
    "step": STEP_LABELS,
}

#: Acts by what a person would call them; one that is not named here is shown by its endpoint.
ACT_LABELS: dict[str, Message] = {
    "accounts.start_session": _l("signed in"),
    "accounts.sign_out": _l("signed out"),
    "accounts.choose_language": _l("chose the language"),
    "accounts.disable": _l("shut somebody out"),
    "accounts.enable": _l("let somebody in again"),
    "registration.submit_new": _l("filled in a registration"),
    "registration.register": _l("registered an organisation"),
    "registration.update": _l("corrected a registration"),
    "registration.approve": _l("approved a registration"),
    "registration.reject": _l("rejected a registration"),
    "members.invite": _l("invited a colleague"),
    "members.withdraw": _l("withdrew an invitation"),
    "members.join": _l("accepted an invitation"),
    "members.send_request": _l("asked to be invited"),
    "members.set_roles": _l("gave or took roles"),
    "members.hand_over": _l("handed over"),
    "members.remove": _l("removed a colleague"),
    "members.leave": _l("left an organisation"),
    "own.change_password": _l("changed the password"),
    "own.send_reset": _l("asked for a new password"),
    "own.set_password": _l("set the password anew"),
    "own.end_sessions": _l("ended sessions"),
    "own.switch": _l("switched organisation"),
    "needs.create": _l("wrote a need"),
    "needs.update": _l("rewrote a need"),
    "offerings.create": _l("wrote an offering"),
    "offerings.update": _l("rewrote an offering"),
    "introductions.create": _l("asked for an introduction"),
    "introductions.accept": _l("accepted an introduction"),
    "introductions.end": _l("ended an introduction"),
    "introductions.share": _l("changed who reads the whole need"),
    "introductions.write": _l("wrote in an introduction"),
    "introductions.settle": _l("asked for no reply"),
    "introductions.invite": _l("invited somebody to an introduction"),
    "introductions.join": _l("took part in an introduction"),
    "introductions.remove": _l("let somebody leave an introduction"),
    "introductions.refused": _l("came too late in an introduction"),
    "vouchers.refused": _l("came too late with a voucher"),
    "command seed": _l("loaded the seeds"),
}

#: Bookkeeping that tells a reader nothing beside the change itself.
SILENT = frozenset({"revision", "version", "updated_at", "details", "token_hash"})

#: Things that have a page: table → endpoint and the name of its place.
PAGES = {
    "organisation": ("registry.show", "organisation_id"),
    "need": ("needs.show", "need_id"),
    "offering": ("offerings.show", "offering_id"),
    "introduction": ("introductions.show", "introduction_id"),
    "voucher": ("vouchers.show", "voucher_id"),
    "voucher_use": ("uses.show", "use_id"),
    "scheme": ("schemes.show", "scheme_id"),
}
