"""Pages of figures: whose one may open, and that each opens the records that make it up."""

from dataclasses import replace
from fractions import Fraction

import pytest

from matchmaker import clock
from matchmaker.metrics import queries, records
from matchmaker.metrics.definitions import DEFINITIONS
from matchmaker.metrics.figures import Percent
from matchmaker.metrics.formulas import Share, Total
from matchmaker.metrics.models import ScopeKind
from matchmaker.metrics.periods import Month, Period
from matchmaker.metrics.views import FUNCTIONS_OF
from matchmaker.reference.models import CategoryFunction, SourceDocument
from tests.conftest import ClientFor
from tests.support import cast, deals, factories, money, words
from tests.support.databases import Database
from tests.support.statements import counted

pytestmark = pytest.mark.usefixtures("filled")


def this_year() -> Period:
    return Period.year(deals.day(0).year)


def test_the_records_behind_each_figure_make_it_up(database: Database) -> None:
    with database.reading() as session:
        provider = queries.Scope(ScopeKind.PROVIDER, str(cast.organisation_of(session, "complex").id))
        counted_at_all = 0
        for scope in (queries.CITY, queries.Scope(ScopeKind.DISTRICT, cast.HERE), provider):
            for key, figure in queries.figures(session, scope, this_year()).items():
                formula = DEFINITIONS[key].reckoned
                if isinstance(formula, Share):
                    part = records.together(session, scope, formula.part, this_year(), formula.parts).total
                    whole = records.together(session, scope, formula.whole, this_year()).total
                    assert figure.value == (Percent(Fraction(100 * part, whole)) if whole else None), key
                elif isinstance(formula, Total) and formula.measure in records.BEHIND:
                    found = records.together(session, scope, formula.measure, this_year())
                    is_distinct = formula.measure.startswith("enterprises")
                    assert figure.value == (found.enterprises if is_distinct else found.total), key
                counted_at_all += bool(figure.value)
        assert counted_at_all > 30, "most figures are above nothing"


def test_each_opens_their_own_figures_and_nobody_elses(client_for: ClientFor, database: Database) -> None:
    with database.reading() as session:
        own, other = (cast.organisation_of(session, role).id for role in ("complex", "institute"))
    city, district, provider = (client_for(role) for role in ("bureau-city", "bureau-district", "complex"))
    own_page, foreign = (f"/metrics/?scope_kind=provider&scope_code={number}" for number in (own, other))
    for reader in (city, district, provider):
        assert words.said("Number of services") in reader.get("/metrics/").main
        reader.get(own_page)
    for address in ("/metrics/?scope_kind=city", f"/metrics/?scope_kind=district&scope_code={cast.ELSEWHERE}", foreign):
        city.get(address)
        district.get(address, expect=404)
        provider.get(address, expect=404)
        provider.get(address.replace("/?", "/records?key=services&"), expect=404)
    for wrong in ("scope_kind=moon", "scope_kind=provider&scope_code=9%99", "scope_kind=city&scope_code=1"):
        city.get(f"/metrics/?{wrong}", expect=404)


def test_a_figure_opens_records_that_link_on(client_for: ClientFor) -> None:
    city = client_for("bureau-city")
    page = city.get("/metrics/")
    links = [link for link in page.links if link.startswith("/metrics/records?")]
    assert len(links) > 20
    seen = " ".join(" ".join(city.get(link).links) for link in links)
    for kind in ("/services/", "/introductions/", "/contracts/", "/vouchers/"):
        assert f"{kind}1" in seen, kind


def test_a_period_that_cannot_be_read_is_told_and_this_year_shown(client_for: ClientFor) -> None:
    city = client_for("bureau-city")
    assert words.said("The period ends before it begins.") in city.get("/metrics/?first=2026-05&last=2026-01").main
    assert "2024年第2季度" in city.get("/metrics/?period=2024-Q2").main
    city.get("/metrics/records?key=services&period=soon", expect=404)


def test_every_figure_is_defined_for_everybody(client_for: ClientFor) -> None:
    visitor = client_for("anonymous")
    page = visitor.get("/metrics/definitions")
    for definition in DEFINITIONS.values():
        assert words.said(definition.formula.text) in page.main
    assert words.said("Satisfaction") in visitor.get("/metrics/definitions?key=satisfaction").main
    visitor.get("/metrics/definitions?key=luck", expect=404)


def test_a_page_costs_the_same_statements_however_many_records(client_for: ClientFor, database: Database) -> None:
    provider = client_for("complex")
    numbers = []
    for _ in range(2):
        with counted() as statements:
            provider.get("/metrics/")
        numbers.append(len(statements))
        with database.writing() as session:
            for more in range(6):
                deals.service(session, "confirmed", served_on=deals.day(-more))
                factories.introduction(session, life="talking")
    assert numbers[1] <= numbers[0] <= 30


def test_a_district_reads_no_transfer_of_another_behind_its_complexs_figure(
    client_for: ClientFor, database: Database
) -> None:
    with database.writing() as session:
        scheme = money.scheme(session, key="places")
        numbers = []
        for role in ("enterprise", "far-enterprise"):
            voucher = money.voucher(session, scheme, role=role)
            contract = money.contract(session, role=role, provider="complex")
            money.use(session, voucher, contract, 1_000_00)
            numbers.append(voucher.number)
        complex_id = cast.organisation_of(session, "complex").id
    own, others = numbers
    address = f"/metrics/records?scope_kind=provider&scope_code={complex_id}&key=voucher_reserved_fen"

    assert own in client_for("bureau-city").get(address).main and others in client_for("bureau-city").get(address).main
    district = client_for("bureau-district").get(address).main
    assert own in district and others not in district
    assert others in client_for("complex").get(address).main


def test_every_part_of_a_sum_opens_the_records_that_make_it_up(client_for: ClientFor, database: Database) -> None:
    city = client_for("bureau-city")
    opened = 0
    with database.reading() as session:
        for key in ("services", "service_fen", "services_open", "contracts", "contract_fen", "introductions_failed"):
            parts = queries.parts(session, queries.CITY, key, this_year())
            assert sum(parts.values()) == queries.figures(session, queries.CITY, this_year(), (key,))[key].value
            measure = DEFINITIONS[key].reckoned.measures[0]
            for code, value in parts.items():
                assert records.together(session, queries.CITY, measure, this_year(), (code,)).total == value, (
                    key,
                    code,
                )
            page = city.get(f"/metrics/records?key={key}")
            links = [link for link in page.links if "part=" in link]
            assert len(links) >= len(parts), key
            for link in links:
                city.get(link)
                opened += 1
    assert opened > 5
    city.get("/metrics/records?key=services&part=luck", expect=404)


def test_services_are_told_by_the_functions_of_a_complex(client_for: ClientFor, database: Database) -> None:
    with database.writing() as session:
        named = dict.fromkeys(("title", "title_en", "publisher", "number", "note"), "测试文件")
        session.add(SourceDocument(key=FUNCTIONS_OF, issued_on=None, **named))
        session.flush()
        for code in (cast.TESTING, cast.DEVELOPMENT):
            session.add(
                CategoryFunction(source_key=FUNCTIONS_OF, function="检测与研发", category_code=code, quote="原文")
            )
            deals.service(session, "confirmed", category_code=code)
    with database.reading() as session:
        parts = queries.parts(session, queries.CITY, "services", this_year())
    page = client_for("bureau-city").get("/metrics/records?key=services")
    (row,) = [row for row in page.all("tr") if "检测与研发" in "".join(row.itertext())]
    assert str(parts[cast.TESTING] + parts[cast.DEVELOPMENT]) in [cell.text for cell in row.iter("td")]


def test_across_a_changed_definition_nothing_is_compared_and_that_is_said(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    anew = replace(DEFINITIONS["services"], version=2, since=Month(today.year, 1))
    city, said = client_for("bureau-city"), words.said("Definition changed: not comparable")
    pages = ("/metrics/", "/statistics/", f"/metrics/records?scope_kind=city&key=services&period={today.year}")
    assert not any(said in city.get(page).main for page in pages)
    assert isinstance(DEFINITIONS, dict)
    monkeypatch.setitem(DEFINITIONS, "services", anew)

    assert all(said in city.get(page).main for page in pages)
    report = city.get(f"/reports/?of=city&period={today:%Y-%m}")
    assert words.said("Number of services") in report.main
