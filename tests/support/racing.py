"""Several who act at the same moment, each as people do: who is told to wait a moment sends the same again."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tests.support.pages import Page

#: How often somebody who is told to wait tries, and how long between: a machine that is busy with other things may keep
#: a lock for longer than the three seconds that the site waits for it.
TRIES, WAIT_S = 20, 0.25

_Answered = TypeVar("_Answered")


def is_told_to_wait(status: int, headers: Mapping[str, Any]) -> bool:
    """Whether an answer says that nothing was changed and that the same may be sent again; no other error does."""
    return status == 503 and "Retry-After" in headers


def patiently(ask: Callable[[], _Answered], waits: Callable[[_Answered], bool]) -> _Answered:
    """Ask until the answer is another than to wait; the last one is returned in any case."""
    answer = ask()
    for _again in range(TRIES - 1):
        if not waits(answer):
            break
        time.sleep(WAIT_S)
        answer = ask()
    return answer


def at_once(*acts: Callable[[], Page]) -> list[Page]:
    """Run all acts at the same moment and return their answers in order."""
    start, answers = threading.Barrier(len(acts)), dict[int, Page]()

    def run(number: int, act: Callable[[], Page]) -> None:
        start.wait()
        answers[number] = patiently(act, lambda page: is_told_to_wait(page.status, page.response.headers))

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(acts))]
