"""What roles there are to give, and when somebody may go. Pure."""

from collections.abc import Collection, Mapping

from matchmaker.accounts.models import BUREAU_ROLES, OrganisationKind, Role
from matchmaker.errors import Conflict, Forbidden, Invalid
from matchmaker.messages import _l

_LAST = {
    Role.MANAGER: _l("Nobody else manages this organisation. Hand over to a colleague first."),
    Role.ADMIN: _l("Nobody else administers this bureau. Name another administrator first."),
}


def roles_of(kind: OrganisationKind) -> tuple[Role, ...]:
    """Return the roles that an organisation of this kind can give."""
    return BUREAU_ROLES if kind is OrganisationKind.BUREAU else (Role.MANAGER,)


def head_of(kind: OrganisationKind) -> Role:
    """Return the role without which nobody could invite or give roles any more."""
    return Role.ADMIN if kind is OrganisationKind.BUREAU else Role.MANAGER


def check_roles(roles: Collection[Role], kind: OrganisationKind) -> None:
    """Raise ``Invalid`` for roles that such an organisation does not have."""
    if not set(roles) <= set(roles_of(kind)):
        raise Invalid(field="roles", message=_l("Choose one from the list."))


def check_not_raised(*, own: bool, before: Collection[Role], after: Collection[Role]) -> None:
    """Raise ``Forbidden`` when somebody gives themselves more than they have."""
    if own and not set(after) <= set(before):
        raise Forbidden(_l("Nobody gives roles to themselves. Ask another administrator."))


def check_still_headed(
    members: Mapping[int, frozenset[Role]], *, person_id: int, after: frozenset[Role] | None, kind: OrganisationKind
) -> None:
    """Raise ``Conflict`` when a change leaves members without anybody who can give roles.

    ``members`` are the active ones with their roles; ``after`` is what the person keeps, ``None`` when they go.
    """
    head = head_of(kind)
    if head not in members.get(person_id, frozenset()) or (after is not None and head in after):
        return
    others = {other: roles for other, roles in members.items() if other != person_id}
    is_alone = not others and after is None
    if not is_alone and not any(head in roles for roles in others.values()):
        raise Conflict(_LAST[head])
