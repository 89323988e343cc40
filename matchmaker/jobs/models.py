"""Which jobs have run on which day."""

from datetime import date, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base


class JobRun(Base):
    """That a job did its work for a day; committed with that work, so that it is done once or not at all."""

    __tablename__ = "job_run"
    is_audited = False

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    finished_at: Mapped[datetime]
    #: What the job says it did.
    outcome: Mapped[str] = mapped_column(Text)
