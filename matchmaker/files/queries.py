"""Reads of the store's rows."""

from collections.abc import Collection

from sqlalchemy import Select, select

from matchmaker.files.models import StoredFile


def by_digest(digest: str) -> Select[StoredFile]:
    """The row of the file with this SHA-256."""
    return select(StoredFile).where(StoredFile.sha256 == digest)


def digests_among(digests: Collection[str]) -> Select[str]:
    """Those of ``digests`` that have a row."""
    return select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))
