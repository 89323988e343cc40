"""Clocks and memory for benchmarks: what a process keeps for itself, what a child took at most."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil

_MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)$")
_PRIVATE = ("Private_Clean:", "Private_Dirty:")


def private_mb(pid: int, shared: Path) -> float:
    """Return what the process keeps for itself; the files below ``shared`` belong to all processes of the host."""
    kilobytes = 0
    counts = True
    with Path(f"/proc/{pid}/smaps").open(encoding="utf-8", errors="replace") as file:
        for line in file:
            mapping = _MAPPING.match(line)
            if mapping:
                counts = not mapping[1].startswith(str(shared))
            elif counts and line.startswith(_PRIVATE):
                kilobytes += int(line.split()[1])
    return kilobytes / 1e3


def _family_mb(pid: int) -> float:
    """Return what a process and its children keep in memory that the system cannot take from them: no pages of files.

    What several of them share is counted once. One look costs little, unlike ``private_mb``.
    """
    total = 0.0
    try:
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text("utf-8").splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")) / 1e3
    except (psutil.NoSuchProcess, OSError):
        return 0.0
    return total


class Child(NamedTuple):
    """What a child said, how long it took from its start, and the most that it and its children kept for themselves."""

    said: dict[str, Any]
    seconds: float
    processor_seconds: float
    peak_mb: float


def child(arguments: Sequence[str]) -> Child:
    """Run this very script with other arguments; it answers with a line of JSON."""
    before = os.times()
    started = time.perf_counter()
    running = subprocess.Popen([sys.executable, "-m", "benchmarks.matching", *arguments], stdout=subprocess.PIPE)
    peak = 0.0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.3):
            peak = max(peak, _family_mb(running.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    assert running.stdout is not None
    line = running.stdout.readline()
    seconds = time.perf_counter() - started
    running.wait()
    done.set()
    watching.join()
    if running.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed.")
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Child(json.loads(line), seconds, processor, peak)


def bandwidth_gb_a_second() -> float:
    """Return how fast one core reads memory, the best of some tries."""
    block = np.ones(1 << 26, np.uint64)
    return max(block.nbytes / _seconds(block.sum) for _ in range(5)) / 1e9


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def milliseconds(work: Callable[[str], object], texts: Sequence[str]) -> tuple[np.ndarray[Any, Any], float]:
    """Return what each text cost all threads of this process together, and what it took by the wall clock."""
    spent = np.empty(len(texts))
    started = time.perf_counter()
    for place, text in enumerate(texts):
        before = time.process_time_ns()
        work(text)
        spent[place] = time.process_time_ns() - before
    return spent / 1e6, (time.perf_counter() - started) / len(texts) * 1e3
