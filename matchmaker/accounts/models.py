"""Organisations, people, memberships, and the sessions people are signed in with."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from matchmaker.db import Base
from matchmaker.db.changes import Listed
from matchmaker.messages import _l


class OrganisationKind(StrEnum):
    """What an organisation is on the platform."""

    ENTERPRISE = "enterprise"
    COMPLEX = "complex"
    INSTITUTE = "institute"
    BUREAU = "bureau"


class EnterpriseSize(StrEnum):
    """The size classes of the national statistics (统计上大中小微型企业划分办法)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class OrganisationState(StrEnum):
    """Whether the bureau knows the organisation to be what it says."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class Role(StrEnum):
    """What a member may do for an organisation beyond acting in its name."""

    #: Of an enterprise, a complex or an institute: invites colleagues, hands over.
    MANAGER = "manager"
    #: Of a bureau: checks and decides.
    REVIEWER = "reviewer"
    #: Of a bureau: keeps figures and targets.
    STATISTICS = "statistics"
    #: Of a bureau: reads all, writes nothing.
    AUDITOR = "auditor"
    #: Of a bureau: manages its people.
    ADMIN = "admin"


KIND_LABELS = {
    OrganisationKind.ENTERPRISE: _l("Enterprise"),
    OrganisationKind.COMPLEX: _l("Innovation-service complex"),
    OrganisationKind.INSTITUTE: _l("Institute"),
    OrganisationKind.BUREAU: _l("Science and technology bureau"),
}

SIZE_LABELS = {
    EnterpriseSize.MICRO: _l("Micro"),
    EnterpriseSize.SMALL: _l("Small"),
    EnterpriseSize.MEDIUM: _l("Medium-sized"),
    EnterpriseSize.LARGE: _l("Large"),
}

ORGANISATION_STATE_LABELS = {
    OrganisationState.PENDING: _l("Awaiting approval"),
    OrganisationState.APPROVED: _l("Approved"),
    OrganisationState.REJECTED: _l("Rejected"),
}

ROLE_LABELS = {
    Role.MANAGER: _l("Manager"),
    Role.REVIEWER: _l("Reviewer"),
    Role.STATISTICS: _l("Statistics"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Administrator"),
}

BUREAU_ROLES = (Role.REVIEWER, Role.STATISTICS, Role.AUDITOR, Role.ADMIN)

#: Organisations that list offerings.
PROVIDER_KINDS = (OrganisationKind.COMPLEX, OrganisationKind.INSTITUTE)


class Roles(TypeDecorator[frozenset[Role]]):
    """A set of roles as sorted words between commas: read with every request, so it costs no join."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: frozenset[Role] | None, dialect: Dialect) -> str:
        """Write the roles in one order, so that equal sets are equal texts."""
        return ",".join(sorted(value or ()))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[Role]:
        """Read what was written; nobody's roles are none."""
        return frozenset(map(Role, value.split(","))) if value else frozenset()


class Organisation(Listed, Base):
    """Any body that takes part; real ones are cited by the registry, invented ones are marked as demo."""

    __tablename__ = "organisation"
    audited = frozenset({"kind", "name", "credit_code", "district_code", "industry_code", "size", "state"})
    __table_args__ = (
        UniqueConstraint("credit_code"),
        CheckConstraint("length(credit_code) = 18", name="credit_code_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The seeds' own name of the row; ``None`` for organisations that registered themselves.
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(index=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    credit_code: Mapped[str | None] = mapped_column(String(18))
    district_code: Mapped[str] = mapped_column(ForeignKey("district.code"), index=True)
    industry_code: Mapped[str | None] = mapped_column(ForeignKey("industry.code"), index=True)
    size: Mapped[EnterpriseSize | None]
    about: Mapped[str] = mapped_column(Text, default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    state: Mapped[OrganisationState] = mapped_column(
        default=OrganisationState.APPROVED, server_default=OrganisationState.APPROVED, index=True
    )
    created_at: Mapped[datetime]
    #: Place in the stream of changes that the search index follows.
    revision: Mapped[int] = mapped_column(default=0, index=True)


class Person(Listed, Base):
    """Somebody who signs in."""

    __tablename__ = "person"
    audited = frozenset({"is_admin", "is_active"})

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Lower case; compared exactly.
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    #: In which to write to them.
    language: Mapped[str] = mapped_column(String(8), default="zh", server_default="zh")
    created_at: Mapped[datetime]
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", lazy="raise")


class Membership(Base):
    """A person acts for an organisation."""

    __tablename__ = "membership"
    audited = frozenset({"roles"})

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, index=True)
    roles: Mapped[frozenset[Role]] = mapped_column(Roles, default=frozenset(), server_default="")
    created_at: Mapped[datetime]
    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Attributed:
    """Columns of a row that somebody wrote in an organisation's name; both are ``None`` for jobs and commands."""

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    @declared_attr
    def person(cls) -> Mapped[Person | None]:  # noqa: N805 - SQLAlchemy hands over the class
        """Who wrote it."""
        return relationship(Person, lazy="raise")

    @declared_attr
    def organisation(cls) -> Mapped[Organisation | None]:  # noqa: N805 - as above
        """In whose name."""
        return relationship(Organisation, lazy="raise")


class SignIn(Base):
    """One signed-in browser. The row holds the token's hash, so that a leaked table opens no door."""

    __tablename__ = "sign_in"
    audited = frozenset({"person_id"})

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    #: The browser's family and system in a few words, so that its owner knows it again.
    browser: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ChangeStream(Base):
    """The last revision given out in each stream of searchable rows; bumped with the change it numbers."""

    __tablename__ = "change_stream"
    is_audited = False

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: Tells this database's stream from that of another one, whose index files must not be taken for ours.
    epoch: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column(default=0)
