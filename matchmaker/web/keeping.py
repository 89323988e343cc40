"""Parts of pages that are kept in memory until something they rest on changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from markupsafe import Markup


class Keep:
    """The parts used last, at most ``most`` of them. Safe for threads.

    A key names everything that a part rests on, so a part is never out of date: when something changes, the key
    does, and the old part is not asked for any more.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: OrderedDict[Hashable, Markup] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Markup]) -> Markup:
        """Return the part of ``key``, made now if it is not held."""
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
                return part
        # Made without the lock: two readers may make the same part at once, which costs time but no truth.
        part = make()
        with self._lock:
            self._parts[key] = part
            while len(self._parts) > self._most:
                self._parts.popitem(last=False)
        return part
