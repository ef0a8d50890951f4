"""How to measure two things fairly: in turns, in one run, by the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def seconds(job: Callable[[], object]) -> float:
    """Return how long one run of `job` takes, in seconds."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def in_turns(ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the medians of both jobs, run alternately so that a noisy machine hits both."""
    pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def report(name: str, ours: float, floor: float, goal: str) -> None:
    """Print one line: the ratio first, times after it."""
    print(f"{name:<34} {ours / floor:6.2f}x   ours {ours * 1000:9.1f} ms   floor {floor * 1000:9.1f} ms   goal {goal}")
