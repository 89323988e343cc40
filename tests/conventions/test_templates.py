"""Templates: one folder for each blueprint, none that nobody uses, none that speaks past the translations."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from matchmaker import resources
from tests.conftest import MakeApp
from tests.support import sources
from tests.support.databases import Database

#: Folders that are no blueprint's.
SHARED = {"_layout", "_components", "errors"}

#: What a page is made of; what a PDF is set by speaks Typst, and gets its words from the report.
TEMPLATES = [
    file.relative_to("templates") for file in sources.files() if file.parts[0] == "templates" and file.suffix != ".typ"
]

#: Literal text that is the same in both languages.
SAME_EVERYWHERE = {"TRL"}

#: Tags and what is inside them, comments, and Jinja's own marks.
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_ATTRIBUTE = re.compile(r'[\w:-]+="[^"]*"')
_SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
_LETTERS = re.compile(r"[A-Za-z一-鿿]{2,}")


def environment() -> Environment:
    return Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def source(template: Path) -> str:
    return (resources.TEMPLATES / template).read_text(encoding="utf-8")


def used_by(template: Path) -> Iterator[str]:
    """Return the templates that ``template`` extends, includes or imports, and those whose names it hands on."""
    tree = environment().parse(source(template))
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        if isinstance(node.template, nodes.Const):
            yield str(node.template.value)
    # {% set card = "matches/_need.html" %}{% include card %}
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, str) and constant.value.endswith(".html"):
            yield constant.value


def literal_text(markup: str) -> Iterator[str]:
    """Return the words that a template says by itself, outside of expressions."""
    tree = environment().parse(markup)
    # Expressions become a mark, so that what stands around them stays inside its tag.
    whole = "".join(piece.data if isinstance(piece, nodes.TemplateData) else "\x00" for piece in _pieces(tree))
    yield from _SPOKEN.findall(whole)
    # A macro may make attributes alone.
    yield from _ATTRIBUTE.sub("", _TAG.sub("\n", whole)).split("\n")


def _pieces(node: nodes.Node) -> Iterator[nodes.Node]:
    if isinstance(node, nodes.TemplateData):
        yield node
        return
    children = list(node.iter_child_nodes())
    if isinstance(node, nodes.Expr) and not isinstance(node, nodes.Output):
        yield node
        return
    for child in children:
        yield from _pieces(child)


def untranslated(markup: str) -> list[str]:
    return [
        text.replace("\x00", "…").strip()
        for text in literal_text(markup)
        if _LETTERS.search(text) and not SAME_EVERYWHERE.issuperset(_LETTERS.findall(text))
    ]


def test_every_folder_of_templates_belongs_to_a_blueprint(make_app: MakeApp, database: Database) -> None:
    assert {template.parts[0] for template in TEMPLATES} <= set(make_app(database).blueprints) | SHARED


def test_every_template_is_used() -> None:
    rendered = set(
        re.findall(r'"([\w/]+\.html)"', "".join(sources.read(file) for file in sources.python("matchmaker")))
    )
    # home/views.py picks the home page of a role.
    rendered |= {f"home/{role}.html" for role in ("enterprise", "provider", "bureau", "visitor")}
    used = rendered.union(*(set(used_by(template)) for template in TEMPLATES))

    assert {template.as_posix() for template in TEMPLATES} == used


@pytest.mark.parametrize("template", TEMPLATES, ids=str)
def test_a_template_says_nothing_that_cannot_be_translated(template: Path) -> None:
    assert untranslated(source(template)) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Nothing here yet</p>",
        '<button aria-label="Close">{{ icon("x") }}</button>',
        "<p>{{ count }} needs</p>",
        "{% if x %}<b>Yes</b>{% endif %}",
        "<p>没有需求</p>",
    ],
)
def test_what_is_not_translated_would_be_found(markup: str) -> None:
    assert untranslated(markup)


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="lead {{ look }}" data-x="words">{{ _("Nothing") }}</p>',
        '<input placeholder="{{ _("Search") }}">',
        "<p>{{ a }} – {{ b }} / 100</p>",
        '{% set name = "home" %}{# a comment #}<!-- another -->',
    ],
)
def test_what_is_translated_passes(markup: str) -> None:
    assert untranslated(markup) == []
