"""What must hold of the look of every page: axe finds nothing serious, and nothing sticks out sideways."""

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]  # publishes no types
from playwright.sync_api import Page

#: The narrowest window in which a page must not scroll sideways, by WCAG 2.2's criterion on reflow.
NARROWEST = 320

#: Axe on the whole page. ``seen`` holds the looks whose colours were found to be fine; an element's look is what it and
#: all that it stands in are drawn with, by class and as computed. Returned are the faults, and the looks that are fine.
_RUN_AXE = """async ({colours, seen}) => {
  const known = new Set(seen);
  const looks = new Map();
  const lookOf = (element) => {
    if (!element) return "";
    if (looks.has(element)) return looks.get(element);
    const style = getComputedStyle(element);
    const drawn = [
      lookOf(element.parentElement), element.tagName, element.getAttribute("class"), style.color, style.backgroundColor,
      style.backgroundImage, style.opacity, style.fontSize, style.fontWeight, style.textShadow, style.position,
    ].join();
    let [high, low] = [0xdeadbeef, 0x41c6ce57];
    for (let place = 0; place < drawn.length; place++) {
      high = Math.imul(high ^ drawn.charCodeAt(place), 2654435761);
      low = Math.imul(low ^ drawn.charCodeAt(place), 1597334677);
    }
    const look = (high >>> 0).toString(36) + (low >>> 0).toString(36);
    looks.set(element, look);
    return look;
  };
  const contrast = axe._audit.rules.find(({id}) => id === "color-contrast");
  const matches = contrast.matches;
  contrast.matches = (element, ...rest) => !known.has(lookOf(element)) && matches.call(contrast, element, ...rest);
  const report = (results, _options, done) => done([
    results.filter(({violations, impact}) => violations.length && (impact === "serious" || impact === "critical"))
      .map(({id, violations}) => `${id}: ${violations.map(({node}) => node.source.slice(0, 160)).join(" | ")}`),
    [...new Set(results.filter(({id}) => id === "color-contrast")
      .flatMap(({passes}) => passes.map(({node}) => lookOf(node.element))))],
  ]);
  try {
    // What has to be loaded apart serves rules alone that are not serious.
    return await axe.run(document, {rules: {"color-contrast": {enabled: colours}}, preload: false, reporter: report});
  } finally {
    contrast.matches = matches;
  }
}"""

#: The elements that reach furthest over the right edge, so that a failure says where to look.
_STICKING_OUT = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return null;
  const scrolls = (box) =>
    box !== document.body && (getComputedStyle(box).overflowX !== "visible" || scrolls(box.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > room + 1 && !scrolls(element.parentElement))
    .slice(0, 5).map((element) => element.outerHTML.slice(0, 160));
}"""


def faults_of(page: Page, *, colours: bool = True, seen: set[str] | None = None) -> list[str]:
    """Return what axe holds to be serious or critical on the page as it is shown.

    Judging ``colours`` takes three times as long as all the rest. ``seen`` is for windows of one size: what is drawn
    just like something whose colours were fine is not judged again; what is fine is added.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    fine: list[str]
    found: list[str]
    found, fine = page.evaluate(_RUN_AXE, {"colours": colours, "seen": sorted(seen or ())})
    if seen is not None:
        seen.update(fine)
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
    out: list[str] | None = page.evaluate(_STICKING_OUT)
    return [] if out is None else out or ["the page itself"]
