"""Charts in a real browser, under the site's own content policy: drawn from their tables, and from nothing else."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from matchmaker.resources import asset
from tests.setup.bare_site import Site

pytestmark = pytest.mark.browser

#: What `_components/charts.html` writes, at its barest.
FIGURE = """<script src="/static/{script}" defer></script>
<figure id="complexes" data-chart="{kind}"><h2 data-title>Services of complexes</h2>
<div data-drawing role="img" aria-label="Services of complexes" hidden></div>
<table><thead><tr><th scope="col">Complex</th><th scope="col" data-drawn>2026</th><th scope="col">Not drawn</th>
<th scope="col" data-drawn>2025</th></tr></thead>
<tbody><tr><th scope="row">纺织</th><td data-value="1200">1,200</td>
<td data-value="77">77</td><td data-value="">–</td></tr>
<tr><th scope="row">黄酒</th><td data-value="300.5">300.5</td>
<td data-value="78">78</td><td data-value="250">250</td></tr></tbody>
<tfoot><tr><th scope="row">A rate</th><td data-value="12">12</td><td></td><td></td></tr>
<tr data-line><th scope="row">Median</th><td data-value="750.25">750.25</td><td></td><td></td></tr></tfoot>
</table>
<button type="button" data-png hidden>PNG</button></figure>"""


def opened(site: Site, page: Page, kind: str, *, body: str = FIGURE) -> list[str]:
    """Open the figure. Return what the page complains of, now and later: errors and breaches of the policy."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    site.body = body.format(script=asset("charts.js"), kind=kind)
    page.goto(site.url)
    expect(page.locator("figure svg").first).to_be_visible()
    return complaints


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("bars", {"纺织", "黄酒", "1,200", "300.5", "250", "2026", "2025", "Median"}),
        ("lines", {"纺织", "黄酒", "2026", "2025"}),
        ("funnel", {"纺织 1,200", "黄酒 300.5"}),
        ("heat", {"纺织", "黄酒", "2026", "2025", "1,200"}),
    ],
)
def test_a_chart_says_what_its_table_says(site: Site, page: Page, kind: str, words: set[str]) -> None:
    complaints = opened(site, page, kind)

    drawn = {text.strip() for text in page.locator("figure svg text").all_text_contents()}
    assert words <= drawn
    assert not {"77", "78", "12", "Not drawn", "A rate"} & drawn
    assert page.locator("figure svg path").count() > 1
    expect(page.locator("figure table")).to_be_visible()
    assert complaints == []


def test_a_chart_follows_the_width_and_the_theme(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 1000, "height": 800})
    complaints = opened(site, page, "bars")
    label = page.locator("figure svg text", has_text="纺织").first
    light = label.get_attribute("fill")
    page.emulate_media(color_scheme="dark")
    expect(label).not_to_have_attribute("fill", light or "")
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("document.querySelector('figure svg').getBoundingClientRect().right <= 390")

    assert complaints == []


def test_its_picture_is_a_png_of_its_title_and_bars(site: Site, page: Page, tmp_path: Path) -> None:
    complaints = opened(site, page, "bars")
    with page.expect_download() as saved:
        page.get_by_role("button", name="PNG").click()
    saved.value.save_as(tmp_path / "saved.png")
    content = (tmp_path / "saved.png").read_bytes()

    assert saved.value.suggested_filename == "complexes.png"
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">I", content[16:20]) == (2000,)
    assert len(content) > 8_000
    assert complaints == []


def test_of_nothing_nothing_is_drawn(site: Site, page: Page) -> None:
    body = FIGURE.replace("1200", "").replace("300.5", "").replace("250", "")
    site.body = body.format(script=asset("charts.js"), kind="bars")
    page.goto(site.url)
    page.wait_for_load_state("networkidle")

    expect(page.locator("figure svg")).to_have_count(0)
    expect(page.get_by_role("button", name="PNG")).to_have_count(0)
