"""Technical needs (技术需求) of enterprises."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.catalogue.models import Posting
from matchmaker.db import Base
from matchmaker.db.base import Fen
from matchmaker.messages import _l


class SolutionMode(StrEnum):
    """How the enterprise would like it solved (解决方式)."""

    ANY = "any"
    COMMISSIONED_RD = "commissioned_rd"
    JOINT_RD = "joint_rd"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class Confidentiality(StrEnum):
    """Who reads how much of a published need."""

    PUBLIC = "public"
    SUMMARY = "summary"
    MEMBERS = "members"


MODE_LABELS = {
    SolutionMode.ANY: _l("Any"),
    SolutionMode.COMMISSIONED_RD: _l("Commissioned R&D"),
    SolutionMode.JOINT_RD: _l("Joint R&D"),
    SolutionMode.TRANSFER: _l("Technology transfer"),
    SolutionMode.LICENCE: _l("Licence"),
    SolutionMode.CONSULTING: _l("Technical consulting"),
    SolutionMode.SERVICE: _l("Technical service"),
}

CONFIDENTIALITY_LABELS = {
    Confidentiality.PUBLIC: _l("Public"),
    Confidentiality.SUMMARY: _l("Summary only"),
    Confidentiality.MEMBERS: _l("Members only"),
}


class Need(Posting, Base):
    """One technical need, posted by an enterprise."""

    __tablename__ = "need"
    checks = (
        ("budget_not_negative", "budget_fen >= 0"),
        ("trl_1_to_9", "trl BETWEEN 1 AND 9"),
    )

    industry_code: Mapped[str] = mapped_column(ForeignKey("industry.code"), index=True)
    problem: Mapped[str] = mapped_column(Text)
    key_technology: Mapped[str] = mapped_column(Text, default="")
    target: Mapped[str] = mapped_column(Text, default="")
    budget_fen: Mapped[int | None] = mapped_column(Fen)
    needed_by: Mapped[date | None]
    mode: Mapped[SolutionMode] = mapped_column(default=SolutionMode.ANY)
    #: The maturity wanted; ``None`` when the enterprise does not mind.
    trl: Mapped[int | None]
    partners: Mapped[str] = mapped_column(Text, default="")
    confidentiality: Mapped[Confidentiality] = mapped_column(default=Confidentiality.PUBLIC)
