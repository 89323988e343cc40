"""``python -m scripts.screenshots [FOLDER]``: makes the pictures of the README and the tour, into docs/images.

A fresh instance with the demo data is made and served for it, so that nobody's trials show up. The pictures have no
more than ``MOST_BYTES`` together. ``match.zh.png`` is the page in Chinese, ``match.png`` in English.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from matchmaker.resources import ROOT
from matchmaker.seeding.demo import DEMO_PASSWORD
from tests.browser import serving

FOLDER = ROOT / "docs" / "images"

#: Pictures are kept in the repository, where every new version stays for ever.
MOST_BYTES = 1_500_000

DESKTOP: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}

LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class Picture:
    """One page as somebody sees it; ``links`` are selectors of the links that lead there, one after the other."""

    name: str
    email: str | None
    path: str
    links: tuple[str, ...] = ()
    is_phone: bool = False


NEED = "a:text-is('活性染料染色残液深度脱色并回用至前处理与皂洗')"
OFFERING = "a:text-is('印染废水脱色小试与工艺比选')"
MATCHES = "a[href$='/matches']"
FIRST_MATCH = "article h3 a"

PICTURES = [
    Picture("match", "owner@demo.example", "/needs/?mine=1", (NEED, MATCHES)),
    Picture("reasons", "owner@demo.example", "/needs/?mine=1", (NEED, MATCHES, FIRST_MATCH)),
    Picture("complex", "clerk@demo.example", "/offerings/?mine=1&kind=service", (OFFERING, MATCHES)),
    Picture("bureau", "city@demo.example", "/"),
    Picture("phone", "owner@demo.example", "/needs/new", is_phone=True),
]


def main(folder: Path) -> None:
    """Make every picture and tell how big they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with _demo_site() as base, _browser() as browser:
        made = [_take(browser, base, picture, language, folder) for picture in PICTURES for language in LOCALES]
    total = sum(path.stat().st_size for path in made)
    for path in made:
        print(f"{path.stat().st_size:8,} {path.name}")  # noqa: T201 - a command's own output
    print(f"{total:8,} bytes together")  # noqa: T201 - a command's own output
    if total > MOST_BYTES:
        raise SystemExit(f"More than {MOST_BYTES:,} bytes: make fewer or smaller pictures.")


@contextmanager
def _demo_site() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as name:
        instance = Path(name)
        serving.prepare(instance, with_scene=False)
        with serving.serving(instance) as base:
            yield base


@contextmanager
def _browser() -> Iterator[Browser]:
    if missing := serving.missing_parts():
        raise SystemExit(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(serving.CHROMIUM), args=serving.CHROMIUM_FLAGS)
        yield browser
        browser.close()


def _take(browser: Browser, base: str, picture: Picture, language: str, folder: Path) -> Path:
    """Open the page as ``picture`` says, in a window of its own, and keep what is seen."""
    context = browser.new_context(
        base_url=base,
        viewport=PHONE if picture.is_phone else DESKTOP,
        is_mobile=picture.is_phone,
        locale=LOCALES[language],
        reduced_motion="reduce",
        color_scheme="light",
    )
    page = context.new_page()
    if picture.email:
        _sign_in(page, picture.email)
    page.goto(picture.path)
    for link in picture.links:
        with page.expect_navigation():
            page.locator("main").locator(link).first.click()
    path = folder / f"{picture.name}{'' if language == 'en' else f'.{language}'}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    context.close()
    return path


def _sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/")
    # The greeting is said once; the pictures are of the pages after it.
    page.goto("/")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
