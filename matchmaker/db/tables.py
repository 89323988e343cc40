"""Imports every module that declares tables, for migrations and for tests that make a schema."""

import importlib
import pkgutil

import matchmaker


def load() -> None:
    """Import all ``models`` modules of the package, so that ``Base.metadata`` is whole."""
    for module in pkgutil.walk_packages(matchmaker.__path__, "matchmaker."):
        if module.name.rpartition(".")[2] == "models":
            importlib.import_module(module.name)
