"""How far each introduction had come when it was counted last. Kept by ``metrics.recording``."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base


class MetricPath(Base):
    """What one introduction adds to the funnel's cells now: so a change takes back exactly what was added before.

    It points at the introduction without a foreign key, for it outlives a removed one until its counts are taken back.
    """

    __tablename__ = "metric_path"
    is_audited = False

    introduction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: When it was opened, as 202611; 0 until it is counted.
    month: Mapped[int]
    district_code: Mapped[str] = mapped_column(String(16))
    industry_code: Mapped[str | None] = mapped_column(String(32))
    provider_id: Mapped[int]
    #: The names of the steps it took and of the ways in which it stopped, each between blanks: " asked talks ".
    path: Mapped[str] = mapped_column(String(200))
