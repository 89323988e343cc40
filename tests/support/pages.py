"""Pages as somebody sees them, and what must hold of every one of them."""

import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_ERRORS
from werkzeug.test import TestResponse

from matchmaker.web.i18n import TAGS
from tests.support import words

_CONTROLS = ("input", "select", "textarea")
_UNLABELLED = ("hidden", "submit", "button", "image")
#: What screen readers and tooltips say.
_SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-busy")


class Page:
    """One answer of the site."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.text = response.get_data().decode("utf-8", "replace")
        response.close()

    def __repr__(self) -> str:
        return f"<Page {self.status} {self.response.request.path} “{self.h1 if self.is_html else self.text[:60]}”>"

    @property
    def is_html(self) -> bool:
        """Whether it is a page rather than a file or a redirect's note."""
        return self.response.mimetype == "text/html" and not 300 <= self.status < 400

    @property
    def location(self) -> str:
        """Where a redirect leads: path and query."""
        parts = urlsplit(self.response.headers.get("Location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @cached_property
    def _parser(self) -> html5lib.HTMLParser:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.parse(self.text)
        return parser

    @cached_property
    def tree(self) -> Element:
        """The parsed document."""
        return self._parser.tree.getDocument()

    @property
    def parse_errors(self) -> list[str]:
        """What is not well-formed."""
        return [f"{PARSE_ERRORS.get(code, code) % values} at {place}" for place, code, values in self._parser.errors]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with these attributes; ``class_`` asks for one of the classes."""
        return [element for element in self.tree.iter(tag) if _has(element, attributes)]

    def by_id(self, name: str) -> Element | None:
        """Return the element with this id."""
        return next((element for element in self.tree.iter() if element.get("id") == name), None)

    @property
    def h1(self) -> str:
        """The heading."""
        return " ".join(words_of(element) for element in self.tree.iter("h1"))

    @property
    def words(self) -> str:
        """Everything that can be read on the page."""
        body = self.tree.find("body")
        return words_of(body) if body is not None else ""

    @property
    def main(self) -> str:
        """What can be read between header and footer."""
        return " ".join(words_of(element) for element in self.tree.iter("main"))

    @property
    def flashes(self) -> list[str]:
        """What the site says has just happened."""
        return [words_of(element) for element in self.all("div", role="status")]

    @property
    def links(self) -> list[str]:
        """Every address that an anchor leads to."""
        return [element.attrib["href"] for element in self.tree.iter("a") if "href" in element.attrib]

    @property
    def actions(self) -> list[str]:
        """Every address that a form posts to."""
        return [form.get("action", "") for form in self.tree.iter("form") if form.get("method") == "post"]

    @property
    def token(self) -> str:
        """The anti-forgery token that the page's forms carry."""
        return token_on(self.text)

    def facets(self) -> dict[str, dict[str, int]]:
        """Return the values by which a list can be narrowed, each with the count beside it; chosen ones left out."""
        here = dict(parse_qsl(urlsplit(self.response.request.full_path).query))
        found: dict[str, dict[str, int]] = {}
        for link in self.all("a"):
            counts = [element for element in link.iter("span") if _has(element, {"class_": "facet-count"})]
            for name, value in dict(parse_qsl(urlsplit(link.get("href", "")).query)).items():
                if counts and here.get(name) != value:
                    found.setdefault(name, {})[value] = int(words_of(counts[0]).replace(",", ""))
        return found

    def error(self, field: str) -> str:
        """Return what is said to be wrong with a field, "" for nothing."""
        element = self.by_id(f"{field}-error")
        return words_of(element) if element is not None else ""

    def typed(self, action: str) -> dict[str, str]:
        """Return what a browser would send if the form to ``action`` were submitted as it stands."""
        form = next(form for form in self.tree.iter("form") if form.get("action") == action)
        values: dict[str, str] = {}
        for element in form.iter():
            name = element.get("name")
            if name and element.tag in _CONTROLS:
                values.update({name: value} if (value := _value(element)) is not None else {})
        return values


def _has(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in element.get("class", "").split():
                return False
        elif element.get(name.replace("_", "-")) != value:
            return False
    return True


def _value(control: Element) -> str | None:
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = list(control.iter("option"))
        picked = [option for option in options if "selected" in option.attrib] or options[:1]
        return picked[0].get("value", words_of(picked[0])) if picked else None
    if control.get("type") in ("checkbox", "radio") and "checked" not in control.attrib:
        return None
    return None if control.get("type") in ("submit", "button") else control.get("value", "")


def words_of(element: Element) -> str:
    """Return the words inside an element in one line."""
    return " ".join("".join(_visible(element)).split())


def _visible(element: Element) -> Iterator[str]:
    if element.tag in ("script", "style", "template") or not isinstance(element.tag, str):
        return
    if element.text:
        yield element.text
    for child in element:
        yield from _visible(child)
        if child.tag in ("p", "div", "li", "dt", "dd", "td", "th", "h1", "h2", "h3", "h4", "option", "label", "br"):
            yield " "
        yield child.tail or ""


_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')
#: What was found on pages that differ in nothing but their token.
_known: dict[tuple[int, bool], list[str]] = {}


def token_on(markup: str) -> str:
    """Return the anti-forgery token that the forms of a page carry."""
    found = _TOKEN.search(markup)
    assert found, "no form on this page carries a token"
    return found[1]


def faults_of(page: Page, *, fragment: bool = False) -> list[str]:
    """Return what is wrong with an answer, empty when it may be shown."""
    faults = [] if "Content-Security-Policy" in page.response.headers else ["no Content-Security-Policy"]
    if page.is_html:
        key = (hash(_TOKEN.sub("", page.text)), fragment)
        if key not in _known:
            _known[key] = _markup_faults(page, fragment)
        faults += _known[key]
    return faults


def _markup_faults(page: Page, fragment: bool) -> list[str]:
    if fragment:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parseFragment(page.text)
        faults = [str(error) for error in parser.errors]
    else:
        tree, faults = page.tree, page.parse_errors
    faults += _naming_faults(tree)
    faults += _control_faults(tree)
    faults += _policy_faults(tree)
    if not fragment:
        faults += _document_faults(tree)
        if tree.get("lang") == TAGS["zh"]:
            faults += _language_faults(tree)
    return faults


def _document_faults(tree: Element) -> Iterator[str]:
    headings = len(list(tree.iter("h1")))
    if headings != 1:
        yield f"{headings} first headings"
    if tree.get("lang") not in TAGS.values():
        yield f"lang={tree.get('lang')!r}"
    title = tree.find("head/title")
    if title is None or not words_of(title).split("·")[0].strip():
        yield "no title"


def _naming_faults(tree: Element) -> Iterator[str]:
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    for name in {name for name in ids if ids.count(name) > 1}:
        yield f"id {name!r} stands twice"
    if tree.tag == "html":
        for element in tree.iter():
            for attribute in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
                for name in element.get(attribute, "").split():
                    if name not in ids:
                        yield f"{attribute}={name!r} leads nowhere"


def _control_faults(tree: Element) -> Iterator[str]:
    labelled = {element.get("for") for element in tree.iter("label") if words_of(element)}
    wrapped = {id(inner) for label in tree.iter("label") if words_of(label) for inner in label.iter()}
    for element in tree.iter():
        if element.tag in _CONTROLS and element.get("type") not in _UNLABELLED:
            named = element.get("aria-label") or element.get("aria-labelledby")
            if not named and element.get("id", "") not in labelled and id(element) not in wrapped:
                yield f"<{element.tag} name={element.get('name')!r}> has no label"
        elif element.tag in ("button", "a") and not words_of(element) and not element.get("aria-label"):
            yield f"<{element.tag}> says nothing"
        elif element.tag == "form" and element.get("method") == "post" and not _has_token(element):
            yield f"the form to {element.get('action')} carries no token"


def _has_token(form: Element) -> bool:
    return any(control.get("name") == "csrf_token" for control in form.iter("input"))


def _policy_faults(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        if element.tag == "style" or (element.tag == "script" and "src" not in element.attrib):
            yield f"inline <{element.tag}>"
        for name, value in element.attrib.items():
            if name == "style" or (isinstance(name, str) and name.startswith("on")):
                yield f"inline {name}={value!r}"
            elif name in ("href", "src", "action") and (urlsplit(value).netloc or value.startswith("javascript:")):
                yield f"{name} leads away: {value}"


def _language_faults(tree: Element) -> Iterator[str]:
    for text in _spoken(tree):
        flat = " ".join(text.split())
        if flat and words.english().holds(flat):
            yield f"untranslated: {flat!r}"


def _spoken(element: Element) -> Iterator[str]:
    if element.tag in ("script", "style") or element.get("lang", TAGS["zh"]) != TAGS["zh"]:
        return
    yield element.text or ""
    yield from (element.attrib[name] for name in _SPOKEN if name in element.attrib)
    for child in element:
        yield from _spoken(child)
        yield child.tail or ""
