"""When a letter that could not be sent is tried again. Pure."""

from datetime import timedelta

#: After so many tries within a day the nightly job gives it one more each night, and gives up in the end.
QUICK_TRIES = 6
MOST_TRIES = 12
#: How long letters that were sent, and those given up, are remembered: logs are kept half a year.
REMEMBERED = timedelta(days=200)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of tries: one minute, then four times as long each time."""
    return timedelta(minutes=min(4 ** max(attempts - 1, 0), 24 * 60))
