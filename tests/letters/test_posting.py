"""Letters wait in the outbox in their reader's language, committed with their reason."""

import pytest
from sqlalchemy import select

from matchmaker.letters import operations
from matchmaker.letters.models import Letter
from matchmaker.messages import _l
from tests.support.databases import Database


@pytest.mark.parametrize(("language", "subject"), [("zh", "已通过"), ("en", "Approved")])
def test_a_letter_is_written_in_its_readers_language(database: Database, language: str, subject: str) -> None:
    with database.writing() as session:
        operations.post(session, to="a@example.test", subject=_l("Approved"), body=_l("Rejected"), language=language)

    with database.reading() as session:
        letter = session.scalars(select(Letter)).one()
    assert (letter.subject, letter.sent_at, letter.attempts) == (subject, None, 0)


def test_a_letter_whose_reason_is_rolled_back_is_never_sent(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        operations.post(session, to="a@example.test", subject=_l("Approved"), body=_l("Approved"))
        _ = 1 / 0

    with database.reading() as session:
        assert session.scalars(select(Letter)).all() == []
