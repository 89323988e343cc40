"""Built files are found by their plain names, and what pages ask for has been built."""

from __future__ import annotations

import json
import os
import re

import pytest

from matchmaker import resources
from matchmaker.resources import STATIC, TEMPLATES, NotBuiltError, asset

ICON = re.compile(r"""["']([a-z0-9-]+)["']\s*\|\s*icon\b""")


@pytest.fixture
def build(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "BUILD", tmp_path)
    return tmp_path / "manifest.json"


def write(manifest, names, *, at):
    manifest.write_text(json.dumps(names), encoding="utf-8")
    os.utime(manifest, (at, at))


def test_an_asset_is_the_hashed_file_of_the_build(build):
    write(build, {"app.js": "app-1A2B.js"}, at=1000)

    assert asset("app.js") == "build/app-1A2B.js"


def test_a_new_build_is_seen_without_a_restart(build):
    write(build, {"app.js": "app-OLD.js"}, at=1000)
    asset("app.js")
    write(build, {"app.js": "app-NEW.js"}, at=2000)

    assert asset("app.js") == "build/app-NEW.js"


def test_a_missing_build_says_how_to_make_one(build):
    with pytest.raises(NotBuiltError, match=r"\./run setup"):
        asset("app.js")


def test_a_name_that_the_build_lacks_is_told(build):
    write(build, {"app.js": "app-1A2B.js"}, at=1000)

    with pytest.raises(NotBuiltError, match=r"maps\.js"):
        asset("maps.js")


@pytest.mark.parametrize("name", ["app.js", "charts.js", "theme.js", "app.css", "icons.svg"])
def test_what_pages_load_has_been_built(name):
    assert (STATIC / asset(name)).stat().st_size > 0


def test_every_icon_that_a_template_names_is_in_the_sprite():
    used = {name for page in TEMPLATES.rglob("*.html") for name in ICON.findall(page.read_text(encoding="utf-8"))}
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / asset("icons.svg")).read_text(encoding="utf-8")))

    assert used
    assert used - drawn == set(), "Name them in static/icons.txt, then ./run setup."


def test_scripts_need_no_eval_and_styles_load_nothing_from_elsewhere():
    styles = (STATIC / asset("app.css")).read_text(encoding="utf-8")

    assert "@import" not in styles
    assert not re.search(r"url\((?!\"?data:|#)", styles)
