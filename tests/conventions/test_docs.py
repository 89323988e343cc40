"""What the documents name is there: files, links, headings, commands, variables, demo accounts and demo titles."""

import json
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from matchmaker import __version__
from matchmaker.cli import main
from matchmaker.resources import ROOT, SEEDS
from matchmaker.seeding.demo import DEMO_PASSWORD, demo_accounts

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SEEDS.rglob("*.md")])
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"```\w*\n(.*?)```", re.S)
#: A path that a reader can look up: it begins in the project's folder and ends in a folder or a kind of file.
TOP = "benchmarks|docs|matchmaker|requirements|scripts|seeds|setup|static|templates|tests"
PATH = re.compile(rf"(?:{TOP})/[\w./-]*[\w/]")
#: What is made on the spot, and what the documents themselves call an example.
NOT_IN_GIT = {"static/build/"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
each_readme = pytest.mark.parametrize("readme", READMES, ids=name_of)


def prose(document: Path) -> str:
    """Return the text without its blocks of code."""
    return BLOCK.sub("", document.read_text(encoding="utf-8"))


def commands(document: Path) -> list[list[str]]:
    """Return every ``./run`` and ``matchmaker`` command that the document gives, as words."""
    text = document.read_text(encoding="utf-8")
    lines = [line for block in BLOCK.findall(text) for line in block.splitlines()]
    lines += CODE.findall(BLOCK.sub("", text))
    found = []
    for line in lines:
        words = shlex.split(re.sub(r"\s#.*|<.*", "", line).removeprefix(".venv/bin/")) if "'" not in line else []
        if words and words[0] in ("./run", "matchmaker"):
            found.append(words)
    return found


def test_there_are_documents_to_check() -> None:
    assert {name_of(path) for path in DOCUMENTS} >= {"README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md"}
    assert all(commands(readme) for readme in READMES)


@each_document
def test_every_link_leads_to_a_file(document: Path) -> None:
    targets = [target for target in LINK.findall(prose(document)) if "://" not in target]
    dead = [target for target in targets if not (document.parent / target.partition("#")[0]).exists()]
    assert not dead, f"{name_of(document)} links to {dead}"


@each_document
def test_every_link_to_a_heading_finds_it(document: Path) -> None:
    for target in LINK.findall(prose(document)):
        file, _, heading = target.partition("#")
        if heading and "://" not in target:
            linked = document.parent / file if file else document
            assert heading in anchors(linked), f"{name_of(document)}: {target}"


def anchors(document: Path) -> set[str]:
    """Return the headings as they stand in links."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_path_that_is_named_is_there(document: Path) -> None:
    named = {path for code in CODE.findall(prose(document)) if (path := code) and PATH.fullmatch(path)}
    missing = sorted(path for path in named - NOT_IN_GIT if not (ROOT / path).exists())
    assert not missing, f"{name_of(document)} names {missing}"


@each_document
def test_every_picture_says_what_it_shows(document: Path) -> None:
    silent = [target for words, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose(document)) if len(words) < 10]
    assert not silent


@each_document
def test_every_command_that_is_named_exists(document: Path) -> None:
    for words in commands(document):
        if words[0] == "./run":
            assert_run_knows(words[1:])
        else:
            assert_matchmaker_knows(words[1:])


def assert_run_knows(words: list[str]) -> None:
    """Look the words up in what ``./run help`` prints."""
    uses = run_help()
    if words and not words[0].startswith("-"):
        assert re.search(rf"^\./run {re.escape(words[0])}\b", uses, re.M), f"./run {words[0]}"
    if words[:1] != ["test"]:
        # What follows `test` is pytest's.
        for option in [word.partition("=")[0] for word in words if word.startswith("--")]:
            assert option in uses, option


@cache
def run_help() -> str:
    return subprocess.run(["./run", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def assert_matchmaker_knows(words: list[str]) -> None:
    """Walk from command to subcommand as far as the words go, then look the options up."""
    command: click.Command = main
    for word in words:
        if word.startswith("--"):
            options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
            assert word.partition("=")[0] in options, f"matchmaker {' '.join(words)}"
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"matchmaker {' '.join(words)}"
            command = found


@each_readme
def test_the_readme_names_every_variable_that_is_read_and_no_other(readme: Path) -> None:
    source = (ROOT / "matchmaker" / "settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r"MATCHMAKER_\w+", source))
    assert set(re.findall(r"MATCHMAKER_\w+", readme.read_text(encoding="utf-8"))) == read


@each_readme
def test_the_readme_lists_the_demo_accounts_as_they_are_printed(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert DEMO_PASSWORD in text
    for account in demo_accounts():
        assert f"  {account.email:24} {account.role}\n" in text
    assert set(re.findall(r"[\w.]+@demo\.example", text)) == {account.email for account in demo_accounts()}


@each_readme
def test_the_readme_shows_the_steps_that_run_prints(readme: Path) -> None:
    scripts = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "setup").glob("*.sh")))
    steps = re.findall(r"^  (\w[^…\n]*) …$", readme.read_text(encoding="utf-8"), re.M)
    assert len(steps) >= 5
    assert not [step for step in steps if f'step "{step}"' not in scripts]


#: What the tour opens and finds; the two that its reader types are not among them.
TOUR = (
    "活性染料染色残液深度脱色并回用至前处理与皂洗",
    "大车间染色一次成功率上不去，回修吃掉利润",
    "染厂蒸汽与热水系统节能诊断",
    "换润滑脂要赶紧做一轮寿命对比",
    "坯布在线机器视觉验布系统",
    "定型机油烟又臭又飘，客户指定要过DB33/962",
    "五台定型机排烟热量想收回来",
    "三台机器打同一张图颜色不一样",
    "喷水织机废水回用，现有沉淀池老发臭堵喷嘴",
    "做免洗印花前想先看看有没有专利坑",
    "喷水织造废水溶气气浮加陶瓷膜回用成套技术",
)


@each_readme
def test_what_the_tour_opens_is_in_the_demo(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    files = [*SEEDS.glob("demo/*/needs.jsonl"), *SEEDS.glob("demo/*/offerings.jsonl")]
    titles = {json.loads(line)["title"] for file in files for line in file.read_text(encoding="utf-8").splitlines()}
    assert not [title for title in TOUR if title not in text or title not in titles]


#: Where the tour begins and ends, and what its reader sees: the sentence itself or its translation.
TOURS = {
    "README.md": ("### As an enterprise", "## Configuration", "id"),
    "README.zh.md": ("### 企业", "## 配置", "string"),
}


@each_readme
def test_the_tour_calls_what_it_presses_as_the_pages_do(readme: Path) -> None:
    first, last, side = TOURS[readme.name]
    text = readme.read_text(encoding="utf-8")
    pressed = re.findall(r"\*\*([^*]+)\*\*", text[text.index(first) : text.index(last)])
    assert len(pressed) > 50
    districts = (SEEDS / "reference" / "districts.csv").read_text(encoding="utf-8")
    with (ROOT / "matchmaker/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        shown = {getattr(message, side) for message in read_po(file)}
    assert not [words for name in pressed if (words := " ".join(name.split())) not in shown and words not in districts]


def test_the_chinese_readme_has_every_section_step_and_example_of_the_english_one() -> None:
    english, chinese = (readme.read_text(encoding="utf-8") for readme in READMES)
    for mark in (r"^## ", r"^### ", r"^\d\. ", r"^\|", r"^```", r"^!\[", r"^- "):
        counted = [len(re.findall(mark, text, re.M)) for text in (english, chinese)]
        assert counted[0] == counted[1], mark
    assert sorted(map(" ".join, map(only_fixed, commands(READMES[0])))) == sorted(
        map(" ".join, map(only_fixed, commands(READMES[1])))
    )


def only_fixed(words: list[str]) -> list[str]:
    """Return a command without the words that a language may choose."""
    return words[:3]


def test_the_chinese_readme_is_chinese() -> None:
    sentences = [
        line for line in prose(READMES[1]).splitlines() if line.strip() and not line.startswith(("|---", "!["))
    ]
    foreign = [line for line in sentences if not HAN.search(line) and not line.startswith("[English]")]
    assert len(foreign) <= 2, foreign  # a heading such as "### PostgreSQL"


def test_the_changelog_begins_with_what_is_unreleased_or_dated() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+)$", text, re.M)
    dated = re.compile(r"\[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}")
    assert sections[0] == "[Unreleased]" or dated.fullmatch(sections[0])
    versions = [match.group(1) for section in sections if (match := dated.fullmatch(section))]
    assert len(versions) + sections.count("[Unreleased]") == len(sections)
    assert __version__ in versions


def test_the_licence_is_the_one_that_the_packages_name() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in text
    assert "13. Remote Network Interaction" in text
    for file in ("pyproject.toml", "package.json", "README.md", "README.zh.md"):
        assert "AGPL-3.0-or-later" in (ROOT / file).read_text(encoding="utf-8")
