"""The tables that there are, each in one description."""

from sqlalchemy.orm import joinedload

from matchmaker import clock
from matchmaker.catalogue.needs import queries as needs
from matchmaker.catalogue.needs.models import CONFIDENTIALITY_LABELS, MODE_LABELS, Need
from matchmaker.catalogue.needs.models import STATE_LABELS as NEED_LABELS
from matchmaker.catalogue.sheets.columns import labelled
from matchmaker.contracts.agreements import queries as contracts
from matchmaker.contracts.agreements.models import KIND_LABELS, SOURCE_LABELS, Contract
from matchmaker.contracts.agreements.models import STATE_LABELS as CONTRACT_LABELS
from matchmaker.contracts.services import queries as services
from matchmaker.contracts.services.models import PAID_BY_LABELS, STANDING, ServiceRecord
from matchmaker.contracts.services.models import STATE_LABELS as SERVICE_LABELS
from matchmaker.messages import _l
from matchmaker.reference.queries import CodeLists
from matchmaker.statistics.tables.rules import Choice, Column, Labels, Listing, Tick
from matchmaker.vouchers import queries as vouchers
from matchmaker.vouchers.models import VOUCHER_LABELS, Voucher

_NUMBER, _STATE, _ENTERPRISE = _l("Number"), _l("State"), _l("Enterprise")
_PROVIDER = _l("Complex or institute")
_DISTRICT, _INDUSTRY, _CATEGORY = _l("District"), _l("Industry"), _l("Service category")
_SOURCE, _KIND, _PAID_BY = _l("How the two sides met"), _l("Kind"), _l("Paid by")
_MODE = _l("How it should be solved")


def _districts(lists: CodeLists) -> Labels:
    return lists.districts


def _industries(lists: CodeLists) -> Labels:
    return lists.industries


def _categories(lists: CodeLists) -> Labels:
    return lists.categories


SERVICES = Listing(
    name="services",
    title=_l("Services"),
    table=ServiceRecord,
    scope=lambda reader: [services.in_scope(reader)],
    endpoint="services.show",
    argument="record_id",
    options=(joinedload(ServiceRecord.enterprise), joinedload(ServiceRecord.provider)),
    columns=(
        Column("number", _NUMBER, lambda row: row.number, ServiceRecord.id),
        Column("enterprise", _ENTERPRISE, lambda row: row.enterprise.name),
        Column("provider", _PROVIDER, lambda row: row.provider.name),
        Column("category", _CATEGORY, lambda row: row.category_code, ServiceRecord.category_code, _categories),
        Column("description", _l("What was done"), lambda row: row.description, is_usual=False),
        Column("served", _l("Done on"), lambda row: row.served_on, ServiceRecord.served_on),
        Column("amount", _l("Amount"), lambda row: row.amount_fen, ServiceRecord.amount_fen, is_fen=True),
        Column("paid", _PAID_BY, lambda row: row.paid_by, ServiceRecord.paid_by, labelled(PAID_BY_LABELS)),
        Column("with_voucher", _l("With a voucher"), lambda row: row.with_voucher, ServiceRecord.with_voucher),
        Column("source", _SOURCE, lambda row: row.source, ServiceRecord.source, labelled(SOURCE_LABELS), False, False),
        Column("district", _DISTRICT, lambda row: row.district_code, ServiceRecord.district_code, _districts),
        Column(
            "industry", _INDUSTRY, lambda row: row.industry_code, ServiceRecord.industry_code, _industries, False, False
        ),
        Column("state", _STATE, lambda row: row.state, ServiceRecord.state, labelled(SERVICE_LABELS)),
        Column(
            "satisfaction", _l("Satisfaction, 1 to 5"), lambda row: row.satisfaction, ServiceRecord.satisfaction,
            is_usual=False,
        ),
        Column("effect", _l("Effect, 1 to 5"), lambda row: row.effect, ServiceRecord.effect, is_usual=False),
        Column("reference", _l("The provider's own number"), lambda row: row.reference, is_usual=False),
        Column("recorded", _l("Recorded on"), lambda row: row.recorded_at, ServiceRecord.recorded_at, is_usual=False),
    ),
    choices={
        "state": Choice(_STATE, ServiceRecord.state, labelled(SERVICE_LABELS)),
        "category": Choice(_CATEGORY, ServiceRecord.category_code, _categories),
        "source": Choice(_SOURCE, ServiceRecord.source, labelled(SOURCE_LABELS)),
        "paid": Choice(_PAID_BY, ServiceRecord.paid_by, labelled(PAID_BY_LABELS)),
        "district": Choice(_DISTRICT, ServiceRecord.district_code, _districts),
        "industry": Choice(_INDUSTRY, ServiceRecord.industry_code, _industries),
    },
    ids={
        "provider": ServiceRecord.provider_id,
        "enterprise": ServiceRecord.enterprise_id,
        "contract": ServiceRecord.contract_id,
    },
    ticks={
        "standing": Tick(
            _l("Without those replaced or taken back"), lambda: ServiceRecord.state.in_(STANDING)
        ),
        "voucher": Tick(_l("Only with a voucher"), lambda: ServiceRecord.with_voucher.is_(True)),
        "rated": Tick(_l("Only those whose effect was rated"), lambda: ServiceRecord.effect.is_not(None)),
    },
    day=ServiceRecord.served_on,
    day_title=_l("Done on"),
)  # fmt: skip

CONTRACTS = Listing(
    name="contracts",
    title=_l("Contracts"),
    table=Contract,
    scope=lambda reader: [contracts.in_scope(reader)],
    endpoint="contracts.show",
    argument="contract_id",
    options=(joinedload(Contract.enterprise), joinedload(Contract.provider)),
    columns=(
        Column("number", _NUMBER, lambda row: row.number, Contract.id),
        Column("title", _l("Title"), lambda row: row.title),
        Column("enterprise", _ENTERPRISE, lambda row: row.enterprise.name),
        Column("provider", _PROVIDER, lambda row: row.provider.name),
        Column("kind", _KIND, lambda row: row.kind, Contract.kind, labelled(KIND_LABELS)),
        Column(
            "category", _CATEGORY, lambda row: row.category_code, Contract.category_code, _categories, is_usual=False
        ),
        Column("signed", _l("Signed on"), lambda row: row.signed_on, Contract.signed_on),
        Column(
            "amount", _l("Contract amount"), lambda row: row.contract_amount_fen, Contract.contract_amount_fen,
            is_fen=True,
        ),
        Column(
            "technology", _l("Technology amount"), lambda row: row.technology_amount_fen,
            Contract.technology_amount_fen, is_fen=True,
        ),
        Column("state", _STATE, lambda row: row.state, Contract.state, labelled(CONTRACT_LABELS)),
        Column("registration", _l("Registration number"), lambda row: row.registration_number),
        Column(
            "registered", _l("Registered on"), lambda row: row.registered_on, Contract.registered_on, is_usual=False
        ),
        Column("starts", _l("Begins on"), lambda row: row.starts_on, Contract.starts_on, is_usual=False),
        Column("ends", _l("Ends on"), lambda row: row.ends_on, Contract.ends_on, is_usual=False),
        Column("source", _SOURCE, lambda row: row.source, Contract.source, labelled(SOURCE_LABELS), False, False),
        Column("district", _DISTRICT, lambda row: row.district_code, Contract.district_code, _districts),
        Column("industry", _INDUSTRY, lambda row: row.industry_code, Contract.industry_code, _industries, False, False),
    ),
    choices={
        "state": Choice(_STATE, Contract.state, labelled(CONTRACT_LABELS)),
        "kind": Choice(_KIND, Contract.kind, labelled(KIND_LABELS)),
        "source": Choice(_SOURCE, Contract.source, labelled(SOURCE_LABELS)),
        "category": Choice(_CATEGORY, Contract.category_code, _categories),
        "district": Choice(_DISTRICT, Contract.district_code, _districts),
        "industry": Choice(_INDUSTRY, Contract.industry_code, _industries),
    },
    ids={"provider": Contract.provider_id, "enterprise": Contract.enterprise_id},
    ticks={
        "unregistered": Tick(
            _l("Only those without a registration number"), lambda: Contract.registration_number.is_(None)
        )
    },
    day=Contract.signed_on,
    day_title=_l("Signed on"),
)  # fmt: skip

VOUCHERS = Listing(
    name="vouchers",
    title=_l("Vouchers"),
    table=Voucher,
    scope=lambda reader: [vouchers.in_scope(reader)],
    endpoint="vouchers.show",
    argument="voucher_id",
    options=(joinedload(Voucher.enterprise), joinedload(Voucher.scheme), joinedload(Voucher.account)),
    columns=(
        Column("number", _NUMBER, lambda row: row.number, Voucher.id),
        Column("scheme", _l("Scheme"), lambda row: row.scheme.title),
        Column("enterprise", _ENTERPRISE, lambda row: row.enterprise.name),
        Column("district", _DISTRICT, lambda row: row.district_code, Voucher.district_code, _districts),
        Column("state", _STATE, lambda row: row.state, Voucher.state, labelled(VOUCHER_LABELS)),
        Column("face", _l("Face amount"), lambda row: row.face_fen, Voucher.face_fen, is_fen=True),
        Column(
            "left", _l("Can still be used"), lambda row: row.account.available_fen if row.account else None, is_fen=True
        ),
        Column("applied", _l("Applied for on"), lambda row: row.applied_at, Voucher.applied_at),
        Column("issued", _l("Issued on"), lambda row: row.issued_at, Voucher.issued_at),
        Column("use_by", _l("Last day"), lambda row: row.use_by, Voucher.use_by),
        Column(
            "suspended", _l("Suspended"), lambda row: row.is_suspended, Voucher.is_suspended, is_usual=False
        ),
        Column(
            "category", _CATEGORY, lambda row: row.category_code, Voucher.category_code, _categories, is_usual=False
        ),
    ),
    choices={
        "state": Choice(_STATE, Voucher.state, labelled(VOUCHER_LABELS)),
        "district": Choice(_DISTRICT, Voucher.district_code, _districts),
    },
    ids={"enterprise": Voucher.enterprise_id},
    ticks={"suspended": Tick(_l("Only suspended ones"), lambda: Voucher.is_suspended.is_(True))},
    day=Voucher.use_by,
    day_title=_l("Last day"),
)  # fmt: skip

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
        Column("title", _l("Title"), lambda row: row.title),
        Column("enterprise", _ENTERPRISE, lambda row: row.organisation.name),
        Column("district", _DISTRICT, lambda row: row.district_code, Need.district_code, _districts),
        Column("industry", _INDUSTRY, lambda row: row.industry_code, Need.industry_code, _industries),
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
        "district": Choice(_DISTRICT, Need.district_code, _districts),
        "industry": Choice(_INDUSTRY, Need.industry_code, _industries),
        "mode": Choice(_MODE, Need.mode, labelled(MODE_LABELS)),
    },
    ids={"enterprise": Need.organisation_id},
    ticks={"ending": Tick(_l("Only those that expire soon"), lambda: needs.ends_soon(clock.today()))},
    day=Need.needed_by,
    day_title=_l("Needed by"),
    note=_l("Needs of which you may read the summary only are left out."),
)  # fmt: skip

LISTINGS = {listing.name: listing for listing in (SERVICES, CONTRACTS, VOUCHERS, NEEDS)}
