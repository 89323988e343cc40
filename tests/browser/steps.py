"""What several journeys do in the same way."""

from tests.browser.visits import Visit


def confirm_service(enterprise: Visit) -> None:
    """Confirm and rate the service whose page is open."""
    enterprise.page.locator("#satisfaction").select_option("5")
    enterprise.page.locator("#effect").select_option("4")
    enterprise.button("Yes, confirm").click()
    enterprise.says("Confirmed. Thank you.")
