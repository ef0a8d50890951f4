"""Calibration and bounds of the slow function."""

from __future__ import annotations

import pytest

from desktop.errors import OperationalError
from desktop.vault import kdf
from desktop.vault.kdf import FLOOR, KdfParameters, calibrate


def test_the_same_secret_gives_the_same_key_and_nothing_else_does() -> None:
    key = kdf.work(b"secret", bytes(16), FLOOR)
    assert len(key) == 32
    assert kdf.work(b"secret", bytes(16), FLOOR) == key
    assert kdf.work(b"Secret", bytes(16), FLOOR) != key


def test_a_quick_pc_gets_more_passes_and_a_slow_one_less_memory() -> None:
    def quick(cost: KdfParameters) -> float:
        return cost.memory_kib * cost.passes / 262144 / 3 * 0.4

    def slow(cost: KdfParameters) -> float:
        return quick(cost) * 5

    def hopeless(cost: KdfParameters) -> float:
        return 60.0

    assert calibrate(measure=quick) == KdfParameters(262144, 6, 2)
    assert calibrate(measure=slow) == KdfParameters(131072, 4, 2)
    assert calibrate(measure=hopeless) == FLOOR
    assert calibrate(measure=lambda _: 0.000001).passes == 20


def test_a_pc_without_the_memory_gets_less() -> None:
    def cramped(cost: KdfParameters) -> float:
        if cost.memory_kib > 65536:
            raise OperationalError("io_error", "memory")
        return 1.0

    assert calibrate(measure=cramped) == FLOOR


def test_calibration_measures_this_pc() -> None:
    cost = calibrate(low=0.0, high=3600)
    assert cost == KdfParameters(262144, 3, 2)


def test_memory_that_is_not_there_is_said() -> None:
    with pytest.raises(OperationalError) as trouble:
        kdf.work(b"x", bytes(16), KdfParameters(2**32 - 64, 1, 1))
    assert trouble.value.code == "io_error"


@pytest.mark.parametrize(
    ("cost", "sound"),
    [
        (FLOOR, True),
        (KdfParameters(2048 * 1024, 20, 16), True),
        (KdfParameters(8192, 3, 4), False),
        (KdfParameters(65536, 2, 4), False),
        (KdfParameters(65536, 21, 4), False),
        (KdfParameters(65536, 3, 0), False),
        (KdfParameters(65536, 3, 17), False),
        (KdfParameters(2048 * 1024 + 1, 3, 4), False),
    ],
)
def test_bounds(cost: KdfParameters, sound: bool) -> None:
    assert cost.is_sound() is sound
