"""One of everything that the access table names, each with words of its own that must not be seen by others."""

import secrets
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
from matchmaker.accounts.mandates import operations as mandates
from matchmaker.accounts.members import operations as members
from matchmaker.accounts.models import Role
from matchmaker.accounts.own import operations as own
from matchmaker.accounts.registration import operations as registration
from matchmaker.catalogue.needs.models import Confidentiality, Need
from matchmaker.catalogue.offerings.models import Offering
from matchmaker.catalogue.search.names import NameShelf
from matchmaker.catalogue.sheets import operations as sheets
from matchmaker.catalogue.sheets.models import OfferingUpload
from matchmaker.catalogue.sheets.reading import Table
from matchmaker.catalogue.suggestions.indexes import Indexes
from matchmaker.contracts.agreements.models import Contract
from matchmaker.registry.profiles import operations as profile_operations
from matchmaker.registry.profiles.models import Topic
from tests.access import claims, contracts, flags, introductions, vouchers
from tests.access.copies import Copy
from tests.access.registry import PROPOSAL_SHOW
from tests.access.table import ALL_ROLES, NEED_READ, OFFERING_SHOW, UPLOAD_SHOW
from tests.support import cast, factories, profiles
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
    "submitted": ("enterprise", "submitted", {}),
    "returned": ("enterprise", "returned", {}),
    "in-discussion": ("enterprise", "in_discussion", {}),
    "solved": ("enterprise", "solved", {}),
    "expired": ("enterprise", "expired", {}),
    "behalf": ("enterprise", "draft", {"agent": "complex"}),
    "behalf-ended": ("enterprise", "draft", {"agent": "institute"}),
    "far-submitted": ("far-enterprise", "submitted", {}),
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
    "paused": ("complex", "paused"),
}

#: Who sent each spreadsheet, and whether it was kept.
UPLOADS = {"own": ("complex", False), "far": ("institute", False), "kept": ("complex", True)}


#: Name → body, what it says, what its bureau answered.
PROPOSALS = {
    "waiting": ("complex", {Topic.STAFF: "20"}, ""),
    "provincial": ("complex", {Topic.LEVEL: "provincial"}, ""),
    "returned": ("complex", {Topic.HOST: "镜湖公司"}, "send_back"),
    "far-waiting": ("institute", {Topic.STAFF: "9"}, ""),
    "far-confirmed": ("institute", {Topic.KIND: "laboratory"}, "confirm"),
}


def canary() -> str:
    """Return a word that stands nowhere else."""
    return f"zq{secrets.token_hex(5)}"


@dataclass
class World:
    """The site with everything in it, everybody signed in, and the means to put it back as it was."""

    app: Flask
    database: Database
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Word → who may not read it.
    secrets_from: dict[str, set[str]] = field(default_factory=dict)
    visitors: dict[str, Visitor] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.copy = Copy(self.database)

    def fill(self) -> None:
        """Post everything, sign everybody in, and remember all of it."""
        with self.database.writing() as session:
            self._mandates(session)
            self.ids["need"] = {name: self._need(session, name) for name in NEEDS} | {"missing": MISSING}
            self.ids["offering"] = {name: self._offering(session, name) for name in OFFERINGS} | {"missing": MISSING}
            self.ids["proposal"] = {name: self._proposal(session, name) for name in PROPOSALS} | {"missing": MISSING}
            self.ids["twin"] = self._twins(session) | {"missing": MISSING}
            self.ids["generic"] = self._generics(session) | {"missing": MISSING}
            self._arrivals(session)
            self.ids["upload"] = {name: self._upload(session, name) for name in UPLOADS} | {"missing": MISSING}
            self.ids["organisation"] = {
                "enterprise": cast.organisation_of(session, "enterprise").id,
                "complex": cast.organisation_of(session, "complex").id,
                "bureau": cast.organisation_of(session, "bureau-district").id,
                "missing": MISSING,
            }
            self._people(session)
            self._registrations(session)
            self._members(session)
            introductions.fill(self, session, canary=canary, missing=MISSING)
            contracts.fill(self, session, canary=canary, missing=MISSING)
            claims.fill(self, session, canary=canary, missing=MISSING)
            vouchers.fill(self, session, missing=MISSING)
            flags.fill(self, session, missing=MISSING)
            accounts.put_person(
                session,
                email="auditor@example.test",
                name="裘审计",
                password=cast.PASSWORD,
                organisation=cast.organisation_of(session, "bureau-district"),
                roles=frozenset({Role.AUDITOR}),
            )
        for role in ALL_ROLES:
            self._sign_in(role, visitor_as(self.app, role, checks=False))
        auditor = Visitor(self.app, checks=False)
        auditor.sign_in("auditor@example.test")
        self._sign_in("auditor", auditor)
        let_go(self.app)
        self.copy.keep()

    def _sign_in(self, role: str, visitor: Visitor) -> None:
        self.visitors[role] = visitor
        self.tokens[role] = visitor.token()
        self.cookies[role] = dict(visitor.client._cookies)

    def restore(self) -> None:
        """Put the database back."""
        let_go(self.app)
        self.copy.put_back()
        self.app.extensions["matchmaker_indexes"] = Indexes(Path("/nonexistent"))
        self.app.extensions["matchmaker_names"] = NameShelf()

    def ask(self, role: str, method: str, path: str, form: str = "", thing: int = 0) -> Page:
        """Ask as ``role``, with the browser as it was right after signing in."""
        visitor = self.visitors[role]
        visitor.client._cookies = dict(self.cookies[role])
        data = None
        if method == "POST":
            data = {"csrf_token": self.tokens[role], **FORMS.get(form, {}), "version": self._version(form, thing)}
            data["once_key"] = "a-key-for-one-form"
            if form in ("application", "use"):
                data |= self.ids["of-forms"]
            if form == "need":
                data["organisation_id"] = self.ids["organisation"]["enterprise"]
            if form == "opening":
                data["offering"] = self.ids["offering"]["public"]
            if form == "mandate":
                data["holder"] = self.ids["organisation"]["complex"]
        return visitor.open(path, method=method, data=data, expect=None)

    def has_changed(self) -> bool:
        """Whether the database differs from how it was; that somebody came too late is noted in the trail."""
        return self.copy.differs()

    def leaks(self, role: str, page: Page) -> list[str]:
        """Return the words in an answer that ``role`` may not read."""
        whole = f"{page.text}\n{page.response.headers}"
        return [word for word, hidden_from in self.secrets_from.items() if role in hidden_from and word in whole]

    def _need(self, session: Session, name: str) -> int:
        owner, life, differences = NEEDS[name]
        differences = self._agency(session, differences)
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

    def _mandates(self, session: Session) -> None:
        enterprise, other = (cast.organisation_of(session, name) for name in ("enterprise", "other-enterprise"))
        complex_, institute = (cast.organisation_of(session, name) for name in ("complex", "institute"))
        held = mandates.grant(session, enterprise, complex_)
        ended = mandates.grant(session, enterprise, institute)
        mandates.end(session, ended)
        others = mandates.grant(session, other, complex_)
        self.ids["mandate"] = {"held": held.id, "ended": ended.id, "others": others.id, "missing": MISSING}
        self.ids["district"] = {"here": cast.HERE, "elsewhere": cast.ELSEWHERE, "missing": "999999"}

    def _agency(self, session: Session, differences: dict[str, Any]) -> dict[str, Any]:
        agent = differences.get("agent")
        if agent is None:
            return differences
        return {
            "agent_id": cast.organisation_of(session, agent).id,
            "agent_person_id": cast.person_of(session, agent).id,
        }

    def _proposal(self, session: Session, name: str) -> int:
        body, facts, answer = PROPOSALS[name]
        note, comment = canary(), canary()
        proposal = profiles.proposal(session, body, facts, note=note)
        if answer:
            judge = cast.person_of(session, "bureau-city").id
            getattr(profile_operations, answer)(session, proposal, by=judge, comment=comment)
        for word in (note, comment):
            self.secrets_from[word] = {role for role in ALL_ROLES if PROPOSAL_SHOW[role][name] != "200"}
        return proposal.id

    def _upload(self, session: Session, name: str) -> int:
        sender, is_kept = UPLOADS[name]
        word = canary()
        table = Table(["kind", "title", "category_code"], [(2, ["service", f"上门诊断 {word}", cast.TESTING])])
        upload = sheets.receive(
            session,
            OfferingUpload,
            table,
            file_name="服务.csv",
            organisation_id=cast.organisation_of(session, sender).id,
            person_id=cast.person_of(session, sender).id,
        )
        upload.kept_at = clock.now() if is_kept else None
        self.secrets_from[word] = {role for role in ALL_ROLES if UPLOAD_SHOW[role][name] != "200"}
        return upload.id

    def _twins(self, session: Session) -> dict[str, int]:
        needs, offerings = self.ids["need"], self.ids["offering"]
        rows = {
            "own": factories.twin(session, needs=(needs["public"], needs["in-discussion"])),
            "cross": factories.twin(session, needs=(needs["public"], needs["far-public"])),
            "offerings": factories.twin(session, offerings=(offerings["public"], offerings["paused"])),
            "decided": factories.twin(session, needs=(needs["public"], needs["summary"]), decided=True),
        }
        return {name: row.id for name, row in rows.items()}

    def _generics(self, session: Session) -> dict[str, int]:
        needs = self.ids["need"]
        return {
            "open": factories.generic(session, needs["public"], needs["in-discussion"]).id,
            "members": factories.generic(session, needs["far-public"], needs["far-members"]).id,
        }

    def _arrivals(self, session: Session) -> None:
        for name in ("public", "summary", "members", "far-members"):
            for other in ("public", "far-public"):
                factories.arrival(session, self.ids["need"][name], self.ids["offering"][other])

    def _people(self, session: Session) -> None:
        active = factories.person(session, organisation=None)
        shut_out = factories.person(session, organisation=None)
        accounts.disable(session, shut_out)
        self.ids["person"] = {"active": active.id, "shut-out": shut_out.id, "missing": MISSING}

    def _registrations(self, session: Session) -> None:
        registrant = factories.person(session, organisation=None)
        pending = factories.registration(session, registrant)
        rejected = factories.registration(session, registrant)
        registration.reject(session, rejected, reason="代码与营业执照不符。", by=None, url="")
        far = factories.registration(session, registrant, district_code=cast.ELSEWHERE)
        enterprise = cast.organisation_of(session, "enterprise").id
        bureau = cast.organisation_of(session, "bureau-district").id
        self.ids["registration"] = {
            "enterprise": enterprise,
            "pending": pending.id,
            "rejected": rejected.id,
            "far-pending": far.id,
            "bureau": bureau,
            "missing": MISSING,
        }
        self.ids["joinable"] = {
            "enterprise": enterprise, "pending": pending.id, "bureau": bureau, "missing": MISSING,
        }  # fmt: skip
        _link, token = registration.begin(
            session,
            factories.facts(),
            name="新来者",
            email="newcomer@example.test",
            password=cast.PASSWORD,
            language="zh",
        )
        self.ids["registration-link"] = {"good": token, "missing": "nothing"}

    def _members(self, session: Session) -> None:
        enterprise = cast.organisation_of(session, "enterprise")
        bureau = cast.organisation_of(session, "bureau-district")
        colleague = factories.person(session, organisation=enterprise)
        accounts.put_person(session, email=colleague.email, name="", password="", organisation=bureau)
        self.ids["staffed"] = {
            "enterprise": enterprise.id,
            "far-enterprise": cast.organisation_of(session, "far-enterprise").id,
            "bureau": bureau.id,
            "missing": MISSING,
        }
        self.ids["colleague"] = {"colleague": colleague.id}
        invitation, _token = members.invite(session, bureau, email="clerk@example.test", roles=frozenset())
        self.ids["inviting"], self.ids["invitation"] = {"bureau": bureau.id}, {"open": invitation.id}
        _link, token = members.invite(session, enterprise, email="fitter@example.test", roles=frozenset())
        self.ids["invitation-link"] = {"good": token, "missing": "nothing"}
        _link, token = own.ask_reset(session, colleague.email, colleague)
        self.ids["reset-link"] = {"good": token, "missing": "nothing"}

    def person_of(self, role: str) -> int:
        """Return who plays ``role``; for nobody, some person."""
        with self.database.reading() as session:
            return cast.person_of(session, role if role in cast.ROLES else "admin").id

    def _version(self, form: str, thing: int) -> str:
        if not thing or not form:
            return ""
        with self.database.reading() as session:
            table = {"offering": Offering, "contract": Contract, "confirming": Contract}.get(form, Need)
            row: Any = session.get(table, thing)
            return str(row.version) if row else "1"


#: What somebody who fills in a form would send.
FORMS: dict[str, dict[str, str]] = {
    "need": factories.need_form(),
    "offering": factories.offering_form(),
    "rejection": {"reason": "名称与营业执照不一致。"},
    "details": {"industry_code": cast.DYEING, "about": "染色与后整理，日产八万米。"},
    "invitation": {"email": "somebody@example.test"},
    "roles": {"roles": "manager"},
    "newcomer": {"person_name": "许师傅", "password": "four quiet looms hum"},
    "request": {"person_name": "许师傅", "email": "asker@example.test"},
    "password": {"password": "four quiet looms hum"},
    "solving": {"reason": "by_ourselves", "words": "换了助剂，自己解决了。"},
    "closing": {"reason": "not_needed"},
    "return": {"target": "请写明指标。"},
    "mandate": {},
    "profile": profiles.profile_form(),
    "answer": {"comment": "请补充。"},
    **introductions.FORMS,
    **contracts.FORMS,
    **claims.FORMS,
    **vouchers.FORMS,
    **flags.FORMS,
}


def cases(kind: str, world: World, role: str) -> Iterator[tuple[str, Any]]:
    """Return the things of a kind by name, as seen by ``role``."""
    yield from world.ids[kind].items()
    if kind == "person":
        yield "self", world.person_of(role)
