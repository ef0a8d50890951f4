"""The hybrid logical clock: orders changes of several PCs although their clocks drift."""

from __future__ import annotations

import threading

_COUNTER_BITS = 16


class HybridClock:
    """48 bits of milliseconds and a 16-bit counter; never goes back, even when the clock of the PC does."""

    def __init__(self, last: str = "") -> None:
        self._last = int(last or "0", 16)
        self._wall = 0
        self._lock = threading.Lock()

    def show_wall(self, milliseconds: int) -> None:
        """Tell what the clock on the wall says now (milliseconds since 1970, UTC)."""
        with self._lock:
            self._wall = milliseconds << _COUNTER_BITS

    def tick(self) -> str:
        """Return the next reading, 16 hex digits, greater than every reading before."""
        with self._lock:
            self._last = max(self._last + 1, self._wall)
            return f"{self._last:016x}"

    def observe(self, reading: str) -> None:
        """Take note of a reading of another PC, so that what happens here next is later than it.

        The caller must have refused readings of the far future: one poisoned reading would stay for ever.
        """
        with self._lock:
            self._last = max(self._last, int(reading, 16))

    @property
    def last(self) -> str:
        """The newest reading given or observed."""
        with self._lock:
            return f"{self._last:016x}"
