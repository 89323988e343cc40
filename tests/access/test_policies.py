"""Each policy and each scope matters: with any one of them broken, the walk through the access table finds it."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Select, true
from werkzeug.routing import Rule

import matchmaker
from matchmaker.accounts import policies as accounts
from matchmaker.accounts import queries as people
from matchmaker.accounts.models import Person
from matchmaker.catalogue.needs import queries as needs
from matchmaker.catalogue.offerings import queries as offerings
from matchmaker.contracts.agreements import queries as contracts
from matchmaker.contracts.introductions import queries as introductions
from matchmaker.contracts.services import queries as services
from matchmaker.registry.profiles import queries as proposals
from tests.access.table import TABLE
from tests.access.walking import Cell, auditor_cells, cells, difference
from tests.access.world import World


def policies() -> dict[str, FunctionType]:
    """Return every policy of the package by its full name, those that mark others left out."""
    found = {}
    for module in pkgutil.walk_packages(matchmaker.__path__, "matchmaker."):
        if module.name.endswith(".policies"):
            for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
                if function.__module__ == module.name and name not in ("public", "is_public", "scoped", "is_scoped"):
                    found[f"{module.name.removeprefix('matchmaker.')}.{name}"] = function
    return found


POLICIES = policies()


def always(answer: bool) -> Callable[..., bool]:
    if answer:

        def policy(*_anybody: object, **_anything: object) -> bool:
            return True
    else:

        def policy(*_anybody: object, **_anything: object) -> bool:
            return False

    return policy


def differences(world: World, guarded_by: FunctionType | None = None) -> Iterator[str]:
    """Walk the routes that a policy guards (all without one) and yield what differs, as soon as it is found."""
    rules = list(world.app.url_map.iter_rules())
    if guarded_by is not None:
        rules = [rule for rule in rules if _guarding(world, rule, guarded_by)]
        # Several domains have a policy of one name; the walk ends soonest where this very one is asked.
        rules.sort(key=lambda rule: _guarding(world, rule, guarded_by), reverse=True)
    for rule in rules:
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            asked = (*cells(world, (method, rule.rule)), *auditor_cells(world, (method, rule.rule)))
            yield from (found for cell in asked if (found := noticed(world, cell)))


def noticed(world: World, cell: Cell) -> str:
    """Return what differs; a view that was never meant for this reader may well break, which is noticed too."""
    try:
        return difference(world, cell)
    except AssertionError as broken:
        return f"{cell}: {broken}"


def _guarding(world: World, rule: Rule, policy: FunctionType) -> int:
    """Return how surely ``policy`` has a say in who gets in there: 2 for certain, 1 by its name alone, 0 not."""
    protection = getattr(world.app.view_functions[rule.endpoint], "matchmaker_protection", None)
    if protection is None or not _relies_on(protection.policy, policy):
        return 0
    named = getattr(protection.policy, "__globals__", {}).get(policy.__name__)
    return 2 if policy in (protection.policy, named) else 1


def _relies_on(policy: Callable[..., bool], other: FunctionType) -> bool:
    return policy is other or other.__name__ in getattr(policy, "__code__").co_names  # noqa: B009 - not every callable has one


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_guards_a_view(world: World, name: str) -> None:
    guards = [getattr(view, "matchmaker_protection", None) for view in world.app.view_functions.values()]

    assert any(guard and _relies_on(guard.policy, POLICIES[name]) for guard in guards), f"{name} guards nothing"


OPEN = {name for name, policy in POLICIES.items() if accounts.is_public(policy) or accounts.is_scoped(policy)}


@pytest.mark.parametrize("name", sorted(POLICIES.keys() - OPEN))
def test_a_policy_that_lets_everybody_in_is_noticed(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = POLICIES[name]
    monkeypatch.setattr(policy, "__code__", always(True).__code__)

    assert next(differences(world, policy), None), f"nobody noticed that {name} lets everybody in"


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_that_lets_nobody_in_is_noticed(world: World, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = POLICIES[name]
    monkeypatch.setattr(policy, "__code__", always(False).__code__)

    assert next(differences(world, policy), None), f"nobody noticed that {name} lets nobody in"


def everything(_reader: object) -> ColumnElement[bool]:
    return true()


def any_person(_reader: object, person_id: int) -> Select[Person]:
    return people.people().where(Person.id == person_id)


@pytest.mark.parametrize(
    ("module", "scope", "open_scope", "route"),
    [
        (needs, "in_scope", everything, "/needs/<int:need_id>"),
        (needs, "_published_scope", everything, "/needs/<int:need_id>"),
        (needs, "own", everything, "/needs/<int:need_id>"),
        (needs, "_checked_by", everything, "/needs/<int:need_id>"),
        (needs, "in_scope", everything, "/needs/"),
        (offerings, "in_scope", everything, "/offerings/<int:offering_id>"),
        (offerings, "in_scope", everything, "/offerings/"),
        (introductions, "in_scope", everything, "/introductions/<int:introduction_id>"),
        (introductions, "own_invitation", everything, "/introductions/<int:introduction_id>"),
        (introductions, "of_organisation", everything, "/introductions/"),
        (contracts, "in_scope", everything, "/contracts/<int:contract_id>"),
        (contracts, "in_scope", everything, "/contracts/"),
        (services, "in_scope", everything, "/services/<int:record_id>"),
        (services, "in_scope", everything, "/services/"),
        (proposals, "_in_scope", everything, "/organisations/proposals/<int:proposal_id>"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_scope_that_holds_everything_is_noticed(
    world: World,
    module: Any,
    scope: str,
    open_scope: Callable[..., object],
    route: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, scope, open_scope)

    found = (found for cell in cells(world, ("GET", route)) if (found := difference(world, cell)))
    assert next(found, None), f"nobody noticed that {module.__name__}.{scope} hides nothing"


def test_nothing_differs_while_nothing_is_broken(world: World) -> None:
    assert list(differences(world, POLICIES["accounts.policies.may_disable"])) == []
    assert {rule for _method, rule in TABLE} == {rule.rule for rule in world.app.url_map.iter_rules()}
