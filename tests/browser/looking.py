"""What must hold of the look of every page: axe finds nothing serious, and nothing sticks out sideways."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # publishes no types
from playwright.sync_api import Page

#: The narrowest window in which a page must not scroll sideways, by WCAG 2.2's criterion on reflow.
NARROWEST = 320

_RUN_AXE = """async (rules) => {
  const results = await axe.run(document, {resultTypes: ["violations"], rules});
  return results.violations
    .filter((violation) => violation.impact === "serious" || violation.impact === "critical")
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""

#: The elements that reach furthest over the right edge, so that a failure says where to look.
_STICKING_OUT = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (box) =>
    box !== document.body && (getComputedStyle(box).overflowX !== "visible" || scrolls(box.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > room + 1 && !scrolls(element.parentElement))
    .slice(0, 5).map((element) => element.outerHTML.slice(0, 160));
}"""


def faults_of(page: Page, *, colours: bool = True) -> list[str]:
    """Return what axe holds to be serious or critical on the page as it is shown.

    Judging ``colours`` takes twice as long as all the rest.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN_AXE, {"color-contrast": {"enabled": colours}})
    return found


#: The page without its words: what axe judges, but for names that are empty.
_MARKUP = """() => [...document.querySelectorAll("*")].map((element) => element.tagName + [...element.attributes]
  .filter(({name}) => !["href", "value", "content", "action", "hx-get", "title"].includes(name))
  .map(({name, value}) => name + (/^(id|for|aria-.*by)$/.test(name) ? "" : `=${value}`)).join()).join("\\n")"""


def markup_of(page: Page) -> str:
    """Return the elements of the page with their attributes, without texts and addresses."""
    found: str = page.evaluate(_MARKUP)
    return found


def overflow_of(page: Page) -> list[str]:
    """Return what makes the page scroll sideways; a sentence when nothing in particular does."""
    out: list[str] = page.evaluate(_STICKING_OUT)
    is_wide: Any = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return out or (["the page itself"] if is_wide else [])
