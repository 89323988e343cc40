"""Who may, for pages about people. Each predicate is pure and takes the reader first."""

from collections.abc import Callable
from typing import TypeVar

from matchmaker.accounts.models import Person
from matchmaker.accounts.rules import Reader

Policy = TypeVar("Policy", bound=Callable[..., bool])

_PUBLIC: set[Callable[..., bool]] = set()
_SCOPED: set[Callable[..., bool]] = set()


def public(policy: Policy) -> Policy:
    """Mark a policy that needs no signing in; what is not there is then a 404 instead of a way to sign in."""
    _PUBLIC.add(policy)
    return policy


def is_public(policy: Callable[..., bool]) -> bool:
    """Whether the policy admits people who are not signed in."""
    return policy in _PUBLIC


def scoped(policy: Policy) -> Policy:
    """Mark a policy that adds nothing to the query's scope: what the reader may not see is not found."""
    _SCOPED.add(policy)
    return policy


def is_scoped(policy: Callable[..., bool]) -> bool:
    """Whether the query's scope alone decides."""
    return policy in _SCOPED


@public
def anyone(reader: Reader) -> bool:
    """The page is public."""
    return True


def may_manage_people(reader: Reader) -> bool:
    """Accounts are the admin's."""
    return reader.is_admin


def may_disable(reader: Reader, person: Person) -> bool:
    """An admin may shut anyone out but themselves, so that somebody is left to open the door."""
    return reader.is_admin and person.id != reader.person_id and person.is_active


def may_enable(reader: Reader, person: Person) -> bool:
    """An admin may let in whoever is shut out."""
    return reader.is_admin and not person.is_active
