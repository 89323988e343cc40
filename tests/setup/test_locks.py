"""The lock files hold every package with its hash and name no host; they follow what the project asks for."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from matchmaker.resources import ROOT

LOCKS = ["base", "dev", "node", "uv"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lock_text(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def locked(name: str) -> list[Requirement]:
    """The requirements of a lock file; a package appears once for each set of conditions."""
    joined = lock_text(name).replace("\\\n", " ")
    return [Requirement(line.split(" --hash")[0]) for line in joined.splitlines() if line.strip()]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(name):
    for line in lock_text(name).replace("\\\n", " ").splitlines():
        assert re.fullmatch(r"[a-z0-9-]+==[^\s;]+( ; [^;]+?)?( +--hash=sha256:[0-9a-f]{64})+", line.rstrip()), line


@pytest.mark.parametrize("name", LOCKS)
def test_lock_files_name_no_host_and_no_folder(name):
    assert not re.search(r"://|--(extra-)?index-url|--find-links|file:|@ ", lock_text(name))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("base", PROJECT["project"]["dependencies"]),
        ("dev", PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]),
    ],
)
def test_what_pyproject_asks_for_is_locked(name, wanted):
    versions = {}
    for requirement in locked(name):
        version = str(requirement.specifier).removeprefix("==")
        versions.setdefault(canonicalize_name(requirement.name), []).append(version)

    for requirement in map(Requirement, wanted):
        found = versions.get(canonicalize_name(requirement.name), [])
        assert found, f"{requirement.name} is not locked: ./run lock writes it in."
        assert all(requirement.specifier.contains(version) for version in found), f"{requirement}: ./run lock is due."


def test_development_installs_what_the_service_runs_on():
    assert set(map(str, locked("base"))) <= set(map(str, locked("dev")))


def test_the_front_ends_lock_names_no_registry_and_follows_package_json():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    lock = json.loads(text)["packages"]
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))

    assert '"resolved"' not in text
    assert all("integrity" in package for path, package in lock.items() if path)
    for kind in ("dependencies", "devDependencies"):
        assert lock[""][kind] == asked[kind]
        for name, version in asked[kind].items():
            assert lock[f"node_modules/{name}"]["version"] == version


def test_no_front_end_package_runs_a_script_of_its_own_when_installed():
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert "npm ci --ignore-scripts" in (ROOT / "setup" / "front-end.sh").read_text(encoding="utf-8")
