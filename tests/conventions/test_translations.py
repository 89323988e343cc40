"""Every sentence of the product has its Chinese, and the Chinese keeps what the English fills in."""

from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from matchmaker import resources
from matchmaker.messages import Message as Sentence
from matchmaker.web import errors
from tests.support import words

KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {"extensions": "jinja2.ext.i18n", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def sentences() -> Iterator[str]:
    """Return every sentence that the code and the templates mark for translation."""
    for folder, pattern, method, options in (
        (resources.ROOT / "matchmaker", "**.py", "python", {}),
        (resources.TEMPLATES, "**.html", "jinja2.ext:babel_extract", OPTIONS),
    ):
        for _file, _line, sentence, _comments, _context in extract_from_dir(
            folder, [(pattern, method)], {pattern: options}, keywords=KEYWORDS, directory_filter=lambda _folder: True
        ):
            yield sentence if isinstance(sentence, str) else sentence[0]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return words.read_catalogue()


@pytest.fixture(scope="module")
def translated(catalogue: Catalog) -> dict[str, Message]:
    return {
        message.id if isinstance(message.id, str) else message.id[0]: message for message in catalogue if message.id
    }


def test_every_sentence_is_in_the_catalogue_and_nothing_else_is(translated: dict[str, Message]) -> None:
    marked = set(sentences())

    assert sorted(marked - translated.keys()) == []
    assert sorted(translated.keys() - marked) == []


def test_no_translation_is_missing_or_guessed(translated: dict[str, Message]) -> None:
    wanting = [text for text, message in translated.items() if message.fuzzy or not all(_strings(message))]

    assert wanting == []


def test_nothing_obsolete_is_kept(catalogue: Catalog) -> None:
    assert list(catalogue.obsolete) == []


def test_translations_fill_in_what_the_sentences_do(translated: dict[str, Message]) -> None:
    differing = {
        text: said
        for text, message in translated.items()
        for said in _strings(message)
        if set(words.places(said)) != set(words.places(text))
    }

    assert differing == {}


def test_translations_are_chinese(translated: dict[str, Message]) -> None:
    english = [
        text
        for text, message in translated.items()
        if not all(any("一" <= sign <= "鿿" for sign in said) for said in _strings(message))
    ]

    # Units and abbreviations read the same in both languages.
    assert {text for text in english if len(words.PLACE.sub("", text).split()) > 2} == set()


def test_chinese_sentences_use_chinese_marks(translated: dict[str, Message]) -> None:
    mixed = {
        text: said
        for text, message in translated.items()
        for said in _strings(message)
        if any(f"{sign}{mark}" in said for mark in ",;!?" for sign in said if "一" <= sign <= "鿿")
    }

    assert mixed == {}


@pytest.mark.parametrize("status", errors.ADVICE)
def test_every_error_has_a_title_and_advice(status: int, translated: dict[str, Message]) -> None:
    assert isinstance(errors.TITLES[status], Sentence)
    assert {errors.TITLES[status].text, errors.ADVICE[status].text} <= translated.keys()


def test_the_sentences_were_really_looked_for() -> None:
    found = set(sentences())

    # One from a template's attribute, one from a macro, one from a rule, one that counts.
    assert {"Skip to content", "Not stated", "At most %(most)s keywords; this has %(have)s."} <= found
    assert len(found) > 250


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)
