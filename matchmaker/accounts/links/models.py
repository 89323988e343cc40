"""Links that open one door once, for whoever reads the mail they were sent in."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import Organisation, Role, Roles
from matchmaker.db import Base


class LinkPurpose(StrEnum):
    """What a link is good for."""

    REGISTRATION = "registration"
    INVITATION = "invitation"
    RESET = "reset"


class Link(Base):
    """One link. The row holds the token's hash, so that a leaked table opens no door."""

    __tablename__ = "link"
    audited = frozenset({"purpose", "roles"})

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose]
    #: To whom it was sent; lower case.
    email: Mapped[str] = mapped_column(index=True)
    #: Whose password it sets anew; ``None`` where nobody has the address, which the page does not tell.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Where it invites to, and as what.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    roles: Mapped[frozenset[Role]] = mapped_column(Roles, default=frozenset())
    #: What was typed at registration; emptied once it is used or out of date.
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
