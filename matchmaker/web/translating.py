"""``matchmaker translations``: keeps the catalogs of translated sentences up to date, and compiles them."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from matchmaker import resources

CATALOGS = resources.ROOT / "matchmaker" / "translations"

#: What marks a sentence, and which arguments hold it.
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}

#: The folders that are read, and how. Blocks are trimmed as in web/templates.py, or the sentences would differ.
_SOURCES: tuple[tuple[Path, str, dict[str, Any]], ...] = (
    (resources.ROOT / "matchmaker", "python", {}),
    (
        resources.TEMPLATES,
        "jinja2.ext:babel_extract",
        {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"},
    ),
)

#: No date, name or tool's version: two people who update write the same file.
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Matchmaker\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


@click.group()
def translations() -> None:
    """Keep the translations of the pages (for developers), and compile them."""


@translations.command()
def update() -> None:
    """Bring each catalog to the sentences that the code and the templates hold now."""
    template = extract()
    for path in catalog_files():
        catalog = read(path)
        # A sentence that merely resembles an old one is translated anew rather than guessed.
        catalog.update(template, no_fuzzy_matching=True)
        _write_if_new(path, _as_po(catalog))
        click.echo(f"{catalog.locale}: {len(catalog)} sentences, {len(missing(catalog))} not translated.")


@translations.command("compile")
def compile_() -> None:
    """Write what the site reads beside each catalog. Stops at a translation that loses a placeholder."""
    for path in catalog_files():
        catalog = read(path)
        _refuse(path, catalog)
        compiled = BytesIO()
        write_mo(compiled, catalog)
        _write_if_new(path.with_suffix(".mo"), compiled.getvalue())
        click.echo(f"{catalog.locale}: {len(catalog)} sentences compiled.")


def catalog_files() -> list[Path]:
    """Return the catalog of every language but English, which is the language of the sentences themselves."""
    return sorted(CATALOGS.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    """Return the catalog of one language, named after its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, charset="utf-8", abort_invalid=True)


def extract() -> Catalog:
    """Return every sentence that the code and the templates mark, with the files it stands in."""
    catalog = Catalog(charset="utf-8")
    for folder, method, options in _SOURCES:
        for name, line, sentence in _sentences(folder, method, options):
            catalog.add(sentence, None, [(name, line)])
    return catalog


def _sentences(folder: Path, method: str, options: dict[str, Any]) -> Iterator[tuple[str, int, Any]]:
    pattern = "**.py" if method == "python" else "**.html"
    found = extract_from_dir(
        folder,
        [(pattern, method)],
        {pattern: options},
        keywords=KEYWORDS,
        # Babel passes over folders such as _layout unless told that all count.
        directory_filter=lambda _folder: True,
    )
    for name, line, sentence, _comments, _context in found:
        yield (folder.relative_to(resources.ROOT) / name).as_posix(), line, sentence


def missing(catalog: Catalog) -> list[str]:
    """Return the sentences without a translation, or with one that somebody marked as a guess."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalog
        if message.id and (message.fuzzy or not _is_translated(message.string))
    ]


def _is_translated(string: Any) -> bool:
    """Return whether there is text, in every form if the sentence counts something."""
    return bool(string) and (isinstance(string, str) or all(string))


def _refuse(path: Path, catalog: Catalog) -> None:
    """End the command when a translation would break the page that shows it."""
    wrong = [f"{message.id!r}: {error}" for message, errors in catalog.check() for error in errors]
    for line in wrong:
        click.echo(line)
    if wrong:
        raise click.ClickException(f"{len(wrong)} wrong in {path.relative_to(resources.ROOT)}; nothing was compiled.")


def _as_po(catalog: Catalog) -> bytes:
    """Return the catalog as a file without line numbers, so that moving a line changes nothing here."""
    written = BytesIO()
    write_po(
        written, catalog, width=100, omit_header=True, sort_by_file=True, include_lineno=False, ignore_obsolete=True
    )
    header = _HEADER.format(language=catalog.locale_identifier, plurals=catalog.plural_forms)
    return header.encode() + written.getvalue().rstrip(b"\n") + b"\n"


def _write_if_new(path: Path, content: bytes) -> None:
    """Write in one step, so that a site being started reads the old file or the new one."""
    if path.is_file() and path.read_bytes() == content:
        return
    beside = path.with_suffix(path.suffix + ".new")
    beside.write_bytes(content)
    os.replace(beside, path)  # noqa: PTH105 - one call that overwrites on every system
