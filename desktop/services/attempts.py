"""Wrong passwords since the last unlock: they slow the login window down and are told to the audit.

The file holds counts and times only, and whoever can delete it gains nothing: Argon2id is what protects the password.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime

from desktop.errors import OperationalError
from desktop.services.folders import StationFolder

_FREE = 5
_LONGEST_WAIT = 900


@dataclass(frozen=True)
class Attempts:
    """Wrong passwords of one account: how many, and when the last was (UTC)."""

    count: int
    last_at: datetime

    def seconds_to_wait(self, now: datetime) -> int:
        """Return how long the login window still waits: 1, 2, 4 ... 900 s from the fifth on (SECURITY_SYNC 3.5)."""
        if self.count < _FREE:
            return 0
        pause = min(2 ** (self.count - _FREE), _LONGEST_WAIT)
        passed = (now - self.last_at).total_seconds()
        return 0 if passed < 0 else max(0, round(pause - passed))


def read(folder: StationFolder) -> dict[str, Attempts]:
    """Return the attempts by login; a damaged file counts as none."""
    try:
        stored = json.loads(folder.attempts.read_text(encoding="utf-8"))
        return {
            str(login): Attempts(int(entry["count"]), datetime.fromisoformat(entry["last_at"]))
            for login, entry in stored.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def add(folder: StationFolder, login: str, now: datetime) -> None:
    """Count one more wrong password; a full or read-only disk must not hide the sentence about the password."""
    known = read(folder)
    before = known.get(login)
    known[login] = Attempts(1 + (before.count if before else 0), now)
    with contextlib.suppress(OperationalError, OSError):
        _write(folder, known)


def clear(folder: StationFolder) -> None:
    """Forget all attempts (after the audit was told)."""
    with contextlib.suppress(OSError):
        folder.attempts.unlink(missing_ok=True)


def _write(folder: StationFolder, known: dict[str, Attempts]) -> None:
    from desktop.store.disk import write_safely

    folder.attempts.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {login: {"count": entry.count, "last_at": entry.last_at.isoformat()} for login, entry in known.items()}
    write_safely(folder.attempts, json.dumps(content).encode("utf-8"))
