"""Two hundred confidential needs, each with words that stand nowhere else: who may not read them never meets them."""

import html
import itertools
import random
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import true

from matchmaker.catalogue.needs import rules
from matchmaker.catalogue.needs.models import Confidentiality
from matchmaker.catalogue.search import completions
from matchmaker.catalogue.search.names import Names
from matchmaker.catalogue.suggestions import documents
from tests.access.table import NEED_READ
from tests.support import cast, databases, factories, sites
from tests.support.pages import words_of
from tests.support.visitor import Visitor

HOW_MANY = 200
OWNERS = ("enterprise", "far-enterprise")
LEVELS = (Confidentiality.SUMMARY, Confidentiality.MEMBERS)
#: Everybody but the owners, who own half of them each.
ROLES = (
    "anonymous",
    "other-enterprise",
    "complex",
    "bureau-district",
    "bureau-elsewhere",
    "bureau-city",
    "admin",
)

_LINK = re.compile(r'(?:href|hx-get|action)="([^"]+)"')
#: A need with one offering; of these pages a tenth is enough.
_PAIR = re.compile(r"/needs/\d*[1-9]/matches/\d+$")
_NEED = re.compile(r"/needs/(\d+)(?!\d|/edit)")


@dataclass(frozen=True)
class Secret:
    """One need: ``title`` stands in its name and keywords, ``body`` in each of its long texts."""

    need_id: int
    title: str
    body: str
    #: Its column in the access table.
    column: str

    def may_read(self, role: str) -> str:
        """Return how much ``role`` reads of it by the access table."""
        return NEED_READ[role][self.column]


@dataclass(frozen=True)
class Vault:
    """The site that holds them."""

    app: Flask
    secrets: list[Secret]

    def forbidden(self, role: str) -> list[str]:
        """Return the words that ``role`` may not read."""
        return [
            word
            for secret in self.secrets
            for word, enough in ((secret.title, ("all", "title")), (secret.body, ("all",)))
            if secret.may_read(role) not in enough
        ]


def strange_words() -> Iterator[str]:
    """Words that nobody else uses."""
    chance = random.Random(7)
    while True:
        yield "zq" + "".join(chance.choices(string.ascii_lowercase, k=10))


@pytest.fixture(scope="module")
def vault(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    folder = tmp_path_factory.mktemp("vault")
    with (
        databases.sqlite_copy(sqlite_template, folder / "matchmaker.db") as database,
        sites.site(database, folder / "instance") as app,
    ):
        strange = strange_words()
        secrets = []
        with database.writing() as session:
            owners = {name: cast.organisation_of(session, name) for name in OWNERS}
            for owner, level in itertools.islice(itertools.cycle(itertools.product(OWNERS, LEVELS)), HOW_MANY):
                title, body = next(strange), next(strange)
                need = factories.need(
                    session, owners[owner], title=f"染色 {title}", keywords=["染色", title], confidentiality=level,
                    problem=f"染色缸差大 {body}", target=f"降低 {body}", key_technology=body, partners=body,
                )  # fmt: skip
                column = level.value if owner == "enterprise" else f"far-{level.value}"
                secrets.append(Secret(need.id, title, body, column))
            factories.offering(session, "complex")
            factories.offering(session, "institute")
        yield Vault(app, secrets)


def crawl(visitor: Visitor) -> Iterator[tuple[str, str]]:
    """Follow every link from the home page, filters one at a time; yield each address with what it answered."""
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        page = visitor.open(path)
        yield path, f"{page.text}\n{page.response.headers}"
        for link in _LINK.findall(page.text):
            target = html.unescape(link).partition("#")[0]
            if target and target not in seen and _is_worth_it(target):
                seen.add(target)
                waiting.append(target)


def _is_worth_it(target: str) -> bool:
    parts = urlsplit(target)
    if parts.netloc or parts.path.startswith(("/static/", "/sign", "/language")) or _PAIR.match(parts.path):
        return False
    return len(parse_qs(parts.query)) <= 1


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_a_word_to_whom_it_is_not_for(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role, checks=False)
    forbidden = re.compile("|".join(vault.forbidden(role)) or "(?!)")
    allowed = {secret.body for secret in vault.secrets if secret.may_read(role) == "all"}
    pages = dict(crawl(visitor))
    for secret in vault.secrets:
        for path in (f"/needs/{secret.need_id}", f"/needs/{secret.need_id}/matches", f"/needs/{secret.need_id}/edit"):
            if path not in pages:
                answer = visitor.open(path)
                pages[path] = f"{answer.text}\n{answer.response.headers}"

    assert len(pages) > HOW_MANY
    assert {path: found for path, text in pages.items() if (found := forbidden.findall(text))} == {}
    assert {word for word in allowed if not any(word in text for text in pages.values())} == set()


@pytest.mark.parametrize("role", ROLES)
def test_nobody_finds_a_need_by_words_they_may_not_read(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role, checks=False)

    for few in _batches(vault.secrets, 20):
        for part, enough in (("body", {"all"}), ("title", {"all", "title"})):
            query = " ".join(getattr(secret, part) for secret in few)
            page = visitor.get(f"/search/?kind=needs&q={quote(query)}")
            found = {int(number) for link in page.links for number in _NEED.findall(link)}
            assert found == {secret.need_id for secret in few if secret.may_read(role) in enough}


def _batches(secrets: list[Secret], size: int) -> Iterator[list[Secret]]:
    return (secrets[at : at + size] for at in range(0, len(secrets), size))


@pytest.mark.parametrize("role", ROLES)
def test_counts_count_only_what_the_reader_may_know_of(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role)
    known = sum(secret.may_read(role) != "no" for secret in vault.secrets)
    here = sum(secret.may_read(role) != "no" and not secret.column.startswith("far") for secret in vault.secrets)

    facets = visitor.get("/needs/").facets()

    assert facets["state"] == {"published": known}
    assert facets["district"] == {cast.HERE: here, cast.ELSEWHERE: known - here}
    if role != "admin":
        links = [words_of(link) for link in visitor.get("/").all("a", href="/needs/?state=published")]
        assert [int(words.split()[0]) for words in links if words[0].isdigit()] == [known]


def test_a_page_that_forgets_the_level_would_be_noticed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "reads_in_full", lambda _reader, _need: True)
    shown = next(secret for secret in vault.secrets if secret.column == "summary")

    assert shown.body in Visitor(vault.app, checks=False).get(f"/needs/{shown.need_id}").text


def test_a_search_that_forgets_the_level_would_be_noticed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "needs_findable_by", lambda _reader, index: index.where(audience=documents.TRUSTED))
    shown = next(secret for secret in vault.secrets if secret.column == "summary")

    found = Visitor(vault.app, checks=False).get(f"/search/?q={shown.body}")
    assert f"/needs/{shown.need_id}" in found.links


@pytest.mark.parametrize("role", ROLES)
def test_the_search_box_offers_no_word_to_whom_it_is_not_for(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role, checks=False)

    for secret in vault.secrets:
        for word, may_know in ((secret.title, secret.may_read(role) != "no"), (secret.body, False)):
            for typed in (word, word[2:], word[:-1]):
                answer = visitor.open(f"/search/suggestions?q={typed}").text
                assert (word in answer) == (may_know and typed in word), (role, typed)
                assert (f"/needs/{secret.need_id}" in answer) == may_know or word != secret.title


@pytest.mark.parametrize("role", ROLES)
def test_no_slip_is_corrected_to_a_word_that_is_not_for_the_reader(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role, checks=False)
    corrected = 0

    for secret in vault.secrets[::4]:
        for word in (secret.title, secret.body):
            slip = word[:6] + word[7:]
            page = visitor.open(f"/search/?q={slip}").text
            may_be_told = word == secret.title and secret.may_read(role) != "no"
            assert (word in page) <= may_be_told, (role, word)
            corrected += word in page

    known = sum(secret.may_read(role) != "no" for secret in vault.secrets[::4])
    assert corrected >= known * 0.9


@pytest.mark.parametrize("role", ROLES)
def test_the_counts_of_a_search_count_only_what_the_reader_finds(vault: Vault, role: str) -> None:
    visitor = sites.visitor_as(vault.app, role, checks=False)

    for few in _batches(vault.secrets, 25):
        query = quote(" ".join(secret.body for secret in few))
        readable = [secret for secret in few if secret.may_read(role) == "all"]
        facets = visitor.get(f"/search/?q={query}").facets()
        assert facets.get("kind", {}) == ({"needs": len(readable)} if readable else {})
        here = sum(not secret.column.startswith("far") for secret in readable)
        counts = {cast.HERE: here, cast.ELSEWHERE: len(readable) - here}
        assert facets.get("district", {}) == {district: count for district, count in counts.items() if count}


def test_a_search_box_that_forgets_the_level_would_be_noticed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Names, "told", lambda self, _reader, **_on: np.ones(len(self), np.bool_))
    monkeypatch.setattr(completions, "in_scope", lambda _reader: true())
    hidden = next(secret for secret in vault.secrets if secret.column == "members")

    assert hidden.title in Visitor(vault.app, checks=False).open(f"/search/suggestions?q={hidden.title}").text
