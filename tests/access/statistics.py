"""Who sees the dashboards of the section "Statistics": bureaus alone."""

from tests.access.grids import Row, same

FOR_BUREAUS = same("403", anonymous="in", bureau_district="200", bureau_elsewhere="200", bureau_city="200")

ROWS = {
    ("GET", "/statistics/"): Row(FOR_BUREAUS),
    ("GET", "/statistics/ranking"): Row(FOR_BUREAUS),
    ("GET", "/statistics/seasons"): Row(FOR_BUREAUS),
    ("GET", "/statistics/unmet"): Row(FOR_BUREAUS),
    ("GET", "/statistics/needs"): Row(FOR_BUREAUS),
    ("GET", "/statistics/chart.xlsx"): Row(FOR_BUREAUS),
}
