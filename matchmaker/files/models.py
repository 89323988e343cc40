"""What lies in the store of files."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db import Base


class StoredFile(Base):
    """Bytes that were sent once or many times; never changed, so what belongs together may point at the same row."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("size > 0", name="size_positive"),
    )
    audited = frozenset({"sha256", "size", "media_type"})

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Of the bytes, in hexadecimal; it is also the file's name in the store.
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    #: In bytes.
    size: Mapped[int] = mapped_column(BigInteger)
    #: What the bytes are, whatever the file was called.
    media_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime]
