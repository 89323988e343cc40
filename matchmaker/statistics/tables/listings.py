"""The tables that there are, each in one description; what people post and who they are stands in ``postings``."""

from sqlalchemy.orm import joinedload

from matchmaker.catalogue.sheets.columns import labelled
from matchmaker.contracts.agreements import queries as contracts
from matchmaker.contracts.agreements.models import KIND_LABELS, SOURCE_LABELS, Contract
from matchmaker.contracts.agreements.models import STATE_LABELS as CONTRACT_LABELS
from matchmaker.contracts.introductions import queries as introductions
from matchmaker.contracts.introductions.models import REASON_LABELS, SIDE_LABELS, Introduction
from matchmaker.contracts.introductions.models import STATE_LABELS as INTRODUCTION_LABELS
from matchmaker.contracts.services import queries as services
from matchmaker.contracts.services.models import PAID_BY_LABELS, STANDING, ServiceRecord
from matchmaker.contracts.services.models import STATE_LABELS as SERVICE_LABELS
from matchmaker.messages import _l
from matchmaker.statistics.tables import rules
from matchmaker.statistics.tables.postings import NEEDS, OFFERINGS, ORGANISATIONS
from matchmaker.statistics.tables.rules import Choice, Column, Listing, Tick, categories, districts, industries
from matchmaker.vouchers import queries as vouchers
from matchmaker.vouchers.models import VOUCHER_LABELS, Voucher
from matchmaker.vouchers.redemptions import queries as claims
from matchmaker.vouchers.redemptions.models import STATE_LABELS as CLAIM_LABELS
from matchmaker.vouchers.redemptions.models import Redemption

_NUMBER, _STATE, _ENTERPRISE = _l("Number"), _l("State"), _l("Enterprise")
_PROVIDER = _l("Complex or institute")
_DISTRICT, _INDUSTRY, _CATEGORY = _l("District"), _l("Industry"), _l("Service category")
_SOURCE, _KIND, _PAID_BY = _l("How the two sides met"), _l("Kind"), _l("Paid by")


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
        Column("category", _CATEGORY, lambda row: row.category_code, ServiceRecord.category_code, categories),
        Column("description", _l("What was done"), lambda row: row.description, is_usual=False),
        Column("served", _l("Done on"), lambda row: row.served_on, ServiceRecord.served_on),
        Column("amount", _l("Amount"), lambda row: row.amount_fen, ServiceRecord.amount_fen, is_fen=True),
        Column("paid", _PAID_BY, lambda row: row.paid_by, ServiceRecord.paid_by, labelled(PAID_BY_LABELS)),
        Column("with_voucher", _l("With a voucher"), lambda row: row.with_voucher, ServiceRecord.with_voucher),
        Column("source", _SOURCE, lambda row: row.source, ServiceRecord.source, labelled(SOURCE_LABELS), False, False),
        Column("district", _DISTRICT, lambda row: row.district_code, ServiceRecord.district_code, districts),
        Column(
            "industry", _INDUSTRY, lambda row: row.industry_code, ServiceRecord.industry_code, industries, False, False
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
        "category": Choice(_CATEGORY, ServiceRecord.category_code, categories),
        "source": Choice(_SOURCE, ServiceRecord.source, labelled(SOURCE_LABELS)),
        "paid": Choice(_PAID_BY, ServiceRecord.paid_by, labelled(PAID_BY_LABELS)),
        "district": Choice(_DISTRICT, ServiceRecord.district_code, districts),
        "industry": Choice(_INDUSTRY, ServiceRecord.industry_code, industries),
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
            "category", _CATEGORY, lambda row: row.category_code, Contract.category_code, categories, is_usual=False
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
        Column("district", _DISTRICT, lambda row: row.district_code, Contract.district_code, districts),
        Column("industry", _INDUSTRY, lambda row: row.industry_code, Contract.industry_code, industries, False, False),
    ),
    choices={
        "state": Choice(_STATE, Contract.state, labelled(CONTRACT_LABELS)),
        "kind": Choice(_KIND, Contract.kind, labelled(KIND_LABELS)),
        "source": Choice(_SOURCE, Contract.source, labelled(SOURCE_LABELS)),
        "category": Choice(_CATEGORY, Contract.category_code, categories),
        "district": Choice(_DISTRICT, Contract.district_code, districts),
        "industry": Choice(_INDUSTRY, Contract.industry_code, industries),
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
        Column("district", _DISTRICT, lambda row: row.district_code, Voucher.district_code, districts),
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
            "category", _CATEGORY, lambda row: row.category_code, Voucher.category_code, categories, is_usual=False
        ),
    ),
    choices={
        "state": Choice(_STATE, Voucher.state, labelled(VOUCHER_LABELS)),
        "district": Choice(_DISTRICT, Voucher.district_code, districts),
    },
    ids={"enterprise": Voucher.enterprise_id},
    ticks={"suspended": Tick(_l("Only suspended ones"), lambda: Voucher.is_suspended.is_(True))},
    day=Voucher.use_by,
    day_title=_l("Last day"),
)  # fmt: skip

INTRODUCTIONS = Listing(
    name="introductions",
    title=_l("Introductions"),
    table=Introduction,
    scope=lambda reader: [introductions.of_organisation(reader)],
    endpoint="introductions.show",
    argument="introduction_id",
    options=(joinedload(Introduction.enterprise), joinedload(Introduction.provider)),
    columns=(
        Column("title", _l("Title"), lambda row: row.title),
        Column("enterprise", _ENTERPRISE, lambda row: row.enterprise.name),
        Column("provider", _PROVIDER, lambda row: row.provider.name),
        Column("district", _DISTRICT, lambda row: row.district_code, Introduction.district_code, districts),
        Column("state", _STATE, lambda row: row.state, Introduction.state, labelled(INTRODUCTION_LABELS)),
        Column("opened", _l("Asked for on"), lambda row: row.opened_at, Introduction.opened_at),
        Column(
            "by", _l("Asked for by"), lambda row: row.opened_by_side, Introduction.opened_by_side, labelled(SIDE_LABELS)
        ),
        Column("answered", _l("First answer on"), lambda row: row.answered_at, Introduction.answered_at),
        Column("ended", _l("Ended on"), lambda row: row.ended_at, Introduction.ended_at),
        Column(
            "reason", _l("Why it came to nothing"), lambda row: row.failed_reason, Introduction.failed_reason,
            labelled(REASON_LABELS), is_usual=False,
        ),
        Column("waits", _l("Waits for"), lambda row: row.awaits_side, Introduction.awaits_side, labelled(SIDE_LABELS)),
    ),
    choices={
        "state": Choice(_STATE, Introduction.state, labelled(INTRODUCTION_LABELS)),
        "district": Choice(_DISTRICT, Introduction.district_code, districts),
    },
    ids={"provider": Introduction.provider_id, "enterprise": Introduction.enterprise_id},
)  # fmt: skip

CLAIMS = Listing(
    name="claims",
    title=_l("Claims"),
    table=Redemption,
    scope=lambda reader: [claims.in_scope(reader)],
    endpoint="redemptions.show",
    argument="redemption_id",
    options=(joinedload(Redemption.enterprise), joinedload(Redemption.provider), joinedload(Redemption.voucher)),
    columns=(
        Column("voucher", _l("Voucher"), lambda row: row.voucher.number),
        Column("enterprise", _ENTERPRISE, lambda row: row.enterprise.name),
        Column("provider", _PROVIDER, lambda row: row.provider.name),
        Column("district", _DISTRICT, lambda row: row.district_code, Redemption.district_code, districts),
        Column("state", _STATE, lambda row: row.state, Redemption.state, labelled(CLAIM_LABELS)),
        Column("claimed", _l("Claimed"), lambda row: row.claimed_fen, Redemption.claimed_fen, is_fen=True),
        Column("approved", _l("Approved"), lambda row: row.approved_fen, Redemption.approved_fen, is_fen=True),
        Column("filed", _l("Filed on"), lambda row: row.filed_at, Redemption.filed_at),
        Column("paid", _l("Paid on"), lambda row: row.paid_on, Redemption.paid_on),
    ),
    choices={
        "state": Choice(_STATE, Redemption.state, labelled(CLAIM_LABELS)),
        "district": Choice(_DISTRICT, Redemption.district_code, districts),
    },
    ids={"provider": Redemption.provider_id, "enterprise": Redemption.enterprise_id},
    day=Redemption.paid_on,
    day_title=_l("Paid on"),
)  # fmt: skip

LISTINGS = {
    listing.name: listing
    for listing in (NEEDS, OFFERINGS, ORGANISATIONS, INTRODUCTIONS, CONTRACTS, SERVICES, VOUCHERS, CLAIMS)
}


def asked_by(given: rules.Given) -> rules.Asked | None:
    """Read what an address or a kept view asks, of services if it names no table; ``None`` for one there is not."""
    wanted = given.get("list", ())
    listing = LISTINGS.get(wanted[0] if wanted else SERVICES.name)
    return None if listing is None else rules.asked(listing, given)
