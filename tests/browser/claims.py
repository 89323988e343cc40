"""What the browser tests add for claims: schemes, vouchers and uses of the demo's enterprise, claims in every state."""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Membership, Organisation, Person, Role
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.contracts.agreements.models import Contract, ContractKind, ContractSource, ContractState
from matchmaker.contracts.introductions.models import Side
from matchmaker.db import actors
from matchmaker.db.actors import Actor
from matchmaker.vouchers import operations as vouchers
from matchmaker.vouchers.clearing import operations as clearing
from matchmaker.vouchers.models import Use
from matchmaker.vouchers.redemptions import operations
from matchmaker.vouchers.redemptions.models import Redemption
from matchmaker.vouchers.redemptions.operations import ClaimText, PaperText
from matchmaker.vouchers.review import operations as review
from matchmaker.vouchers.rules import Application
from matchmaker.vouchers.schemes import operations as schemes
from matchmaker.vouchers.schemes.models import Scheme
from matchmaker.vouchers.schemes.operations import SchemeText
from matchmaker.vouchers.schemes.rules import EvidenceKind, Rates, SchemeRules
from matchmaker.vouchers.uses import operations as uses
from matchmaker.vouchers.uses.rules import Planned
from tests.support import factories, papers

#: A reviewer of the district who is here for the tests alone.
THIRD, THIRD_NAME = "third@scene.example", "郑科员"
DISTRICT, CITY, OWNER, STRANGER = (
    "keqiao@demo.example", "city@demo.example", "owner@demo.example", "institute@demo.example",
)  # fmt: skip
#: The scheme whose claims stand on public notice for five days.
NOTICED = "scene-noticed"
#: The one whose claims are paid without a notice.
AT_ONCE = "scene-at-once"
YUAN, WAN = 100, 1_000_000

_numbers = itertools.count(1)


@contextmanager
def acting(session: Session, email: str) -> Iterator[None]:
    """Let what is written meanwhile be done by one of the demo's people."""
    person = session.scalars(select(Person).where(Person.email == email)).one()
    body = session.scalars(select(Membership.organisation_id).where(Membership.person_id == person.id)).first()
    actors.answer_for(session, lambda: Actor("scene", person.id, body))
    try:
        yield
    finally:
        session.info.pop("matchmaker_actor", None)


def enter(session: Session, enterprise: Organisation, provider: Organisation, *, password: str) -> dict[str, int]:
    """Add everything and return the ids of what the tests go to."""
    enterprise.credit_code = enterprise.credit_code or factories.credit_code()
    bureau_id = session.scalars(
        select(Membership.organisation_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == DISTRICT)
    ).one()
    accounts.put_person(
        session, email=THIRD, name=THIRD_NAME, password=password, roles=frozenset({Role.REVIEWER}),
        organisation=session.get_one(Organisation, bureau_id),
    )  # fmt: skip
    noticed = _scheme(session, enterprise, NOTICED, publicity_days=5)
    at_once = _scheme(session, enterprise, AT_ONCE, publicity_days=0)
    made = {
        "draft_claim": _claim(session, noticed, enterprise, provider, "draft"),
        "filed_claim": _claim(session, noticed, enterprise, provider, "filed"),
        "reviewed_claim": _claim(session, noticed, enterprise, provider, "reviewed"),
        "returned_claim": _claim(session, noticed, enterprise, provider, "returned"),
        "public_claim": _claim(session, noticed, enterprise, provider, "public"),
    }
    _claim(session, at_once, enterprise, provider, "public")
    with acting(session, DISTRICT):
        exported = clearing.open_(session, enterprise.district_code)
        clearing.seal(session, exported)
    with acting(session, THIRD):
        clearing.approve(session, exported)
        clearing.export(session, exported)
    with acting(session, STRANGER):
        public = session.get_one(Redemption, made["public_claim"].id)
        objection = operations.object_to(session, public, "同一项目已获市级资助。")
    return {name: one.id for name, one in made.items()} | {"batch": exported.id, "objection": objection.id}


def to_be_paid(session: Session, enterprise: Organisation, provider: Organisation) -> Redemption:
    """Return one more claim that waits for a batch."""
    return _claim(session, _at_once(session), enterprise, provider, "public")


def to_be_reviewed(session: Session, enterprise: Organisation, provider: Organisation) -> Redemption:
    """Return one more claim that waits for its first reviewer."""
    return _claim(session, _at_once(session), enterprise, provider, "filed")


def _at_once(session: Session) -> Scheme:
    return session.scalars(select(Scheme).where(Scheme.key == AT_ONCE)).one()


def _scheme(session: Session, enterprise: Organisation, key: str, *, publicity_days: int) -> Scheme:
    year = clock.today().year
    said = SchemeRules(
        pools_fen={enterprise.district_code: 100 * WAN},
        apply_from=date(year, 1, 1),
        apply_until=date(year, 12, 31),
        use_by=date(year, 12, 31),
        redeem_by=date(year + 1, 3, 31),
        quota_fen=20 * WAN,
        rates=Rates.flat(5_000),
        publicity_days=publicity_days,
    )
    with acting(session, DISTRICT):
        made = schemes.draft(session, SchemeText(year, key, f"{year}年科技创新券（{key}）"), said)
        schemes.propose(session, made)
    with acting(session, CITY):
        schemes.approve(session, made)
    return made


def _use(session: Session, scheme: Scheme, enterprise: Organisation, provider: Organisation) -> Use:
    category = session.scalars(select(Offering.category_code).order_by(Offering.id)).first() or ""
    with acting(session, OWNER):
        voucher = vouchers.apply(
            session,
            scheme,
            enterprise,
            Application(face_fen=1 * WAN, purpose="面料检测", declares_single_funding=True),
        )
    with acting(session, DISTRICT):
        vouchers.approve(session, voucher)
    with acting(session, CITY):
        vouchers.issue(session, voucher)
    contract = signed_contract(session, enterprise, provider, category)
    planned = Planned(2 * WAN, category, "面料检测", declares_voluntary=True, declares_unrelated=True)
    with acting(session, OWNER):
        use, _working = uses.register(session, voucher, contract.id, planned)
        uses.serve(session, use, clock.today())
    return use


def signed_contract(session: Session, enterprise: Organisation, provider: Organisation, category: str) -> Contract:
    """Return a contract of two 万 that is in force."""
    now, today = clock.now(), clock.today()
    contract = Contract(
        source=ContractSource.OFF_PLATFORM, enterprise_id=enterprise.id, provider_id=provider.id,
        district_code=enterprise.district_code, written_by_side=Side.ENTERPRISE, state=ContractState.SIGNED,
        title=f"面料检测技术服务合同（{next(_numbers)}）", kind=ContractKind.SERVICE, category_code=category,
        contract_amount_fen=2 * WAN, technology_amount_fen=2 * WAN, signed_on=today, starts_on=today, ends_on=today,
        written_at=now, shared_at=now, confirmed_by_enterprise_at=now, confirmed_by_provider_at=now, signed_at=now,
    )  # fmt: skip
    session.add(contract)
    session.flush()
    return contract


def _claim(session: Session, scheme: Scheme, enterprise: Organisation, provider: Organisation, life: str) -> Redemption:
    use = _use(session, scheme, enterprise, provider)
    with acting(session, OWNER):
        made = operations.begin(session, use)
        names = ("技术合同.pdf", "电子发票.pdf", "银行回单.png", "检测报告.pdf")
        sent = [
            (io.BytesIO(papers.png() if name.endswith("png") else papers.pdf(f"{name} {next(_numbers)}")), name)
            for name in names
        ]
        added = operations.add_papers(session, made, sent)
        said = {paper.id: _said(paper.kind) for paper in added}
        operations.write(
            session,
            made,
            ClaimText(made.claimed_fen, enterprise.name, "绍兴银行柯桥支行", "6222021305001234567", "", said),
        )
        if life == "draft":
            return made
        operations.file(session, made)
    if life == "filed":
        return made
    if life == "returned":
        with acting(session, DISTRICT):
            review.return_(session, made, {"papers": "发票看不清，请重新扫描。"})
        return made
    # The district's own reviewer stays free to answer objections.
    with acting(session, THIRD if life == "public" and scheme.key == NOTICED else DISTRICT):
        review.agree(session, made)
    if life == "public":
        with acting(session, CITY):
            review.approve(session, made, made.claimed_fen)
    return made


def _said(kind: EvidenceKind) -> PaperText:
    if kind is not EvidenceKind.INVOICE:
        return PaperText(kind, issued_on=clock.today())
    return PaperText(kind, "", f"26332099{next(_numbers):012d}", 2 * WAN, clock.today())
