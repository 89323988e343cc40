"""Plain functions that make what a test talks about, through the operations that the site itself uses."""

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from stdnum.cn import uscc

from matchmaker import clock
from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind, Person
from matchmaker.accounts.registration import operations as registrations
from matchmaker.accounts.registration.rules import Facts
from matchmaker.catalogue import operations
from matchmaker.catalogue.arrivals.models import Arrival
from matchmaker.catalogue.generics.models import Generic, GenericMember
from matchmaker.catalogue.needs import operations as needs
from matchmaker.catalogue.needs.models import Ending, Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings import operations as offerings
from matchmaker.catalogue.offerings.models import Offering, OfferingKind
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.twins.models import Twin, TwinState
from matchmaker.contracts.introductions import operations as introductions
from matchmaker.contracts.introductions.models import FailureReason, Introduction, Side
from tests.support import cast

_numbers = itertools.count(1)

#: How far an offering has come, by the name that tests give it.
OFFERING_LIVES = {
    "draft": (),
    "published": ("publish",),
    "withdrawn": ("publish", "withdraw"),
    "closed": ("publish", "close"),
    "paused": ("publish", "pause"),
}
#: The same of a need.
NEED_LIVES = {
    "draft": (),
    "submitted": ("submit",),
    "returned": ("submit", "return"),
    "published": ("submit", "approve"),
    "withdrawn": ("submit", "approve", "withdraw"),
    "in_discussion": ("submit", "approve", "discuss"),
    "solved": ("submit", "approve", "solve"),
    "closed": ("submit", "approve", "close"),
    "expired": ("submit", "approve", "expire"),
}
#: The same of an introduction.
INTRODUCTION_LIVES = {
    "waiting": (),
    "talking": ("accept",),
    "signed": ("accept", "sign"),
    "declined": ("end",),
    "failed": ("accept", "end"),
}


def organisation(session: Session, **differences: Any) -> Organisation:
    """Add an organisation; an enterprise of the home district unless said otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "key": f"made-{number}",
        "kind": OrganisationKind.ENTERPRISE,
        "name": f"第{number}纺织印染厂",
        "district_code": cast.HERE,
        "industry_code": cast.DYEING,
        "about": "专做涤纶面料的染色与后整理。",
    }
    return accounts.put_organisation(session, **values | differences)


def person(session: Session, *, organisation: Organisation | None, **differences: Any) -> Person:
    """Add somebody who may sign in with ``cast.PASSWORD``."""
    number = next(_numbers)
    values: dict[str, Any] = {"email": f"made-{number}@example.test", "name": "孙工", "password": cast.PASSWORD}
    return accounts.put_person(session, organisation=organisation, **values | differences)


def credit_code() -> str:
    """Return a code that is valid in form and that no other call returned."""
    body = f"91330602MA2D{next(_numbers):05d}"
    return body + uscc.calc_check_digit(body)


def facts(**differences: Any) -> Facts:
    """Return what an enterprise of the home district says when it registers."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "kind": OrganisationKind.ENTERPRISE,
        "name": f"绍兴{_spelled(number)}轴承有限公司",
        "credit_code": credit_code(),
        "district_code": cast.HERE,
        "industry_code": cast.MACHINERY,
    }
    return Facts(**values | differences)


def _spelled(number: int) -> str:
    # Names apart enough not to be taken for each other.
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] * 2 for digit in f"{number:03d}")


def registration(session: Session, person: Person, **differences: Any) -> Organisation:
    """Register an organisation, which awaits its bureau."""
    return registrations.register(session, facts(**differences), person=person)


def need_text(**differences: Any) -> NeedText:
    """Return what an enterprise might write."""
    values: dict[str, Any] = {
        "title": "涤纶面料高温高压染色缸差大",
        "problem": "我厂用高温高压溢流染色机染涤纶，同一配方不同缸之间色差常在四级以下，回修率约百分之八。",
        "target": "缸差稳定在四到五级，回修率降到百分之三以内。",
        "keywords": ["染色", "色差"],
        "industry_code": cast.DYEING,
    }
    return NeedText(**values | differences)


def offering_text(**differences: Any) -> OfferingText:
    """Return what a complex might write."""
    values: dict[str, Any] = {
        "kind": OfferingKind.SERVICE,
        "title": "染色工艺优化与色差在线检测",
        "description": "为印染企业诊断高温高压染色的升温曲线与助剂配方，安装在线测色装置，减小缸差、降低回修率。",
        "keywords": ["染色", "色差", "测色"],
        "category_code": cast.DEVELOPMENT,
        "industry_code": cast.DYEING,
    }
    return OfferingText(**values | differences)


def need(session: Session, owner: Organisation | str, life: str = "published", **differences: Any) -> Need:
    """Post a need of ``owner`` (an organisation, or the name of a role) and lead it through ``life``."""
    columns = {name: differences.pop(name) for name in ("agent_id", "agent_person_id") if name in differences}
    text = need_text(**differences)
    posting = operations.draft(session, Need, text, owner=_organisation(session, owner), **columns)
    for step in NEED_LIVES[life]:
        lead(session, posting, step)
    return posting


def lead(session: Session, need: Need, step: str) -> None:
    """Lead a need one step further in its life, as its people would."""
    steps: dict[str, Callable[[], None]] = {
        "submit": lambda: needs.submit(session, need, NeedText.of(need)),
        "approve": lambda: needs.approve(session, need),
        "return": lambda: needs.return_(session, need, {"target": "请写明指标：从多少降到多少。"}),
        "withdraw": lambda: needs.withdraw(session, need),
        "discuss": lambda: needs.begin_discussion(session, need),
        "reopen": lambda: needs.end_discussion(session, need),
        "solve": lambda: needs.solve(session, need, Ending.BY_OURSELVES, "换了助剂，自己解决了。"),
        "close": lambda: needs.close(session, need, Ending.NOT_NEEDED, ""),
        "expire": lambda: needs.expire(session, need, on=clock.today()),
        "renew": lambda: needs.renew(session, need),
    }
    steps[step]()


def offering(session: Session, owner: Organisation | str, life: str = "published", **differences: Any) -> Offering:
    """Post an offering of ``owner`` (an organisation, or the name of a role) and lead it through ``life``."""
    text = offering_text(**differences)
    posting = operations.draft(session, Offering, text, owner=_organisation(session, owner))
    for step in OFFERING_LIVES[life]:
        if step == "publish":
            offerings.publish(session, posting, text)
        else:
            getattr(offerings, step)(session, posting)
    return posting


def introduction(
    session: Session,
    enterprise: Organisation | str = "enterprise",
    provider: Organisation | str = "complex",
    life: str = "waiting",
    *,
    by: Side = Side.ENTERPRISE,
    about: Need | None = None,
    offered: Offering | None = None,
    **differences: Any,
) -> Introduction:
    """Open an introduction about a need (a new one unless given) and lead it through ``life``."""
    asking, asked = _organisation(session, enterprise), _organisation(session, provider)
    if about is None and offered is None:
        about = need(session, asking)
    values: dict[str, Any] = {"title": about.title if about else "", "text": "想谈谈怎么做、要多久。"}
    opened = introductions.open_(
        session,
        introductions.Opening(**values | differences),
        by=by,
        enterprise=asking,
        provider=asked,
        need=about,
        offering=offered,
    )
    for step in INTRODUCTION_LIVES[life]:
        if step == "accept":
            introductions.accept(session, opened)
        elif step == "sign":
            introductions.sign(session, opened)
        else:
            introductions.end(session, opened, FailureReason.PRICE, by=Side.PROVIDER)
    return opened


def civil_day(text: str) -> date:
    """Return a day written as 2026-12-31."""
    return date.fromisoformat(text)


def _organisation(session: Session, owner: Organisation | str) -> Organisation:
    return cast.organisation_of(session, owner) if isinstance(owner, str) else owner


def need_form(**differences: str) -> dict[str, str]:
    """Return what a browser sends of a form in which an enterprise wrote its need."""
    return {
        "title": "针织布起毛起球",
        "problem": "针织布洗后起球，客户退货。",
        "industry_code": cast.DYEING,
        "mode": "any",
        "confidentiality": "public",
    } | differences


def offering_form(**differences: str) -> dict[str, str]:
    """Return what a browser sends of a form in which a complex wrote its offering."""
    return {
        "kind": "service",
        "title": "起毛起球测试",
        "description": "按国标做马丁代尔法起球测试。",
        "category_code": cast.TESTING,
        "price_unit": "sample",
    } | differences


def twin(
    session: Session,
    *,
    needs: tuple[int, int] | None = None,
    offerings: tuple[int, int] | None = None,
    decided: bool = False,
) -> Twin:
    """Keep a pair that may be one."""
    (first_need, second_need), (first_offering, second_offering) = needs or (None, None), offerings or (None, None)
    row = Twin(
        first_need_id=first_need,
        second_need_id=second_need,
        first_offering_id=first_offering,
        second_offering_id=second_offering,
        likeness_percent=83,
        signs=["text", "title", "owner"],
        found_on=clock.today(),
        state=TwinState.DIFFERENT if decided else TwinState.FOUND,
        decided_at=clock.now() if decided else None,
    )
    session.add(row)
    session.flush()
    return row


def generic(session: Session, *need_ids: int) -> Generic:
    """Keep a group of needs."""
    members = [GenericMember(need_id=need_id, since_on=clock.today()) for need_id in need_ids]
    row = Generic(industry_code=cast.DYEING, label="染色、色差", first_on=clock.today(), members=members)
    session.add(row)
    session.flush()
    return row


def arrival(session: Session, need_id: int, offering_id: int, **differences: Any) -> Arrival:
    """Keep a match that was found last night and that nobody has seen."""
    values: dict[str, Any] = {"found_on": clock.today(), "place": 1, "is_strong": True}
    row = Arrival(need_id=need_id, offering_id=offering_id, **values | differences)
    session.add(row)
    session.flush()
    return row
