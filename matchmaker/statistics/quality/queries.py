"""What is looked for, and the rows that lack it, each within what its reader oversees."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session, joinedload

from matchmaker.accounts.models import PROVIDER_KINDS, Organisation, OrganisationKind, OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements import queries as contracts
from matchmaker.contracts.agreements.models import Contract, ContractState
from matchmaker.contracts.services import queries as services
from matchmaker.contracts.services.models import STANDING, ServiceRecord, ServiceState
from matchmaker.db.pages import page_of
from matchmaker.messages import Message, _l
from matchmaker.statistics.quality.rules import UNCONFIRMED_AFTER, UNREGISTERED_AFTER, Lack

_IN_FORCE = (ContractState.SIGNED, ContractState.COMPLETED)


def _overseen(reader: Reader) -> ColumnElement[bool]:
    if reader.is_city_bureau:
        return true()
    return Organisation.district_code == reader.district_code if reader.is_bureau else false()


_PARTIES = (OrganisationKind.ENTERPRISE, *PROVIDER_KINDS)


def _of_organisations(name: str, title: Message, words: Message, *lacking: ColumnElement[bool]) -> Lack:
    conditions = (Organisation.state == OrganisationState.APPROVED, *lacking)
    return Lack(
        name,
        title,
        words,
        Organisation,
        lambda reader, _on: [_overseen(reader), *conditions],
        "registry.show",
        "organisation_id",
        called=lambda row: row.name,
        of=lambda row: "",
    )


def _of_contracts(name: str, title: Message, words: Message, lacking: Callable[[date], list[Any]]) -> Lack:
    return Lack(
        name,
        title,
        words,
        Contract,
        lambda reader, on: [contracts.in_scope(reader), Contract.state.in_(_IN_FORCE), *lacking(on)],
        "contracts.show",
        "contract_id",
        called=lambda row: row.title,
        of=lambda row: row.enterprise.name,
        since=lambda row: row.signed_on,
        order=Contract.signed_on,
        options=(joinedload(Contract.enterprise),),
    )


def _of_services(name: str, title: Message, words: Message, lacking: Callable[[date], list[Any]]) -> Lack:
    return Lack(
        name,
        title,
        words,
        ServiceRecord,
        lambda reader, on: [services.in_scope(reader), *lacking(on)],
        "services.show",
        "record_id",
        called=lambda row: row.number,
        of=lambda row: row.enterprise.name,
        since=lambda row: row.served_on,
        order=ServiceRecord.served_on,
        options=(joinedload(ServiceRecord.enterprise),),
    )


LACKS = (
    _of_organisations(
        "no-industry",
        _l("Enterprises without an industry"),
        _l("They are missing from every figure by industry."),
        Organisation.kind == OrganisationKind.ENTERPRISE,
        Organisation.industry_code.is_(None),
    ),
    _of_organisations(
        "no-credit-code",
        _l("Organisations without a credit code"),
        _l("Without it they cannot hold a voucher, and may be counted twice under two names."),
        Organisation.kind.in_(_PARTIES),
        Organisation.credit_code.is_(None),
    ),
    _of_services(
        "service-without-industry",
        _l("Services without an industry"),
        _l("The enterprise had stated none when the service was recorded; they are missing from figures by industry."),
        lambda _on: [ServiceRecord.state.in_(STANDING), ServiceRecord.industry_code.is_(None)],
    ),
    _of_contracts(
        "contract-without-industry",
        _l("Contracts without an industry"),
        _l("The enterprise had stated none when the contract was written; they are missing from figures by industry."),
        lambda _on: [Contract.industry_code.is_(None)],
    ),
    _of_contracts(
        "unregistered",
        _l("Contracts without a registration number"),
        _l("Signed more than 30 days ago; what is not registered does not count as registered technology amount."),
        lambda on: [Contract.registration_number.is_(None), Contract.signed_on < on - UNREGISTERED_AFTER],
    ),
    _of_services(
        "unconfirmed",
        _l("Services never confirmed"),
        _l("Done more than 30 days ago; what the enterprise has not confirmed counts in no list."),
        lambda on: [
            ServiceRecord.state == ServiceState.RECORDED,
            ServiceRecord.served_on < on - UNCONFIRMED_AFTER,
        ],
    ),
)


def rows(reader: Reader, lack: Lack, *, on: date) -> Select[Any]:
    """The rows that lack it on a day, the longest waiting first."""
    order = [lack.order.asc()] if lack.order is not None else []
    found = select(lack.table).where(*lack.conditions(reader, on)).options(*lack.options)
    return found.order_by(*order, lack.table.id.asc())


def counts(session: Session, reader: Reader, *, on: date) -> dict[str, int]:
    """Return how many rows lack each thing. All tables are held in memory, so that no record is read."""
    return {lack.name: page_of(session, rows(reader, lack, on=on), number=1, size=1).total for lack in LACKS}
