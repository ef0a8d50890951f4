"""How to measure two things fairly: in turns, in one run, by the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


def seconds(job: Callable[[], object]) -> float:
    """Return how long one run of `job` takes, in seconds."""
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def work_seconds(job: Callable[[], object]) -> float:
    """Return how long the processor works on one run of `job`: what it takes on a machine that does nothing else."""
    started = time.thread_time()
    job()
    return time.thread_time() - started


Clock = Callable[[Callable[[], object]], float]


def in_turns(
    ours: Callable[[], object], floor: Callable[[], object], rounds: int, clock: Clock = seconds
) -> tuple[float, float]:
    """Return the medians of both jobs, run alternately so that a noisy machine hits both."""
    pairs = [(clock(ours), clock(floor)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


@dataclass(frozen=True)
class Figure:
    """One line of the table: our time beside a floor measured in the same run, and what the issue asks for."""

    name: str
    ours: float
    floor_name: str
    floor: float
    goal: str
    most_seconds: float | None = None
    most_ratio: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the floor we take."""
        return self.ours / self.floor

    @property
    def is_kept(self) -> bool:
        """Whether the goal is reached."""
        in_time = self.most_seconds is None or self.ours <= self.most_seconds
        return in_time and (self.most_ratio is None or self.ratio <= self.most_ratio)

    def row(self) -> str:
        """Return the line of the table."""
        cells = (
            self.name, f"{self.ours * 1000:,.1f} ms", f"{self.floor_name}: {self.floor * 1000:,.1f} ms",
            f"{self.ratio:.2f}x", self.goal, "yes" if self.is_kept else "no",
        )  # fmt: skip
        return f"| {' | '.join(cells)} |"


HEAD = "| Figure | Ours | Floor | Ratio | Goal | Kept |\n|---|---|---|---|---|---|"
