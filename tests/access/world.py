"""One of everything that the access table names, each with words of its own that must not be seen by others."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.search.names import NameShelf
from matchmaker.catalogue.suggestions.indexes import Indexes
from tests.access.table import ALL_ROLES, NEED_READ, OFFERING_SHOW
from tests.support import cast, factories
from tests.support.databases import Database
from tests.support.pages import Page
from tests.support.sites import let_go, visitor_as
from tests.support.visitor import Visitor

MISSING = 987_654

#: Name → owner, life, what differs.
NEEDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "public": ("enterprise", "published", {}),
    "draft": ("enterprise", "draft", {}),
    "withdrawn": ("enterprise", "withdrawn", {}),
    "closed": ("enterprise", "closed", {}),
    "summary": ("enterprise", "published", {"confidentiality": Confidentiality.SUMMARY}),
    "members": ("enterprise", "published", {"confidentiality": Confidentiality.MEMBERS}),
    "closed-members": ("enterprise", "closed", {"confidentiality": Confidentiality.MEMBERS}),
    "far-public": ("far-enterprise", "published", {}),
    "far-draft": ("far-enterprise", "draft", {}),
    "far-summary": ("far-enterprise", "published", {"confidentiality": Confidentiality.SUMMARY}),
    "far-members": ("far-enterprise", "published", {"confidentiality": Confidentiality.MEMBERS}),
}

OFFERINGS = {
    "public": ("complex", "published"),
    "draft": ("complex", "draft"),
    "withdrawn": ("complex", "withdrawn"),
    "closed": ("complex", "closed"),
    "expired": ("complex", "published"),
    "far-public": ("institute", "published"),
    "far-draft": ("institute", "draft"),
}


def canary() -> str:
    """Return a word that stands nowhere else."""
    return f"zq{secrets.token_hex(5)}"


@dataclass
class World:
    """The site with everything in it, everybody signed in, and the means to put it back as it was."""

    app: Flask
    database: Database
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Word → who may not read it.
    secrets_from: dict[str, set[str]] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[Any, Any]] = field(default_factory=dict)
    before: object = None

    @property
    def file(self) -> Path:
        """The database's file."""
        return Path(str(self.database.engine.url.database))

    def fill(self) -> None:
        """Post everything, sign everybody in, and remember all of it."""
        with self.database.writing() as session:
            self.ids["need"] = {name: self._need(session, name) for name in NEEDS} | {"missing": MISSING}
            self.ids["offering"] = {name: self._offering(session, name) for name in OFFERINGS} | {"missing": MISSING}
            self.ids["organisation"] = {
                "enterprise": cast.organisation_of(session, "enterprise").id,
                "complex": cast.organisation_of(session, "complex").id,
                "bureau": cast.organisation_of(session, "bureau-district").id,
                "missing": MISSING,
            }
            self._people(session)
        for role in ALL_ROLES:
            visitor = visitor_as(self.app, role, checks=False)
            self.visitors[role] = visitor
            self.tokens[role] = visitor.token()
            self.cookies[role] = dict(visitor.client._cookies)
        self.before = self.database.dump()
        let_go(self.app)
        self.database.engine.dispose()
        shutil.copyfile(self.file, self.file.with_suffix(".before"))

    def restore(self) -> None:
        """Put the database back."""
        let_go(self.app)
        self.database.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.file.with_suffix(".before"), self.file)
        self.app.extensions["matchmaker_indexes"] = Indexes(Path("/nonexistent"))
        self.app.extensions["matchmaker_names"] = NameShelf()

    def ask(self, role: str, method: str, path: str, form: str = "", thing: int = 0) -> Page:
        """Ask as ``role``, with the browser as it was right after signing in."""
        visitor = self.visitors[role]
        visitor.client._cookies = dict(self.cookies[role])
        data = None
        if method == "POST":
            data = {"csrf_token": self.tokens[role], **FORMS.get(form, {}), "version": self._version(form, thing)}
        return visitor.open(path, method=method, data=data, expect=None)

    def has_changed(self) -> bool:
        """Whether the database differs from how it was."""
        return self.database.dump() != self.before

    def leaks(self, role: str, page: Page) -> list[str]:
        """Return the words in an answer that ``role`` may not read."""
        whole = f"{page.text}\n{page.response.headers}"
        return [word for word, hidden_from in self.secrets_from.items() if role in hidden_from and word in whole]

    def _need(self, session: Session, name: str) -> int:
        owner, life, differences = NEEDS[name]
        words = {part: canary() for part in ("title", "keyword", "problem", "target", "key_technology", "partners")}
        need = factories.need(
            session, owner, life,
            title=f"染色缸差 {words['title']}",
            keywords=["染色", words["keyword"]],
            problem=f"高温高压染色机缸差大，回修率高。{words['problem']}",
            target=f"回修率降到百分之三。{words['target']}",
            key_technology=f"在线测色。{words['key_technology']}",
            partners=f"东华大学 {words['partners']}",
            **differences,
        )  # fmt: skip
        for part, word in words.items():
            enough = {"all", "title"} if part in ("title", "keyword") else {"all"}
            self.secrets_from[word] = {role for role in ALL_ROLES if NEED_READ[role][name] not in enough}
        return need.id

    def _offering(self, session: Session, name: str) -> int:
        owner, life = OFFERINGS[name]
        words = [canary(), canary()]
        offering = factories.offering(
            session, owner, life,
            title=f"染色缸差控制 {words[0]}",
            description=f"高温高压染色机升温曲线优化，在线测色，降低回修率。{words[1]}",
        )  # fmt: skip
        if name == "expired":
            yesterday = clock.today() - timedelta(days=1)
            session.execute(update(Offering).where(Offering.id == offering.id).values(valid_until=yesterday))
        for word in words:
            self.secrets_from[word] = {role for role in ALL_ROLES if OFFERING_SHOW[role][name] != "200"}
        return offering.id

    def _people(self, session: Session) -> None:
        active = factories.person(session, organisation=None)
        shut_out = factories.person(session, organisation=None)
        accounts.disable(session, shut_out)
        self.ids["person"] = {"active": active.id, "shut-out": shut_out.id, "missing": MISSING}

    def person_of(self, role: str) -> int:
        """Return who plays ``role``; for nobody, some person."""
        with self.database.reading() as session:
            return cast.person_of(session, role if role in cast.ROLES else "admin").id

    def _version(self, form: str, thing: int) -> str:
        if not thing or not form:
            return ""
        with self.database.reading() as session:
            row = session.get(Need if form == "need" else Offering, thing)
            return str(row.version) if row else "1"


#: What somebody who fills in a form would send.
FORMS = {"need": factories.need_form(), "offering": factories.offering_form()}


def cases(kind: str, world: World, role: str) -> Iterator[tuple[str, int]]:
    """Return the things of a kind by name, as seen by ``role``."""
    yield from world.ids[kind].items()
    if kind == "person":
        yield "self", world.person_of(role)
