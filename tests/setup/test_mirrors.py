"""Whoever set a mirror for pip finds uv using it too."""

from __future__ import annotations

import importlib.util
import shlex

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.resources import ROOT

_spec = importlib.util.spec_from_file_location("mirror", ROOT / "setup" / "mirror.py")
assert _spec
assert _spec.loader
mirror = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(mirror)


def exports(*lines: str, present: tuple[str, ...] = ()) -> list[str]:
    return [line.strip() for line in mirror.exports(mirror.settings(lines), present)]


def test_pips_index_becomes_uvs():
    assert exports("global.index-url='https://mirror.example/simple'") == [
        "export UV_DEFAULT_INDEX=https://mirror.example/simple"
    ]


def test_the_environment_of_pip_wins_over_its_files():
    lines = [":env:.index-url='https://b.example'", "global.index-url='https://z.example'"]

    assert exports(*lines) == ["export UV_DEFAULT_INDEX=https://b.example"]


def test_what_is_set_for_uv_itself_stays():
    assert exports("global.cert='/ca.pem'", present=("SSL_CERT_FILE",)) == []


def test_further_indexes_may_serve_any_locked_version():
    found = exports("global.extra-index-url='https://a.example\\nhttps://b.example'")

    assert found == [
        "export UV_INDEX='https://a.example https://b.example'",
        "export UV_INDEX_STRATEGY=unsafe-best-match",
    ]


def test_other_settings_and_sections_are_left_alone():
    assert exports("global.timeout='60'", "freeze.index-url='https://a.example'", "", "nonsense") == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1))
def test_a_value_reaches_the_shell_as_it_is(value):
    (line,) = exports(f"global.index-url={value!r}")

    assert shlex.split(line) == ["export", f"UV_DEFAULT_INDEX={value}"]
