"""What the scene has of vouchers: one that is used, one that was returned, one that waits."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts.models import Membership, Organisation, Person
from matchmaker.contracts.agreements.models import Contract, ContractKind, ContractSource, ContractState
from matchmaker.contracts.introductions.models import Side
from matchmaker.db.actors import Actor, answer_for
from matchmaker.vouchers import operations
from matchmaker.vouchers.models import Voucher
from matchmaker.vouchers.rules import Application
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.uses import operations as uses
from matchmaker.vouchers.uses.rules import Planned

APPLICANT, FIRST, SECOND = "owner@demo.example", "second@demo.example", "city@demo.example"


def enter(session: Session, enterprise: Organisation, provider: Organisation) -> dict[str, int]:
    """Return the ids of a scheme, of three vouchers and of a use."""
    scheme = session.scalars(select(Scheme).where(Scheme.year == clock.today().year, Scheme.key == "yuhuan-flat")).one()
    used, returned, asked = (_apply(session, scheme, enterprise, what) for what in ("检测", "认证", "检索"))
    with_act(session, FIRST)
    operations.return_(session, returned, "请写明认证的产品。")
    operations.approve(session, used)
    with_act(session, SECOND)
    operations.issue(session, used)
    with_act(session, APPLICANT)
    planned = Planned(150_000, "testing", "色牢度检测", declares_voluntary=True, declares_unrelated=True)
    use, _working = uses.register(session, used, _contract(session, enterprise, provider).id, planned)
    session.info.pop("matchmaker_actor")
    return {
        "scheme": scheme.id,
        "voucher": used.id,
        "returned_voucher": returned.id,
        "asked_voucher": asked.id,
        "use": use.id,
    }


def with_act(session: Session, email: str) -> None:
    """Let somebody of the demo act from now on."""
    person_id, organisation_id = session.execute(
        select(Membership.person_id, Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == email)
    ).first() or (None, None)
    answer_for(session, lambda: Actor("test", person_id, organisation_id))


def _apply(session: Session, scheme: Scheme, enterprise: Organisation, what: str) -> Voucher:
    with_act(session, APPLICANT)
    asked = Application(face_fen=200_000, purpose=f"面料{what}", declares_single_funding=True)
    return operations.apply(session, scheme, enterprise, asked)


def _contract(session: Session, enterprise: Organisation, provider: Organisation) -> Contract:
    now, today = clock.now(), clock.today()
    made = Contract(
        source=ContractSource.OFF_PLATFORM,
        enterprise_id=enterprise.id,
        provider_id=provider.id,
        district_code=enterprise.district_code,
        written_by_side=Side.ENTERPRISE,
        state=ContractState.SIGNED,
        title="年度面料检测服务",
        kind=ContractKind.SERVICE,
        category_code="testing",
        contract_amount_fen=1_000_000,
        technology_amount_fen=1_000_000,
        signed_on=today,
        starts_on=today,
        ends_on=today + timedelta(days=60),
        written_at=now,
        shared_at=now,
        confirmed_by_enterprise_at=now,
        confirmed_by_provider_at=now,
        signed_at=now,
    )
    session.add(made)
    session.flush()
    return made
