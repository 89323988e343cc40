"""Letters go out once, into files or to a mail server, and again when it was away."""

import email
import socket
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select

from matchmaker.jobs import running
from matchmaker.letters import delivery, operations, rules
from matchmaker.letters.models import Letter
from matchmaker.letters.transports import FileMailbox, SmtpServer, transport_of
from matchmaker.messages import _l
from matchmaker.settings import Settings
from tests.support import factories
from tests.support.databases import Database

SENDER = "Matchmaker <site@example.test>"


def post(database: Database, to: str = "a@example.test") -> None:
    with database.writing() as session:
        operations.post(session, to=to, subject=_l("Approved"), body=_l("Set your password anew"))


def letter(database: Database) -> Letter:
    with database.reading() as session:
        return session.scalars(select(Letter).order_by(Letter.id.desc())).first()  # type: ignore[return-value]  # one was posted


def parsed(source: bytes) -> EmailMessage:
    return cast(EmailMessage, email.message_from_bytes(source, policy=default))


def test_a_letter_becomes_a_file_once(database: Database, tmp_path: Path) -> None:
    mailbox = FileMailbox(tmp_path / "mail", SENDER)
    post(database)

    assert delivery.deliver(database.engine, mailbox) == 1
    assert delivery.deliver(database.engine, mailbox) == 0
    files = list((tmp_path / "mail").iterdir())
    message = parsed(files[0].read_bytes())
    assert len(files) == 1 and files[0].suffix == ".eml" and files[0].stat().st_mode & 0o077 == 0
    assert (message["Subject"], message["To"], message["From"]) == ("已通过", "a@example.test", SENDER)
    assert message.get_content().strip() == "重设密码"
    assert letter(database).body == "" and letter(database).sent_at is not None


def test_the_settings_choose_the_way_out(tmp_path: Path) -> None:
    base = Settings(instance=tmp_path, database_url="", secret_key="")
    assert transport_of(base) == FileMailbox(tmp_path / "mail", base.mail_from)
    with_server = Settings(instance=tmp_path, database_url="", secret_key="", smtp_url="smtp://mail.example.test")
    assert isinstance(transport_of(with_server), SmtpServer)


class Server(threading.Thread):
    """A mail server that takes letters on the loopback address; ``refuses`` makes it turn them away."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.letters: list[bytes] = []
        self.refuses = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.socket.getsockname()[1]}"

    def run(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as talk:
                self._talk(talk)

    def _talk(self, talk: object) -> None:
        file = cast("socket.SocketIO", talk)
        file.write(b"220 test\r\n")
        while line := file.readline():
            command = line[:4].upper()
            if command == b"EHLO":
                file.write(b"250-test\r\n250 8BITMIME\r\n")
            elif command == b"RCPT" and self.refuses:
                file.write(b"451 later\r\n")
            elif command == b"DATA":
                file.write(b"354 go\r\n")
                lines = []
                while (part := file.readline()) not in (b".\r\n", b""):
                    lines.append(part)
                self.letters.append(b"".join(lines))
                file.write(b"250 ok\r\n")
            elif command == b"QUIT":
                file.write(b"221 bye\r\n")
                return
            else:
                file.write(b"250 ok\r\n")


@pytest.fixture
def server() -> Iterator[Server]:
    running_server = Server()
    running_server.start()
    yield running_server
    running_server.socket.close()


def test_a_mail_server_gets_the_letter(database: Database, server: Server) -> None:
    post(database)
    assert delivery.deliver(database.engine, SmtpServer(server.url, SENDER)) == 1

    message = parsed(server.letters[0])
    assert message["To"] == "a@example.test" and message.get_content().strip() == "重设密码"
    assert message["Message-ID"].endswith("@example.test>") and message["Auto-Submitted"] == "auto-generated"


def test_a_server_that_is_away_gets_it_later(database: Database, server: Server, at: Callable[[str], None]) -> None:
    transport = SmtpServer(server.url, SENDER)
    server.refuses = True
    at("2026-03-01T08:00")
    post(database)
    assert delivery.deliver(database.engine, transport) == 0
    assert "451" in letter(database).last_error and letter(database).body
    server.refuses = False
    assert delivery.deliver(database.engine, transport) == 0, "too early"

    at("2026-03-01T08:01")
    assert delivery.deliver(database.engine, transport) == 1
    assert letter(database).attempts == 2 and letter(database).last_error == ""


def test_no_password_goes_to_a_server_without_tls(database: Database, server: Server) -> None:
    post(database)
    url = server.url.replace("smtp://", "smtp://site:secret@")

    assert delivery.deliver(database.engine, SmtpServer(url, SENDER)) == 0
    assert "TLS" in letter(database).last_error and "secret" not in letter(database).last_error


def test_one_bad_address_does_not_keep_the_others_back(database: Database, tmp_path: Path) -> None:
    post(database, to="a@example.test\nBcc: b@example.test")
    post(database, to="good@example.test")

    assert delivery.deliver(database.engine, FileMailbox(tmp_path, SENDER)) == 1
    assert letter(database).recipient == "good@example.test" and letter(database).sent_at is not None


def test_the_nightly_job_tries_again_and_gives_up_in_the_end(database: Database, at: Callable[[str], None]) -> None:
    at("2026-03-01T08:00")
    post(database)
    away = SmtpServer("smtp://127.0.0.1:1", SENDER)
    delivery.deliver(database.engine, away)
    running.load()
    assert dict(running.run_due(database.engine, on=factories.civil_day("2026-03-01"), names=("letters",))) == {
        "letters": "1 letters are tried again"
    }
    assert letter(database).next_at is None

    with database.writing() as session:
        session.get_one(Letter, letter(database).id).attempts = rules.MOST_TRIES
    assert delivery.deliver(database.engine, away) == 0
    dict(running.run_due(database.engine, on=factories.civil_day("2026-03-02"), names=("letters",)))
    assert letter(database).body == "" and letter(database).attempts == rules.MOST_TRIES
    at("2026-12-01T08:00")
    dict(running.run_due(database.engine, on=factories.civil_day("2026-12-01"), names=("letters",)))
    with database.reading() as session:
        assert session.scalars(select(Letter)).all() == []


def test_what_is_posted_wakes_the_sender(database: Database, tmp_path: Path) -> None:
    operations.posted.clear()
    post(database)

    assert operations.posted.is_set()


def test_two_senders_send_a_letter_once(either_database: Database, tmp_path: Path) -> None:
    post(either_database)
    sent: list[int] = []
    mailbox = FileMailbox(tmp_path / "mail", SENDER)
    threads = [
        threading.Thread(target=lambda: sent.append(delivery.deliver(either_database.engine, mailbox)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == 1 and len(list((tmp_path / "mail").iterdir())) == 1
