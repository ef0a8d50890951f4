"""Argon2id: how long a password must be worked on, measured on this PC, bounds checked before the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from desktop.errors import OperationalError
from desktop.i18n import tr

_MIB = 1024
_MOST_PASSES = 20
_MOST_LANES = 16


@dataclass(frozen=True)
class KdfParameters:
    """Cost of Argon2id version 1.3: memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def is_sound(self, fewest_passes: int = 3) -> bool:
        """Say whether the cost lies between the floor (no downgrade) and what a PC can bear (no exhaustion)."""
        return (
            64 * _MIB <= self.memory_kib <= 2048 * _MIB
            and fewest_passes <= self.passes <= _MOST_PASSES
            and 1 <= self.lanes <= _MOST_LANES
        )


FLOOR = KdfParameters(64 * _MIB, 3, 4)
RECOVERY = KdfParameters(64 * _MIB, 1, 1)
_STEPS = (KdfParameters(256 * _MIB, 3, 2), KdfParameters(128 * _MIB, 4, 2), FLOOR)


def work(secret: bytes, salt: bytes, cost: KdfParameters) -> bytes:
    """Return 32 bytes that cost `cost` to compute; raises OperationalError when the memory is not there."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    machine = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    try:
        return machine.derive(secret)
    except MemoryError:
        raise OperationalError(
            "io_error",
            tr("内存不足，无法核对密码（需要 {n} MB）。", n=cost.memory_kib // _MIB),
            tr("请关闭其他程序后再试。"),
        ) from None


def calibrate(
    low: float = 0.8, high: float = 1.5, measure: Callable[[KdfParameters], float] | None = None
) -> KdfParameters:
    """Find the cost that takes `low` to `high` seconds on this PC: as much memory as it bears, then more passes."""
    seconds = measure or _seconds
    for cost in _STEPS:
        try:
            taken = seconds(cost)
        except OperationalError:
            continue
        if taken <= high:
            return _with_more_passes(cost, taken, low)
    return FLOOR


def _with_more_passes(cost: KdfParameters, taken: float, low: float) -> KdfParameters:
    """Raise the passes until the time would reach `low` (time grows evenly with passes)."""
    passes = cost.passes
    while taken * passes / cost.passes < low and passes < _MOST_PASSES:
        passes += 1
    return KdfParameters(cost.memory_kib, passes, cost.lanes)


def _seconds(cost: KdfParameters) -> float:
    """Measure one run."""
    start = time.perf_counter()
    work(b"calibration", bytes(16), cost)
    return time.perf_counter() - start
