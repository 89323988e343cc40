"""Vouchers for tests: schemes in force, contracts, people who act, and the ledger's own verification at the end."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Organisation, Person
from matchmaker.contracts.agreements.models import Contract, ContractKind, ContractSource, ContractState
from matchmaker.contracts.introductions.models import Side
from matchmaker.db import actors, transaction
from matchmaker.db.actors import Actor
from matchmaker.ledger import sealing, verification
from matchmaker.vouchers import operations
from matchmaker.vouchers.models import Use, Voucher
from matchmaker.vouchers.reconciliation import checking
from matchmaker.vouchers.rules import Application
from matchmaker.vouchers.schemes import operations as schemes
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.operations import SchemeText
from matchmaker.vouchers.schemes.rules import Rates, SchemeRules
from matchmaker.vouchers.uses import operations as uses
from matchmaker.vouchers.uses.rules import Planned
from tests.support import cast, factories
from tests.support.databases import Database

_numbers = itertools.count(1)

YUAN = 100
WAN = 1_000_000

#: Roles of the cast who propose, approve, review and issue.
FIRST, SECOND, APPLICANT = "bureau-district", "bureau-city", "enterprise"


def year() -> int:
    """Return the civil year."""
    return clock.today().year


def scheme_rules(**differences: Any) -> SchemeRules:
    """Return rules of this year: 50 percent, 20,000 yuan a use, 100,000 a year, pools of a million."""
    values: dict[str, Any] = {
        "pools_fen": {cast.HERE: 100 * WAN, cast.ELSEWHERE: 50 * WAN},
        "apply_from": date(year(), 1, 1),
        "apply_until": date(year(), 12, 31),
        "use_by": date(year(), 12, 31),
        "redeem_by": date(year() + 1, 3, 31),
        "quota_fen": 10 * WAN,
        "rates": Rates.flat(5_000),
        "cap_local_fen": 2 * WAN,
        "cap_outside_fen": 2 * WAN,
    }
    return SchemeRules(**values | differences)


@contextmanager
def acting(session: Session, role: str) -> Iterator[None]:
    """Let everything that ``session`` writes meanwhile be done by somebody of the cast."""
    before = session.info.get("matchmaker_actor")
    person = session.scalars(select(Person).where(Person.email == cast.ROLES[role].email)).one()
    body = cast.organisation_of(session, role) if cast.ROLES[role].kind else None
    actors.answer_for(session, lambda: Actor("test", person.id, body.id if body else None))
    try:
        yield
    finally:
        session.info["matchmaker_actor"] = before
        if before is None:
            del session.info["matchmaker_actor"]


def scheme(session: Session, *, key: str = "city", **differences: Any) -> Scheme:
    """Put a scheme into force, as two people do it."""
    with acting(session, FIRST):
        made = schemes.draft(session, SchemeText(year(), key, "测试创新券"), scheme_rules(**differences))
        schemes.propose(session, made)
    with acting(session, SECOND):
        schemes.approve(session, made)
    return made


def application(**differences: Any) -> Application:
    """Return what an enterprise asks for."""
    values = Application(face_fen=5 * WAN, purpose="染色工艺改进检测", declares_single_funding=True)
    return replace(values, **differences)


def voucher(session: Session, of: Scheme, *, role: str = APPLICANT, issued: bool = True, **differences: Any) -> Voucher:
    """Apply for a voucher and, unless said otherwise, have it issued by two people."""
    enterprise = cast.organisation_of(session, role)
    enterprise.credit_code = enterprise.credit_code or factories.credit_code()
    with acting(session, role):
        made = operations.apply(session, of, enterprise, application(**differences))
    if issued:
        issue(session, made)
    return made


def issue(session: Session, made: Voucher) -> None:
    """Let two people agree."""
    with acting(session, FIRST):
        operations.approve(session, made)
    with acting(session, SECOND):
        operations.issue(session, made)


def contract(session: Session, *, role: str = APPLICANT, provider: str = "complex", **differences: Any) -> Contract:
    """Write down a contract that both sides confirmed."""
    enterprise, other = cast.organisation_of(session, role), cast.organisation_of(session, provider)
    number, now, today = next(_numbers), clock.now(), clock.today()
    values: dict[str, Any] = {
        "source": ContractSource.OFF_PLATFORM,
        "enterprise_id": enterprise.id,
        "provider_id": other.id,
        "district_code": enterprise.district_code,
        "written_by_side": Side.ENTERPRISE,
        "state": ContractState.SIGNED,
        "title": f"第{number}份技术服务合同",
        "kind": ContractKind.SERVICE,
        "category_code": cast.TESTING,
        "contract_amount_fen": 10 * WAN,
        "technology_amount_fen": 8 * WAN,
        "signed_on": today,
        "starts_on": today,
        "ends_on": today,
        "written_at": now,
        "shared_at": now,
        "confirmed_by_enterprise_at": now,
        "confirmed_by_provider_at": now,
        "signed_at": now,
    }
    made = Contract(**values | differences)
    session.add(made)
    session.flush()
    return made


def planned(fen: int = 2 * WAN, **differences: Any) -> Planned:
    """Return a service that an enterprise registers."""
    values = Planned(fen, cast.TESTING, "色牢度检测", declares_voluntary=True, declares_unrelated=True)
    return replace(values, **differences)


def use(
    session: Session, of: Voucher, under: Contract, fen: int = 2 * WAN, *, life: str = "reserved", **more: Any
) -> Use:
    """Register a use and lead it on: "served", "claimed", "settled"."""
    with acting(session, APPLICANT):
        made, _working = uses.register(session, of, under.id, planned(fen, **more))
        if life in ("served", "claimed", "settled"):
            uses.serve(session, made, clock.today())
        if life in ("claimed", "settled"):
            uses.claim(session, made)
    if life == "settled":
        with acting(session, FIRST):
            uses.settle(session, made, approved_fen=made.amount_fen)
    return made


def organisation(session: Session, role: str) -> Organisation:
    """Return somebody's organisation."""
    return cast.organisation_of(session, role)


def check(database: Database) -> None:
    """Seal the ledger, verify it, and compare every voucher, use, claim and batch with it."""
    with Session(database.engine) as session, transaction(session):
        sealing.seal(session)
    with database.reading() as session:
        report = verification.verify(session)
        looked = checking.look(session)
    assert report.is_sound, [str(finding) for finding in report.findings]
    found = [f"{one.place} {one.name}: {one.message}" for one in looked.kept]
    if not looked.counted["claims"]:
        # Uses that a test settled by themselves have no claim that says so.
        found = [one for one in found if "Claims over" not in one]
    assert not found
