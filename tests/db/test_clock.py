"""The civil day is Shanghai's, wherever the machine stands."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from matchmaker import clock


def test_now_is_utc_to_the_second() -> None:
    now = clock.now()

    assert now.tzinfo is UTC and now.microsecond == 0
    assert abs((datetime.now(UTC) - now).total_seconds()) < 2


def test_a_stopped_clock_goes_on_afterwards() -> None:
    with clock.stopped(datetime(2025, 12, 31, 23, 30, tzinfo=clock.CIVIL_ZONE)):
        assert clock.now() == datetime(2025, 12, 31, 15, 30, tzinfo=UTC) and clock.today() == date(2025, 12, 31)
        with clock.stopped(datetime(2024, 1, 1, tzinfo=UTC)):
            assert clock.today() == date(2024, 1, 1)
        assert clock.today() == date(2025, 12, 31)

    assert abs((datetime.now(UTC) - clock.now()).total_seconds()) < 2


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T23:59:59", date(2026, 12, 31)),
        ("2027-01-01T00:00:00", date(2027, 1, 1)),
        ("2026-12-31T15:59:59+00:00", date(2026, 12, 31)),
        ("2026-12-31T16:00:00+00:00", date(2027, 1, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_shanghai(at: Callable[[str], None], instant: str, day: date) -> None:
    at(instant)

    assert clock.today() == day
