"""How often the rows of each listed table have changed."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db.base import Base


class ListChange(Base):
    """The last number given to a change in a listed table; see ``changes``."""

    __tablename__ = "list_change"
    is_audited = False

    table_name: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    #: Counts the statements that changed many rows at once, after which copies are made anew.
    epoch: Mapped[int] = mapped_column(default=0)
