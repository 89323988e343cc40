"""Files come in up to their own limit, and go out as something to be saved that can do nothing here."""

import errno
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, request
from werkzeug.formparser import FormDataParser

from matchmaker.accounts.policies import anyone
from matchmaker.files import operations
from matchmaker.files.models import StoredFile
from matchmaker.web import app as application
from matchmaker.web.access import protect
from matchmaker.web.app import MAX_REQUEST_BYTES
from matchmaker.web.attachments import send_attachment, send_framed, takes_files
from tests.conftest import MakeApp
from tests.support import papers, words
from tests.support.databases import Database
from tests.support.visitor import Visitor

NAME = "发票; 第1号.exe"


def kept(database: Database, data: bytes) -> StoredFile:
    with database.writing() as session:
        return operations.keep(session, io.BytesIO(data), name="a", allowed={"application/pdf", "application/ofd"})


@pytest.fixture
def trial(make_app: MakeApp, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Lend the application with pages of the test's own that send and take files."""
    bp = Blueprint("trial", __name__, url_prefix="/trial")

    @bp.get("/<how>/<int:file_id>")
    @protect(anyone)
    def show(how: str, file_id: int) -> Any:
        from matchmaker.web.database import session

        send = {"saved": send_attachment, "framed": send_framed}[how]
        return send(session().get_one(StoredFile, file_id), NAME)

    @bp.post("/large")
    @protect(anyone)
    @takes_files(MAX_REQUEST_BYTES * 2)
    def large() -> Any:
        return str(len(request.files["file"].read())), {"Content-Type": "text/plain"}

    @bp.post("/small")
    @protect(anyone)
    def small() -> str:
        return str(len(request.files))

    monkeypatch.setattr(application, "BLUEPRINTS", (*application.BLUEPRINTS, bp))
    yield make_app(database)


def test_a_file_goes_out_to_be_saved_and_can_do_nothing(trial: Flask, database: Database) -> None:
    stored = kept(database, papers.pdf())
    answer = trial.test_client().get(f"/trial/saved/{stored.id}")

    assert answer.data == papers.pdf()
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"___ _1_.exe.pdf\"; filename*=UTF-8''%E5%8F%91%E7%A5%A8%3B%20%E7%AC%AC1%E5%8F%B7.exe.pdf"
    )
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    answer.close()


def test_a_frame_of_ours_shows_a_pdf_and_nothing_that_browsers_cannot(trial: Flask, database: Database) -> None:
    paper, invoice = kept(database, papers.pdf()), kept(database, papers.ofd())
    client = trial.test_client()
    framed, saved = client.get(f"/trial/framed/{paper.id}"), client.get(f"/trial/framed/{invoice.id}")

    assert framed.headers["Content-Disposition"].startswith("inline;")
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert saved.headers["Content-Disposition"].startswith("attachment;")
    framed.close()
    saved.close()


def test_only_a_view_that_takes_files_is_sent_more_than_a_form(trial: Flask) -> None:
    visitor, data = Visitor(trial), b"x" * (MAX_REQUEST_BYTES + 1)

    def send(path: str, data: bytes, expect: int) -> str:
        # As bytes: what the test client encodes by itself it lays on the disk and leaves there.
        head = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{visitor.token()}\r\n--b\r\n'
        head += 'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        body = head.encode() + data + b"\r\n--b--\r\n"
        options = {"data": body, "content_type": "multipart/form-data; boundary=b"}
        return visitor.open(path, method="POST", expect=expect, **options).text

    assert send("/trial/large", data, 200) == str(len(data))
    send("/trial/small", data, 413)
    send("/trial/large", data * 2, 413)


def test_a_full_disk_while_a_request_is_read_is_a_page(trial: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    visitor = Visitor(trial)
    monkeypatch.setattr(FormDataParser, "parse", full)
    page = visitor.post("/trial/large", {"file": (io.BytesIO(b"x"), "a")}, expect=507)

    assert page.h1 == words.said("No room left")
