"""The hybrid clock never goes back."""

from __future__ import annotations

import threading

from desktop.store.clock import HybridClock

DAY = 86_400_000


def test_it_follows_the_wall() -> None:
    clock = HybridClock()
    clock.show_wall(20_000 * DAY)
    assert clock.tick() == f"{20_000 * DAY:012x}0000"
    assert clock.tick() == f"{20_000 * DAY:012x}0001"
    clock.show_wall(20_000 * DAY + 1)
    assert clock.tick() == f"{20_000 * DAY + 1:012x}0000"


def test_it_does_not_follow_the_wall_back() -> None:
    clock = HybridClock()
    clock.show_wall(20_000 * DAY)
    first = clock.tick()
    clock.show_wall(0)
    assert clock.tick() > first
    assert clock.last > first


def test_more_than_65536_changes_in_a_millisecond_stay_in_order() -> None:
    clock = HybridClock()
    clock.show_wall(DAY)
    readings = [clock.tick() for _ in range(70_000)]
    assert readings == sorted(set(readings))


def test_it_is_later_than_what_it_observed() -> None:
    clock = HybridClock("00000000000000ff")
    assert clock.tick() == "0000000000000100"
    clock.observe("0000000000000500")
    clock.observe("0000000000000200")
    assert clock.tick() == "0000000000000501"


def test_threads_never_get_the_same_reading() -> None:
    clock = HybridClock()
    readings: list[str] = []
    threads = [threading.Thread(target=lambda: readings.extend(clock.tick() for _ in range(2000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(readings)) == 8000
