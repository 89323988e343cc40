"""Who reads reports: bureaus, complexes and institutes; whose is decided for each."""

from tests.access.grids import Row, same

FOR_STAFF = same(
    "403",
    anonymous="in",
    complex="200",
    institute="200",
    bureau_district="200",
    bureau_elsewhere="200",
    bureau_city="200",
)

ROWS = {
    ("GET", "/reports/"): Row(FOR_STAFF),
    ("GET", "/reports/report.pdf"): Row(FOR_STAFF),
    ("GET", "/reports/report.xlsx"): Row(FOR_STAFF),
}
