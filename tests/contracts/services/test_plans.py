"""What is asked of tables of 100,000 contracts and services goes by an index, and lists cost the same at any length."""

from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlalchemy.dialects import sqlite

from matchmaker.accounts.models import OrganisationKind
from matchmaker.accounts.rules import Reader
from matchmaker.contracts.agreements import queries as contracts
from matchmaker.contracts.funnel.queries import STEPS
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services import queries as services
from matchmaker.contracts.services.models import ServiceState
from tests.conftest import ClientFor
from tests.support import deals
from tests.support.databases import Database
from tests.support.statements import counted

ENTERPRISE = Reader(person_id=1, organisation_id=1, organisation_kind=OrganisationKind.ENTERPRISE)
PROVIDER = Reader(person_id=1, organisation_id=4, organisation_kind=OrganisationKind.COMPLEX)


def plan(database: Database, statement: Select[Any]) -> str:
    text = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects
    with database.engine.connect() as connection:
        return "\n".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (services.to_confirm(ENTERPRISE), "ix_service_record_enterprise"),
        (
            services.listed_records(PROVIDER, services.ServiceFilters(state=ServiceState.DISPUTED)),
            "ix_service_record_provider",
        ),
        (services.with_reference(4, ["FW-1"]), "uq_service_record_reference"),
        (services.sent_before("form"), "sqlite_autoindex_service_record"),
        (contracts.listed_contracts(ENTERPRISE, contracts.ContractFilters(state="signed")), "ix_contract_enterprise"),
        (services.own_contracts(PROVIDER), "ix_contract_provider"),
        (contracts.of_introduction(1), "sqlite_autoindex_contract"),
        (contracts.open_proposal(1), "contract_proposal"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_goes_by_an_index(database: Database, statement: Select[Any], index: str) -> None:
    found = plan(database, statement)

    assert index in found, found
    assert not [line for line in found.splitlines() if line.startswith("SCAN") and "INDEX" not in line], found


@pytest.mark.parametrize("step", [step for step in STEPS if step.name in ("contract", "service", "voucher", "effect")])
def test_a_step_of_the_funnel_looks_each_introduction_up(database: Database, step: Any) -> None:
    found = plan(database, select(Introduction.id).where(step.condition()))

    assert "ix_service_record_introduction_id" in found
    assert "SCAN service_record" not in found and "SCAN contract" not in found


@pytest.mark.parametrize("path", ["/services/?voucher=1&sort=amount&page=3", "/contracts/?state=signed&page=2"])
def test_a_page_of_a_list_costs_the_same_statements_at_any_length(
    client_for: ClientFor, database: Database, path: str
) -> None:
    complex_ = client_for("complex")
    numbers = []
    for more in (45, 60):
        with database.writing() as session:
            for at in range(more):
                deals.service(session, with_voucher=True, amount_fen=100 + at)
                deals.contract(session)
        complex_.get(path)
        with counted() as statements:
            complex_.get(path)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] and numbers[0] < 12
