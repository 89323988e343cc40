"""What a form of a contract is about: the introduction it comes of or the other side it names, filled in from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort

from matchmaker.accounts.models import Organisation
from matchmaker.catalogue.needs.models import SolutionMode
from matchmaker.contracts.agreements import queries, rules
from matchmaker.contracts.agreements.models import ContractKind, DevelopmentMode
from matchmaker.contracts.introductions.models import Introduction, Side
from matchmaker.errors import Invalid
from matchmaker.messages import _l
from matchmaker.web.access import reader
from matchmaker.web.database import session
from matchmaker.web.ids import LARGEST

#: What an enterprise asked for, as the kind of contract that would hold it.
_KINDS: dict[SolutionMode, tuple[ContractKind, DevelopmentMode | None]] = {
    SolutionMode.COMMISSIONED_RD: (ContractKind.DEVELOPMENT, DevelopmentMode.COMMISSIONED),
    SolutionMode.JOINT_RD: (ContractKind.DEVELOPMENT, DevelopmentMode.JOINT),
    SolutionMode.TRANSFER: (ContractKind.TRANSFER, None),
    SolutionMode.LICENCE: (ContractKind.LICENCE, None),
    SolutionMode.CONSULTING: (ContractKind.CONSULTING, None),
    SolutionMode.SERVICE: (ContractKind.SERVICE, None),
}


@dataclass(frozen=True, slots=True)
class Parties:
    """Both sides of a contract that is to be written, and how they met."""

    by: Side
    enterprise: Organisation
    provider: Organisation
    introduction: Introduction | None = None


def introduction_of(values: Mapping[str, str]) -> Introduction | None:
    """Return the introduction that the address or the form names; one that is not the reader's to sign is a 404."""
    named = values.get("introduction", "")
    if not named:
        return None
    if not (named.isascii() and named.isdigit() and len(named) < 11 and int(named) <= LARGEST):
        abort(404)
    statement = queries.signable(reader()).where(Introduction.id == int(named))
    return session().scalars(statement).one_or_none() or abort(404)


def parties(introduction: Introduction | None, party: str) -> Parties:
    """Return both sides. Raises ``Invalid`` on ``party`` with the names that come near."""
    side = own_side()
    own = session().get_one(Organisation, reader().organisation_id)
    if introduction is not None:
        return Parties(side, introduction.enterprise, introduction.provider, introduction)
    other = organisation_named(party, side=side)
    return Parties(side, own, other) if side is Side.ENTERPRISE else Parties(side, other, own)


def own_side() -> Side:
    """Return the reader's side; the policies let the two sides alone come here."""
    side = rules.own_side(reader())
    assert side is not None  # noqa: S101 - see above; narrows for the type checker
    return side


def organisation_named(words: str, *, side: Side, field: str = "party") -> Organisation:
    """Return the one organisation across from ``side`` that ``words`` names. Raises ``Invalid`` on ``field``."""
    wanted = " ".join(words.split())
    if not wanted:
        raise Invalid(field=field, message=_l("Write the name or the credit code of the other side."))
    found = session().scalars(queries.named(wanted, side=side)).all()
    if len(found) == 1:
        return found[0]
    near = session().scalars(queries.alike(wanted, side=side)).all()
    if len(near) == 1:
        return near[0]
    if near:
        names = "、".join(one.name for one in near)
        raise Invalid(
            field=field, message=_l("Several have this in their name: %(names)s. Write one in full.", names=names)
        )
    raise Invalid(field=field, message=_l("Nobody of this name or credit code is in the directory."))


def filled_in(introduction: Introduction | None) -> dict[str, Any]:
    """Return what is known before anybody has written anything."""
    if introduction is None:
        return {}
    kind, mode = None, None
    if introduction.need is not None:
        kind, mode = _KINDS.get(introduction.need.mode, (None, None))
    category = introduction.offering.category_code if introduction.offering else None
    return {"title": introduction.title, "kind": kind, "mode": mode, "category_code": category}
