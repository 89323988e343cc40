"""The tables of what people post, and of who they are."""

from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.accounts.models import KIND_LABELS, SIZE_LABELS, Organisation, OrganisationKind, OrganisationState
from matchmaker.catalogue.needs import queries as needs
from matchmaker.catalogue.needs.models import CONFIDENTIALITY_LABELS, MODE_LABELS, Confidentiality, Need
from matchmaker.catalogue.needs.models import STATE_LABELS as NEED_LABELS
from matchmaker.catalogue.offerings import queries as offerings
from matchmaker.catalogue.offerings.models import KIND_LABELS as OFFERING_KINDS
from matchmaker.catalogue.offerings.models import STATE_LABELS as OFFERING_LABELS
from matchmaker.catalogue.offerings.models import UNIT_LABELS, Offering
from matchmaker.catalogue.sheets.columns import labelled
from matchmaker.messages import _l
from matchmaker.statistics.tables.rules import Choice, Column, Listing, Tick, categories, districts, industries

_STATE, _KIND, _TITLE, _ENTERPRISE = _l("State"), _l("Kind"), _l("Title"), _l("Enterprise")
_PROVIDER = _l("Complex or institute")
_DISTRICT, _INDUSTRY, _CATEGORY = _l("District"), _l("Industry"), _l("Service category")
_MODE = _l("How it should be solved")

NEEDS = Listing(
    name="needs",
    title=_l("Needs"),
    table=Need,
    # Amounts and words of a need that shows its summary only are not for every bureau.
    scope=lambda reader: [needs.in_scope(reader), needs.in_full(reader)],
    endpoint="needs.show",
    argument="need_id",
    options=(joinedload(Need.organisation),),
    columns=(
        Column("title", _TITLE, lambda row: row.title),
        Column("enterprise", _ENTERPRISE, lambda row: row.organisation.name),
        Column("district", _DISTRICT, lambda row: row.district_code, Need.district_code, districts),
        Column("industry", _INDUSTRY, lambda row: row.industry_code, Need.industry_code, industries),
        Column("state", _STATE, lambda row: row.state, Need.state, labelled(NEED_LABELS)),
        Column("mode", _MODE, lambda row: row.mode, Need.mode, labelled(MODE_LABELS), is_usual=False),
        Column("budget", _l("Budget"), lambda row: row.budget_fen, Need.budget_fen, is_fen=True),
        Column("needed_by", _l("Needed by"), lambda row: row.needed_by, Need.needed_by),
        Column("trl", _l("Technology readiness wanted"), lambda row: row.trl, Need.trl, is_usual=False),
        Column(
            "confidentiality", _l("Who reads it"), lambda row: row.confidentiality, Need.confidentiality,
            labelled(CONFIDENTIALITY_LABELS), is_usual=False,
        ),
        Column("published", _l("Published on"), lambda row: row.published_at, Need.published_at),
        Column("valid", _l("Found until"), lambda row: row.valid_until, Need.valid_until, is_usual=False),
        Column("problem", _l("Problem"), lambda row: row.problem, is_usual=False),
    ),
    choices={
        "state": Choice(_STATE, Need.state, labelled(NEED_LABELS)),
        "district": Choice(_DISTRICT, Need.district_code, districts),
        "industry": Choice(_INDUSTRY, Need.industry_code, industries),
        "mode": Choice(_MODE, Need.mode, labelled(MODE_LABELS)),
    },
    ids={"enterprise": Need.organisation_id},
    ticks={"ending": Tick(_l("Only those that expire soon"), lambda: needs.ends_soon(clock.today()))},
    day=Need.needed_by,
    day_title=_l("Needed by"),
    note=_l("Needs of which you may read the summary only are left out."),
    is_secret=lambda row: row.confidentiality is not Confidentiality.PUBLIC,
)  # fmt: skip

OFFERINGS = Listing(
    name="offerings",
    title=_l("Offerings"),
    table=Offering,
    scope=lambda reader: [offerings.in_scope(reader)],
    endpoint="offerings.show",
    argument="offering_id",
    options=(joinedload(Offering.organisation),),
    columns=(
        Column("title", _TITLE, lambda row: row.title),
        Column("provider", _PROVIDER, lambda row: row.organisation.name),
        Column("kind", _KIND, lambda row: row.kind, Offering.kind, labelled(OFFERING_KINDS)),
        Column("category", _CATEGORY, lambda row: row.category_code, Offering.category_code, categories),
        Column("industry", _INDUSTRY, lambda row: row.industry_code, Offering.industry_code, industries),
        Column("district", _DISTRICT, lambda row: row.district_code, Offering.district_code, districts),
        Column("state", _STATE, lambda row: row.state, Offering.state, labelled(OFFERING_LABELS)),
        Column("price", _l("Price from"), lambda row: row.price_min_fen, Offering.price_min_fen, is_fen=True),
        Column("price_most", _l("Price up to"), lambda row: row.price_max_fen, Offering.price_max_fen, is_fen=True),
        Column("unit", _l("Charged by"), lambda row: row.price_unit, Offering.price_unit, labelled(UNIT_LABELS)),
        Column(
            "voucher", _l("Can be paid with innovation vouchers"), lambda row: row.is_voucher_eligible,
            Offering.is_voucher_eligible, is_usual=False,
        ),
        Column("published", _l("Published on"), lambda row: row.published_at, Offering.published_at),
        Column("reference", _l("The provider's own number"), lambda row: row.reference, is_usual=False),
    ),
    choices={
        "state": Choice(_STATE, Offering.state, labelled(OFFERING_LABELS)),
        "kind": Choice(_KIND, Offering.kind, labelled(OFFERING_KINDS)),
        "category": Choice(_CATEGORY, Offering.category_code, categories),
        "district": Choice(_DISTRICT, Offering.district_code, districts),
        "industry": Choice(_INDUSTRY, Offering.industry_code, industries),
    },
    ids={"organisation": Offering.organisation_id},
    ticks={
        "voucher": Tick(
            _l("Can be paid with innovation vouchers"), lambda: Offering.is_voucher_eligible.is_(True)
        )
    },
)  # fmt: skip

ORGANISATIONS = Listing(
    name="organisations",
    title=_l("Organisations"),
    table=Organisation,
    # As in the directory: everybody reads of those that were approved.
    scope=lambda _reader: [
        Organisation.kind != OrganisationKind.BUREAU, Organisation.state == OrganisationState.APPROVED,
    ],
    endpoint="registry.show",
    argument="organisation_id",
    columns=(
        Column("name", _l("Name"), lambda row: row.name),
        Column("kind", _KIND, lambda row: row.kind, Organisation.kind, labelled(KIND_LABELS)),
        Column("code", _l("Unified social credit code"), lambda row: row.credit_code),
        Column("district", _DISTRICT, lambda row: row.district_code, Organisation.district_code, districts),
        Column("industry", _INDUSTRY, lambda row: row.industry_code, Organisation.industry_code, industries),
        Column("size", _l("Size"), lambda row: row.size, Organisation.size, labelled(SIZE_LABELS)),
        Column("since", _l("On the platform since"), lambda row: row.created_at, Organisation.created_at),
    ),
    choices={
        "kind": Choice(_KIND, Organisation.kind, labelled(KIND_LABELS)),
        "district": Choice(_DISTRICT, Organisation.district_code, districts),
        "industry": Choice(_INDUSTRY, Organisation.industry_code, industries),
    },
)  # fmt: skip
