"""Who plays in the tests: two districts and their city, one of each kind of organisation, one person for each."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind, Person
from matchmaker.accounts.models import Role as MemberRole
from matchmaker.reference import operations as reference
from matchmaker.reference.models import CITY_CODE, District, Industry, ServiceCategory, SourceDocument

PASSWORD = "correct horse battery"

#: The district in which most of a test happens, and the one next door.
HERE, ELSEWHERE = "330602", "330603"

TEXTILES, DYEING, MACHINERY = "textiles", "dyeing", "machinery"
TESTING, DEVELOPMENT = "testing", "development"

ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Role:
    """Somebody who signs in; ``kind`` is ``None`` for people who act for nobody."""

    name: str
    person: str
    kind: OrganisationKind | None = None
    organisation: str = ""
    district: str = HERE
    industry: str | None = None
    is_admin: bool = False

    @property
    def roles(self) -> frozenset[MemberRole]:
        """What they may do for their organisation: bureau staff here review and keep the figures."""
        if self.kind is OrganisationKind.BUREAU:
            return frozenset({MemberRole.REVIEWER, MemberRole.STATISTICS})
        return frozenset({MemberRole.MANAGER} if self.kind else ())

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.name}@example.test"


ROLES = {
    role.name: role
    for role in (
        Role("enterprise", "陈厂长", OrganisationKind.ENTERPRISE, "绍兴锦程印染有限公司", HERE, DYEING),
        Role("other-enterprise", "沈经理", OrganisationKind.ENTERPRISE, "越州精密机械有限公司", HERE, MACHINERY),
        Role("far-enterprise", "俞经理", OrganisationKind.ENTERPRISE, "柯桥云织家纺有限公司", ELSEWHERE, TEXTILES),
        Role("complex", "王主任", OrganisationKind.COMPLEX, "现代纺织产业创新服务综合体", HERE, TEXTILES),
        Role("institute", "李研究员", OrganisationKind.INSTITUTE, "江南新材料研究院", ELSEWHERE),
        Role("bureau-district", "张科长", OrganisationKind.BUREAU, "越城区科技局", HERE),
        Role("bureau-elsewhere", "周科长", OrganisationKind.BUREAU, "柯桥区科技局", ELSEWHERE),
        Role("bureau-city", "吴处长", OrganisationKind.BUREAU, "市科技局", CITY_CODE),
        Role("admin", "系统管理员", is_admin=True),
        Role("unattached", "赵先生"),
    )
}


def enter(session: Session) -> None:
    """Put the code lists and the cast into an empty database, through the operations that the seeds use."""
    reference.put_rows(session, code_lists())
    for role in ROLES.values():
        organisation = None
        if role.kind is not None:
            organisation = accounts.put_organisation(
                session,
                key=role.name,
                kind=role.kind,
                name=role.organisation,
                name_en=f"The {role.name}",
                district_code=role.district,
                industry_code=role.industry,
                about=f"{role.organisation}，成立于2008年。",
                is_demo=role.kind is OrganisationKind.ENTERPRISE,
            )
        accounts.put_person(
            session,
            email=role.email,
            name=role.person,
            password=PASSWORD,
            organisation=organisation,
            is_admin=role.is_admin,
            roles=role.roles,
        )


def code_lists() -> list[District | Industry | ServiceCategory | SourceDocument]:
    """Return small lists of the same shape as the real ones."""
    cited = {"source_key": "test", "quote": "原文", "note": ""}
    return [
        SourceDocument(
            key="test", title="测试文件", title_en="Test document", publisher="测试", number="", issued_on=None, note=""
        ),
        District(code=CITY_CODE, name="绍兴市", name_en="Shaoxing", parent_code=None, position=1, **cited),
        District(code=HERE, name="越城区", name_en="Yuecheng", parent_code=CITY_CODE, position=2, **cited),
        District(code=ELSEWHERE, name="柯桥区", name_en="Keqiao", parent_code=CITY_CODE, position=3, **cited),
        Industry(code=TEXTILES, name="现代纺织", name_en="Textiles", kind="5+4", parent_code=None, position=1, **cited),
        Industry(code=DYEING, name="印染", name_en="Dyeing", kind="cluster", parent_code=TEXTILES, position=2, **cited),
        Industry(
            code=MACHINERY, name="高端装备", name_en="Machinery", kind="5+4", parent_code=None, position=3, **cited
        ),
        ServiceCategory(code="all", name="服务", name_en="Services", parent_code=None, position=1, **cited),
        ServiceCategory(code=TESTING, name="检验检测", name_en="Testing", parent_code="all", position=2, **cited),
        ServiceCategory(
            code=DEVELOPMENT, name="研究开发", name_en="Development", parent_code="all", position=3, **cited
        ),
    ]


def organisation_of(session: Session, role: str) -> Organisation:
    """Return the organisation that ``role`` acts for."""
    return session.scalars(select(Organisation).where(Organisation.key == role)).one()


def person_of(session: Session, role: str) -> Person:
    """Return the person who plays ``role``."""
    return session.scalars(select(Person).where(Person.email == ROLES[role].email)).one()
