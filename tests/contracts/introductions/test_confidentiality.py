"""Words of confidential needs that stand nowhere else: through introductions nobody meets those not meant for them."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from matchmaker.accounts.models import OrganisationState
from matchmaker.accounts.rules import Reader
from matchmaker.audit.models import AuditRow
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.contracts.introductions import inviting, operations, rules
from matchmaker.contracts.introductions.models import Introduction, ParticipantRole, Side
from matchmaker.letters.models import Letter
from tests.conftest import ClientFor
from tests.support import cast, databases, factories, sites
from tests.support.databases import Database

ROLES = (
    "enterprise", "other-enterprise", "far-enterprise", "complex", "institute", "bureau-district", "bureau-elsewhere",
    "bureau-city", "admin", "unattached",
)  # fmt: skip
#: Who reads the whole of a need of "enterprise" anyway, and who its title, by its level.
TRUSTED = {"enterprise", "complex", "institute", "bureau-district", "bureau-city"}
#: Takes part in half of them, as a broker, without a right of its own to any need.
BROKER = "other-enterprise"


@dataclass(frozen=True)
class Secret:
    """One introduction: ``title`` and ``body`` are of its need, ``talk`` of what was said and sent."""

    number: int
    title: str
    body: str
    talk: str
    level: Confidentiality
    is_broker_in: bool
    is_shared: bool

    def forbidden(self, role: str) -> list[str]:
        """Return the words that ``role`` may meet nowhere."""
        is_in = role == BROKER and self.is_broker_in
        knows_title = role in TRUSTED or is_in or self.level is Confidentiality.SUMMARY
        reads_body = role in TRUSTED or (is_in and self.is_shared)
        hears_talk = role in ("enterprise", "complex") or is_in
        return [
            word
            for word, is_known in ((self.title, knows_title), (self.body, reads_body), (self.talk, hears_talk))
            if not is_known
        ]


@dataclass(frozen=True)
class Vault:
    """The site that holds them."""

    app: Flask
    database: Database
    secrets: list[Secret]


@pytest.fixture(scope="module")
def vault(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("vault")
    with (
        databases.sqlite_copy(sqlite_template, folder / "matchmaker.db") as database,
        sites.site(database, folder / "instance") as app,
    ):
        secrets = []
        levels = (Confidentiality.SUMMARY, Confidentiality.MEMBERS)
        with database.writing() as session:
            broker = cast.person_of(session, BROKER)
            ways = itertools.product(levels, factories.INTRODUCTION_LIVES, Side, (False, True), (False, True))
            for number, (level, life, by, is_shared, is_invited) in enumerate(ways):
                title, body, talk = (f"zq{letter}{number:05d}" for letter in "tbs")
                need = factories.need(
                    session, "enterprise", title=f"染色 {title}", keywords=[title], problem=f"缸差大 {body}",
                    target=body, key_technology=body, partners=body, confidentiality=level,
                )  # fmt: skip
                opened = factories.introduction(
                    session, life="waiting" if life in ("waiting", "declined") else "talking", by=by, about=need,
                    text=f"先谈 {talk}", shares_text=is_shared and by is Side.ENTERPRISE,
                )  # fmt: skip
                if is_shared and opened.accepted_at is not None:
                    operations.share(session, opened, is_shared=True)
                is_in = is_invited and opened.accepted_at is not None
                if is_in:
                    guest = inviting.invite(session, opened, role=ParticipantRole.BROKER, email=broker.email)
                    inviting.join(session, guest, reader=Reader(person_id=broker.id, email=broker.email))
                for step in factories.INTRODUCTION_LIVES[life][1 if opened.accepted_at else 0 :]:
                    if step == "sign":
                        operations.sign(session, opened)
                    else:
                        operations.end(session, opened, rules.FailureReason.PRICE, by=Side.PROVIDER)
                secrets.append(Secret(opened.id, title, body, talk, level, is_in, opened.shares_text))
        yield Vault(app, database, secrets)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_word_to_whom_it_is_not_for(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role, checks=False)
    forbidden = re.compile("|".join(word for secret in vault.secrets for word in secret.forbidden(role)) or "(?!)")
    with vault.database.reading() as session:
        organisations = [cast.organisation_of(session, name).id for name in ("enterprise", "complex", BROKER)]
    paths = ["/", "/introductions/?sort=waiting", "/introductions/?invited=1", "/introductions/?unread=1"]
    paths += [f"/introductions/?page={page}&invited={invited}" for page in range(1, 6) for invited in ("", "1")]
    paths += [f"/organisations/{number}/dossier?page={page}" for number in organisations for page in range(1, 9)]
    paths += ["/audit", "/introductions/new"]
    for secret in vault.secrets:
        paths += [f"/introductions/{secret.number}", f"/introductions/{secret.number}/end"]
        paths += [f"/introductions/?need={secret.number}", f"/introductions/new?need={secret.number}"]
    found = {}
    for path in paths:
        answer = visitor.open(path)
        if words := forbidden.findall(f"{answer.text}\n{answer.response.headers}"):
            found[path] = words

    assert found == {}


def test_whoever_takes_part_does_read_what_is_for_them(vault: Vault) -> None:
    broker = sites.visitor_as(vault.app, BROKER, checks=False)
    own = [secret for secret in vault.secrets if secret.is_broker_in]

    assert len(own) > 10
    for secret in own:
        page = broker.get(f"/introductions/{secret.number}").text
        assert secret.title in page and secret.talk in page
        assert (secret.body in page) == secret.is_shared


def test_no_letter_and_no_row_of_the_trail_holds_a_word(vault: Vault) -> None:
    with vault.database.reading() as session:
        letters = session.scalars(select(Letter)).all()
        rows = session.scalars(select(AuditRow)).all()

    assert len(letters) > 50 and len(rows) > 50
    assert not [letter for letter in letters if "zq" in letter.subject + letter.body]
    assert not [row for row in rows if re.search(r"zq[tbs]\d", str(row.detail))]


def test_a_page_that_forgets_the_level_would_be_noticed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "depth", lambda _reader, _introduction: rules.Depth.FULL)
    secret = next(secret for secret in vault.secrets if secret.is_broker_in and not secret.is_shared)

    assert secret.body in sites.visitor_as(vault.app, BROKER, checks=False).get(f"/introductions/{secret.number}").text


def test_an_offer_that_no_enterprise_agreed_to_is_hidden_from_a_provider_that_lost_its_approval(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", title="机密zqt", confidentiality=Confidentiality.MEMBERS)
        offered = factories.introduction(session, by=Side.PROVIDER, about=need)
        other = factories.need(
            session, "enterprise", title="另一件zqu", problem="zqb", confidentiality=Confidentiality.MEMBERS
        )
        asked = factories.introduction(session, about=other)
        cast.organisation_of(session, "complex").state = OrganisationState.REJECTED
    complex_ = client_for("complex")

    complex_.get(f"/introductions/{offered.id}", expect=404)
    assert "zqt" not in complex_.get("/introductions/").text
    page = complex_.get(f"/introductions/{asked.id}").text
    assert "zqu" in page and "zqb" not in page


def test_what_an_enterprise_withdrew_to_a_draft_is_its_own_again(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        need = factories.need(session, "enterprise", title="旧题目", problem="旧文字")
        one = factories.introduction(session, about=need, shares_text=True)
        factories.lead(session, need, "withdraw")
        need.title, need.problem = "新题目zqt", "新文字zqb"
    complex_, enterprise = client_for("complex"), client_for("enterprise")

    page = complex_.get(f"/introductions/{one.id}").text
    assert "旧题目" in page and "zqt" not in page and "zqb" not in page
    assert "zqb" in enterprise.get(f"/introductions/{one.id}").text


def test_depth_is_what_the_need_allows_and_what_the_enterprise_agreed_to() -> None:
    stranger = Reader(person_id=7, email="b@example.test", organisation_id=9)
    need = Need(organisation_id=1, district_code=cast.HERE, confidentiality=Confidentiality.MEMBERS, published_at=None)
    one = Introduction(enterprise_id=1, provider_id=2, opened_by_side=Side.PROVIDER, accepted_at=None, shares_text=True)
    one.need, one.participants = need, []

    assert rules.depth(stranger, one) is rules.Depth.NOTHING
    assert rules.depth(Reader(person_id=1, organisation_id=1), one) is rules.Depth.FULL
    one.need = None
    assert rules.depth(stranger, one) is rules.Depth.NOTHING
