"""What the browser tests add to the demo data: confidential needs, drafts, somebody new, somebody to shut out."""

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind, Person
from matchmaker.catalogue import operations
from matchmaker.catalogue.arrivals.models import Arrival
from matchmaker.catalogue.generics.models import Generic, GenericMember
from matchmaker.catalogue.needs import operations as needs
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings.models import Offering, OfferingKind
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.sheets import operations as sheets
from matchmaker.catalogue.sheets.models import OfferingUpload
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.catalogue.twins.models import Twin, TwinState
from matchmaker.contracts.agreements.models import Contract
from matchmaker.contracts.introductions.models import Introduction
from matchmaker.contracts.services.models import ServiceRecord, ServiceUpload
from matchmaker.db import create_engine, transaction
from matchmaker.registry.profiles.models import Proposal, ProposalState
from matchmaker.seeding.demo import DEMO_PASSWORD
from matchmaker.settings import settings
from tests.browser import claims, flags, vouchers

FILE = "scene.json"

PASSWORD = DEMO_PASSWORD

#: Who signs in as what. The district is the one in which ``enterprise`` and ``complex`` are at home.
EMAILS = {
    "enterprise": "owner@demo.example",
    "far-enterprise": "workshop@demo.example",
    "complex": "clerk@demo.example",
    "institute": "institute@demo.example",
    "city": "city@demo.example",
    "district": "keqiao@demo.example",
    "admin": "admin@demo.example",
    "newcomer": "newcomer@scene.example",
    "leaver": "leaver@scene.example",
    "third": claims.THIRD,
}

#: The names of the two people who are here for the tests alone.
NEWCOMER, LEAVER = "新厂长", "将离先生"

ENDING_TITLE = "打样到大缸颜色偏深"
CONFIDENTIAL_TITLE = "定型机导轨链条滴油污染布面"
CONFIDENTIAL_PROBLEM = (
    "我厂定型机烘箱温度常在二百一十度，链条润滑油碳化滴落，布面每百米出现三到五个油斑，每月降等损失约九万元。"
    "换过两种合成链条油，七天后导轨仍然结焦。"
)
FAR_TITLE = "微型轴承保持架注塑飞边"
FAR_PROBLEM = "内径八毫米轴承的尼龙保持架注塑后兜孔有飞边，装配时掉屑，振动值超差，人工修边跟不上。"


@dataclass(frozen=True)
class Scene:
    """The ids of what the tests go to."""

    #: Of ``enterprise``, for members only, in the district.
    confidential_need: int
    #: Of ``far-enterprise``, for members only, in another district.
    far_need: int
    #: Of ``enterprise``, unpublished.
    draft_need: int
    #: Of ``enterprise``, public, with good matches.
    public_need: int
    #: Of ``enterprise``, returned with remarks.
    returned_need: int
    #: In the district, waiting to be checked for the second time.
    submitted_need: int
    #: Of ``enterprise``, published in its second version.
    rewritten_need: int
    #: Of ``enterprise``, with three days left.
    ending_need: int
    #: Of ``far-enterprise``.
    expired_need: int
    #: Of ``complex``, published, in the district.
    offering: int
    #: Of ``complex``, unpublished.
    draft_offering: int
    #: A spreadsheet that ``complex`` sent and has not kept.
    upload: int
    enterprise: int
    complex: int
    #: Of ``complex``, waiting for the district's bureau.
    proposal: int
    #: Of ``enterprise`` and ``complex``, in talks.
    introduction: int
    #: Of ``enterprise`` and ``complex``: completed with services, and awaiting the enterprise's confirmation.
    contract: int
    unconfirmed_contract: int
    #: Of ``complex`` for ``enterprise``: confirmed and rated, awaiting confirmation, disputed.
    service: int
    unconfirmed_service: int
    disputed_service: int
    #: A spreadsheet of services that ``complex`` sent and has not kept.
    service_upload: int
    #: Of ``complex``, which has not answered.
    asked: int
    #: Of ``institute``, which came to nothing.
    failed: int
    #: Of two needs of ``enterprise``.
    generic: int
    #: In force; and of ``enterprise``: a voucher with a use, one that was returned, one that waits.
    scheme: int
    voucher: int
    returned_voucher: int
    asked_voucher: int
    use: int
    #: Of ``enterprise``, in ``claims``: each as its name says; "public" with an objection that awaits its answer.
    draft_claim: int
    filed_claim: int
    reviewed_claim: int
    returned_claim: int
    public_claim: int
    objection: int
    #: Sent to the bank.
    batch: int
    #: On the filed claim, and on the reviewed one; and a look that found something.
    flag: int
    answered_flag: int
    reconciliation: int


def read(folder: Path) -> Scene:
    """Return the scene that stands in the instance ``folder``."""
    return Scene(**json.loads((folder / FILE).read_text(encoding="utf-8")))


def enter() -> None:
    """Add the scene to this process's instance, through the operations that the site uses."""
    engine = create_engine(settings().database_url)
    with Session(engine) as session, transaction(session):
        scene = _enter(session)
    engine.dispose()
    (settings().instance / FILE).write_text(json.dumps(asdict(scene)), encoding="utf-8")


def _enter(session: Session) -> Scene:
    enterprise, far, provider = (
        _organisation(session, key) for key in ("textile-jinlan", "equipment-wozhou", "textile-jinghu-complex")
    )
    _people(session, enterprise)
    members_only = Confidentiality.MEMBERS
    claimed = claims.enter(session, enterprise, provider, password=PASSWORD)
    return Scene(
        confidential_need=_published(
            session,
            enterprise,
            NeedText(
                title=CONFIDENTIAL_TITLE,
                problem=CONFIDENTIAL_PROBLEM,
                industry_code="textile",
                target="连续运行六十天布面无油斑。",
                keywords=["定型机", "链条润滑"],
                confidentiality=members_only,
            ),
        ),
        far_need=_published(
            session,
            far,
            NeedText(title=FAR_TITLE, problem=FAR_PROBLEM, industry_code="bearing", confidentiality=members_only),
        ),
        draft_need=_draft(session, enterprise),
        public_need=_first(session, Need, enterprise),
        returned_need=_need(session, "textile-need-rft"),
        submitted_need=_need(session, "textile-need-icc"),
        rewritten_need=_need(session, "textile-need-shade-centre"),
        ending_need=_ending(session, enterprise),
        expired_need=_need(session, "equipment-need-wozhou-life"),
        offering=_first(session, Offering, provider),
        draft_offering=_draft_offering(session, provider),
        upload=_upload(session, provider),
        enterprise=enterprise.id,
        complex=provider.id,
        proposal=session.scalars(
            select(Proposal.id).where(Proposal.organisation_id == provider.id, Proposal.state == ProposalState.PROPOSED)
        ).first()
        or 0,
        introduction=_introduction(session, "intro-decolour"),
        contract=_keyed(session, Contract, "deal-tension"),
        unconfirmed_contract=_keyed(session, Contract, "deal-energy"),
        service=_keyed(session, ServiceRecord, "done-013"),
        unconfirmed_service=_keyed(session, ServiceRecord, "done-037"),
        disputed_service=_keyed(session, ServiceRecord, "done-039"),
        service_upload=_service_upload(session, provider),
        asked=_introduction(session, "intro-weft"),
        failed=_introduction(session, "intro-silk"),
        generic=_alike(session, enterprise, provider),
        **claimed,
        **vouchers.enter(session, enterprise, provider),
        **flags.enter(session, enterprise, filed=claimed["filed_claim"], reviewed=claimed["reviewed_claim"]),
    )


def _keyed(session: Session, table: type[Contract] | type[ServiceRecord], key: str) -> int:
    return session.scalars(select(table.id).where(table.key == key)).one()


def _service_upload(session: Session, owner: Organisation) -> int:
    headings = ["enterprise", "served_on", "category_code", "description", "amount_fen", "paid_by"]
    rows = [
        (at, ["绍兴柯桥锦澜印染有限公司", str(clock.today()), "testing", "色牢度检测", "80", "enterprise"])
        for at in (2, 3)
    ]
    clerk = session.scalars(select(Person).where(Person.email == EMAILS["complex"])).one()
    upload = sheets.receive(
        session,
        ServiceUpload,
        Table(headings, rows),
        file_name="服务.xlsx",
        organisation_id=owner.id,
        person_id=clerk.id,
    )
    return upload.id


def _introduction(session: Session, key: str) -> int:
    return session.scalars(select(Introduction.id).where(Introduction.key == key)).one()


def _alike(session: Session, enterprise: Organisation, provider: Organisation) -> int:
    """Add a pair that its owner was asked about for each side, a new match, and a group."""
    today = clock.today()
    own = session.scalars(_published_of(Need, enterprise)).all()
    offered = session.scalars(_published_of(Offering, provider)).all()
    kept = {"likeness_percent": 83, "signs": ["text", "title", "owner"], "found_on": today, "state": TwinState.ASKED}
    session.add(Twin(first_need_id=own[0], second_need_id=own[1], **kept))
    session.add(Twin(first_offering_id=offered[0], second_offering_id=offered[1], **kept))
    session.merge(Arrival(need_id=own[0], offering_id=offered[0], found_on=today, place=1, is_strong=True))
    members = [GenericMember(need_id=need_id, since_on=today) for need_id in own[:2]]
    generic = Generic(industry_code="textile", label="染色、色差", first_on=today, members=members)
    session.add(generic)
    session.flush()
    return generic.id


def _published_of(table: type[Need] | type[Offering], owner: Organisation) -> Select[int]:
    return select(table.id).where(table.organisation_id == owner.id, table.state == "published").order_by(table.id)


def _people(session: Session, enterprise: Organisation) -> None:
    fresh = accounts.put_organisation(
        session,
        key="scene-fresh",
        kind=OrganisationKind.ENTERPRISE,
        name="柯桥新开张纺织有限公司",
        district_code=enterprise.district_code,
        industry_code="textile",
        is_demo=True,
    )
    for role, name, organisation in (("newcomer", NEWCOMER, fresh), ("leaver", LEAVER, enterprise)):
        accounts.put_person(session, email=EMAILS[role], name=name, password=PASSWORD, organisation=organisation)


def _organisation(session: Session, key: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.key == key)).one()


def _published(session: Session, owner: Organisation, text: NeedText) -> int:
    need = operations.draft(session, Need, text, owner=owner)
    needs.submit(session, need, text)
    needs.approve(session, need)
    return need.id


def _ending(session: Session, owner: Organisation) -> int:
    text = NeedText(title=ENDING_TITLE, problem="打样缸浴比大，放样到大缸颜色偏深半级。", industry_code="textile")
    need_id = _published(session, owner, text)
    session.get_one(Need, need_id).valid_until = clock.today() + timedelta(days=3)
    return need_id


def _draft(session: Session, owner: Organisation) -> int:
    text = NeedText(title="打样间想换一台小定型机", problem="旧机温差大。", industry_code="textile")
    return operations.draft(session, Need, text, owner=owner).id


def _draft_offering(session: Session, owner: Organisation) -> int:
    text = OfferingText(
        kind=OfferingKind.SERVICE,
        title="染色工艺上门诊断",
        description="工程师驻厂三天，出诊断报告。",
        category_code=session.scalars(select(Offering.category_code).order_by(Offering.id)).first() or "",
    )
    return operations.draft(session, Offering, text, owner=owner).id


def _need(session: Session, key: str) -> int:
    return session.scalars(select(Need.id).where(Need.key == key)).one()


def _upload(session: Session, owner: Organisation) -> int:
    category = session.scalars(select(Offering.category_code).order_by(Offering.id)).first() or ""
    table = Table(["reference", "kind", "title", "category_code"], [(2, ["FW-1", "service", "夜间打样代跑", category])])
    clerk = session.scalars(select(Person).where(Person.email == EMAILS["complex"])).one()
    upload = sheets.receive(
        session, OfferingUpload, table, file_name="服务.xlsx", organisation_id=owner.id, person_id=clerk.id
    )
    return upload.id


def _first(session: Session, table: type[Need] | type[Offering], owner: Organisation) -> int:
    return session.scalars(_published_of(table, owner)).first() or 0
