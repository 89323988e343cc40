"""Contracts and services that tests talk about, made through the operations that the site itself uses."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation
from matchmaker.contracts.agreements import operations as contracts
from matchmaker.contracts.agreements.models import Contract, ContractKind, ProposalKind
from matchmaker.contracts.agreements.rules import ContractText, MilestoneText
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.contracts.services import operations as services
from matchmaker.contracts.services.models import PaidBy, ServiceRecord
from matchmaker.contracts.services.operations import Link, Rating
from matchmaker.contracts.services.rules import ServiceText
from tests.support import cast

#: How far a contract has come, by the name that tests give it.
CONTRACT_LIVES = {
    "draft": (),
    "shared": ("share",),
    "signed": ("share", "sign"),
    "asked": ("share", "sign", "ask"),
    "completed": ("share", "sign", "complete"),
    "terminated": ("share", "sign", "terminate"),
}
#: The same of a service record.
SERVICE_LIVES = {
    "recorded": (),
    "confirmed": ("confirm",),
    "disputed": ("dispute",),
    "withdrawn": ("take back",),
    "corrected": ("correct",),
}


def contract_text(**differences: Any) -> ContractText:
    """Return what two sides might agree: 12,000 yuan, of which 10,000 are technology."""
    today = clock.today()
    values: dict[str, Any] = {
        "title": "高温高压染色工艺优化",
        "kind": ContractKind.SERVICE,
        "category_code": cast.DEVELOPMENT,
        "contract_amount_fen": 1_200_000,
        "technology_amount_fen": 1_000_000,
        "signed_on": today - timedelta(days=20),
        "starts_on": today - timedelta(days=20),
        "ends_on": today + timedelta(days=100),
        "milestones": (
            MilestoneText("出具诊断报告", today - timedelta(days=2), 400_000),
            MilestoneText("验收", today + timedelta(days=90), 800_000),
        ),
    }
    return ContractText(**values | differences)


def contract(
    session: Session,
    life: str = "signed",
    *,
    enterprise: Organisation | str = "enterprise",
    provider: Organisation | str = "complex",
    introduction: Introduction | None = None,
    by: Side = Side.PROVIDER,
    **differences: Any,
) -> Contract:
    """Write a contract down and lead it through ``life``."""
    written = contracts.write(
        session,
        contract_text(**differences),
        by=by,
        enterprise=_organisation(session, enterprise),
        provider=_organisation(session, provider),
        introduction=introduction,
    )
    for step in CONTRACT_LIVES[life]:
        lead(session, written, step)
    return written


def lead(session: Session, contract: Contract, step: str) -> None:
    """Lead a contract one step further in its life, as its sides would."""
    by = contract.written_by_side
    if step == "share":
        contracts.confirm(session, contract, by=by)
    elif step == "sign":
        contracts.confirm(session, contract, by=by.other)
    else:
        kind = ProposalKind.COMPLETION if step == "complete" else ProposalKind.TERMINATION
        asked = contracts.propose(session, contract, kind, by=by, words="双方已谈妥。")
        if step != "ask":
            contracts.accept(session, asked, by=by.other)


def service_text(**differences: Any) -> ServiceText:
    """Return what a complex might record."""
    values: dict[str, Any] = {
        "category_code": cast.TESTING,
        "description": "检测染色废水五个样品，出具报告。",
        "served_on": clock.today() - timedelta(days=3),
        "amount_fen": 120_000,
        "paid_by": PaidBy.ENTERPRISE,
    }
    return ServiceText(**values | differences)


def service(
    session: Session,
    life: str = "recorded",
    *,
    enterprise: Organisation | str = "enterprise",
    provider: Organisation | str = "complex",
    under: Contract | None = None,
    after: Introduction | None = None,
    rating: Rating | None = None,
    **differences: Any,
) -> ServiceRecord:
    """Record a service and lead it through ``life``."""
    record = services.record(
        session,
        service_text(**differences),
        provider_id=_organisation(session, provider).id,
        enterprise=_organisation(session, enterprise),
        link=Link(contract=under, introduction=after),
    )
    for step in SERVICE_LIVES[life]:
        answer(session, record, step, rating or Rating(4, 4, "报告很快。"))
    return record


def answer(session: Session, record: ServiceRecord, step: str, rating: Rating) -> None:
    """Lead a record one step further, as its sides would."""
    if step == "confirm":
        services.confirm(session, record, rating)
    elif step == "dispute":
        services.dispute(session, record, "只做了三个样品。")
    elif step == "take back":
        services.take_back(session, record, "记错了企业。")
    else:
        services.correct(session, record, service_text(amount_fen=90_000), "只做了三个样品。")


def contract_form(**differences: str) -> dict[str, str]:
    """Return what a browser sends of a form in which a contract was written down."""
    today = clock.today()
    return {
        "title": "染整工艺诊断",
        "kind": "service",
        "mode": "",
        "category_code": cast.DEVELOPMENT,
        "contract_amount_fen": "1.2万",
        "technology_amount_fen": "10000.50",
        "signed_on": str(today - timedelta(days=5)),
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=60)),
    } | differences


def service_form(**differences: str) -> dict[str, str]:
    """Return what a browser sends of a form in which a service was recorded."""
    return {
        "description": "上门测色三次。",
        "category_code": cast.TESTING,
        "served_on": str(clock.today() - timedelta(days=1)),
        "amount_fen": "1200",
        "paid_by": "enterprise",
    } | differences


def day(days: int) -> date:
    """Return a day so many days from today."""
    return clock.today() + timedelta(days=days)


def _organisation(session: Session, one: Organisation | str) -> Organisation:
    return cast.organisation_of(session, one) if isinstance(one, str) else one
