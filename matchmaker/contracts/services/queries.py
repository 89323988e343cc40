"""Reads of service records, each within what its reader may know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, false, or_, select
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.contracts.introductions.models import Introduction, IntroductionState
from matchmaker.contracts.services.models import STANDING, ServiceMove, ServiceRecord, ServiceState, ServiceUpload
from matchmaker.db.pages import narrowed

#: Facets of the list: name in the URL → column.
FACETS = {
    "state": ServiceRecord.state,
    "category": ServiceRecord.category_code,
    "source": ServiceRecord.source,
    "paid": ServiceRecord.paid_by,
    "district": ServiceRecord.district_code,
    "industry": ServiceRecord.industry_code,
}

SORTS: dict[str, tuple[UnaryExpression[Any], ...]] = {
    "newest": (ServiceRecord.served_on.desc(), ServiceRecord.id.desc()),
    "oldest": (ServiceRecord.served_on.asc(), ServiceRecord.id.asc()),
    "amount": (ServiceRecord.amount_fen.desc(), ServiceRecord.id.desc()),
}


@dataclass(frozen=True, slots=True)
class ServiceFilters:
    """What a list is narrowed to; empty values narrow nothing."""

    state: str = ""
    category: str = ""
    source: str = ""
    paid: str = ""
    district: str = ""
    industry: str = ""
    provider_id: int | None = None
    enterprise_id: int | None = None
    contract_id: int | None = None
    #: Done between these days.
    since: date | None = None
    until: date | None = None
    voucher: bool = False
    #: Neither replaced nor taken back.
    standing: bool = False
    rated: bool = False

    def conditions(self, *, besides: str = "") -> list[ColumnElement[bool]]:
        """Return the filters as conditions, leaving out the facet ``besides`` whose values are being counted."""
        conditions = narrowed(FACETS, {name: getattr(self, name) for name in FACETS}, besides=besides)
        equal = {
            ServiceRecord.provider_id: self.provider_id,
            ServiceRecord.enterprise_id: self.enterprise_id,
            ServiceRecord.contract_id: self.contract_id,
        }
        conditions += [column == value for column, value in equal.items() if value is not None]
        if self.since is not None:
            conditions.append(ServiceRecord.served_on >= self.since)
        if self.until is not None:
            conditions.append(ServiceRecord.served_on <= self.until)
        if self.voucher:
            conditions.append(ServiceRecord.with_voucher.is_(True))
        if self.standing:
            conditions.append(ServiceRecord.state.in_(STANDING))
        if self.rated:
            conditions.append(ServiceRecord.effect.is_not(None))
        return conditions


def in_scope(reader: Reader) -> ColumnElement[bool]:
    """The records of which ``reader`` may know: their own, and for bureaus those of their district's enterprises."""
    if reader.is_city_bureau:
        return ServiceRecord.id.is_not(None)
    if reader.is_bureau:
        return ServiceRecord.district_code == reader.district_code
    if reader.is_enterprise:
        return ServiceRecord.enterprise_id == reader.organisation_id
    return ServiceRecord.provider_id == reader.organisation_id if reader.is_provider else false()


def listed_records(reader: Reader, filters: ServiceFilters, *, sort: str = "newest") -> Select[ServiceRecord]:
    """Records in the reader's scope, narrowed and sorted for the list."""
    return (
        select(ServiceRecord)
        .where(in_scope(reader), *filters.conditions())
        .options(joinedload(ServiceRecord.enterprise), joinedload(ServiceRecord.provider))
        .order_by(*SORTS.get(sort, SORTS["newest"]))
    )


def facet_base(reader: Reader, filters: ServiceFilters, facet: str) -> Select[ServiceRecord]:
    """The rows among which the values of ``facet`` are counted."""
    return select(ServiceRecord).where(in_scope(reader), *filters.conditions(besides=facet))


def record_by_id(reader: Reader, record_id: int) -> Select[ServiceRecord]:
    """One record with its sides and its contract, when it is in the reader's scope."""
    return (
        select(ServiceRecord)
        .where(ServiceRecord.id == record_id, in_scope(reader))
        .options(
            joinedload(ServiceRecord.enterprise),
            joinedload(ServiceRecord.provider),
            joinedload(ServiceRecord.contract),
            joinedload(ServiceRecord.offering),
            joinedload(ServiceRecord.recorded_by),
        )
    )


def of_contract(reader: Reader, contract: Contract) -> Select[ServiceRecord]:
    """The services done under a contract that stand, the latest first."""
    return listed_records(reader, ServiceFilters(contract_id=contract.id, standing=True))


def to_confirm(reader: Reader) -> Select[ServiceRecord]:
    """What the reader's enterprise is to confirm, the oldest first."""
    return listed_records(reader, ServiceFilters(state=ServiceState.RECORDED), sort="oldest")


def chosen_to_confirm(reader: Reader, ids: Collection[int]) -> Select[ServiceRecord]:
    """Those of ``ids`` that are the reader's enterprise's, in one order for all who lock them."""
    own = ServiceRecord.enterprise_id == reader.organisation_id if reader.is_enterprise else false()
    return select(ServiceRecord).where(ServiceRecord.id.in_(ids), own).order_by(ServiceRecord.id)


def moves(record: ServiceRecord) -> Select[ServiceMove]:
    """The steps of a record, the latest first, each with who took it."""
    return (
        select(ServiceMove)
        .where(ServiceMove.record_id == record.id)
        .options(joinedload(ServiceMove.person), joinedload(ServiceMove.organisation))
        .order_by(ServiceMove.id.desc())
    )


def correction_of(record: ServiceRecord) -> Select[ServiceRecord]:
    """The record that replaced this one."""
    return select(ServiceRecord).where(ServiceRecord.supersedes_id == record.id)


def record_of_id(record_id: int | None) -> Select[ServiceRecord]:
    """The record that another one corrects: whoever sees one sees both."""
    return select(ServiceRecord).where(ServiceRecord.id == record_id)


def sent_before(key: str) -> Select[ServiceRecord]:
    """What the form of that name recorded."""
    return select(ServiceRecord).where(ServiceRecord.key == key)


def with_reference(provider_id: int, references: Collection[str]) -> Select[str | None]:
    """Which of the provider's own numbers stand for a record already."""
    return select(ServiceRecord.reference).where(
        ServiceRecord.provider_id == provider_id,
        ServiceRecord.reference.in_(references),
        ServiceRecord.state.in_(STANDING),
    )


def own_contracts(reader: Reader) -> Select[Contract]:
    """The provider's contracts that both sides confirmed, under which a service may have been done."""
    return (
        select(Contract)
        .where(
            Contract.provider_id == reader.organisation_id,
            Contract.state.in_((ContractState.SIGNED, ContractState.COMPLETED)),
        )
        .options(joinedload(Contract.enterprise))
        .order_by(Contract.signed_on.desc(), Contract.id.desc())
    )


def own_introductions(reader: Reader) -> Select[Introduction]:
    """The provider's introductions in which both sides talk or have signed."""
    return (
        select(Introduction)
        .where(
            Introduction.provider_id == reader.organisation_id,
            Introduction.state.in_((IntroductionState.TALKING, IntroductionState.SIGNED)),
        )
        .options(joinedload(Introduction.enterprise), joinedload(Introduction.offering))
        .order_by(Introduction.id.desc())
    )


@dataclass(frozen=True, slots=True)
class Directory:
    """Enterprises and contracts by what a spreadsheet calls them."""

    enterprises: dict[str, list[Organisation]]
    contracts: dict[int, Contract]
    taken: frozenset[str]


def directory(
    session: Session, provider_id: int, *, names: Sequence[str], contract_ids: Sequence[int], references: Sequence[str]
) -> Directory:
    """Look up what a spreadsheet names, in three statements whatever its length."""
    wanted = [*names, *(name.upper() for name in names)]
    found = session.scalars(
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.ENTERPRISE,
            Organisation.state == OrganisationState.APPROVED,
            or_(Organisation.name.in_(wanted), Organisation.credit_code.in_(wanted)),
        )
        .order_by(Organisation.id)
    ).all()
    by_name: dict[str, list[Organisation]] = {}
    for organisation in found:
        for name in {organisation.name, organisation.credit_code} - {None}:
            by_name.setdefault(str(name), []).append(organisation)
    contracts = session.scalars(
        select(Contract).where(
            Contract.id.in_(contract_ids),
            Contract.provider_id == provider_id,
            Contract.state.in_((ContractState.SIGNED, ContractState.COMPLETED)),
        )
    )
    taken = session.scalars(with_reference(provider_id, references)) if references else ()
    return Directory(by_name, {row.id: row for row in contracts}, frozenset(one for one in taken if one))


def upload_by_id(reader: Reader, upload_id: int) -> Select[ServiceUpload]:
    """One spreadsheet of the reader's own organisation."""
    return select(ServiceUpload).where(
        ServiceUpload.id == upload_id, ServiceUpload.organisation_id == reader.organisation_id
    )
