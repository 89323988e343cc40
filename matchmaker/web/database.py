"""The request's session."""

from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import Session

db = SQLAlchemy(session_options={"expire_on_commit": False})


def session() -> Session:
    """Return the session of the request at hand; it is closed when the request ends."""
    return db.session
