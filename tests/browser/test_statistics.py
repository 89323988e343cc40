"""Charts of a dashboard say what their tables say; without scripts the tables stand alone."""

from pathlib import Path

from playwright.sync_api import expect

from matchmaker import clock
from tests.browser.conftest import Visitors
from tests.browser.looking import overflow_of
from tests.browser.scene import Scene
from tests.browser.visits import Setting


def test_every_chart_is_drawn_from_its_table(visit: Visitors, stage: Scene, tmp_path: Path) -> None:
    city = visit("city", Setting("zh", "desktop"))
    for path in ("/statistics/", "/statistics/ranking?kind=district", "/statistics/seasons", "/statistics/unmet"):
        city.go(path)
        charts = city.main().locator("figure[data-chart]")
        expect(charts.first).to_be_visible()
        for figure in charts.all():
            expect(figure.locator("[data-drawing] svg").first).to_be_visible()
            drawn = {text.strip() for text in figure.locator("svg text").all_text_contents()}
            cell = figure.locator("tbody td[data-value]:not([data-value=''])").first
            said = cell.inner_text().strip()
            if figure.get_attribute("data-chart") in ("bars", "heat"):
                assert said in drawn, (path, figure.get_attribute("id"), said)
            expect(figure.get_by_role("link", name="XLSX")).to_be_visible()
    city.go("/statistics/")
    with city.page.expect_download() as saved:
        city.main().locator("#needs [data-png]").click()
    saved.value.save_as(tmp_path / "needs.png")
    assert (tmp_path / "needs.png").read_bytes().startswith(b"\x89PNG")


def test_a_phone_without_scripts_has_the_tables_and_the_form(visit: Visitors, stage: Scene) -> None:
    district = visit("district", Setting("zh", "phone", scripts=False))
    district.go("/statistics/")
    expect(district.main().locator("figure svg[width]")).to_have_count(0)
    expect(district.main().locator("#trend table")).to_be_visible()
    expect(district.main().locator("[data-png]").first).to_be_hidden()
    today = clock.today()
    year = today.year
    district.fill(first=f"{year}-01", last=f"{year}-12")
    district.button("Show").click()
    district.is_at(rf"/statistics/\?.*first={year}-01.*")
    # Of the year only the months that have begun are shown.
    expect(district.main().locator("#trend tbody tr").last).to_contain_text(f"{today:%Y-%m}")
    assert not overflow_of(district.page)
