"""The database: declarative base, engines for SQLite and PostgreSQL, transactions, migrations. No Flask."""

from matchmaker.db.base import Base
from matchmaker.db.engines import create_engine
from matchmaker.db.transactions import transaction

__all__ = ["Base", "create_engine", "transaction"]
