"""Plain functions that make what a test talks about, through the operations that the site itself uses."""

import itertools
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from stdnum.cn import uscc

from matchmaker.accounts import operations as accounts
from matchmaker.accounts.models import Organisation, OrganisationKind, Person
from matchmaker.accounts.registration import operations as registrations
from matchmaker.accounts.registration.rules import Facts
from matchmaker.catalogue import operations
from matchmaker.catalogue.models import Posting
from matchmaker.catalogue.needs.models import Need
from matchmaker.catalogue.needs.rules import NeedText
from matchmaker.catalogue.offerings.models import Offering, OfferingKind
from matchmaker.catalogue.offerings.rules import OfferingText
from matchmaker.catalogue.rules import PostingText
from tests.support import cast

Posted = TypeVar("Posted", bound=Posting)

_numbers = itertools.count(1)

#: How far a posting has come, by the name that tests give it.
LIVES = {
    "draft": (),
    "published": ("publish",),
    "withdrawn": ("publish", "withdraw"),
    "closed": ("publish", "close"),
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
    return _post(session, Need, need_text(**differences), owner, life)


def offering(session: Session, owner: Organisation | str, life: str = "published", **differences: Any) -> Offering:
    """Post an offering of ``owner`` (an organisation, or the name of a role) and lead it through ``life``."""
    return _post(session, Offering, offering_text(**differences), owner, life)


def civil_day(text: str) -> date:
    """Return a day written as 2026-12-31."""
    return date.fromisoformat(text)


def _post(session: Session, table: type[Posted], text: PostingText, owner: Organisation | str, life: str) -> Posted:
    whose = cast.organisation_of(session, owner) if isinstance(owner, str) else owner
    posting = operations.draft(session, table, text, owner=whose)
    for step in LIVES[life]:
        if step == "publish":
            operations.publish(session, posting, text)
        else:
            getattr(operations, step)(session, posting)
    return posting


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
